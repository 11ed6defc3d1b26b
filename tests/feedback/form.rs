//! The form, its thanks, and what bad input meets.

use insta::assert_snapshot;
use sandbox::client::Message;
use sandbox::world::demo::{GENERAL, MEMBER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{anonymous, named, opened, send, submissions, submit, the_card, written};
use crate::support::{HOUR, TestServer};

/// A text without what differs from run to run.
fn steady(message: &Message) -> String {
    message.content().replace(&MEMBER.to_string(), "MEMBER")
}

#[sqlx::test]
async fn feedback_is_stored_thanked_for_and_shown_to_staff(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let thanks =
        send(&member, json!({"program": "community-partner"}), "Quick answers", "More dates\n\n- and *earlier*").await;
    assert!(thanks.is_ephemeral() && thanks.pinged_nobody());
    assert_snapshot!(steady(&thanks), @"
    **Thank you.** Your feedback on **Community Partner Program** is stored, and the PSF's staff can read it. With `/me` you see what becomes of it, and can delete it.
    To talk about it in public: <https://discuss.python.org/t/106095>
    To write in private: grants@python.org
    To report something about conduct, please write to conduct-wg@python.org instead: they can act on it.
    How good was it, all in all?
    ");
    assert_snapshot!(thanks.buttons().join(" | "), @"1 Poor | 2 Fair | 3 OK | 4 Good | 5 Very good | Staff may contact me");
    let card = the_card(&mut server).await;
    assert!(card.pinged_nobody());
    assert_snapshot!(steady(&card), @r"
    **Feedback: Community Partner Program**
    From <@MEMBER>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    **What went well**
    > Quick answers
    **What to change**
    > More dates
    > 
    > \- and \*earlier\*
    The author has not agreed to be contacted.
    State: **new**
    ");
    assert_eq!(card.buttons(), ["Acknowledge", "Reply", "Resolve", "Tag", "Conduct"]);
    server.finish().await;
}

#[sqlx::test]
async fn the_form_says_what_it_is_for(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for (options, title) in [(named(), "Feedback: Grants Program"), (anonymous(), "Anonymous feedback: Grants Program")]
    {
        let outcome = server.member().command(GENERAL, "feedback", options).await.unwrap();
        let form = outcome.modal.unwrap();
        assert_eq!(form["title"], title);
        let text = form.to_string();
        assert!(text.contains("What went well") && text.contains("What to change"), "{text}");
        assert!(text.contains("conduct-wg@python.org"), "{text}");
        assert_eq!(text.contains("a lost one cannot be recovered"), title.starts_with("Anonymous"), "{text}");
    }
    server.finish().await;
}

#[sqlx::test]
async fn typing_suggests_the_configured_programmes(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let choices = server.member().autocomplete(GENERAL, "feedback", "program", "PART").await.unwrap();
    assert_eq!(choices, [json!({"name": "Community Partner Program", "value": "community-partner"})]);
    assert_eq!(server.member().autocomplete(GENERAL, "feedback", "program", "").await.unwrap().len(), 3);
    server.finish().await;
}

#[sqlx::test]
async fn a_programme_that_is_not_configured_opens_no_form(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for typed in ["secret-project", "grants:1", "@everyone", ""] {
        let outcome = server.member().forge_command(GENERAL, "feedback", json!({"program": typed})).await.unwrap();
        assert!(outcome.modal.is_none() && outcome.content().contains("Grants Program"), "{typed}: {outcome:?}");
        assert!(!outcome.content().contains("secret") && !outcome.content().contains("@everyone"));
    }
    let by_title = server.member().command(GENERAL, "feedback", json!({"program": "grants program "})).await.unwrap();
    assert!(by_title.form_id().unwrap().starts_with("feedback-form:1:grants:"));
    server.finish().await;
}

#[sqlx::test]
async fn a_form_sent_twice_is_stored_once_with_the_same_thanks(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let form = opened(&member, named()).await;
    let both = tokio::join!(submit(&member, &form, "once", ""), submit(&member, &form, "once", ""));
    assert_eq!(both.0.content(), both.1.content());
    assert!(both.0.content().contains("Thank you"), "{:?}", both.0);
    server.restart().await;
    assert_eq!(submit(&member, &form, "once", "").await.content(), both.0.content());
    assert_eq!(submissions(&server).await, 1);
    the_card(&mut server).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_form_sent_again_with_another_text_changes_nothing_and_says_so(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let form = opened(&member, named()).await;
    submit(&member, &form, "the first", "").await;
    let second = submit(&member, &form, "the second", "").await;
    assert!(second.content().contains("the second") && second.content().contains("not"), "{}", second.content());
    assert!(the_card(&mut server).await.content().contains("the first"));
    assert_eq!(submissions(&server).await, 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_form_of_somebody_else_neither_reads_nor_blocks_anything(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.board());
    let form = opened(&member, named()).await;
    let forged = submit(&other, &form, "forged", "").await;
    assert!(forged.content().contains("Thank you"), "{forged:?}");
    let thanks = submit(&member, &form, "the real one", "").await;
    assert!(thanks.content().contains("Thank you"), "{thanks:?}");
    let stored: Vec<(i64, String)> = sqlx::query_as("SELECT author_id, went_well FROM submission ORDER BY went_well")
        .fetch_all(&server.pool)
        .await
        .unwrap();
    let id = |raw: u64| i64::try_from(raw).unwrap();
    assert_eq!(stored, [(id(other.id), "forged".to_owned()), (id(member.id), "the real one".to_owned())]);
    server.settle().await;
    assert_eq!(server.take(STAFF).await.len(), 2);
    server.finish().await;
}

#[sqlx::test]
async fn a_form_that_was_tampered_with_stores_nothing_and_gives_the_text_back(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for form in [
        "feedback-form:1:secret-project:1",
        "feedback-form:1:grants",
        "feedback-form:1:grants:zero",
        "feedback-form:1:grants:0",
        "feedback-form:1:grants:99999999999999999999",
        "feedback-form:2:grants:1",
        "feedback-anonymous:1:grants:123",
        "feedback-anonymous:1:grants:ABCDEFABCDEFABCDEFABCDEFABCDEFAB",
        "feedback-anonymous:9:grants:00000000000000000000000000000000",
    ] {
        let outcome = submit(&server.member(), form, "what I *wrote*", "").await;
        assert!(outcome.content().contains(r"what I \*wrote\*"), "{form}: {}", outcome.content());
        assert!(!outcome.content().contains("Thank you"), "{form}: {}", outcome.content());
    }
    assert_eq!(submissions(&server).await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn an_empty_form_is_met_with_a_sentence(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for (one, other) in [("", ""), (" \n ", "\u{200B}"), ("\u{202E}", "")] {
        let form = opened(&server.member(), named()).await;
        let outcome = submit(&server.member(), &form, one, other).await;
        assert!(outcome.content().contains("empty"), "{}", outcome.content());
    }
    assert_eq!(submissions(&server).await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn hostile_text_is_shown_harmlessly(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let hostile = "@everyone @here <@&1100000000000000021> <@1100000000000000032>\n# Big\n[click](http://evil.example/x) discord.gg/evil\nabc\u{202E}fed\u{0}\u{7}```";
    send(&server.member(), named(), hostile, "<#1100000000000000016> ||hidden|| <t:0:R>").await;
    let card = the_card(&mut server).await;
    assert!(card.pinged_nobody() && card.embeds().iter().all(|embed| embed["url"].is_null()));
    assert_snapshot!(card.content().lines().skip(2).take(8).collect::<Vec<_>>().join("\n"), @r"
    **What went well**
    > \@everyone \@here \<\@&1100000000000000021> \<\@1100000000000000032>
    > \# Big
    > \[click\](http:\/\/evil.example\/x) discord.gg\/evil
    > abcfed\`\`\`
    **What to change**
    > \<#1100000000000000016> \|\|hidden\|\| \<t:0:R>
    The author has not agreed to be contacted.
    ");
    // An edit of the card parses mentions again.
    server.staff().press(&card, "Acknowledge").await.unwrap();
    server.settle().await;
    assert!(server.look(STAFF).await[0].pinged_nobody());
    server.finish().await;
}

#[sqlx::test]
async fn a_long_text_is_kept_whole_and_shortened_on_the_card(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let emoji = "😀".repeat(1000);
    let stars = "*".repeat(2000);
    let thanks = send(&server.member(), named(), &emoji, &stars).await;
    assert!(thanks.content().contains("Thank you"), "{}", thanks.content());
    let stored: (String, String) =
        sqlx::query_as("SELECT went_well, to_change FROM submission").fetch_one(&server.pool).await.unwrap();
    assert_eq!(stored, (emoji.clone(), stars));
    let card = the_card(&mut server).await;
    assert!(
        card.content().contains("Shortened here") && card.content().contains("State: **new**"),
        "{}",
        card.content()
    );
    assert_eq!(card.buttons(), ["Acknowledge", "Reply", "Resolve", "Tag", "Conduct", "Show all"]);
    let shown = server.staff().press(&card, "Show all").await.unwrap().message.unwrap();
    let file = &shown.raw["attachments"][0];
    assert!(shown.is_ephemeral() && file["filename"] == "feedback.txt", "{shown:?}");
    let url = file["url"].as_str().unwrap();
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!(text.contains(&emoji) && text.contains("What to change"), "{text}");
    server.finish().await;
}

#[sqlx::test]
async fn a_text_longer_than_the_form_allows_is_given_back_as_a_file(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let long = "😀".repeat(4000);
    let outcome = submit(&server.member(), "feedback-form:1:grants:77", &long, "").await;
    let message = outcome.message.unwrap();
    assert!(message.content().contains("2000 characters"), "{}", message.content());
    assert_eq!(message.raw["attachments"][0]["filename"], "your-feedback.txt");
    assert_eq!(submissions(&server).await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_member_may_send_five_an_hour_and_loses_no_text(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let mut last = String::new();
    for number in 0..5 {
        last = opened(&member, if number % 2 == 0 { named() } else { anonymous() }).await;
        assert!(submit(&member, &last, "text", "").await.content().contains("Thank you"));
    }
    let again = submit(&member, &last, "text", "").await;
    assert!(again.content().contains("Thank you"), "the fifth sent twice: {}", again.content());
    let sixth = send(&member, named(), "the sixth", "").await;
    assert!(sixth.content().contains("the sixth") && sixth.content().contains("within an hour"), "{}", sixth.content());
    assert!(send(&server.board(), named(), "another member", "").await.content().contains("Thank you"));
    server.clock.advance(HOUR);
    assert!(send(&member, named(), "later", "").await.content().contains("Thank you"));
    assert_eq!(submissions(&server).await, 7);
    server.settle().await;
    assert_eq!(server.take(STAFF).await.len(), 7);
    server.finish().await;
}

#[sqlx::test]
async fn a_form_from_another_server_is_refused(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let foreign = json!({"as": MEMBER.to_string(), "channel_id": GENERAL.to_string(), "custom_id": "feedback-form:1:grants:5",
        "fields": written("from elsewhere", ""), "forged": true, "guild_id": "1100000000000000099"});
    let outcome: sandbox::client::Outcome =
        server.discord.request(reqwest::Method::POST, "/control/interactions/modal", Some(&foreign)).await.unwrap();
    assert!(outcome.content().contains("own server"), "{outcome:?}");
    assert_eq!(submissions(&server).await, 0);
    server.finish().await;
}
