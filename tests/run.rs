//! `psfbot run` as a real process: served by any Discord-compatible server, killed at bad moments, stopped in order.

use psfbot::clock::{Clock, SystemClock};
use sandbox::world::demo::{BLOG, BOARD, GENERAL, GUILD, MEMBER};
use serde_json::json;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};

use crate::support::approving;
use crate::support::process::{TOKEN, World, eventually};

async fn seeded(pool: &PgPool) {
    eventually("the feed is seeded", async || {
        let seeded: Result<bool, _> =
            sqlx::query_scalar("SELECT seeded_at IS NOT NULL FROM feed").fetch_one(pool).await;
        seeded.ok().filter(|seeded| *seeded)
    })
    .await;
}

async fn delivered(pool: &PgPool) {
    eventually("the delivery is recorded", async || {
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM delivery WHERE state = 'delivered'")
            .fetch_one(pool)
            .await
            .unwrap();
        (open == 1).then_some(())
    })
    .await;
}

#[sqlx::test(migrations = false)]
async fn it_serves_a_discord_compatible_server_from_an_empty_database(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let answer = world
        .discord
        .person(MEMBER)
        .command(GENERAL, "ask", json!({"question": "What does the PSF do?"}))
        .await
        .unwrap();
    assert_eq!(answer.state, "answered", "{answer:?}");
    seeded(&pool).await;
    world.discord.publish("A new post", "Its text.").await.unwrap();
    assert_eq!(world.some_messages(BLOG).await.len(), 1);
    delivered(&pool).await;
    let output = bot.terminate().await;
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    assert!(!log.contains(TOKEN) && !log.contains("SECRET"), "the token is in the log");
    assert!(!log.contains("What does the PSF do"), "a member's text is in the log");
}

#[sqlx::test(migrations = false)]
async fn killed_after_discord_stored_the_message_it_posts_no_second_one(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    seeded(&pool).await;
    // Discord stores the message; its answer is so late that the bot dies first.
    let late =
        json!({"method": "POST", "path_prefix": format!("/channels/{BLOG}/messages"), "times": 1, "delay_ms": 30_000});
    world.discord.fault(&late).await.unwrap();
    world.discord.publish("Once", "Its text.").await.unwrap();
    world.some_messages(BLOG).await;
    bot.kill();
    let open: String = sqlx::query_scalar("SELECT state FROM delivery").fetch_one(&pool).await.unwrap();
    assert_eq!(open, "sending", "it died before it knew");
    // The claim of the dead process runs out.
    sqlx::query("UPDATE delivery SET claimed_until = now()").execute(&pool).await.unwrap();
    let bot = world.run();
    delivered(&pool).await;
    assert_eq!(world.messages(BLOG).await.len(), 1);
    bot.ends_well().await;
}

/// A session in ten minutes, whose reminder was due five minutes ago.
fn session_soon() -> String {
    let start = (SystemClock.now() + chrono::TimeDelta::minutes(10)).to_rfc3339();
    format!(
        "[[series]]\nkey = \"soon\"\ntitle = \"Soon\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\nreminders = [\"15m\"]\ndates = [\"{start}\"]\n"
    )
}

