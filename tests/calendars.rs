//! The small web server over real HTTP: calendars for everybody, the state of health for whoever runs it.

use std::sync::Arc;
use std::time::Duration;

use psfbot::clock::{Clock, ManualClock};
use psfbot::config::Config;
use psfbot::discord::gateway::Standing;
use psfbot::ids::UserId;
use psfbot::office_hours::{Change, Status, Timetable};
use psfbot::store::Store;
use psfbot::web::{Calendars, Health, Limits, Server};
use reqwest::{Client, Method, Response, StatusCode};
use sqlx::PgPool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::ics::events;
use crate::support::process::{World, eventually};

const SERIES: &str = r#"
[discord]
guild_id = "7"
staff_channel = "2"
[[series]]
key = "board"
title = "Board Hour"
channel = "3"
duration = "1h"
dates = ["2026-10-13T21:00:00Z"]
[[series]]
key = "grants"
title = "Grants Hour"
channel = "4"
duration = "1h"
rule = "FREQ=MONTHLY;BYDAY=3TU"
at = "09:00"
zone = "America/New_York"
[[series]]
key = "none-yet"
title = "None yet"
channel = "4"
duration = "1h"
[[key_dates]]
key = "vote"
title = "Voting"
date = "2026-12-01"
until = "2026-12-03"
[web]
public = 0
private = 0
"#;

/// The server on its own, with what it says of the gateway in the test's hand.
struct Web {
    public: String,
    private: String,
    clock: ManualClock,
    schedule: Arc<Timetable>,
    standing: watch::Sender<Standing>,
    ready: watch::Sender<bool>,
    stop: CancellationToken,
    serving: JoinHandle<()>,
    client: Client,
}

impl Web {
    async fn start(pool: PgPool, limits: Limits) -> Self {
        let config = Config::parse(SERIES).unwrap();
        let server = Server::bind(&config.web).await.unwrap();
        let (public, private) = (server.public().unwrap().to_string(), server.private().unwrap().to_string());
        assert!(
            public.starts_with("127.0.0.1:") && private.starts_with("127.0.0.1:"),
            "loopback unless told otherwise"
        );
        let clock = ManualClock::at("2026-11-21T12:00:00Z".parse().unwrap());
        let (schedule, guild) = (Arc::new(Timetable::new(config.schedule().unwrap())), config.discord.guild_id);
        let calendars = Calendars { schedule: Arc::clone(&schedule), guild, clock: Arc::new(clock.clone()) };
        let (standing, ready) = (watch::Sender::new(Standing::Held), watch::Sender::new(true));
        let health = Health { store: Store::new(pool), standing: standing.subscribe(), ready: ready.subscribe() };
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server.serve(calendars, health, limits, stop.clone()));
        let client = Client::builder().no_proxy().build().unwrap();
        Self { public, private, clock, schedule, standing, ready, stop, serving, client }
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("http://{}{path}", self.public)).send().await.unwrap()
    }

    /// Status and answer of `/readyz`.
    async fn readiness(&self) -> (StatusCode, serde_json::Value) {
        let answer = self.client.get(format!("http://{}/readyz", self.private)).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn end(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(30), self.serving).await.unwrap().unwrap();
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[sqlx::test]
async fn the_address_has_every_session_and_key_date(pool: PgPool) {
    let web = Web::start(pool, Limits::default()).await;
    let answer = web.get("/office-hours.ics").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "content-type"), "text/calendar; charset=utf-8");
    let all = events(&answer.text().await.unwrap());
    let titles = |title: &str| all.iter().filter(|event| &event["SUMMARY"] == title).count();
    assert_eq!((titles("Board Hour"), titles("Grants Hour"), titles("Voting")), (1, 24, 1), "a year back and ahead");

    let one = events(&web.get("/office-hours/board.ics").await.text().await.unwrap());
    assert_eq!((one.len(), &one[0]["UID"]), (1, "board-20261013T210000Z@7.psfbot"));
    assert!(events(&web.get("/office-hours/none-yet.ics").await.text().await.unwrap()).is_empty());
    web.end().await;
}

#[sqlx::test]
async fn what_the_reader_has_already_is_not_sent_again(pool: PgPool) {
    let web = Web::start(pool, Limits::default()).await;
    let tag = header(&web.get("/office-hours.ics").await, "etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 20, "{tag}");
    let ask = async |known: String| {
        let request = web.client.get(format!("http://{}/office-hours.ics", web.public)).header("if-none-match", known);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), header(&answer, "etag").to_owned(), answer.bytes().await.unwrap().len())
    };
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
        assert_eq!(ask(known.clone()).await, (304, tag.clone(), 0), "{known}");
    }
    assert_eq!(ask("\"other\"".into()).await.0, 200);
    // The same all day, and another when a session leaves or comes.
    web.clock.advance(chrono::TimeDelta::hours(11));
    assert_eq!(ask(tag.clone()).await.0, 304);
    web.clock.advance(chrono::TimeDelta::days(31));
    assert_eq!(ask(tag.clone()).await.0, 200);
    web.end().await;
}

