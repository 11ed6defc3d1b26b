//! SIGTERM at bad moments: promise 12. Ten seconds are the promise, so these tests watch the clock on the wall.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use psfbot::announcements::{Draft, Kind};
use psfbot::clock::{Clock, SystemClock};
use psfbot::ids::ChannelId;
use psfbot::message::Message;
use psfbot::store::Store;
use sandbox::world::demo::{BLOG, GENERAL, GUILD, MEMBER};
use serde_json::json;
use sqlx::PgPool;

use crate::support::process::{Psfbot, World, eventually};
use crate::support::proxy::Proxy;

/// Promise 12.
const AT_MOST: Duration = Duration::from_secs(10);

/// Asks it to end; what it logged. It must end in order and in time.
async fn ends_in_time(bot: Psfbot, signal: Signal) -> String {
    let since = Instant::now();
    let output = bot.end(signal).await;
    let (log, took) = (String::from_utf8_lossy(&output.stderr).into_owned(), since.elapsed());
    assert!(output.status.success(), "{}: {log}", output.status);
    assert!(took < AT_MOST, "it took {took:?}: {log}");
    log
}

/// The next `times` requests of this kind are answered so late that nobody waits for it.
async fn never_answered(world: &World, method: &str, path: &str, times: u32) {
    let slow = json!({"method": method, "path_prefix": path, "times": times, "delay_ms": 60_000});
    world.discord.fault(&slow).await.unwrap();
}

async fn announce(pool: &PgPool, content: &str, due_at: chrono::DateTime<chrono::Utc>) {
    let draft = Draft {
        kind: Kind::Staff,
        message: Message { content: content.into(), ..Message::default() },
        crosspost: false,
        origin: None,
        channels: vec![ChannelId::new(GENERAL).unwrap()],
        due_at,
    };
    Store::new(pool.clone()).announce(&draft, SystemClock.now()).await.unwrap();
}

/// A delivery's state, and whether it is free for whoever comes first.
async fn delivery(pool: &PgPool) -> (String, bool) {
    sqlx::query_as("SELECT state, state = 'pending' AND next_attempt_at <= now() + interval '1 second' FROM delivery")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = false)]
async fn at_rest_it_ends_at_once_with_either_signal(pool: PgPool) {
    let world = World::start(&pool).await;
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let bot = world.run();
        world.bot_connected().await;
        let log = ends_in_time(bot, signal).await;
        assert!(!log.contains("not finished in time"), "{log}");
        eventually("Discord sees it go", async || {
            (world.discord.gateway().await.unwrap()["connected"] == false).then_some(())
        })
        .await;
    }
}

