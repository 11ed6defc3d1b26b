//! Resolves a name once and hands only vetted addresses to the connector.
//!
//! Nothing is resolved twice: the address that was checked is the address that is connected to, so a name that
//! changes its answer between the two gains nothing.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard;

type Lookup = fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Every address behind a name points inward.
#[derive(Debug, thiserror::Error)]
#[error("{host} resolves to a {what} address")]
pub(super) struct InwardAnswer {
    /// The name.
    pub(super) host: String,
    /// What kind of address the first answer is.
    pub(super) what: &'static str,
}

/// A name has no address.
#[derive(Debug, thiserror::Error)]
#[error("{host} can't be resolved")]
pub(super) struct NoAnswer {
    /// The name.
    pub(super) host: String,
}

/// The resolver of the guarded client.
pub(super) struct VettingResolver {
    lookup: Lookup,
}

impl VettingResolver {
    /// Asks the system's resolver.
    pub(super) fn system() -> Self {
        Self { lookup: |host| Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) }) }
    }
}

impl Resolve for VettingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let answer = (self.lookup)(host.clone());
        Box::pin(async move {
            let found = match answer.await {
                Ok(found) if !found.is_empty() => found,
                _ => return Err(NoAnswer { host }.into()),
            };
            Ok(Box::new(vet(host, found)?.into_iter()) as Addrs)
        })
    }
}

/// Keeps the public ones of a name's addresses.
fn vet(host: String, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, InwardAnswer> {
    let mut inward = None;
    let mut public = found;
    public.retain(|address| {
        let refusal = guard::refusal(address.ip());
        inward = inward.or(refusal);
        refusal.is_none()
    });
    match inward {
        Some(what) if public.is_empty() => Err(InwardAnswer { host, what }),
        _ => Ok(public),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn only_the_public_answers_are_handed_on() {
        let found = addresses(&["127.0.0.1", "151.101.1.223", "::ffff:10.0.0.1", "2a04:4e42::223"]);
        assert_eq!(vet("x".into(), found).unwrap(), addresses(&["151.101.1.223", "2a04:4e42::223"]));
        let refused = vet("x".into(), addresses(&["169.254.169.254"])).unwrap_err();
        assert_eq!(refused.to_string(), "x resolves to a link-local address");
    }

    #[tokio::test]
    async fn a_name_that_answers_with_loopback_is_never_connected_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let resolver = VettingResolver { lookup: |_| Box::pin(async { Ok(addresses(&["127.0.0.1"])) }) };
        let client = reqwest::Client::builder().no_proxy().dns_resolver(Arc::new(resolver)).build().unwrap();
        let url = url::Url::parse(&format!("http://rebinding.example:{port}/")).unwrap();
        let error = client.get(url.clone()).send().await.unwrap_err();
        let error = super::super::errors::classify(&error, &url);
        assert_eq!(
            error.to_string(),
            "rebinding.example is a loopback address, not a public one; if it is meant, add its host:port to [fetch] allow"
        );
        let connected = tokio::time::timeout(std::time::Duration::ZERO, listener.accept()).await;
        assert!(connected.is_err(), "a connection arrived");
    }

    /// A server of names that answers with a public address first and with this machine from then on.
    #[tokio::test]
    async fn a_name_that_changes_its_answer_gains_nothing() {
        static ASKED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let resolver = VettingResolver {
            lookup: |_| {
                let is_first = ASKED.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
                Box::pin(async move { Ok(addresses(&[if is_first { "151.101.1.223" } else { "127.0.0.1" }])) })
            },
        };
        let name = || "rebinding.example".parse::<Name>().unwrap();
        let handed_on: Vec<SocketAddr> = resolver.resolve(name()).await.unwrap().collect();
        assert_eq!(handed_on, addresses(&["151.101.1.223"]), "what was vetted is what is connected to");
        assert_eq!(ASKED.load(std::sync::atomic::Ordering::SeqCst), 1, "it was resolved a second time");
        let Err(refused) = resolver.resolve(name()).await else { panic!("this machine was handed on") };
        assert_eq!(refused.to_string(), "rebinding.example resolves to a loopback address");
    }
}