#[sqlx::test]
async fn what_staff_change_is_in_the_address_at_once_as_the_same_event(pool: PgPool) {
    let web = Web::start(pool, Limits::default()).await;
    let slot = "2026-12-15T14:00:00Z".parse().unwrap();
    let read = async || {
        let answer = web.get("/office-hours/grants.ics").await;
        let tag = header(&answer, "etag").to_owned();
        let all = events(&answer.text().await.unwrap());
        (tag, all.into_iter().find(|event| event["UID"].contains("20261215T140000Z")).unwrap())
    };
    let (tag, expected) = read().await;
    assert_eq!((&expected["STATUS"], &expected["SEQUENCE"]), ("TENTATIVE", "0"));
    let mut seen = vec![tag];
    for (number, status, start, told) in [
        (1, Status::Scheduled, "2026-12-15T14:00:00Z", "CONFIRMED"),
        (2, Status::Moved, "2026-12-16T15:00:00Z", "CONFIRMED"),
        (3, Status::Cancelled, "2026-12-16T15:00:00Z", "CANCELLED"),
    ] {
        let start = start.parse().unwrap();
        let at = web.clock.now();
        let change = Change { slot, number, status, start, by: UserId::new(5).unwrap(), at };
        web.schedule.renew(vec![("grants".into(), change)], number.into(), web.schedule.ticket());
        let (tag, event) = read().await;
        assert!(!seen.contains(&tag), "whoever knows the old one is sent the new one");
        seen.push(tag);
        assert_eq!((&event["UID"], &event["STATUS"]), (&expected["UID"], told));
        assert_eq!((&expected["DTSTAMP"], &event["DTSTAMP"]), ("20260101T000000Z", "20261121T120000Z"));
        assert_eq!((&event["SEQUENCE"], event.start), (number.to_string().as_str(), Some(start)));
    }
    web.end().await;
}

#[sqlx::test]
async fn head_says_what_get_would_and_nothing_else_is_allowed(pool: PgPool) {
    let web = Web::start(pool, Limits::default()).await;
    let url = format!("http://{}/office-hours.ics", web.public);
    let (get, head) = (web.get("/office-hours.ics").await, web.client.head(&url).send().await.unwrap());
    for name in ["etag", "content-type", "content-length", "cache-control"] {
        assert_eq!(header(&head, name), header(&get, name), "{name}");
    }
    assert!(head.bytes().await.unwrap().is_empty() && get.content_length().unwrap() > 1000);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = web.client.request(method.clone(), &url).body("x").send().await.unwrap();
        assert_eq!((answer.status().as_u16(), header(&answer, "allow")), (405, "GET,HEAD"), "{method}");
    }
    for path in [
        "/",
        "/office-hours",
        "/office-hours/",
        "/office-hours/board",
        "/office-hours/unknown.ics",
        "/healthz",
        "/readyz",
        "/office-hours/..%2F..%2Fetc%2Fpasswd",
        "/office-hours/board.ics/",
        "/office-hours/%00.ics",
        "/office-hours/%FF.ics",
    ] {
        let status = web.get(path).await.status();
        assert!(status.is_client_error(), "{path}: {status}");
    }
    web.end().await;
}

#[sqlx::test]
async fn every_answer_carries_its_precautions(pool: PgPool) {
    let web = Web::start(pool, Limits::default()).await;
    for path in ["/office-hours.ics", "/nothing"] {
        let answer = web.get(path).await;
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(header(&answer, "content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert!(header(&answer, "server").is_empty() && header(&answer, "set-cookie").is_empty());
    }
    web.end().await;
}

#[sqlx::test]
async fn who_dawdles_is_let_go_and_holds_nobody_up(pool: PgPool) {
    let limits = Limits { connections: 2, head: Duration::from_millis(300), life: Duration::from_secs(2) };
    let web = Web::start(pool, limits).await;
    // Twice as many as are let in: silent ones, and some that never end a head.
    let mut dawdlers = Vec::new();
    for said in ["", "GET /office-hours.ics HTTP/1.1\r\nHost: x\r\nX-Slow: ", "", "GET"] {
        let mut stream = TcpStream::connect(&web.public).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        dawdlers.push(stream);
    }
    assert_eq!(web.get("/office-hours.ics").await.status(), 200, "its turn comes");
    for mut stream in dawdlers {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest));
        // Closed or reset, with or without a word, but closed.
        let _closed = closed.await.unwrap();
    }
    // One that asks and asks is told to come again after its life.
    let mut busy = TcpStream::connect(&web.public).await.unwrap();
    let asking = async {
        let mut answer = [0; 4096];
        loop {
            busy.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").await?;
            if busy.read(&mut answer).await? == 0 {
                return Ok::<(), std::io::Error>(());
            }
        }
    };
    let _ended = tokio::time::timeout(Duration::from_secs(30), asking).await.unwrap();
    web.end().await;
}