#[sqlx::test(migrations = false)]
async fn what_was_not_sent_yet_is_free_at_once_for_another(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    never_answered(&world, "GET", &format!("/channels/{GENERAL}"), 1).await;
    announce(&pool, "Not sent by the first.", SystemClock.now()).await;
    eventually("it is claimed", async || (delivery(&pool).await.0 == "sending").then_some(())).await;
    let log = ends_in_time(bot, Signal::SIGTERM).await;
    assert!(!log.contains("not finished in time"), "{log}");
    assert_eq!(delivery(&pool).await, ("pending".to_owned(), true));
    let other = world.run();
    eventually("another sends it", async || (delivery(&pool).await.0 == "delivered").then_some(())).await;
    assert_eq!(world.messages(GENERAL).await.len(), 1);
    other.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn what_may_have_been_sent_is_neither_lost_nor_sent_again(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    // Discord stores the message at once and answers too late.
    never_answered(&world, "POST", &format!("/channels/{GENERAL}/messages"), 1).await;
    announce(&pool, "Sent by the first.", SystemClock.now()).await;
    world.some_messages(GENERAL).await;
    ends_in_time(bot, Signal::SIGTERM).await;
    let (state, free) = delivery(&pool).await;
    assert!(state == "sending" && !free, "its claim has to run out: {state}");
    sqlx::query("UPDATE delivery SET claimed_until = now()").execute(&pool).await.unwrap();
    let other = world.run();
    eventually("another records it", async || (delivery(&pool).await.0 == "delivered").then_some(())).await;
    assert_eq!(world.messages(GENERAL).await.len(), 1);
    other.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_long_search_is_given_up_and_gone_on_with_by_another(pool: PgPool) {
    let world = World::start(&pool).await;
    let sam = world.discord.person(sandbox::world::demo::STAFF_MEMBER);
    let due = SystemClock.now();
    for n in 0..250 {
        sam.say(GENERAL, &format!("Chatter {n}")).await.unwrap();
    }
    let bot = world.run();
    world.bot_connected().await;
    let slow =
        json!({"method": "GET", "path_prefix": format!("/channels/{GENERAL}/messages"), "times": 99, "delay_ms": 700});
    world.discord.fault(&slow).await.unwrap();
    // Older than the nonce's window, so the channel is read first.
    announce(&pool, "Looked for.", due - chrono::TimeDelta::minutes(3)).await;
    let read_until = async || -> Option<i64> {
        sqlx::query_scalar("SELECT looked_until FROM delivery").fetch_one(&pool).await.unwrap()
    };
    let first_page = eventually("a page is read", read_until).await;
    let log = ends_in_time(bot, Signal::SIGTERM).await;
    assert!(!log.contains("not finished in time"), "{log}");
    assert_eq!(delivery(&pool).await, ("pending".to_owned(), true));
    assert!(read_until().await.unwrap() >= first_page, "what was read is not read again");
    let other = world.run();
    eventually("another goes on", async || (delivery(&pool).await.0 == "delivered").then_some(())).await;
    let messages = world.messages(GENERAL).await;
    assert_eq!(messages.iter().filter(|message| message.content() == "Looked for.").count(), 1);
    other.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_feed_that_does_not_answer_holds_nothing_up(pool: PgPool) {
    let slow = axum::Router::new().fallback(std::future::pending::<&'static str>);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, slow).await.unwrap() });
    let feed = format!(
        "[[feeds]]\nkey = \"slow\"\nurl = \"http://{address}/feed\"\nchannels = [\"{BLOG}\"]\ninterval = \"1m\"\n"
    );
    let world = World::configured(&pool, &feed).await;
    world.allow(&address.to_string());
    let bot = world.run();
    world.bot_connected().await;
    eventually("it is polled", async || {
        let polled: bool =
            sqlx::query_scalar("SELECT next_poll_at > now() + interval '1 minute' FROM feed WHERE key = 'slow'")
                .fetch_one(&pool)
                .await
                .unwrap();
        polled.then_some(())
    })
    .await;
    let log = ends_in_time(bot, Signal::SIGTERM).await;
    assert!(!log.contains("not finished in time"), "{log}");
    let free: bool =
        sqlx::query_scalar("SELECT next_poll_at <= now() FROM feed WHERE key = 'slow'").fetch_one(&pool).await.unwrap();
    assert!(free, "another polls it at once");
    serving.abort();
}

#[sqlx::test(migrations = false)]
async fn a_discord_that_never_answers_is_not_waited_for(pool: PgPool) {
    let world = World::start(&pool).await;
    // From the start: registering the commands, planning events, everything.
    never_answered(&world, "PUT", "/applications/", 9).await;
    never_answered(&world, "POST", &format!("/guilds/{GUILD}/scheduled-events"), 9).await;
    let bot = world.run();
    eventually("an event is being made", async || {
        let claimed: Result<i64, _> =
            sqlx::query_scalar("SELECT count(*) FROM scheduled_event WHERE next_attempt_at > now()")
                .fetch_one(&pool)
                .await;
        claimed.ok().filter(|count| *count > 0)
    })
    .await;
    ends_in_time(bot, Signal::SIGTERM).await;
}

#[sqlx::test(migrations = false)]
async fn a_database_that_is_frozen_is_not_waited_for_and_what_a_member_wrote_is_given_back(pool: PgPool) {
    let world = World::start(&pool).await;
    let proxy = Proxy::to(&pool.connect_options()).await;
    let bot = world.run_on(proxy.url());
    world.bot_connected().await;
    let mia = world.discord.person(MEMBER);
    let form = mia.command(GENERAL, "feedback", json!({"program": "grants"})).await.unwrap();
    proxy.freeze();
    let written = json!({"went-well": "not to be lost", "to-change": ""});
    let sent = mia.at_once().submit(GENERAL, form.form_id().unwrap(), written).await.unwrap();
    assert_eq!(sent.state, "deferred", "{sent:?}");
    ends_in_time(bot, Signal::SIGTERM).await;
    let told = world.discord.outcome(&sent.interaction_id).await.unwrap();
    assert_eq!(told.state, "answered", "{told:?}");
    assert!(told.content().contains("not to be lost"), "{told:?}");
    proxy.heal();
}

#[sqlx::test(migrations = false)]
async fn a_database_that_is_frozen_from_the_start_is_not_waited_for(pool: PgPool) {
    let world = World::start(&pool).await;
    let proxy = Proxy::to(&pool.connect_options()).await;
    proxy.freeze();
    let bot = world.run_on(proxy.url());
    eventually("it connects", async || (proxy.taken() > 0).then_some(())).await;
    ends_in_time(bot, Signal::SIGTERM).await;
}

#[sqlx::test(migrations = false)]
async fn asked_twice_it_ends_at_once(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    never_answered(&world, "POST", &format!("/channels/{GENERAL}/messages"), 1).await;
    announce(&pool, "Under way.", SystemClock.now()).await;
    world.some_messages(GENERAL).await;
    bot.signal(Signal::SIGTERM);
    eventually("it has begun to end", async || bot.log().contains("stopping").then_some(())).await;
    let since = Instant::now();
    let output = bot.end(Signal::SIGTERM).await;
    assert!(since.elapsed() < Duration::from_secs(2), "it took {:?}", since.elapsed());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("a second time"));
}
