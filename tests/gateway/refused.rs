//! What becomes of a bot that Discord gives no session: it ends where retrying would not help and says why, and otherwise
//! goes on within its budget, with one host.

use std::process::Output;

use chrono::TimeDelta;
use psfbot::clock::Clock;
use sandbox::client::Fault;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{count, identifies, serves, times_of_sessions};
use crate::support::TestServer;
use crate::support::process::{Psfbot, World, eventually};

/// The process ends by itself, as one that failed, and says one sentence on it.
async fn ends_saying(bot: Psfbot, sentence: &str) {
    let Output { status, stderr, .. } = bot.ended().await;
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.lines().last().unwrap().contains(sentence), "{said}");
}

const TOKEN: &str = "Discord does not accept the token";
const INTENTS: &str = "Discord refuses the gateway intents";

#[sqlx::test(migrations = false)]
async fn a_wrong_token_ends_the_process_before_a_session_is_begun(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run_with(|command| command.env("DISCORD_TOKEN", "wrong"));
    ends_saying(bot, TOKEN).await;
    assert_eq!(count(&world.discord, "sockets").await, 0);
}

#[sqlx::test(migrations = false)]
async fn close_codes_for_good_end_the_process_at_the_first_session(pool: PgPool) {
    for (n, (code, sentence)) in [(4004, TOKEN), (4013, INTENTS), (4014, INTENTS)].into_iter().enumerate() {
        let world = World::start(&pool).await;
        world.discord.fault(&Fault::closed_identify(code)).await.unwrap();
        ends_saying(world.run(), sentence).await;
        assert_eq!(identifies(&world.discord).await, 1, "{code}");
        let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM gateway_identify").fetch_one(&pool).await.unwrap();
        assert_eq!(usize::try_from(counted), Ok(n + 1), "each is counted, over all processes");
    }
}

#[sqlx::test(migrations = false)]
async fn a_token_that_is_taken_back_while_it_runs_ends_the_process(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    world.discord.disturb_gateway(&json!({"close": 4004})).await.unwrap();
    ends_saying(bot, TOKEN).await;
    assert_eq!(identifies(&world.discord).await, 1);
}

/// Discord refuses the first session with a close code; the bot tries once more and is given one.
async fn is_tried_once_more_after(code: u16, pool: PgPool) {
    let world = World::start(&pool).await;
    world.discord.fault(&Fault::closed_identify(code).once()).await.unwrap();
    let bot = world.run();
    world.bot_connected().await;
    serves(&world.discord).await;
    assert_eq!(identifies(&world.discord).await, 2);
    let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM gateway_identify").fetch_one(&pool).await.unwrap();
    assert_eq!(counted, 2);
    bot.ends_well().await;
}

/// serenity takes this one for an error of its own, and reads on from the closed connection without a pause.
#[sqlx::test(migrations = false)]
async fn close_code_4010_which_the_library_hides_makes_no_loop(pool: PgPool) {
    is_tried_once_more_after(4010, pool).await;
}

#[sqlx::test(migrations = false)]
async fn close_code_4011_which_the_library_hides_makes_no_loop(pool: PgPool) {
    is_tried_once_more_after(4011, pool).await;
}

/// serenity begins a session anew after this one, as after any that it does not know.
#[sqlx::test(migrations = false)]
async fn close_code_4012_which_the_library_hides_makes_no_loop(pool: PgPool) {
    is_tried_once_more_after(4012, pool).await;
}

#[sqlx::test]
async fn refused_sessions_stay_within_the_budget_and_the_next_one_comes_when_it_may(pool: PgPool) {
    let server = TestServer::start(pool).await;
    let refused = server.discord.fault(&Fault::refused_identify()).await.unwrap();
    let first = server.app.connect();
    eventually("six were refused", async || (identifies(&server.discord).await == 6).then_some(())).await;
    // Another process knows of them.
    first.close().await.unwrap();
    server.discord.withdraw(&refused).await.unwrap();
    let other = server.another_app().await;
    let connection = other.connect();
    let begun = times_of_sessions(&server, 7).await;
    assert!(begun[6] - begun[0] >= TimeDelta::minutes(10), "{begun:?}");
    serves(&server.discord).await;
    connection.close().await.unwrap();
    server.finish().await;
}

async fn gateways_asked_for(server: &TestServer) -> usize {
    let requests = server.discord.requests(0).await.unwrap();
    requests.iter().filter(|request| request["path"] == "/api/v10/gateway/bot").count()
}

#[sqlx::test]
async fn a_gateway_that_opens_no_socket_or_says_no_hello_is_tried_again(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.discord.fault(&Fault::refused_socket().once()).await.unwrap();
    server.discord.fault(&Fault::no_hello().once()).await.unwrap();
    server.connect().await;
    serves(&server.discord).await;
    assert_eq!(identifies(&server.discord).await, 1, "who was told nothing said nothing");
    server.finish().await;
}

#[sqlx::test]
async fn an_address_that_cannot_be_read_is_asked_for_again(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    for fault in
        [Fault::answer(502), Fault::limit(1.0, "user"), Fault::answer_with(200, &json!({"url": 5})), Fault::reset()]
    {
        server.discord.fault(&fault.on("GET", "/gateway/bot").once()).await.unwrap();
    }
    // The library asks a second time by itself, and falls back to Discord's own address when that fails.
    server.discord.fault(&Fault::answer(500).on("GET", "/gateway")).await.unwrap();
    server.connect().await;
    serves(&server.discord).await;
    assert_eq!((identifies(&server.discord).await, gateways_asked_for(&server).await), (1, 5));
    server.finish().await;
}

#[sqlx::test]
async fn the_token_is_not_taken_to_another_host_whoever_says_so(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let elsewhere = Sandbox::start(Options::default()).await.unwrap();
    let url = elsewhere.url().replace("http://127.0.0.1", "ws://localhost") + "/gateway";
    let limit = json!({"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1});
    let told: Value = json!({"url": url, "shards": 1, "session_start_limit": limit});
    let fault = Fault::answer_with(200, &told);
    server.discord.fault(&fault.clone().on("GET", "/gateway/bot").once()).await.unwrap();
    server.discord.fault(&fault.on("GET", "/gateway")).await.unwrap();
    server.connect().await;
    serves(&server.discord).await;
    assert_eq!(count(&elsewhere.client(), "sockets").await, 0);
    assert_eq!(identifies(&server.discord).await, 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_limit_that_is_all_but_reached_is_waited_for(pool: PgPool) {
    let server = TestServer::start(pool).await;
    let (limited_at, limit) = (server.clock.now(), json!({"remaining": 5, "reset_after_ms": 900_000}));
    server.discord.disturb_gateway(&limit).await.unwrap();
    let connection = server.app.connect();
    eventually("the limit is asked for", async || (gateways_asked_for(&server).await == 1).then_some(())).await;
    let begun = times_of_sessions(&server, 1).await;
    assert!(begun[0] - limited_at >= TimeDelta::minutes(15), "{begun:?}");
    serves(&server.discord).await;
    connection.close().await.unwrap();
    server.finish().await;
}
