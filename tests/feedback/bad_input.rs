//! What is sent past the client, one by one: nothing breaks, nothing is stored that should not be, and no text is lost.

use sandbox::client::Outcome;
use sandbox::world::demo::{GENERAL, OTHER_MEMBER, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{named, opened, send, submissions, submit, the_card};
use crate::support::TestServer;

async fn force(server: &TestServer, form: &str, fields: Value) -> Outcome {
    let body = json!({"as": server.member().id.to_string(), "channel_id": GENERAL.to_string(), "custom_id": form,
        "fields": fields, "forged": true});
    server.discord.request(reqwest::Method::POST, "/control/interactions/modal", Some(&body)).await.unwrap()
}

#[sqlx::test]
async fn too_long_wrong_program_missing_and_unknown_fields_store_nothing(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for (form, fields, words) in [
        ("feedback-form:1:grants:5", json!({"went-well": "x".repeat(2001)}), "2000 characters"),
        ("feedback-form:1:grants:5", json!({"to-change": "😀".repeat(4000)}), "2000 characters"),
        ("feedback-form:1:grants:5", json!({}), "empty"),
        ("feedback-form:1:grants:5", json!({"went-well": "\u{200B}\u{2060}\u{FEFF}\u{E0041}"}), "empty"),
        ("feedback-form:1:grants:5", json!({"question": "kept"}), "> kept"),
        ("feedback-form:1:Grants Program:5", json!({"went-well": "kept"}), "> kept"),
        ("feedback-form:1:../grants:5", json!({"went-well": "kept"}), "> kept"),
        ("feedback-form:1::5", json!({"went-well": "kept"}), "> kept"),
        ("feedback-form:1:", json!({"went-well": "kept"}), "> kept"),
        ("feedback-anonymous:1:grants:", json!({"went-well": "kept"}), "> kept"),
    ] {
        let outcome = force(&server, form, fields).await;
        assert!(outcome.content().contains(words), "{form}: {outcome:?}");
        assert!(outcome.message.is_some_and(|message| message.is_ephemeral() && message.pinged_nobody()), "{form}");
    }
    assert_eq!(submissions(&server).await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn whatever_is_written_is_kept_readable_and_does_nothing_where_staff_read_it(pool: PgPool) {
    let hostile = [
        ("control characters", "a\u{0}b\u{1B}[31mc\u{7}\u{9B}d\u{1}e\u{2}", "ab[31mcde"),
        ("right to left", "safe\u{202E}gpj.exe\u{202C} \u{2066}x\u{2069}\u{200F}", "safegpj.exe x"),
        (
            "mentions",
            "@everyone @here <@&1100000000000000021> <@1100000000000000032> <#1100000000000000016>",
            "@everyone",
        ),
        ("masked links", "[python.org](https://evil.example) <https://evil.example> discord.gg/evil", "[python.org]"),
        ("zero width", "v\u{200B}i\u{200D}s\u{2060}a", "v\u{200B}i"),
        ("formula", "=cmd|'/C calc'!A0", "=cmd"),
    ];
    let mut server = TestServer::connected(pool).await;
    let staff = server.staff();
    for (at, (what, written, kept)) in hostile.into_iter().enumerate() {
        if at == 4 {
            server.clock.advance(crate::support::HOUR);
        }
        send(&server.member(), named(), written, "").await;
        server.settle().await;
        let cards = server.take(STAFF).await;
        let [card] = &cards[..] else { panic!("{what}: one card is expected: {cards:?}") };
        let stored: String = sqlx::query_scalar(
            "SELECT went_well FROM submission ORDER BY submitted_at DESC, xmin::TEXT::BIGINT DESC LIMIT 1",
        )
        .fetch_one(&server.pool)
        .await
        .unwrap();
        assert!(stored.contains(kept) && !stored.chars().any(|c| c.is_control()), "{what}: {stored:?}");
        assert!(card.pinged_nobody(), "{what}");
        let show = staff.command(STAFF, "inbox list", json!({})).await.unwrap().message.unwrap();
        for said in [card.content(), show.content()] {
            for dangerous in
                ["[python.org](", "<@&", "<@1100000000000000032", "\u{202E}", "\u{2066}", "\u{0}", "https://"]
            {
                assert!(!said.contains(dangerous), "{what}: {dangerous:?} in {said}");
            }
        }
        assert!(show.pinged_nobody(), "{what}");
    }
    server.finish().await;
}

#[sqlx::test]
async fn four_thousand_emoji_break_no_card_list_search_or_file(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let staff = server.staff();
    send(&server.member(), named(), &"😀".repeat(1000), &"👩‍👩‍👧‍👦".repeat(140)).await;
    the_card(&mut server).await;
    for (what, options) in [
        ("inbox list", json!({})),
        ("inbox search", json!({"words": "😀"})),
        ("inbox export", json!({})),
        ("inbox stats", json!({})),
    ] {
        let said = staff.command(STAFF, what, options).await.unwrap();
        assert!(said.message.is_some() && !said.content().contains("reference"), "{what}: {said:?}");
    }
    let given_back = force(&server, "feedback-form:1:grants:6", json!({"went-well": "😀".repeat(4000)})).await;
    assert_eq!(given_back.message.unwrap().raw["attachments"][0]["filename"], "your-feedback.txt");
    assert_eq!(submissions(&server).await, 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_replayed_form_stores_once_and_anothers_reads_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    let form = opened(&member, named()).await;
    for _ in 0..3 {
        assert!(submit(&member, &form, "mine", "").await.content().contains("Thank you"));
        server.clock.advance(crate::support::MINUTE);
    }
    let theirs = submit(&other, &form, "theirs", "").await;
    assert!(theirs.content().contains("Thank you") && !theirs.content().contains("mine"), "{theirs:?}");
    let authors: Vec<i64> = sqlx::query_scalar("SELECT author_id FROM submission ORDER BY went_well")
        .fetch_all(&server.pool)
        .await
        .unwrap();
    assert_eq!(authors, [member.id, other.id].map(|id| i64::try_from(id).unwrap()), "each has his own");
    server.settle().await;
    assert_eq!(server.take(STAFF).await.len(), 2);
    server.finish().await;
}
