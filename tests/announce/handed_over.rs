//! After it was handed over: list, edit, cancel.

use psfbot::clock::Clock;
use psfbot::ids::{AnnouncementId, DeliveryId, UserId};
use sandbox::client::{Message, Person};
use sandbox::world::demo::{ANNOUNCEMENTS, BOT_ROLE, GENERAL, GRANTS, OWNER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{choose_channels, choose_ping, compose, control, plan, ready, wording};
use crate::support::{HOUR, MINUTE, TestServer, no_desk};

const SEND_MESSAGES: u64 = 1 << 11;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;

/// Schedules an announcement in an hour; what is then read.
async fn scheduled(server: &TestServer, title: &str, channels: &[u64]) -> Message {
    let preview = ready(&server.staff(), title, channels).await;
    let planned = plan(&server.staff(), &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    server.staff().press(&planned, "Confirm").await.unwrap().message.unwrap()
}

async fn states(server: &TestServer) -> Vec<String> {
    let of_staff = "SELECT d.state FROM delivery d JOIN announcement a ON a.id = d.announcement_id WHERE a.kind = 'staff' ORDER BY d.id";
    sqlx::query_scalar(of_staff).fetch_all(&server.pool).await.unwrap()
}

/// A process has claimed the only delivery and is sending it; which that is.
async fn claimed(server: &TestServer) -> DeliveryId {
    let id: i64 = sqlx::query_scalar("SELECT id FROM delivery").fetch_one(&server.pool).await.unwrap();
    server.app.store().claim_delivery(DeliveryId(id), server.clock.now()).await.unwrap().unwrap();
    DeliveryId(id)
}

#[sqlx::test]
async fn any_staff_can_cancel_what_is_scheduled(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    scheduled(&server, "Withdrawn", &[GENERAL, GRANTS]).await;
    let olive = server.discord.person(OWNER);
    let choices = olive.autocomplete(STAFF, "announce cancel", "announcement", "with").await.unwrap();
    assert_eq!(choices[0]["name"], "Withdrawn · 21 November 2026, 13:00 UTC");
    let options = json!({"announcement": choices[0]["value"]});
    let cancelled = olive.command(STAFF, "announce cancel", options.clone()).await.unwrap();
    insta::assert_snapshot!(cancelled.content(), @"
    **Cancelled:** Withdrawn, which was due on <t:1795266000:F> (21 November 2026, 13:00 UTC). Nothing was posted.
    - <#1100000000000000015> cancelled, not posted
    - <#1100000000000000014> cancelled, not posted
    ");
    assert_eq!(states(&server).await, ["cancelled", "cancelled"]);
    server.advance(HOUR * 2).await;
    assert!(server.take(GENERAL).await.is_empty() && server.take(GRANTS).await.is_empty());
    // Again changes nothing, and says the same.
    let again = olive.command(STAFF, "announce cancel", options).await.unwrap();
    assert_eq!(again.content(), cancelled.content());
    assert!(olive.autocomplete(STAFF, "announce cancel", "announcement", "").await.unwrap().is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn what_is_posted_already_is_deleted_when_it_is_cancelled(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = scheduled(&server, "Too late", &[GENERAL]).await;
    server.advance(HOUR).await;
    let posted = server.take(GENERAL).await[0].id();
    let asked = server.staff().press(&message, "Cancel it").await.unwrap();
    assert!(asked.content().starts_with("**Nothing was done yet.** It was posted meanwhile."), "{}", asked.content());
    server.settle().await;
    assert_eq!(server.look(GENERAL).await.len(), 1);
    let late = server.staff().press(&asked.message.unwrap(), "Delete it").await.unwrap();
    assert!(late.content().starts_with("**Taken back:** Too late"), "{}", late.content());
    assert!(
        late.content().contains(&format!(
            "is being deleted: https://discord.com/channels/1100000000000000001/{GENERAL}/{posted}"
        )),
        "{}",
        late.content()
    );
    server.settle().await;
    server.forget_taken(GENERAL);
    assert!(server.take(GENERAL).await.is_empty());
    assert_eq!(states(&server).await, ["cancelled"]);
    let again = server.staff().command(STAFF, "announce cancel", json!({"announcement": "1"})).await.unwrap();
    assert!(again.content().contains("was posted; deleted here, because it was taken back"), "{}", again.content());
    server.finish().await;
}

#[sqlx::test]
async fn an_old_control_says_that_its_time_has_come_and_deletes_nothing_unasked(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Posted since", &[GENERAL]).await;
    let planned = plan(&sam, &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    sam.press(&planned, "Confirm").await.unwrap();
    server.advance(HOUR).await;
    for old in ["announce-confirm", "announce-discard"] {
        let late = sam.forge_click(&planned, &control(&planned, old)).await.unwrap();
        assert!(late.content().starts_with("**Its time has come:**"), "{}", late.content());
        assert!(late.message.unwrap().buttons().is_empty());
    }
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn why_a_channel_is_not_taken_is_said_of_what_is_scheduled_too(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    scheduled(&server, "Elsewhere", &[GENERAL]).await;
    server.discord.set_permissions(ANNOUNCEMENTS, BOT_ROLE, 0, SEND_MESSAGES).await.unwrap();
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let shown = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let refused = choose_channels(&sam, &shown.message.unwrap(), &[ANNOUNCEMENTS]).await;
    assert!(refused.content().contains("I lack permissions there: Send Messages."), "{}", refused.content());
    server.close().await;
}

#[sqlx::test]
async fn the_form_for_a_time_is_filled_in_with_the_zone_of_who_opens_it(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let preview = ready(&sam, "Where", &[GENERAL]).await;
    let planned = plan(&sam, &preview, "Schedule", "in 3 hours", "Europe/Berlin").await.message.unwrap();
    sam.press(&planned, "Confirm").await.unwrap();
    let zone = async |person: &Person| {
        let shown = person.command(STAFF, "announce edit", json!({"announcement": "1"})).await.unwrap();
        let form = person.press(&shown.message.unwrap(), "Change time").await.unwrap();
        form.modal.unwrap()["components"][1]["components"][0]["value"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!((zone(&sam).await, zone(&olive).await), ("Europe/Berlin".into(), String::new()));
    let shown = olive.command(STAFF, "announce edit", json!({"announcement": "1"})).await.unwrap().message.unwrap();
    plan(&olive, &shown, "Change time", "in 2 hours", "America/New_York").await;
    assert_eq!((zone(&sam).await, zone(&olive).await), ("Europe/Berlin".into(), "America/New_York".into()));
    server.close().await;
}

#[sqlx::test]
async fn cancelling_between_two_channels_says_what_was_posted_and_what_was_not(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = scheduled(&server, "Half", &[GENERAL, GRANTS]).await;
    server.discord.rate_limit("POST", &format!("/channels/{GRANTS}/messages"), 600.0, "user", 1).await.unwrap();
    server.advance(HOUR).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    let asked = server.staff().press(&message, "Cancel it").await.unwrap().message.unwrap();
    let cancelled = server.staff().press(&asked, "Delete it").await.unwrap();
    assert!(cancelled.content().starts_with("**Taken back:**"), "{}", cancelled.content());
    assert!(cancelled.content().contains(&format!("<#{GRANTS}> cancelled, not posted")), "{}", cancelled.content());
    server.advance(HOUR).await;
    server.forget_taken(GENERAL);
    assert!(server.take(GENERAL).await.is_empty() && server.take(GRANTS).await.is_empty());
    assert_eq!(states(&server).await, ["cancelled", "cancelled"]);
    server.finish().await;
}

#[sqlx::test]
async fn a_delivery_that_is_being_sent_while_it_is_cancelled_is_found_and_deleted(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = scheduled(&server, "Race", &[GENERAL]).await;
    // The message is stored, its answer is lost, and the process dies.
    server.discord.fault(&json!({"method": "POST", "path_prefix": format!("/channels/{GENERAL}/messages"), "times": 1, "carried_out": true})).await.unwrap();
    server.advance(HOUR).await;
    let cancelled = server.staff().press(&message, "Cancel it").await.unwrap();
    assert!(cancelled.content().contains("an attempt to post was under way"), "{}", cancelled.content());
    server.advance(MINUTE).await;
    assert!(server.take(GENERAL).await.is_empty(), "it stood, was found and deleted, and is not posted again");
    assert_eq!(states(&server).await, ["cancelled"]);
    server.finish().await;
}

#[sqlx::test]
async fn a_delivery_whose_process_died_before_sending_is_not_sent_after_it_was_cancelled(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = scheduled(&server, "Died", &[GENERAL]).await;
    server.clock.advance(HOUR);
    claimed(&server).await;
    let cancelled = server.staff().press(&message, "Cancel it").await.unwrap();
    assert!(cancelled.content().contains("an attempt to post was under way"), "{}", cancelled.content());
    assert_eq!(states(&server).await, ["sending"]);
    server.advance(MINUTE).await;
    assert!(server.take(GENERAL).await.is_empty());
    assert_eq!(states(&server).await, ["cancelled"]);
    server.finish().await;
}

#[sqlx::test]
async fn a_claim_and_a_cancellation_at_the_same_moment_leave_one_winner(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    for round in 0..10 {
        scheduled(&server, &format!("Round {round}"), &[GENERAL]).await;
    }
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT id, announcement_id FROM delivery ORDER BY id").fetch_all(&server.pool).await.unwrap();
    server.clock.advance(HOUR);
    let (store, now) = (server.app.store(), server.clock.now());
    for &(delivery, announcement) in &rows {
        let (claimed, cancelled) = tokio::join!(
            store.claim_delivery(DeliveryId(delivery), now),
            store.cancel_announcement(AnnouncementId(announcement), UserId::new(1).unwrap(), no_desk(), now)
        );
        let (claimed, cancelled) = (claimed.unwrap(), cancelled.unwrap().unwrap());
        let is_cancelled = cancelled.deliveries[0].state.as_str() == "cancelled";
        assert_ne!(claimed.is_some(), is_cancelled, "either it is being sent or it is cancelled");
    }
    for _second in 0..5 {
        server.advance(MINUTE).await;
    }
    assert!(server.take(GENERAL).await.is_empty(), "those claimed were never sent, so they are cancelled too");
    assert!(states(&server).await.iter().all(|state| state == "cancelled"));
    server.finish().await;
}

#[sqlx::test]
async fn the_list_names_drafts_plans_posts_and_troubles(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let empty = server.staff().command(STAFF, "announce list", json!({})).await.unwrap();
    insta::assert_snapshot!(empty.content(), @"There are no drafts of yours, nothing is scheduled, and nothing was posted in the last seven days. `/announce compose` writes an announcement.");
    scheduled(&server, "Planned", &[GENERAL]).await;
    let preview = ready(&server.staff(), "Posted *now*", &[GRANTS]).await;
    server.staff().press(&preview, "Send now").await.unwrap();
    let preview = ready(&server.staff(), "In trouble", &[ANNOUNCEMENTS]).await;
    server.discord.set_permissions(ANNOUNCEMENTS, BOT_ROLE, 0, SEND_MESSAGES).await.unwrap();
    server.staff().press(&preview, "Send now").await.unwrap();
    ready(&server.staff(), "Unfinished", &[GENERAL]).await;
    server.settle().await;
    let posted = server.take(GRANTS).await[0].id().to_string();
    server.take(STAFF).await;
    let list = server.staff().command(STAFF, "announce list", json!({})).await.unwrap();
    assert!(list.message.as_ref().unwrap().is_ephemeral());
    insta::assert_snapshot!(list.content().replace(&posted, "[message]"), @r"
    **Needs you**
    - **In trouble**, <t:1795262400:f> (21 Nov, 12:00 UTC), by <@1100000000000000032>: <#1100000000000000011> failed: the bot lacks a permission in this channel (View Channel, Send Messages, Embed Links): grant it, then retry
    **Scheduled and on its way**
    - **Planned**, <t:1795266000:f> (21 Nov, 13:00 UTC), by <@1100000000000000032>: <#1100000000000000015> waits for its time
    **Your drafts** (`/announce drafts` opens one)
    - Unfinished (draft 4)
    **Posted or cancelled in the last seven days**
    - **Posted \*now\***, <t:1795262400:f> (21 Nov, 12:00 UTC), by <@1100000000000000032>: <#1100000000000000014> posted: https://discord.com/channels/1100000000000000001/1100000000000000014/[message]
    ");
    // Colleagues see what was handed over, not what is unfinished.
    let other = server.discord.person(OWNER).command(STAFF, "announce list", json!({})).await.unwrap();
    assert!(other.content().contains("Planned") && !other.content().contains("Unfinished"), "{}", other.content());
    server.advance(HOUR).await;
    server.take(GENERAL).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_long_list_has_pages(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    for round in 0..20 {
        scheduled(&server, &format!("{round} {}", format!("title{round} ").repeat(15)), &[GENERAL, GRANTS]).await;
        // In one second no bot asks Discord for all of it.
        server.clock.advance(MINUTE / 60);
    }
    let list = server.staff().command(STAFF, "announce list", json!({})).await.unwrap();
    let mut page = list.message.unwrap();
    let mut titles = Vec::new();
    loop {
        titles.extend(
            page.content().lines().filter_map(|line| Some(line.strip_prefix("- **")?.split(' ').next()?.to_owned())),
        );
        let Ok(next) = server.staff().press(&page, "Next").await else { break };
        page = next.message.unwrap();
    }
    let all: Vec<String> = (0..20).map(|round| round.to_string()).collect();
    assert_eq!(titles, all, "each stands on one page");
    assert!(page.content().lines().last().unwrap().starts_with("Page "), "{}", page.content());
    server.advance(HOUR).await;
    for _ in 0..10 {
        server.advance(MINUTE / 60).await;
    }
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (20, 20));
    server.finish().await;
}

#[sqlx::test]
async fn a_correction_edits_what_is_posted_and_pings_nobody_again(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Speling", &[GENERAL]).await;
    let preview = choose_ping(&sam, &preview, &sandbox::world::demo::ANNOUNCE_ROLE.to_string()).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let posted = server.take(GENERAL).await[0].clone();
    let olive = server.discord.person(OWNER);
    let choices = olive.autocomplete(STAFF, "announce edit", "announcement", "spel").await.unwrap();
    let opened = olive.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let form = opened.form_id().unwrap();
    let corrected = olive.submit(STAFF, form, wording("Spelling", "Read on.")).await.unwrap();
    assert!(corrected.content().starts_with("**Corrected.**"), "{}", corrected.content());
    // The same form again changes nothing; another wording in it is refused and given back.
    let again = olive.submit(STAFF, form, wording("Spelling", "Read on.")).await.unwrap();
    assert!(again.content().starts_with("**Corrected.**"), "{}", again.content());
    let stale = olive.submit(STAFF, form, wording("Spelling?", "Read on.")).await.unwrap();
    assert!(stale.content().contains("so nothing was changed"), "{}", stale.content());
    server.settle().await;
    let now = &server.look(GENERAL).await[0];
    assert_eq!(now.id(), posted.id());
    assert!(now.content().starts_with("**Spelling**\nRead on."), "{}", now.content());
    assert_eq!(now.raw["pinged"], posted.raw["pinged"], "the edit pings nobody else");
    server.finish().await;
}

#[sqlx::test]
async fn a_correction_before_its_time_is_what_is_posted(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    scheduled(&server, "Old", &[GENERAL]).await;
    let sam = server.staff();
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let shown = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let opened = sam.press(&shown.message.unwrap(), "Edit").await.unwrap();
    let incomplete = json!({"title": "New", "text": "Read on.", "link": "no address"});
    let refused = sam.submit(STAFF, opened.form_id().unwrap(), incomplete).await.unwrap();
    assert!(refused.content().contains("the link is not a web address"), "{}", refused.content());
    assert_eq!(refused.message.unwrap().raw["attachments"][0]["filename"], "what-you-wrote.txt");
    sam.submit(STAFF, opened.form_id().unwrap(), wording("New", "Read on.")).await.unwrap();
    server.advance(HOUR).await;
    let [posted] = &server.take(GENERAL).await[..] else { panic!("one message is expected") };
    assert!(posted.content().starts_with("**New**"), "{}", posted.content());
    server.finish().await;
}

#[sqlx::test]
async fn of_two_who_change_what_is_scheduled_the_second_is_told(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    scheduled(&server, "Shared", &[GENERAL]).await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let options = json!({"announcement": "1"});
    let [one, other] = [&sam, &olive].map(|person| person.command(STAFF, "announce edit", options.clone()));
    let (one, other) = (one.await.unwrap().message.unwrap(), other.await.unwrap().message.unwrap());
    let moved = plan(&olive, &other, "Change time", "in 3 hours", "UTC").await;
    assert!(moved.content().starts_with("**Changed.**"), "{}", moved.content());
    let late = choose_channels(&sam, &one, &[GENERAL, GRANTS]).await;
    assert!(
        late.content().contains("so nothing was done") && late.content().contains("15:00 UTC"),
        "{}",
        late.content()
    );
    server.advance(HOUR * 2).await;
    assert!(server.take(GENERAL).await.is_empty());
    server.advance(HOUR).await;
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (1, 0));
    server.finish().await;
}

#[sqlx::test]
async fn a_deleted_channel_leaves_the_others_untouched(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = compose(&sam, wording("Two", "Text.")).await;
    let preview = choose_channels(&sam, &preview, &[GENERAL, GRANTS]).await;
    sqlx::query("UPDATE draft SET channels = array_append(channels, 1100000000000000099)")
        .execute(&server.pool)
        .await
        .unwrap();
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (1, 1));
    let card = &server.take(STAFF).await[0];
    assert!(card.content().contains("does not exist any more"), "{}", card.content());
    server.finish().await;
}

#[sqlx::test]
async fn what_failed_is_tried_again_once_its_cause_is_gone(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Again", &[GENERAL, GRANTS]).await;
    server.discord.set_permissions(GENERAL, BOT_ROLE, 0, SEND_MESSAGES).await.unwrap();
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (0, 1));
    server.take(STAFF).await;
    server.discord.set_permissions(GENERAL, BOT_ROLE, SEND_MESSAGES, 0).await.unwrap();
    server.advance(HOUR).await;
    let choices = sam.autocomplete(STAFF, "announce retry", "announcement", "").await.unwrap();
    let options = json!({"announcement": choices[0]["value"]});
    let retried = sam.command(STAFF, "announce retry", options.clone()).await.unwrap();
    assert!(retried.content().starts_with(&format!("**Tried again now** in <#{GENERAL}>.")), "{}", retried.content());
    server.settle().await;
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (1, 0));
    let again = sam.command(STAFF, "announce retry", options).await.unwrap();
    assert!(again.content().starts_with("There is nothing to try again"), "{}", again.content());
    server.finish().await;
}

#[sqlx::test]
async fn what_is_taken_back_is_nothing_to_correct(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = scheduled(&server, "Half", &[GENERAL]).await;
    server.advance(HOUR).await;
    server.take(GENERAL).await;
    let sam = server.staff();
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let opened = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let cancellable = sam.autocomplete(STAFF, "announce cancel", "announcement", "").await.unwrap();
    assert_eq!(cancellable[0]["name"], "posted: Half · 21 November 2026, 13:00 UTC");
    let asked = sam.press(&message, "Cancel it").await.unwrap().message.unwrap();
    sam.press(&asked, "Delete it").await.unwrap();
    assert!(sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap().is_empty());
    // A form that was open all the while brings nothing back.
    sam.submit(STAFF, opened.form_id().unwrap(), wording("Whole", "Text.")).await.unwrap();
    server.advance(HOUR).await;
    server.forget_taken(GENERAL);
    assert!(server.look(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_publishing_to_followers_that_failed_is_tried_again_and_cards_are_nobodys_to_retry_here(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Followed", &[ANNOUNCEMENTS]).await;
    let crosspost = format!("/channels/{ANNOUNCEMENTS}/messages/");
    server.discord.rate_limit("POST", &crosspost, 600.0, "user", 1).await.unwrap();
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let published = |message: &Message| message.raw["flags"].as_u64().unwrap_or_default() & 1 == 1;
    server.discord.set_permissions(ANNOUNCEMENTS, BOT_ROLE, 0, SEND_MESSAGES).await.unwrap();
    server.advance(HOUR).await;
    server.discord.set_permissions(ANNOUNCEMENTS, BOT_ROLE, SEND_MESSAGES, 0).await.unwrap();
    assert!(!published(&server.take(ANNOUNCEMENTS).await[0]));
    assert_eq!(server.take(STAFF).await.len(), 1, "the card that says so");
    sqlx::query("UPDATE delivery SET state = 'failed', problem = 'x' FROM announcement a WHERE a.id = announcement_id AND a.kind = 'internal'")
        .execute(&server.pool)
        .await
        .unwrap();
    let choices = sam.autocomplete(STAFF, "announce retry", "announcement", "").await.unwrap();
    assert_eq!(choices.len(), 1, "{choices:?}");
    sam.command(STAFF, "announce retry", json!({"announcement": choices[0]["value"]})).await.unwrap();
    server.settle().await;
    assert!(published(&server.look(ANNOUNCEMENTS).await[0]));
    let card: i64 = sqlx::query_scalar("SELECT id FROM announcement WHERE kind = 'internal'")
        .fetch_one(&server.pool)
        .await
        .unwrap();
    let nothing = sam.command(STAFF, "announce retry", json!({"announcement": card.to_string()})).await.unwrap();
    assert!(nothing.content().starts_with("There is nothing to try again"), "{}", nothing.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_cancelled_delivery_that_cannot_be_looked_for_waits_for_staff(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let message = scheduled(&server, "Blind", &[GENERAL, GRANTS]).await;
    server.clock.advance(HOUR);
    let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM delivery").fetch_all(&server.pool).await.unwrap();
    for id in ids {
        server.app.store().claim_delivery(DeliveryId(id), server.clock.now()).await.unwrap().unwrap();
    }
    for channel in [GENERAL, GRANTS] {
        server.discord.set_permissions(channel, BOT_ROLE, 0, READ_MESSAGE_HISTORY).await.unwrap();
    }
    sam.press(&message, "Cancel it").await.unwrap();
    server.advance(MINUTE).await;
    assert_eq!(states(&server).await, ["held", "held"]);
    assert_eq!(server.take(STAFF).await.len(), 2);
    // Once it can be looked for, it is, and still not sent.
    server.discord.set_permissions(GENERAL, BOT_ROLE, READ_MESSAGE_HISTORY, 0).await.unwrap();
    server.advance(HOUR).await;
    let choices = sam.autocomplete(STAFF, "announce retry", "announcement", "").await.unwrap();
    sam.command(STAFF, "announce retry", json!({"announcement": choices[0]["value"]})).await.unwrap();
    server.settle().await;
    assert_eq!(states(&server).await, ["cancelled", "held"]);
    server.take(STAFF).await;
    // Or staff looked for themselves.
    let choices = sam.autocomplete(STAFF, "announce cancel", "announcement", "").await.unwrap();
    sam.command(STAFF, "announce cancel", json!({"announcement": choices[0]["value"]})).await.unwrap();
    assert_eq!(states(&server).await, ["cancelled", "cancelled"]);
    assert!(server.take(GENERAL).await.is_empty() && server.take(GRANTS).await.is_empty());
    server.finish().await;
}
