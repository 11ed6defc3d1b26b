//! Where the gateway is and whether a session may be begun, as Discord says. Refuses any host but the one that belongs to
//! the configured API: what is sent there is the token.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::{Ended, GatewayError};
use crate::discord::api::{Api, ApiError};

/// Sessions of Discord's daily limit that are left alone. psfbot's own budget never comes near the limit: when there are
/// so few left, something else spends them, and whoever looks into it needs some.
const RESERVE: u64 = 5;

/// Discord's answer (<https://discord.com/developers/docs/events/gateway#get-gateway-bot>).
#[derive(Deserialize)]
struct GatewayBot {
    url: String,
    session_start_limit: SessionStartLimit,
}

#[derive(Deserialize)]
struct SessionStartLimit {
    remaining: u64,
    /// Milliseconds.
    reset_after: u64,
}

/// The address to connect to, if a session may be begun now.
pub(super) async fn ask(api: &Api) -> Result<String, Ended> {
    let told: GatewayBot = api.get("/gateway/bot").await.map_err(|error| match error {
        ApiError::Unauthorized => Ended::ForGood(GatewayError::Token),
        ApiError::Refused { .. } => Ended::ForGood(GatewayError::NotDiscord(api.base().to_string())),
        ApiError::RateLimited { retry_after, .. } => Ended::for_now(error.to_string()).after(retry_after),
        error => Ended::for_now(error.to_string()),
    })?;
    if !belongs_to(api.base(), &told.url) {
        // What is told is not repeated: it may be anything.
        return Err(Ended::for_now("the gateway's address is not one of this Discord's: nothing is sent there"));
    }
    let limit = told.session_start_limit;
    if limit.remaining <= RESERVE {
        return Err(Ended::LimitReached(Duration::from_millis(limit.reset_after)));
    }
    Ok(told.url)
}

/// Whether the token may be sent to this gateway by one who sends it to that API.
fn belongs_to(api: &Url, gateway: &str) -> bool {
    let Ok(gateway) = Url::parse(gateway) else { return false };
    let (Some(api_host), Some(host)) = (api.host_str(), gateway.host_str()) else { return false };
    let is_encrypted = gateway.scheme() == "wss";
    let within = |host: &str, domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    if within(api_host, "discord.com") {
        return is_encrypted && within(host, "discord.gg");
    }
    host == api_host && (is_encrypted || gateway.scheme() == "ws" && api.scheme() == "http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_to_the_gateway_of_the_configured_server_alone() {
        let fits = |api: &str, gateway: &str| belongs_to(&api.parse().unwrap(), gateway);
        for (api, gateway) in [
            ("https://discord.com", "wss://gateway.discord.gg"),
            ("https://canary.discord.com/", "wss://gateway-us-east1-b.discord.gg/"),
            ("http://127.0.0.1:4000", "ws://127.0.0.1:4001/gateway"),
            ("https://discord.example.org", "wss://discord.example.org/gateway"),
        ] {
            assert!(fits(api, gateway), "{api} {gateway}");
        }
        for (api, gateway) in [
            ("http://127.0.0.1:4000", "wss://gateway.discord.gg"),
            ("https://discord.com", "ws://gateway.discord.gg"),
            ("https://discord.com", "wss://discord.gg.example.org"),
            ("https://discord.com", "wss://evildiscord.gg"),
            ("https://discord.com", "wss://gateway.discord.gg@example.org/"),
            ("https://discord.example.org", "ws://discord.example.org"),
            ("https://discord.example.org", "wss://gateway.discord.gg"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("http://127.0.0.1:4000", ""),
        ] {
            assert!(!fits(api, gateway), "{api} {gateway}");
        }
    }
}