#[sqlx::test(migrations = false)]
async fn killed_while_reminding_it_reminds_no_second_time(pool: PgPool) {
    let world = World::configured(&pool, &session_soon()).await;
    let late =
        json!({"method": "POST", "path_prefix": format!("/channels/{BOARD}/messages"), "times": 1, "delay_ms": 30_000});
    world.discord.fault(&late).await.unwrap();
    let bot = world.run();
    world.some_messages(BOARD).await;
    bot.kill();
    sqlx::query("UPDATE delivery SET claimed_until = now() WHERE state = 'sending'").execute(&pool).await.unwrap();
    let bot = world.run();
    delivered(&pool).await;
    let messages = world.messages(BOARD).await;
    assert_eq!(messages.len(), 1);
    assert!(messages[0].content().starts_with("Sorry, this reminder is late"), "{}", messages[0].content());
    bot.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn killed_while_making_an_event_it_makes_no_second_one(pool: PgPool) {
    let world = World::configured(&pool, &session_soon()).await;
    let path = format!("/guilds/{GUILD}/scheduled-events");
    let late = json!({"method": "POST", "path_prefix": path, "times": 9, "delay_ms": 30_000});
    world.discord.fault(&late).await.unwrap();
    let bot = world.run();
    let ours = async || {
        let state = world.discord.person(MEMBER).state().await.unwrap();
        let events = state["scheduled_events"].as_array().unwrap();
        events.iter().filter(|event| event["name"] == "Soon").count()
    };
    eventually("Discord has the event", async || (ours().await == 1).then_some(())).await;
    bot.kill();
    // The claims of the dead process run out.
    sqlx::query("UPDATE scheduled_event SET next_attempt_at = now()").execute(&pool).await.unwrap();
    let bot = world.run();
    eventually("the event is recorded", async || {
        let standing: i64 =
            sqlx::query_scalar("SELECT count(*) FROM scheduled_event WHERE series = 'soon' AND state = 'standing'")
                .fetch_one(&pool)
                .await
                .unwrap();
        (standing == 1).then_some(())
    })
    .await;
    assert_eq!(ours().await, 1);
    bot.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn no_failure_writes_an_interactions_token_to_the_log(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let ask = async |cuts: u32| {
        let fault = json!({"method": "POST", "path_prefix": "/interactions/", "times": cuts, "cut": true});
        world.discord.fault(&fault).await.unwrap();
        let question = json!({"question": "Are grants open?"});
        world.discord.person(MEMBER).command(GENERAL, "ask", question).await.unwrap()
    };
    assert_eq!(ask(1).await.state, "answered", "an answer that was lost once is sent again");
    assert_eq!(ask(2).await.state, "failed");
    let log = String::from_utf8(bot.terminate().await.stderr).unwrap();
    assert!(log.contains("an answer did not arrive"), "{log}");
    assert!(!log.contains("/interactions/") && !log.contains("/webhooks/"), "{log}");
}

#[sqlx::test(migrations = false)]
async fn an_outage_of_the_database_is_sat_out_and_answers_go_on(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    seeded(&pool).await;
    let database: String = sqlx::query_scalar("SELECT current_database()::TEXT").fetch_one(&pool).await.unwrap();
    let outside =
        PgPoolOptions::new().connect_with((*pool.connect_options()).clone().database("postgres")).await.unwrap();
    let alter = |allowed: bool| AssertSqlSafe(format!("ALTER DATABASE \"{database}\" ALLOW_CONNECTIONS {allowed}"));
    sqlx::query(alter(false)).execute(&outside).await.unwrap();
    sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
        .bind(&database)
        .execute(&outside)
        .await
        .unwrap();
    world.discord.publish("During the outage", "Its text.").await.unwrap();
    let answer =
        world.discord.person(MEMBER).command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    assert!(answer.content().contains("paused"), "{answer:?}");
    sqlx::query(alter(true)).execute(&outside).await.unwrap();
    assert_eq!(world.some_messages(BLOG).await.len(), 1);
    delivered(&pool).await;
    bot.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn an_answer_that_is_lost_leaves_one_message(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    seeded(&pool).await;
    let lost = json!({"method": "POST", "path_prefix": format!("/channels/{BLOG}/messages"), "times": 2, "carried_out": true, "cut": true});
    world.discord.fault(&lost).await.unwrap();
    world.discord.publish("Once", "Its text.").await.unwrap();
    delivered(&pool).await;
    assert_eq!(world.messages(BLOG).await.len(), 1);
    let attempts: i32 = sqlx::query_scalar("SELECT attempts FROM delivery").fetch_one(&pool).await.unwrap();
    assert!(attempts >= 2, "{attempts}");
    bot.ends_well().await;
}

/// Runs a command beside the sandbox, which serves in this process.
async fn finished(mut command: std::process::Command) -> std::process::Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[sqlx::test]
async fn check_finds_everything_in_order_and_names_what_is_not(pool: PgPool) {
    use sandbox::world::demo::{BOT_ROLE, STAFF};
    let world = World::configured(&pool, &session_soon()).await;
    let output = finished(world.command(&["check"])).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(!text.contains("FAIL"), "{text}");
    let notes: Vec<&str> = text.lines().filter(|line| line.starts_with("note")).collect();
    assert_eq!(notes.len(), 1, "only the board's role lacks Manage Server: {text}");
    assert!(notes[0].contains("(@PSF Board)") && notes[0].contains("Integrations"), "{text}");
    world.discord.set_permissions(STAFF, BOT_ROLE, 1 << 10 | 1 << 11 | 1 << 16, 1 << 14).await.unwrap();
    let output = finished(world.command(&["check"])).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    let line = text.lines().find(|line| line.starts_with("FAIL")).unwrap();
    assert!(line.contains("#staff") && line.contains("Embed Links"), "{line}");
    world.discord.change_member(sandbox::world::demo::BOT, &json!({"roles": []})).await.unwrap();
    let output = finished(world.command(&["check"])).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().any(|line| line.starts_with("FAIL") && line.contains("Create Events")), "{text}");
}

#[sqlx::test]
async fn where_sessions_open_a_channel_the_invitation_asks_for_what_that_needs_and_check_for_the_rest(pool: PgPool) {
    use sandbox::world::demo::{BOARD, BOT_ROLE, GRANTS_ROLE, GUILD};
    const MANAGE_ROLES: u64 = 1 << 28;
    const SEND_IN_THREADS: u64 = 1 << 38;
    let opening = format!(
        "\n[[series]]\nkey = \"chat\"\ntitle = \"Chat Hour\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\nreminders = []\ndates = []\nopens_for = \"{GUILD}\"\nopening = \"automatic\"\nhosts = [\"{GRANTS_ROLE}\"]\n"
    );
    let invited = async |world: &World| {
        let output = finished(world.command(&["check", "--invite"])).await;
        let link = String::from_utf8(output.stdout).unwrap();
        let bits: u64 = link.trim().rsplit_once("permissions=").unwrap().1.parse().unwrap();
        bits & (MANAGE_ROLES | SEND_IN_THREADS)
    };
    assert_eq!(invited(&World::start(&pool).await).await, 0);
    let world = World::configured(&pool, &opening).await;
    assert_eq!(invited(&world).await, MANAGE_ROLES | SEND_IN_THREADS);
    world.discord.set_permissions(BOARD, BOT_ROLE, 0, MANAGE_ROLES).await.unwrap();
    let output = finished(world.command(&["check"])).await;
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find(|line| line.starts_with("FAIL")).unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("Manage Roles") && line.contains("Manage Permissions"), "{line}");
}

/// A post that the bot made in the forum.
async fn thread_in_forum(world: &World) -> serde_json::Value {
    use sandbox::world::demo::FORUM;
    let thread = reqwest::Client::new().post(format!("{}/api/v10/channels/{FORUM}/threads", world.sandbox.url()));
    let body = json!({"name": "News", "message": {"content": "First"}});
    let made = thread.header("authorization", format!("Bot {TOKEN}")).json(&body).send().await.unwrap();
    made.json().await.unwrap()
}

#[sqlx::test]
async fn the_channel_of_the_digest_needs_to_take_its_pictures(pool: PgPool) {
    use sandbox::world::demo::{BOT_ROLE, GENERAL};
    const ATTACH_FILES: u64 = 1 << 15;
    let digest = |config: String| config.replacen("digest = false", &format!("digest_channel = \"{GENERAL}\""), 1);
    let world = World::changed(&pool, digest).await;
    world.discord.set_permissions(GENERAL, BOT_ROLE, 0, ATTACH_FILES).await.unwrap();
    let text = String::from_utf8(finished(world.command(&["check"])).await.stdout).unwrap();
    let fails: Vec<&str> = text.lines().filter(|line| line.starts_with("FAIL")).collect();
    assert!(fails.len() == 1 && fails[0].contains("lacks Attach Files (to show pictures"), "{text}");
}

#[sqlx::test]
async fn check_knows_what_each_kind_of_channel_is_good_for(pool: PgPool) {
    use sandbox::world::demo::{BOT_ROLE, FORUM, STAFF};
    const SEND_IN_THREADS: u64 = 1 << 38;
    let fails = async |world: &World| {
        let output = finished(world.command(&["check"])).await;
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter(|line| line.starts_with("FAIL")).map(str::to_owned).collect::<Vec<_>>()
    };
    let moved = |from: u64, to: u64| move |config: String| config.replace(&from.to_string(), &to.to_string());
    let world = World::changed(&pool, moved(BLOG, FORUM)).await;
    assert_eq!(fails(&world).await, [""; 0], "posts of a feed can go to a forum");
    world.discord.change_channel(FORUM, &json!({"requires_tag": true})).await.unwrap();
    assert!(fails(&world).await[0].contains("#community-news takes no post without a tag"));
    let world = World::changed(&pool, moved(STAFF, FORUM)).await;
    assert!(fails(&world).await[0].contains("#community-news is neither a text nor an announcement channel"));
    // A thread: with a bot that may post in it, and one that may not.
    let world = World::start(&pool).await;
    let voice = world.discord.add_channel(&json!({"name": "talk", "type": 2})).await.unwrap();
    let made = thread_in_forum(&world).await;
    let keep = "INSERT INTO staff_feed (state, key, url, channels, poll_seconds, max_new, edit_seconds, announce_latest, categories,
            approve, crosspost, thread, added_by, added_at)
        VALUES ('kept', $1, 'https://blog.example/feed', $2, 600, 3, 60, FALSE, '{}', FALSE, TRUE, TRUE, 1, now())";
    let id = |channel: &serde_json::Value| channel["id"].as_str().unwrap().parse::<i64>().unwrap();
    sqlx::query(keep).bind("in-a-thread").bind(vec![id(&made)]).execute(&pool).await.unwrap();
    assert_eq!(fails(&world).await, [""; 0]);
    world.discord.set_permissions(FORUM, BOT_ROLE, 0, SEND_IN_THREADS).await.unwrap();
    let found = fails(&world).await;
    assert!(found.len() == 1 && found[0].contains("Send Messages in Threads (to post in threads"), "{found:?}");
    sqlx::query("UPDATE staff_feed SET channels = $1").bind(vec![id(&voice)]).execute(&pool).await.unwrap();
    assert!(fails(&world).await[0].contains("#talk is no channel for announcements"));
    // A thread of a forum whose posts a colleague approves.
    let strict = World::changed(&pool, |config| approving(&config, FORUM)).await;
    let made = thread_in_forum(&strict).await;
    sqlx::query("UPDATE staff_feed SET channels = $1").bind(vec![id(&made)]).execute(&pool).await.unwrap();
    let found = fails(&strict).await;
    assert!(found.len() == 1 && found[0].contains("which a feed would go round"), "{found:?}");
}

