//! What a request is to bring about at Discord: how it comes due, which request does it, how it is counted.

use chrono::{DateTime, TimeDelta};
use psfbot::announcements::{DeliveryState, Draft, Kind};
use psfbot::clock::Clock;
use psfbot::ids::{ChannelId, UserId};
use psfbot::message::Message;
use psfbot::store::EventKey;
use sandbox::world::demo::{ANNOUNCEMENTS, GENERAL, GUILD, MEMBER};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::said::Said;
use crate::support::{TOKEN, TestServer};

/// The kinds of effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Create,
    Edit,
    Crosspost,
    Event,
    Direct,
}

/// An effect that is due.
#[derive(Debug)]
pub(super) enum Due {
    Said(Said),
    Event,
    Direct(u64),
}

/// The flag of a message that was published to followers.
const CROSSPOSTED: u64 = 1;

impl Effect {
    /// A server of its own, with an empty database, where nothing else is to be done.
    pub(super) async fn server(self, pool: &PgPool) -> TestServer {
        sqlx::query("TRUNCATE announcement, draft, scheduled_event, personal_reminder, feed CASCADE")
            .execute(pool)
            .await
            .unwrap();
        TestServer::configured(pool.clone(), |config| match self {
            // What is reminded of directly is a session of the configuration.
            Self::Event | Self::Direct => config,
            _ => config.replace("\"2026-12-01T17:00:00Z\", ", ""),
        })
        .await
    }

    /// Brings it so far that the next request is the one that does it.
    pub(super) async fn come_due(self, server: &mut TestServer) -> Due {
        match self {
            Self::Create => Due::Said(Said::announce(server, GENERAL, 1).await),
            Self::Crosspost => Due::Said(Said::announce(server, ANNOUNCEMENTS, 1).await),
            Self::Edit => {
                let mut said = Said::announce(server, GENERAL, 1).await;
                server.settle().await;
                said.reword(server).await;
                Due::Said(said)
            }
            Self::Event => Due::Event,
            Self::Direct => Due::Direct(remind(server).await),
        }
    }

    /// The request: method, and how its path begins.
    pub(super) fn request(self, due: &Due) -> (&'static str, String) {
        let channel = match due {
            Due::Said(said) => said.channel,
            Due::Direct(channel) => *channel,
            Due::Event => return ("POST", format!("/guilds/{GUILD}/scheduled-events")),
        };
        match self {
            Self::Edit => ("PATCH", format!("/channels/{channel}/messages/")),
            Self::Crosspost => ("POST", format!("/channels/{channel}/messages/")),
            _ => ("POST", format!("/channels/{channel}/messages")),
        }
    }

    /// It was brought about once, and the database says so.
    pub(super) async fn assert_once(self, server: &TestServer, due: &Due, case: &str) {
        match due {
            Due::Said(said) => {
                let messages = said.messages(server).await;
                assert_eq!(messages.len(), 1, "{case}");
                assert!(said.is_newest(&messages[0]), "{case}: {}", messages[0].content());
                assert_eq!(said.state(server).await, DeliveryState::Delivered, "{case}");
                let published = messages[0].raw["flags"].as_u64().unwrap_or(0) & CROSSPOSTED != 0;
                assert_eq!(published, said.channel == ANNOUNCEMENTS, "{case}");
            }
            Due::Event => {
                let state = server.staff().state().await.unwrap();
                assert_eq!(state["scheduled_events"].as_array().unwrap().len(), 1, "{case}");
                let recorded: Vec<String> =
                    sqlx::query_scalar("SELECT state FROM scheduled_event").fetch_all(&server.pool).await.unwrap();
                assert_eq!(recorded, ["standing"], "{case}");
            }
            Due::Direct(channel) => {
                let told = server.member().messages(*channel).await.unwrap();
                assert_eq!(told.len(), 1, "{case}");
                let states: Vec<String> =
                    sqlx::query_scalar("SELECT state FROM delivery").fetch_all(&server.pool).await.unwrap();
                assert_eq!(states, ["delivered"], "{case}");
            }
        }
        assert_no_step_is_open(server, case).await;
    }
}

async fn assert_no_step_is_open(server: &TestServer, case: &str) {
    let open: Vec<(String, String)> = sqlx::query_as("SELECT step, state FROM delivery_step WHERE state <> 'done'")
        .fetch_all(&server.pool)
        .await
        .unwrap();
    assert!(open.is_empty(), "{case}: {open:?}");
}

/// A member's own reminder that is due now; its channel.
async fn remind(server: &TestServer) -> u64 {
    let opened: Value = reqwest::Client::new()
        .post(format!("{}/api/v10/users/@me/channels", server.sandbox.url()))
        .header("authorization", format!("Bot {TOKEN}"))
        .json(&json!({"recipient_id": MEMBER.to_string()}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let channel: u64 = opened["id"].as_str().unwrap().parse().unwrap();
    let now = server.clock.now();
    let session = EventKey { series: "welcome".into(), starts_at: at("2026-12-01T17:00:00Z") };
    let draft = Draft {
        kind: Kind::Personal,
        message: Message { content: "Soon.".into(), ..Message::default() },
        crosspost: false,
        origin: None,
        channels: vec![ChannelId::new(channel).unwrap()],
        due_at: now,
    };
    let member = UserId::new(MEMBER).unwrap();
    let ends_at = session.starts_at + TimeDelta::hours(1);
    server.app.store().remind_member(member, &session, ends_at, &draft, now).await.unwrap();
    channel
}

fn at(text: &str) -> DateTime<chrono::Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}
