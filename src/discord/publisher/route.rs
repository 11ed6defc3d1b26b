//! [`Route`]: which limit a request falls under, as far as its address says it.
//!
//! Discord limits a route (method and path without ids) for each channel, server or webhook that the path begins with
//! (<https://discord.com/developers/docs/topics/rate-limits>). Ids of messages and members are no part of it.

use std::fmt;

use reqwest::Method;

use crate::ids::ChannelId;

/// The parts of an address that limits are counted for each by itself.
const MAJOR: [&str; 3] = ["channels", "guilds", "webhooks"];

/// What stands for an id.
const ID: &str = "{id}";

/// A request's route.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Route {
    /// Method and path without ids, e.g. `POST /channels/{id}/messages`.
    pub(super) template: String,
    /// What it is counted for, e.g. `channels/1100000000000000001`; empty where there is no such thing.
    pub(super) major: String,
}

impl Route {
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let bare = path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = bare.split('/').skip(1).collect();
        let major = match parts[..] {
            [first, id, ..] if MAJOR.contains(&first) && is_id(id) => format!("{first}/{id}"),
            _ => String::new(),
        };
        let mut template = method.to_string();
        template.push(' ');
        for (n, part) in parts.iter().enumerate() {
            // What follows a webhook's or an interaction's id is its token.
            let is_token = n == 2 && matches!(parts[0], "webhooks" | "interactions");
            let shown = if is_token {
                "{token}"
            } else if is_id(part) {
                ID
            } else {
                part
            };
            template.push('/');
            template.push_str(shown);
        }
        Self { template, major }
    }

    /// The channel that it is counted for.
    pub(super) fn channel(&self) -> Option<ChannelId> {
        self.major.strip_prefix("channels/")?.parse().ok()
    }

    /// Whether it publishes a message to followers.
    pub(super) fn is_crosspost(&self) -> bool {
        self.template.ends_with("/crosspost")
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.major.is_empty() {
            f.write_str(&self.template)
        } else {
            write!(f, "{} of {}", self.template, self.major)
        }
    }
}

fn is_id(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: Method, path: &str) -> (String, String) {
        let route = Route::of(&method, path);
        (route.template, route.major)
    }

    #[test]
    fn messages_and_members_are_no_part_of_a_route_but_channels_are() {
        let said = |template: &str, major: &str| (template.to_owned(), major.to_owned());
        assert_eq!(
            route(Method::POST, "/channels/11/messages/22/crosspost"),
            said("POST /channels/{id}/messages/{id}/crosspost", "channels/11")
        );
        assert_eq!(
            route(Method::GET, "/channels/11/messages?limit=100&after=7"),
            said("GET /channels/{id}/messages", "channels/11")
        );
        assert_eq!(route(Method::GET, "/guilds/1/members/2"), said("GET /guilds/{id}/members/{id}", "guilds/1"));
        assert_eq!(route(Method::POST, "/users/@me/channels"), said("POST /users/@me/channels", ""));
        assert_eq!(
            route(Method::PUT, "/applications/9/guilds/1/commands"),
            said("PUT /applications/{id}/guilds/{id}/commands", "")
        );
    }

    #[test]
    fn no_token_gets_into_a_route() {
        for path in ["/webhooks/1/aSecret/messages/@original", "/interactions/1/aSecret/callback"] {
            assert!(!format!("{:?}", Route::of(&Method::POST, path)).contains("aSecret"));
        }
    }
}