#[sqlx::test]
async fn check_looks_at_the_channels_of_staffs_feeds(pool: PgPool) {
    use sandbox::world::demo::{BOT_ROLE, GENERAL};
    let world = World::start(&pool).await;
    let keep = "INSERT INTO staff_feed (state, key, url, channels, poll_seconds, max_new, edit_seconds, announce_latest, categories,
            approve, ping_role_id, crosspost, thread, added_by, added_at)
        VALUES ('kept', $1, 'https://blog.example/feed', $2, 600, 3, 60, FALSE, '{}', FALSE, 7, TRUE, TRUE, 1, now())";
    let channels = |channel: u64| vec![channel.cast_signed()];
    sqlx::query(keep).bind("second").bind(channels(GENERAL)).execute(&pool).await.unwrap();
    world.discord.set_permissions(GENERAL, BOT_ROLE, 0, 1 << 35).await.unwrap();
    let check = async || {
        let output = finished(world.command(&["check"])).await;
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, text) = check().await;
    assert_eq!(code, Some(1), "{text}");
    let line = text.lines().find(|line| line.starts_with("FAIL")).unwrap();
    assert!(line.contains("feed \"second\" of /feeds add") && line.contains("Create Public Threads"), "{line}");
    assert!(text.contains("its role 7 is not pinged"), "{text}");
    // Where the configuration wins, what staff keep is not looked at.
    sqlx::query("UPDATE staff_feed SET key = 'psf-blog', channels = $1")
        .bind(channels(1))
        .execute(&pool)
        .await
        .unwrap();
    let (code, text) = check().await;
    assert_eq!(code, Some(0), "{text}");
    sqlx::query("UPDATE staff_feed SET key = 'second'").execute(&pool).await.unwrap();
    let (_, text) = check().await;
    let line = text.lines().find(|line| line.starts_with("FAIL")).unwrap();
    assert!(line.contains("channel 1 ") && line.contains("use /feeds add again"), "{line}");
}

