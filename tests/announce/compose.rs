//! Compose, choose, preview, send.

use futures_util::future::join_all;
use sandbox::world::demo::{ANNOUNCE_ROLE, ANNOUNCEMENTS, BOT_ROLE, GENERAL, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{choose_channels, choose_ping, compose, control, ready, wording};
use crate::support::{HOUR, MINUTE, TestServer};

const RULE: &str = "━━━━━━━━━━━━\n";
const SEND_MESSAGES: u64 = 1 << 11;
const EMBED_LINKS: u64 = 1 << 14;
const MENTION_EVERYONE: u64 = 1 << 17;

fn below_the_line(content: &str) -> &str {
    content.split_once(RULE).unwrap().1
}

#[sqlx::test]
async fn what_was_previewed_is_posted_once_in_each_channel_and_pings_the_chosen_role_alone(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let fields = json!({
        "title": "Nominations are *open*", "text": "Who **should** run? @everyone <@&1100000000000000021> \u{202E}",
        "link": "python.org/psf", "image": "https://www.python.org/ballot.png", "image_alt": "A ballot box",
    });
    let preview = compose(&sam, fields).await;
    assert!(preview.is_ephemeral() && preview.pinged_nobody());
    insta::assert_snapshot!(preview.content(), @r"
    **Draft 1, only you see this.** Nothing is posted yet. Below the line is what will be posted.
    - Channels: none chosen yet
    - Ping: nobody
    - Time: when you press Send now
    - Followers: in announcement channels it is also published to the servers that follow them
    **To do:** choose at least one channel.
    ━━━━━━━━━━━━
    **Nominations are \*open\***
    Who **should** run? @everyone <@&1100000000000000021>

    <https://python.org/psf>
    ");
    let preview = choose_channels(&sam, &preview, &[ANNOUNCEMENTS, GENERAL]).await;
    let preview = choose_ping(&sam, &preview, &ANNOUNCE_ROLE.to_string()).await;
    assert!(preview.pinged_nobody());
    insta::assert_snapshot!(preview.content(), @r"
    **Draft 1, only you see this.** Nothing is posted yet. Below the line is what will be posted.
    - Channels: <#1100000000000000011>, <#1100000000000000015>
    - Ping: <@&1100000000000000023>
    - Time: when you press Send now
    - Followers: in announcement channels it is also published to the servers that follow them
    ━━━━━━━━━━━━
    **Nominations are \*open\***
    Who **should** run? @everyone <@&1100000000000000021>

    <https://python.org/psf>

    <@&1100000000000000023>
    ");
    let sent = sam.press(&preview, "Send now").await.unwrap();
    insta::assert_snapshot!(sent.content(), @"**On its way** to <#1100000000000000011>, <#1100000000000000015>. Ping: <@&1100000000000000023>. `/announce list` shows how it stands, and `/announce edit` corrects it.");
    assert!(sent.message.unwrap().components().is_empty());
    server.settle().await;
    for channel in [ANNOUNCEMENTS, GENERAL] {
        let [posted] = &server.take(channel).await[..] else { panic!("one message is expected") };
        assert_eq!(posted.content(), below_the_line(preview.content()));
        let roles = [ANNOUNCE_ROLE.to_string()];
        assert_eq!(posted.raw["pinged"], json!({"everyone": false, "roles": roles, "users": []}));
        let is_published = posted.raw["flags"].as_u64().unwrap_or_default() & 1 == 1;
        assert_eq!(is_published, channel == ANNOUNCEMENTS);
        let mut framed = posted.embeds()[0].clone();
        let (footer, _reference) = framed["footer"]["text"].as_str().unwrap().split_once(" · ref ").unwrap();
        framed["footer"]["text"] = json!(footer);
        assert_eq!(framed, preview.embeds()[0]);
    }
    server.finish().await;
}

#[sqlx::test]
async fn nobody_is_pinged_unless_a_role_is_chosen(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let preview = compose(&server.staff(), wording("@everyone", &format!("<@&{ANNOUNCE_ROLE}> @here"))).await;
    let preview = choose_channels(&server.staff(), &preview, &[GENERAL]).await;
    server.staff().press(&preview, "Send now").await.unwrap();
    server.settle().await;
    assert!(server.take(GENERAL).await[0].pinged_nobody());
    server.finish().await;
}

#[sqlx::test]
async fn pressing_send_twice_at_once_announces_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Once", &[GENERAL]).await;
    let pressed = join_all((0..4).map(|_| sam.press(&preview, "Send now"))).await;
    for outcome in pressed {
        assert!(outcome.as_ref().unwrap().content().starts_with("**On its way**"), "{outcome:?}");
    }
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    let announcements: i64 =
        sqlx::query_scalar("SELECT count(*) FROM announcement").fetch_one(&server.pool).await.unwrap();
    assert_eq!(announcements, 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_send_made_for_an_earlier_version_changes_nothing_and_says_so(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "First wording", &[GENERAL]).await;
    let old_send = control(&preview, "announce-send");
    let opened = sam.press(&preview, "Edit").await.unwrap();
    assert_eq!(opened.modal.as_ref().unwrap()["components"][0]["components"][0]["value"], "First wording");
    let edited = sam.submit(STAFF, opened.form_id().unwrap(), wording("Second wording", "New.")).await.unwrap();
    assert!(edited.content().ends_with("**Second wording**\nNew."), "{}", edited.content());
    let edited = edited.message.unwrap();
    let refused = sam.forge_click(&edited, &old_send).await.unwrap();
    assert!(refused.content().starts_with("**This draft was changed in the meantime"), "{}", refused.content());
    server.settle().await;
    assert!(server.take(GENERAL).await.is_empty());
    sam.press(&refused.message.unwrap(), "Send now").await.unwrap();
    server.settle().await;
    assert!(server.take(GENERAL).await[0].content().starts_with("**Second wording**"));
    server.finish().await;
}

#[sqlx::test]
async fn a_form_sent_twice_makes_one_draft_and_a_stale_one_gives_its_text_back(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let opened = sam.command(STAFF, "announce compose", json!({})).await.unwrap();
    let form = opened.form_id().unwrap();
    let [first, second] = [1, 2].map(|_| sam.submit(STAFF, form, wording("One", "Text.")));
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.unwrap().content(), second.as_ref().unwrap().content());
    let drafts: i64 = sqlx::query_scalar("SELECT count(*) FROM draft").fetch_one(&server.pool).await.unwrap();
    assert_eq!(drafts, 1);
    let preview = second.unwrap().message.unwrap();
    let opened = sam.press(&preview, "Edit").await.unwrap();
    let form = opened.form_id().unwrap();
    let edited = sam.submit(STAFF, form, wording("Two", "Text.")).await.unwrap();
    let again = sam.submit(STAFF, form, wording("Two", "Text.")).await.unwrap();
    assert!(again.message.as_ref().unwrap().raw["attachments"].as_array().unwrap().is_empty());
    assert!(edited.content().contains("**Two**"));
    let other = sam.submit(STAFF, form, wording("Three", "Not to be lost.")).await.unwrap();
    assert!(other.content().contains("nothing was done") && other.content().contains("**Two**"), "{}", other.content());
    assert_eq!(other.message.unwrap().raw["attachments"][0]["filename"], "what-you-wrote.txt");
    server.finish().await;
}

#[sqlx::test]
async fn a_channel_that_cannot_be_posted_to_is_refused_when_it_is_chosen(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    server.discord.set_permissions(GENERAL, BOT_ROLE, 0, SEND_MESSAGES | EMBED_LINKS).await.unwrap();
    let preview = compose(&sam, wording("News", "Text.")).await;
    let preview = choose_channels(&sam, &preview, &[GENERAL, ANNOUNCEMENTS]).await;
    insta::assert_snapshot!(preview.content(), @"
    **<#1100000000000000015> was not taken.** I lack permissions there: Send Messages, Embed Links. Ask an administrator to grant them, then choose it again.
    **Draft 1, only you see this.** Nothing is posted yet. Below the line is what will be posted.
    - Channels: <#1100000000000000011>
    - Ping: nobody
    - Time: when you press Send now
    - Followers: in announcement channels it is also published to the servers that follow them
    ━━━━━━━━━━━━
    **News**
    Text.
    ");
    // What the menu does not offer is refused too.
    let id = control(&preview, "announce-channels");
    let missing = sam.choose(&preview, &id, &["1100000000000000099"]).await;
    assert!(missing.is_err() || missing.unwrap().content().contains("was not taken"));
    server.finish().await;
}

#[sqlx::test]
async fn a_ping_that_will_reach_nobody_is_pointed_out(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    server.discord.set_permissions(GENERAL, BOT_ROLE, 0, MENTION_EVERYONE).await.unwrap();
    let preview = ready(&sam, "News", &[GENERAL]).await;
    let preview = choose_ping(&sam, &preview, &ANNOUNCE_ROLE.to_string()).await;
    assert!(preview.content().contains("the ping will reach nobody"), "{}", preview.content());
    let preview = choose_ping(&sam, &preview, "nobody").await;
    assert!(!preview.content().contains("reach nobody") && preview.content().contains("- Ping: nobody"));
    server.finish().await;
}

#[sqlx::test]
async fn what_is_missing_is_named_and_nothing_is_sent_before_it_is_there(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let fields = json!({"title": "T", "text": "x".repeat(1800), "link": format!("https://python.org/{}", "y".repeat(400)), "image": "nowhere"});
    let preview = compose(&sam, fields).await;
    let send = control(&preview, "announce-send");
    assert!(sam.click(&preview, &send).await.is_err(), "the button is off");
    let refused = sam.forge_click(&preview, &send).await.unwrap();
    let message = refused.message.unwrap();
    // The words do not fit above so long a text, so they are framed.
    let words = message.embeds()[0]["description"].as_str().unwrap();
    for missing in ["Nothing was done", "characters too long", "picture is not a web address", "at least one channel"] {
        assert!(words.contains(missing), "{words}");
    }
    server.settle().await;
    assert!(server.take(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn followers_can_be_left_out(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Here only", &[ANNOUNCEMENTS]).await;
    let preview = sam.press(&preview, "Do not publish to followers").await.unwrap().message.unwrap();
    assert!(preview.content().contains("- Followers: not published"), "{}", preview.content());
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(ANNOUNCEMENTS).await[0].raw["flags"].as_u64().unwrap_or_default() & 1, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_restart_between_every_two_steps_changes_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let opened = sam.command(STAFF, "announce compose", json!({})).await.unwrap();
    server.restart().await;
    let fields = wording("Survivor", "Text.");
    let preview = sam.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap();
    server.restart().await;
    let preview = choose_channels(&sam, &preview, &[GENERAL]).await;
    server.restart().await;
    let preview = choose_ping(&sam, &preview, &ANNOUNCE_ROLE.to_string()).await;
    // More than six sessions in ten minutes are not begun.
    server.clock.advance(MINUTE * 10);
    server.restart().await;
    let opened = sam.press(&preview, "Schedule").await.unwrap();
    server.restart().await;
    let time = json!({"time": "in 2 hours", "zone": "UTC"});
    let planned = sam.submit(STAFF, opened.form_id().unwrap(), time).await.unwrap().message.unwrap();
    server.restart().await;
    let done = sam.press(&planned, "Confirm").await.unwrap();
    assert!(done.content().starts_with("**Scheduled**"), "{}", done.content());
    server.restart().await;
    server.advance(HOUR * 2).await;
    let [posted] = &server.take(GENERAL).await[..] else { panic!("one message is expected") };
    assert!(posted.content().starts_with("**Survivor**") && !posted.pinged_nobody());
    server.finish().await;
}

#[sqlx::test]
async fn a_draft_is_found_again_after_its_private_message_is_gone(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    ready(&sam, "Lost and found", &[GENERAL]).await;
    let choices = sam.autocomplete(STAFF, "announce drafts", "draft", "lost").await.unwrap();
    assert_eq!(choices[0]["name"], "Lost and found");
    let resumed = sam.command(STAFF, "announce drafts", json!({"draft": choices[0]["value"]})).await.unwrap();
    let preview = resumed.message.unwrap();
    assert!(preview.content().contains(&format!("<#{GENERAL}>")), "{}", preview.content());
    sam.press(&preview, "Send now").await.unwrap();
    assert!(sam.autocomplete(STAFF, "announce drafts", "draft", "").await.unwrap().is_empty());
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_correction_that_asks_for_money_must_be_confirmed_too(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = compose(&sam, wording("Camp", "Donate to the camp!")).await;
    let preview = choose_channels(&sam, &preview, &[GENERAL]).await;
    let confirmed = sam.press(&preview, "It is for us").await.unwrap().message.unwrap();
    sam.press(&confirmed, "Send now").await.unwrap();
    server.settle().await;
    server.take(GENERAL).await;
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let edit = json!({"announcement": choices[0]["value"]});
    let opened = sam.command(STAFF, "announce edit", edit).await.unwrap();
    // What was confirmed of one wording says nothing of another.
    let other = wording("Camp", "Send money to somebody else: donate!");
    let refused = sam.submit(STAFF, opened.form_id().unwrap(), other.clone()).await.unwrap();
    assert!(refused.content().starts_with("**Nothing was changed.**"), "{}", refused.content());
    server.settle().await;
    assert!(server.look(GENERAL).await[0].content().contains("Donate to the camp!"));
    let again = sam.press(&refused.message.unwrap(), "It is for us").await.unwrap();
    let corrected = sam.submit(STAFF, again.form_id().unwrap(), other).await.unwrap();
    assert!(corrected.content().starts_with("**Corrected.**"), "{}", corrected.content());
    server.settle().await;
    assert!(server.look(GENERAL).await[0].content().contains("somebody else"));
    server.finish().await;
}

#[sqlx::test]
async fn a_discarded_draft_is_gone_for_every_control(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Never mind", &[GENERAL]).await;
    let send = control(&preview, "announce-send");
    let discarded = sam.press(&preview, "Discard").await.unwrap();
    assert_eq!(discarded.content(), "**Discarded.** Nothing was posted.");
    let refused = sam.forge_click(&discarded.message.unwrap(), &send).await.unwrap();
    assert_eq!(refused.content(), "**Discarded.** Nothing was posted.");
    server.settle().await;
    assert!(server.take(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn an_ordinary_message_becomes_the_beginning_of_an_announcement(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let message = sam.say(STAFF, "The fundraiser **begins** on Monday.").await.unwrap();
    server.take(STAFF).await;
    let opened = sam.message_menu(STAFF, "Announce this", message.id()).await.unwrap();
    let form = opened.modal.as_ref().unwrap();
    assert_eq!(form["components"][1]["components"][0]["value"], "The fundraiser **begins** on Monday.");
    let fields = json!({"title": "Fundraiser"});
    let preview = sam.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap();
    assert!(
        preview.content().ends_with("**Fundraiser**\nThe fundraiser **begins** on Monday."),
        "{}",
        preview.content()
    );
    server.finish().await;
}

#[sqlx::test]
async fn a_message_that_the_form_cannot_take_whole_is_cut_and_staff_are_told(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let message = sam.say(STAFF, &"All of it. ".repeat(180)).await.unwrap();
    server.take(STAFF).await;
    let opened = sam.message_menu(STAFF, "Announce this", message.id()).await.unwrap();
    let form = opened.modal.as_ref().unwrap();
    assert_eq!(form["title"], "Write an announcement (the text was cut)");
    let text = form["components"][1]["components"][0]["value"].as_str().unwrap();
    assert!(text.chars().count() <= 1800 && text.ends_with('…'), "{text}");
    let last = text.trim_end_matches('…').rsplit(' ').next().unwrap();
    assert!(["All", "of", "it."].contains(&last), "cut at a word: {last}");
    let preview = sam.submit(STAFF, opened.form_id().unwrap(), json!({"title": "Long"})).await.unwrap();
    let notice = "the message that you began with has 1979 characters, and the form takes 1800";
    let framed = &preview.message.as_ref().unwrap().raw["embeds"];
    assert!(framed.to_string().contains(notice), "{framed}");
    server.finish().await;
}

#[sqlx::test]
async fn what_a_member_wrote_does_nothing_until_staff_make_it_their_own(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = server.member().say(GENERAL, "[Free](https://example.org) **stuff**, @everyone!").await.unwrap();
    server.take(GENERAL).await;
    let opened = server.staff().message_menu(GENERAL, "Announce this", message.id()).await.unwrap();
    let text = &opened.modal.as_ref().unwrap()["components"][1]["components"][0]["value"];
    assert_eq!(text, r"\[Free\](https:\/\/example.org) \*\*stuff\*\*, \@everyone!");
    server.finish().await;
}

#[sqlx::test]
async fn asking_for_money_must_be_confirmed_for_the_wording_as_it_is(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = compose(&sam, wording("Camp", "It is great. Donate to the camp!")).await;
    let preview = choose_channels(&sam, &preview, &[GENERAL]).await;
    assert!(preview.content().contains("this asks for money: “Donate to the camp!”"), "{}", preview.content());
    let refused = sam.forge_click(&preview, &control(&preview, "announce-send")).await.unwrap();
    assert!(refused.content().starts_with("**Nothing was done,**"), "{}", refused.content());
    let confirmed = sam.press(&refused.message.unwrap(), "It is for us").await.unwrap().message.unwrap();
    assert!(!confirmed.content().contains("asks for money"), "{}", confirmed.content());
    // Another wording is another question.
    let opened = sam.press(&confirmed, "Edit").await.unwrap();
    let other = wording("Camp", "Chip in for the camp!");
    let edited = sam.submit(STAFF, opened.form_id().unwrap(), other).await.unwrap().message.unwrap();
    assert!(edited.content().contains("“Chip in for the camp!”"), "{}", edited.content());
    let confirmed = sam.press(&edited, "It is for us").await.unwrap().message.unwrap();
    sam.press(&confirmed, "Send now").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}