#[sqlx::test]
async fn a_head_that_is_too_large_is_refused(pool: PgPool) {
    let web = Web::start(pool, Limits::default()).await;
    let request = |name: &str, value: String| {
        web.client.get(format!("http://{}/office-hours.ics", web.public)).header(name.to_owned(), value).send()
    };
    assert_eq!(request("x-small", "x".repeat(1000)).await.unwrap().status(), 200);
    let refused = request("x-large", "x".repeat(64 * 1024)).await;
    assert!(refused.map_or(true, |answer| answer.status() == 431));
    web.end().await;
}

#[sqlx::test]
async fn readiness_follows_the_gateway_and_the_database(pool: PgPool) {
    let web = Web::start(pool.clone(), Limits::default()).await;
    let alive = web.client.get(format!("http://{}/healthz", web.private)).send().await.unwrap();
    assert_eq!((alive.status().as_u16(), alive.text().await.unwrap().as_str()), (200, "alive\n"));
    let said = |gateway: &str, database: &str, migrations: &str, ready: bool| serde_json::json!({"ready": ready, "gateway": gateway, "database": database, "migrations": migrations});
    assert_eq!(web.readiness().await, (StatusCode::OK, said("connected", "reachable", "current", true)));
    web.ready.send_replace(false);
    assert_eq!(web.readiness().await.1, said("connecting", "reachable", "current", false));
    web.standing.send_replace(Standing::By);
    assert_eq!(web.readiness().await, (StatusCode::OK, said("standing by", "reachable", "current", true)));
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)")
        .execute(&pool)
        .await
        .unwrap();
    let (status, answer) = web.readiness().await;
    assert_eq!((status.as_u16(), answer), (503, said("standing by", "reachable", "1 missing", false)));
    pool.close().await;
    let (status, answer) = web.readiness().await;
    assert_eq!((status.as_u16(), answer), (503, said("standing by", "unreachable", "unknown", false)));
    let nothing = web.client.get(format!("http://{}/office-hours.ics", web.private)).send().await.unwrap();
    assert_eq!(nothing.status(), 404, "the calendars are on the other one");
    assert_eq!(web.get("/office-hours.ics").await.status(), 200, "which need no database");
    web.end().await;
}

/// Where it says that it listens.
fn address(log: &str, what: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains(what))?;
    let rest = line.split_once("127.0.0.1:")?.1;
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("http://127.0.0.1:{port}"))
}

#[sqlx::test(migrations = false)]
async fn run_serves_both_and_ends_in_order(pool: PgPool) {
    let world = World::configured(&pool, "[web]\npublic = 0\nprivate = 0\n").await;
    let bot = world.run();
    let told = async || Some((address(&bot.log(), "calendars are served")?, address(&bot.log(), "health is served")?));
    let (public, private) = eventually("it says where", told).await;
    let client = Client::builder().no_proxy().build().unwrap();
    let get = async |url: String| client.get(url).send().await.unwrap();
    assert!(!events(&get(format!("{public}/office-hours.ics")).await.text().await.unwrap()).is_empty());
    eventually("it is ready", async || (get(format!("{private}/readyz")).await.status() == 200).then_some(())).await;
    // A second process stands by and says so.
    let other = world.run();
    let private = eventually("the other says where", async || address(&other.log(), "health is served")).await;
    eventually("the other is ready", async || {
        let answer = get(format!("{private}/readyz")).await;
        let ready = answer.status() == 200;
        (ready && answer.text().await.unwrap().contains("standing by")).then_some(())
    })
    .await;
    other.ends_well().await;
    bot.ends_well().await;
    assert!(client.get(format!("{public}/office-hours.ics")).send().await.is_err(), "nobody listens any more");
}

#[sqlx::test(migrations = false)]
async fn nothing_is_served_unless_it_is_configured(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    assert!(!bot.log().contains("served"), "{}", bot.log());
    bot.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_port_that_is_taken_is_a_clear_error_at_the_start(pool: PgPool) {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let world = World::configured(&pool, &format!("[web]\npublic = {port}\n")).await;
    let output = world.run().ended().await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    let wanted = format!("web.public: 127.0.0.1:{port} can't be listened at");
    assert!(said.lines().last().unwrap().contains(&wanted) && said.contains("name another one"), "{said}");
}