#[sqlx::test]
async fn at_its_start_it_names_every_channel_that_is_unknown_and_every_permission_that_it_lacks(pool: PgPool) {
    use sandbox::world::demo::{BOT_ROLE, STAFF};
    const UNKNOWN: &str = "1100000000000000999";
    let world = World::changed(&pool, |config| config.replace(&GENERAL.to_string(), UNKNOWN)).await;
    world.discord.set_permissions(STAFF, BOT_ROLE, 1 << 10 | 1 << 11 | 1 << 16, 1 << 14).await.unwrap();
    let bot = world.run();
    let warnings = eventually("it warns", async || {
        let log = bot.log();
        let warned = |what: &str| log.lines().any(|line| line.contains("WARN") && line.contains(what));
        (warned(UNKNOWN) && warned("#staff")).then_some(log)
    })
    .await;
    let line = |what: &str| warnings.lines().find(|line| line.contains("WARN") && line.contains(what)).unwrap();
    assert!(line("#staff").contains("Embed Links"), "{}", line("#staff"));
    assert!(
        line(UNKNOWN).ends_with("there is no such channel: correct its id in the configuration"),
        "{}",
        line(UNKNOWN)
    );
    assert!(line(UNKNOWN).contains("(series.channel of \"welcome\")"), "{}", line(UNKNOWN));
    world.bot_connected().await;
    bot.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn migrate_applies_what_is_missing_and_says_so(pool: PgPool) {
    let world = World::start(&pool).await;
    let said = async || String::from_utf8(finished(world.command(&["migrate"])).await.stdout).unwrap();
    let ours = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().count();
    assert_eq!(said().await.trim(), format!("{ours} migrations applied"));
    assert_eq!(said().await.trim(), "the database is up to date");
}

#[sqlx::test(migrations = false)]
async fn commands_are_registered_exactly_as_they_are_shown(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let output = finished(world.command(&["commands", "--json"])).await;
    let shown: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let sent = world.discord.requests(0).await.unwrap();
    let put = sent.iter().find(|request| request["method"] == "PUT").unwrap();
    assert_eq!(put["body"], serde_json::Value::from(shown));
    bot.ends_well().await;
}
