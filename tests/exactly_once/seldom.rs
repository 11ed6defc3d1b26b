//! What happens seldom, and was found by thinking: each of these once left something undone, twice done or untrue.

use chrono::TimeDelta;
use psfbot::announcements::DeliveryState;
use psfbot::clock::Clock;
use sandbox::client::Fault;
use sandbox::world::demo::{BOT_ROLE, GENERAL, STAFF};
use sqlx::PgPool;

use super::bare;
use super::said::Said;
use crate::support::{HOUR, MINUTE, TestServer};

const SEND_MESSAGES: u64 = 1 << 11;

async fn server(pool: PgPool) -> TestServer {
    TestServer::configured(pool, |config| bare(&config)).await
}

fn posting() -> Fault {
    Fault::hold().on("POST", &format!("/channels/{GENERAL}/messages"))
}

#[sqlx::test]
async fn a_clock_that_was_hours_ahead_holds_up_nothing_and_doubles_nothing(pool: PgPool) {
    let mut server = server(pool).await;
    let ahead = TimeDelta::hours(5);
    let said = Said::announce(server.app.store(), server.clock.now(), (GENERAL, 1), |draft| draft).await;
    server.clock.advance(ahead);
    assert!(server.kill_when_held(&posting().carried_out()).await);
    server.clock.advance(-ahead);
    server.advance(MINUTE).await;
    assert_eq!(said.state(server.app.store()).await, DeliveryState::Delivered);
    assert_eq!(said.messages(&server.discord).await.len(), 1);
    server.close().await;
}

#[sqlx::test]
async fn what_was_taken_back_while_discord_refused_it_is_cancelled_and_nobody_is_alarmed(pool: PgPool) {
    let mut server = server(pool).await;
    let held = server.discord.fault(&posting()).await.unwrap();
    let said = Said::announce(server.app.store(), server.clock.now(), (GENERAL, 1), |draft| draft).await;
    let queue = server.app.queue().clone();
    let working = tokio::spawn(async move { queue.run_until_quiet().await });
    while server.discord.held().await.unwrap() == 0 {
        assert!(!working.is_finished());
    }
    said.cancel(server.app.store(), server.clock.now()).await;
    server.discord.set_permissions(GENERAL, BOT_ROLE, 0, SEND_MESSAGES).await.unwrap();
    server.discord.withdraw(&held).await.unwrap();
    working.await.unwrap().unwrap();
    server.advance(HOUR).await;
    assert_eq!(said.state(server.app.store()).await, DeliveryState::Cancelled);
    assert!(server.take(STAFF).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn what_was_taken_back_from_a_killed_process_is_looked_for_when_nothing_can_be_under_way_any_more(pool: PgPool) {
    let mut server = server(pool).await;
    let said = Said::announce(server.app.store(), server.clock.now(), (GENERAL, 1), |draft| draft).await;
    assert!(server.kill_when_held(&posting()).await);
    said.cancel(server.app.store(), server.clock.now()).await;
    server.advance(TimeDelta::seconds(31)).await;
    assert_eq!(said.state(server.app.store()).await, DeliveryState::Sending, "what was sent last may still arrive");
    server.advance(MINUTE).await;
    assert_eq!(said.state(server.app.store()).await, DeliveryState::Cancelled);
    assert!(said.messages(&server.discord).await.is_empty());
    server.finish().await;
}
