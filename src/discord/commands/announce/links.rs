//! Whether the addresses of an announcement lead anywhere: looked up in the background, so that no preview waits for it, and
//! remembered for a while. Kept by each process for itself: after a restart they are looked up again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use url::Url;

use crate::feed_client::{FeedClient, FetchError};
use crate::texts::text;

/// How long an answer counts.
const FRESH: Duration = Duration::from_secs(600);

/// How long one address may take.
const LONGEST: Duration = Duration::from_secs(8);

/// How many are asked at once.
const AT_ONCE: usize = 4;

/// How many are remembered.
const MOST: usize = 500;

/// What is known of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    /// Somebody answers.
    Fine,
    /// It leads nowhere.
    Dead(String),
    /// Nobody can say.
    Unknown(String),
}

type Found = watch::Receiver<Option<Reach>>;

/// The addresses that were looked up lately.
#[derive(Debug, Clone)]
pub struct Links {
    client: FeedClient,
    found: Arc<Mutex<HashMap<Url, (Instant, Found)>>>,
    turns: Arc<Semaphore>,
}

impl Links {
    /// Addresses are asked by this client.
    #[must_use]
    pub fn new(client: FeedClient) -> Self {
        Self { client, found: Arc::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// What is known of these addresses after at most `patience`; `None` for what is still being asked. Those that are not
    /// known are asked in the background.
    pub(super) async fn look(&self, urls: &[Url], patience: Duration) -> Vec<(Url, Option<Reach>)> {
        let asked: Vec<(Url, Found)> = urls.iter().map(|url| (url.clone(), self.ask(url))).collect();
        let until = Instant::now() + patience;
        let mut known = Vec::new();
        for (url, mut found) in asked {
            // In vain when it is late, or when whoever asked is gone.
            let waited = tokio::time::timeout_at(until, found.wait_for(Option::is_some)).await;
            drop(waited);
            known.push((url, found.borrow().clone()));
        }
        known
    }

    fn ask(&self, url: &Url) -> Found {
        let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (at, _)| at.elapsed() < FRESH);
        if let Some((_, found)) = all.get(url) {
            return found.clone();
        }
        let (tell, found) = watch::channel(None);
        if all.len() >= MOST {
            tell.send_replace(Some(Reach::Unknown(String::new())));
            return found;
        }
        all.insert(url.clone(), (Instant::now(), found.clone()));
        let (client, url, turns) = (self.client.clone(), url.clone(), Arc::clone(&self.turns));
        tokio::spawn(async move {
            let _turn = turns.acquire().await;
            tell.send_replace(Some(reach(&client, &url).await));
        });
        found
    }
}

async fn reach(client: &FeedClient, url: &Url) -> Reach {
    match client.reach(url, LONGEST).await {
        Ok(()) => Reach::Fine,
        // These say that there is nothing; everything else may be about whoever asks, or pass. So may a name that is not
        // found: a machine whose DNS fails finds none.
        Err(error @ FetchError::Status { status: 404 | 410, .. }) => Reach::Dead(error.to_string()),
        // Which names there are inside, and which there are not, is nothing to be found out by writing them here.
        Err(FetchError::Inward { .. } | FetchError::Dns { .. }) => Reach::Unknown(text("announce-link-not-public")),
        Err(error) => Reach::Unknown(error.to_string()),
    }
}
