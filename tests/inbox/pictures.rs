//! Pictures of what came in over time: what they show, to whom, and what they keep back. It is Saturday, 21 November 2026.

use insta::assert_snapshot;
use sandbox::client::Message;
use sandbox::world::demo::{BOT_ROLE, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{done, inbox, send};
use crate::support::{HOUR, TestServer};

/// Feedback that came in before, by name and of members whom nothing else is known of: day, programme, rating.
pub(super) async fn came_in(server: &TestServer, day: &str, program: &str, rating: Option<i16>) -> String {
    sqlx::query_scalar(
        "INSERT INTO submission (id, kind, program, went_well, rating, submitted_on, author_id, opened_by, submitted_at, may_contact)
         SELECT gen_random_uuid(), 'feedback', $2, 'x', $3, $1::DATE, 7, count(*) + 1, $1::DATE + TIME '12:00', FALSE FROM submission
         RETURNING id::TEXT",
    )
    .bind(day)
    .bind(program)
    .bind(rating)
    .fetch_one(&server.pool)
    .await
    .unwrap()
}

async fn tag(server: &TestServer, theme: &str, submissions: &[&String]) {
    for submission in submissions {
        sqlx::query(
            "WITH made AS (INSERT INTO theme (name, made_by, made_at) VALUES ($1, 7, now()) ON CONFLICT DO NOTHING RETURNING id)
             INSERT INTO submission_theme (theme_id, submission_id)
             SELECT id, $2::UUID FROM made UNION SELECT id, $2::UUID FROM theme WHERE name = $1",
        )
        .bind(theme)
        .bind(submission)
        .execute(&server.pool)
        .await
        .unwrap();
    }
}

/// A message's pictures: name, alt text, width and height as they are drawn, bytes.
async fn pictures(message: &Message) -> Vec<(String, String, (u32, u32), Vec<u8>)> {
    let mut all = Vec::new();
    for file in message.raw["attachments"].as_array().unwrap() {
        assert_eq!(file["content_type"], "image/png");
        let bytes = reqwest::get(file["url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(bytes.to_vec())).read_info().unwrap();
        let size = (reader.info().width, reader.info().height);
        let word = |key: &str| file[key].as_str().unwrap_or_else(|| panic!("no {key}: {file}")).to_owned();
        all.push((word("filename"), word("description"), size, bytes.to_vec()));
    }
    all
}

fn spoken(pictures: &[(String, String, (u32, u32), Vec<u8>)]) -> String {
    pictures.iter().map(|(name, alt, (width, height), _)| format!("{name} {width}×{height}\n{alt}\n")).collect()
}

async fn with_some(pool: PgPool) -> TestServer {
    let server = TestServer::connected(pool).await;
    for (day, rating) in [("2026-09-08", 4), ("2026-10-20", 5), ("2026-10-21", 3), ("2026-10-22", 5), ("2026-11-19", 2)]
    {
        came_in(&server, day, "grants", Some(rating)).await;
    }
    let one = came_in(&server, "2026-10-22", "community-partner", Some(1)).await;
    let two = came_in(&server, "2026-11-20", "gone", None).await;
    tag(&server, "Visa letters", &[&one, &two]).await;
    tag(&server, "Löhne & *Preise*", &[&two]).await;
    server
}

#[sqlx::test]
async fn staff_see_volume_rating_and_themes_beside_the_table(pool: PgPool) {
    let server = with_some(pool).await;
    let said = inbox(&server, "stats", json!({})).await;
    assert!(said.content().contains("Grants Program"), "the table stays: {}", said.content());
    let seen = pictures(&said).await;
    assert_snapshot!(spoken(&seen), @"
    feedback-volume.png 1200×684
    Bars: how many came in on each programme, by week from 24 Aug to 16 Nov. All: 0, 0, 1, 0, 0, 0, 0, 0, 4, 0, 0, 0, 2; Grants Program: 0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1; Community Partner Program: 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0; gone: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
    feedback-rating.png 1200×554
    Dots on a line: the mean rating from 1 (poor) to 5 (very good) on each programme, by week from 24 Aug to 16 Nov. All: –, –, few, –, –, –, –, –, few, –, –, –, few; Grants Program: –, –, few, –, –, –, –, –, 4.3, –, –, –, few; Community Partner Program: –, –, –, –, –, –, –, –, few, –, –, –, –
    feedback-themes.png 1200×424
    Bars: how many that came in have each theme, by week from 24 Aug to 16 Nov. Visa letters: 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1; Löhne & *Preise*: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
    ");
    if let Some(dir) = std::env::var_os("PSFBOT_PICTURES") {
        for (name, _, _, bytes) in &seen {
            std::fs::write(std::path::Path::new(&dir).join(name), bytes).unwrap();
        }
    }
    let again = pictures(&inbox(&server, "stats", json!({})).await).await;
    assert_eq!(seen, again, "the same bytes from the same numbers");
    // More than sixteen weeks are shown by month, and years of nothing are left out.
    let long = pictures(&inbox(&server, "stats", json!({"since": "1999-12-31"})).await).await;
    assert!(long[0].1.contains("by week from 7 Sep to 16 Nov"), "{}", long[0].1);
    came_in(&server, "2025-12-24", "grants", None).await;
    let long = pictures(&inbox(&server, "stats", json!({"since": "1999-12-31"})).await).await;
    assert!(long[0].1.contains("by month from Dec 25 to Nov 26"), "{}", long[0].1);
    let none = inbox(&server, "stats", json!({"since": "2026-11-21"})).await;
    assert!(none.content().contains("Nothing fits") && none.raw["attachments"] == json!([]), "{none:?}");
    done(server).await;
}

#[sqlx::test]
async fn what_is_on_conduct_erased_or_not_shown_yet_is_in_no_picture(pool: PgPool) {
    let mut server = with_some(pool).await;
    let before = pictures(&inbox(&server, "stats", json!({})).await).await;
    for _ in 0..3 {
        let more = came_in(&server, "2026-11-20", "grants", Some(1)).await;
        tag(&server, "A secret theme", &[&more]).await;
        let on_conduct = "UPDATE submission SET state = 'resolved', resolved_by = 1, resolved_at = now(), conduct_by = 1, conduct_at = now() WHERE id = $1::UUID";
        sqlx::query(on_conduct).bind(&more).execute(&server.pool).await.unwrap();
    }
    assert_eq!(before, pictures(&inbox(&server, "stats", json!({})).await).await);
    let gone = came_in(&server, "2026-11-20", "discord", Some(1)).await;
    assert_ne!(before, pictures(&inbox(&server, "stats", json!({})).await).await);
    sqlx::query("DELETE FROM submission WHERE id = $1::UUID").bind(gone).execute(&server.pool).await.unwrap();
    assert_eq!(before, pictures(&inbox(&server, "stats", json!({})).await).await);
    // An anonymous one is there with its round.
    send(&server.member(), "discord", true, "shy", "").await;
    assert_eq!(before, pictures(&inbox(&server, "stats", json!({})).await).await);
    server.advance(HOUR).await;
    let after = pictures(&inbox(&server, "stats", json!({})).await).await;
    assert!(after[0].1.contains("This Discord server: 0"), "{}", after[0].1);
    done(server).await;
}

#[sqlx::test]
async fn many_programmes_over_a_year_fit(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    sqlx::query(
        "INSERT INTO submission (id, kind, program, went_well, rating, submitted_on, author_id, opened_by, submitted_at, may_contact)
         SELECT gen_random_uuid(), 'feedback', 'program-' || p, 'x', 1 + (n + p) % 5, DATE '2026-11-20' - n, 7, n * 100 + p, now(), FALSE
         FROM generate_series(0, 364) n, generate_series(1, 40) p",
    )
    .execute(&server.pool)
    .await
    .unwrap();
    let said = inbox(&server, "stats", json!({"since": "2025-11-22"})).await;
    let seen = pictures(&said).await;
    assert_eq!(seen.len(), 2, "no themes");
    for (_, alt, (width, height), bytes) in &seen {
        assert!(*width == 1200 && *height <= 800 && bytes.len() < 300_000, "{width}×{height}, {} bytes", bytes.len());
        assert!(alt.contains("all others") || alt.ends_with('…'), "{alt}");
    }
    done(server).await;
}

#[sqlx::test]
async fn nobody_else_gets_a_picture_and_a_stalled_database_is_waited_for(pool: PgPool) {
    let server = with_some(pool).await;
    for person in [server.member(), server.board()] {
        server.discord.set_permissions(STAFF, person.id, 1 << 10, 0).await.unwrap();
        let outcome = person.forge_command(STAFF, "inbox stats", json!({})).await.unwrap();
        assert!(outcome.content().contains("for staff"), "{outcome:?}");
        assert_eq!(outcome.message.unwrap().raw["attachments"], json!([]));
    }
    let stalled = server.stall_database().await;
    let outcome = server.staff().at_once().command(STAFF, "inbox stats", json!({})).await.unwrap();
    stalled.rollback().await.unwrap();
    let completed = server.completed(&outcome).await.message.unwrap();
    assert_eq!(pictures(&completed).await.len(), 3);
    done(server).await;
}

#[sqlx::test]
async fn the_digest_has_the_same_pictures_once_also_after_a_lost_answer(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| config.replace("digest = false", "digest = true")).await;
    server.connect().await;
    for (day, rating) in [("2026-11-10", 5), ("2026-11-17", 4), ("2026-11-18", 4), ("2026-11-19", 1)] {
        came_in(&server, day, "grants", Some(rating)).await;
    }
    came_in(&server, "2026-11-22", "community-partner", None).await;
    // Not of the week any more.
    came_in(&server, "2026-11-23", "discord", None).await;
    let lost = sandbox::client::Fault::lost_answer().on("POST", &format!("/channels/{STAFF}/messages")).once();
    server.discord.fault(&lost).await.unwrap();
    server.advance(HOUR * 44 + HOUR / 30).await;
    server.advance(HOUR).await;
    let digest = server.take(STAFF).await;
    let [digest] = &digest[..] else { panic!("one digest is expected: {digest:?}") };
    assert!(digest.pinged_nobody());
    assert_snapshot!(digest.content(), @"
    **The week in answers** (2026-W48)
    **4 came in as feedback or questions to staff** (1 in the week before). See `/inbox stats`.
    - Grants Program: 3 (1 in the week before)
    - Community Partner Program: 1 (0 in the week before)
    ");
    let seen = pictures(digest).await;
    assert_snapshot!(spoken(&seen), @"
    feedback-volume.png 1200×554
    Bars: how many came in on each programme, by week from 31 Aug to 16 Nov. All: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4; Grants Program: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3; Community Partner Program: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
    feedback-rating.png 1200×294
    Dots on a line: the mean rating from 1 (poor) to 5 (very good) on each programme, by week from 31 Aug to 16 Nov. Grants Program: –, –, –, –, –, –, –, –, –, –, few, 3.0
    ");
    let kept: Vec<Vec<u8>> = sqlx::query_scalar("SELECT png FROM announcement_picture ORDER BY place")
        .fetch_all(&server.pool)
        .await
        .unwrap();
    assert_eq!(kept, seen.into_iter().map(|picture| picture.3).collect::<Vec<_>>());
    // What was sent is not kept for ever.
    server.advance(HOUR * 24 * 31).await;
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM announcement_picture").fetch_one(&server.pool).await.unwrap();
    assert_eq!(kept, 0);
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn where_files_may_not_be_attached_the_digest_comes_without_pictures(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| config.replace("digest = false", "digest = true")).await;
    server.connect().await;
    came_in(&server, "2026-11-17", "grants", None).await;
    let others = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16;
    server.discord.set_permissions(STAFF, BOT_ROLE, others, 1 << 15).await.unwrap();
    server.advance(HOUR * 44 + HOUR / 30).await;
    let digest = server.take(STAFF).await;
    assert_eq!(digest.len(), 1);
    assert_eq!(digest[0].raw["attachments"], json!([]));
    assert!(digest[0].content().contains("grant the bot Attach Files"), "{}", digest[0].content());
    let states: Vec<Value> =
        sqlx::query_scalar("SELECT to_jsonb(state) FROM delivery").fetch_all(&server.pool).await.unwrap();
    assert_eq!(states, [json!("delivered")]);
    server.finish().await;
}
