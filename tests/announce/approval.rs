//! A second member of staff's word, where a channel wants it.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{ANNOUNCE_ROLE, ANNOUNCEMENTS, BOARD_ROLE, GENERAL, OWNER, STAFF, STAFF_MEMBER, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{choose_channels, choose_ping, control, plan, ready, wording};
use crate::support::{HOUR, MINUTE, TestServer, approving};

const VIEW_CHANNEL: u64 = 1 << 10;

/// A server in which `#announcements` needs approval.
async fn server(pool: PgPool) -> TestServer {
    let mut server = TestServer::configured(pool, |config| approving(&config, ANNOUNCEMENTS)).await;
    server.connect().await;
    server
}

async fn colleague(server: &TestServer) -> Person {
    server.discord.join("Ada", &[STAFF_ROLE]).await.unwrap()
}

/// The card that can be pressed, as it stands; else what was posted last.
async fn card(server: &mut TestServer) -> Message {
    server.settle().await;
    server.take(STAFF).await;
    let mut cards = server.look(STAFF).await;
    let waiting = cards.iter().rposition(|card| !card.components().is_empty());
    cards.remove(waiting.unwrap_or(cards.len() - 1))
}

async fn states(server: &TestServer) -> Vec<String> {
    let of_staff = "SELECT d.state FROM delivery d JOIN announcement a ON a.id = d.announcement_id WHERE a.kind = 'staff' ORDER BY d.id";
    sqlx::query_scalar(of_staff).fetch_all(&server.pool).await.unwrap()
}

/// Sent by Sam; the card that asks.
async fn asked(server: &mut TestServer, title: &str) -> Message {
    let preview = ready(&server.staff(), title, &[ANNOUNCEMENTS]).await;
    let sent = server.staff().press(&preview, "Send now").await.unwrap();
    assert!(sent.content().starts_with("**It waits for a second member of staff,**"), "{}", sent.content());
    card(server).await
}

async fn scheduled(server: &mut TestServer, title: &str) -> Message {
    let preview = ready(&server.staff(), title, &[ANNOUNCEMENTS]).await;
    let planned = plan(&server.staff(), &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    server.staff().press(&planned, "Confirm").await.unwrap();
    card(server).await
}

#[sqlx::test]
async fn nothing_is_posted_before_a_colleague_approves_what_the_card_shows(pool: PgPool) {
    let mut server = server(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Big *news*", &[ANNOUNCEMENTS, GENERAL]).await;
    assert!(preview.content().contains("- Approval: a second member of staff is asked"), "{}", preview.content());
    let preview = choose_ping(&sam, &preview, &ANNOUNCE_ROLE.to_string()).await;
    sam.press(&preview, "Send now").await.unwrap();
    let card = card(&mut server).await;
    assert!(card.pinged_nobody());
    insta::assert_snapshot!(card.content(), @r"
    **To approve:** <@1100000000000000032> asks a second member of staff about an announcement. Below the line is exactly what will be posted.
    - Channels: <#1100000000000000011>, <#1100000000000000015>
    - Ping: <@&1100000000000000023>
    - Time: as soon as it is approved
    - Followers: in announcement channels it is also published to the servers that follow them
    Who wrote it, worded it or changed it last can't approve it. Any change to it asks anew.
    ━━━━━━━━━━━━
    **Big \*news\***
    Read on.

    <@&1100000000000000023>
    ");
    assert_eq!(states(&server).await, ["held", "held"]);
    server.advance(HOUR).await;
    assert!(server.take(ANNOUNCEMENTS).await.is_empty() && server.take(GENERAL).await.is_empty());
    let own = sam.press(&card, "Approve").await.unwrap();
    assert!(own.content().starts_with("**You can't approve this yourself,**"), "{}", own.content());
    let done = server.discord.person(OWNER).press(&card, "Approve").await.unwrap();
    assert!(done.content().starts_with("**Approved.**"), "{}", done.content());
    server.settle().await;
    let [posted] = &server.take(ANNOUNCEMENTS).await[..] else { panic!("one message is expected") };
    assert_eq!(posted.raw["pinged"]["roles"], json!([ANNOUNCE_ROLE.to_string()]));
    assert_eq!(server.take(GENERAL).await.len(), 1);
    let settled = server.look(STAFF).await.pop().unwrap();
    assert!(settled.content().starts_with("**Approved:** Big") && settled.components().is_empty(), "{settled:?}");
    // Once more changes nothing.
    let again = colleague(&server).await.forge_click(&card, &control(&card, "approval-yes")).await.unwrap();
    assert!(again.content().contains("**Nothing was done:**") && again.content().contains("**Approved:**"));
    server.settle().await;
    assert!(server.take(ANNOUNCEMENTS).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn two_who_approve_at_once_post_once(pool: PgPool) {
    let mut server = server(pool).await;
    let card = asked(&mut server, "Once").await;
    let (olive, ada) = (server.discord.person(OWNER), colleague(&server).await);
    let (one, other) = tokio::join!(olive.press(&card, "Approve"), ada.press(&card, "Approve"));
    let said = [one.unwrap().content().to_owned(), other.unwrap().content().to_owned()];
    assert_eq!(said.iter().filter(|said| said.starts_with("**Approved.**")).count(), 1, "{said:?}");
    server.settle().await;
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn who_has_himself_erased_cannot_approve_his_own_afterwards(pool: PgPool) {
    let mut server = server(pool).await;
    let sam = server.staff();
    asked(&mut server, "Mine").await;
    let me = sam.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let sure = sam.press(&me, "Erase everything").await.unwrap().message.unwrap();
    assert!(sam.press(&sure, "Erase everything").await.unwrap().content().starts_with("Erased."));
    let card = card(&mut server).await;
    sam.press(&card, "Approve").await.unwrap();
    server.settle().await;
    assert_eq!(states(&server).await, ["held"]);
    assert!(server.look(ANNOUNCEMENTS).await.is_empty());
    server.close().await;
}

#[sqlx::test]
async fn a_role_taken_away_approves_and_sends_nothing(pool: PgPool) {
    let mut server = server(pool).await;
    // So that who has no role can still reach for what stands there.
    server.discord.set_permissions(STAFF, STAFF_MEMBER, VIEW_CHANNEL, 0).await.unwrap();
    let preview = ready(&server.staff(), "Trusted", &[ANNOUNCEMENTS]).await;
    server.discord.change_member(STAFF_MEMBER, &json!({"roles": []})).await.unwrap();
    let send = control(&preview, "announce-send");
    let refused = server.staff().forge_click(&preview, &send).await.unwrap();
    assert!(refused.content().starts_with("This is for staff of the PSF"), "{}", refused.content());
    server.discord.change_member(STAFF_MEMBER, &json!({"roles": [STAFF_ROLE.to_string()]})).await.unwrap();
    let card = asked(&mut server, "Trusted too").await;
    let ada = colleague(&server).await;
    server.discord.set_permissions(STAFF, ada.id, VIEW_CHANNEL, 0).await.unwrap();
    for roles in [json!([]), json!([BOARD_ROLE.to_string()])] {
        server.discord.change_member(ada.id, &json!({"roles": roles})).await.unwrap();
        let refused = ada.forge_click(&card, &control(&card, "approval-yes")).await.unwrap();
        assert!(refused.content().starts_with("This is for staff of the PSF"), "{}", refused.content());
    }
    server.advance(HOUR).await;
    assert!(server.take(ANNOUNCEMENTS).await.is_empty());
    assert_eq!(states(&server).await, ["held"]);
    server.finish().await;
}

#[sqlx::test]
async fn any_change_makes_the_approval_void_and_who_changed_it_last_cannot_approve(pool: PgPool) {
    let mut server = server(pool).await;
    let first = scheduled(&mut server, "First").await;
    let (sam, olive, ada) = (server.staff(), server.discord.person(OWNER), colleague(&server).await);
    let approved = olive.press(&first, "Approve").await.unwrap();
    assert!(approved.content().contains("It is posted in") && approved.content().contains("13:00 UTC"));
    assert_eq!(states(&server).await, ["pending"]);
    // Olive changes who is pinged, what it says, when and where.
    let choices = olive.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let options = json!({"announcement": choices[0]["value"]});
    let shown = olive.command(STAFF, "announce edit", options).await.unwrap().message.unwrap();
    assert!(shown.content().contains("is scheduled.** Every change below counts at once"), "{}", shown.content());
    let shown = choose_ping(&olive, &shown, &ANNOUNCE_ROLE.to_string()).await;
    assert!(shown.content().contains("waits for a second member of staff.**"), "{}", shown.content());
    assert_eq!(states(&server).await, ["held"]);
    let second = card(&mut server).await;
    assert_ne!(first.id(), second.id());
    let stale = ada.forge_click(&first, &control(&first, "approval-yes")).await.unwrap();
    assert!(stale.content().starts_with("**Nothing was done:**"), "{}", stale.content());
    let form = olive.press(&shown, "Edit").await.unwrap();
    let shown =
        olive.submit(STAFF, form.form_id().unwrap(), wording("Second", "Read on.")).await.unwrap().message.unwrap();
    let shown = plan(&olive, &shown, "Change time", "in 2 hours", "UTC").await.message.unwrap();
    choose_channels(&olive, &shown, &[ANNOUNCEMENTS, GENERAL]).await;
    let last = card(&mut server).await;
    assert!(last.content().contains("**Second**") && last.content().contains("14:00 UTC"), "{}", last.content());
    for own in [&sam, &olive] {
        let refused = own.press(&last, "Approve").await.unwrap();
        assert!(refused.content().starts_with("**You can't approve this yourself,**"), "{}", refused.content());
    }
    let open: i64 = sqlx::query_scalar("SELECT count(*) FROM approval WHERE state = 'waiting'")
        .fetch_one(&server.pool)
        .await
        .unwrap();
    assert_eq!(open, 1);
    assert!(ada.press(&last, "Approve").await.unwrap().content().starts_with("**Approved.**"));
    server.advance(HOUR).await;
    assert!(server.take(ANNOUNCEMENTS).await.is_empty());
    server.advance(HOUR).await;
    let [posted] = &server.take(ANNOUNCEMENTS).await[..] else { panic!("one message is expected") };
    assert!(posted.content().starts_with("**Second**"), "{}", posted.content());
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

/// Changes one part of what is shown below its preview.
async fn changed(person: &Person, preview: &Message, part: &str) -> Message {
    match part {
        "ping" => choose_ping(person, preview, &ANNOUNCE_ROLE.to_string()).await,
        "channels" => choose_channels(person, preview, &[ANNOUNCEMENTS, GENERAL]).await,
        "time" => plan(person, preview, "Change time", "in 90 minutes", "UTC").await.message.unwrap(),
        "end" => {
            let opened = person.press(preview, "Change time").await.unwrap();
            // The same time: it was scheduled at this very moment.
            let fields = json!({"time": "in 1 hour", "zone": "UTC", "until": "in 3 hours"});
            person.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap()
        }
        "wording" => {
            let opened = person.press(preview, "Edit").await.unwrap();
            let form = opened.form_id().unwrap().to_owned();
            person.submit(STAFF, &form, wording("Otherwise", "Read on.")).await.unwrap().message.unwrap()
        }
        button => person.press(preview, button).await.unwrap().message.unwrap(),
    }
}

#[sqlx::test]
async fn every_single_change_makes_an_approval_void(pool: PgPool) {
    let parts =
        ["ping", "channels", "time", "end", "wording", "Do not publish to followers", "Open a thread", "Pin it"];
    let mut server = server(pool).await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    for part in parts {
        let first = scheduled(&mut server, &format!("Before the {part} changed")).await;
        let approved =
            olive.press(&first, "Approve").await.unwrap_or_else(|error| panic!("{part}: {error:?} {first:?}"));
        assert!(approved.content().starts_with("**Approved.**"), "{part}: {}", approved.content());
        let newest: i64 =
            sqlx::query_scalar("SELECT max(announcement_id) FROM draft").fetch_one(&server.pool).await.unwrap();
        let options = json!({"announcement": newest.to_string()});
        let shown = sam.command(STAFF, "announce edit", options).await.unwrap().message.unwrap();
        let shown = changed(&sam, &shown, part).await;
        assert!(shown.content().contains("waits for a second member of staff.**"), "{part}: {}", shown.content());
        let (held, waiting): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM delivery WHERE announcement_id = $1 AND state <> 'held'),
                    (SELECT count(*) FROM approval a JOIN draft d ON d.id = a.draft_id WHERE d.announcement_id = $1 AND a.state = 'waiting')",
        )
        .bind(newest)
        .fetch_one(&server.pool)
        .await
        .unwrap();
        assert_eq!((held, waiting), (0, 1), "{part}");
        sam.press(&shown, "Cancel it").await.unwrap();
        card(&mut server).await;
        // What a channel takes at a time is used up by then.
        server.advance(MINUTE).await;
    }
    server.close().await;
}

#[sqlx::test]
async fn who_worded_it_cannot_approve_it_because_somebody_else_changed_something_after_that(pool: PgPool) {
    let mut server = server(pool).await;
    scheduled(&mut server, "First").await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let (ada, tess) = (colleague(&server).await, server.discord.join("Tess", &[STAFF_ROLE]).await.unwrap());
    let open = async |person: &Person| {
        let options = json!({"announcement": "1"});
        person.command(STAFF, "announce edit", options).await.unwrap().message.unwrap()
    };
    changed(&olive, &open(&olive).await, "wording").await;
    changed(&tess, &open(&tess).await, "Do not publish to followers").await;
    let asked = card(&mut server).await;
    for own in [&sam, &olive, &tess] {
        let refused = own.press(&asked, "Approve").await.unwrap();
        assert!(refused.content().starts_with("**You can't approve this yourself,**"), "{}", refused.content());
    }
    // Sent back and worded by its author again, it is his.
    let opened = ada.press(&asked, "Send back").await.unwrap();
    ada.submit(STAFF, opened.form_id().unwrap(), json!({"reason": "no"})).await.unwrap();
    let shown = sam.command(STAFF, "announce drafts", json!({"draft": "1"})).await.unwrap().message.unwrap();
    let opened = sam.press(&shown, "Edit").await.unwrap();
    let reworded = sam.submit(STAFF, opened.form_id().unwrap(), wording("Mine again", "Read on.")).await.unwrap();
    sam.press(&reworded.message.unwrap(), "Send now").await.unwrap();
    let asked = card(&mut server).await;
    assert!(olive.press(&asked, "Approve").await.unwrap().content().starts_with("**Approved.**"));
    server.settle().await;
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn another_time_is_not_beyond_the_end_and_says_which_dates_are_past_by_then(pool: PgPool) {
    let mut server = server(pool).await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let preview = super::compose(&sam, wording("Meet", "Meet us on 24 November 2026.")).await;
    let preview = choose_channels(&sam, &preview, &[ANNOUNCEMENTS]).await;
    let opened = sam.press(&preview, "Schedule").await.unwrap();
    let fields = json!({"time": "in 1 hour", "zone": "UTC", "until": "2026-12-10 12:00"});
    let planned = sam.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap();
    sam.press(&planned, "Confirm").await.unwrap();
    server.advance(HOUR * 2).await;
    let late = card(&mut server).await;
    let another = async |time: &str| {
        let opened = olive.press(&late, "Approve for another time").await.unwrap();
        let fields = json!({"time": time, "zone": "UTC"});
        olive.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap()
    };
    let beyond = another("2026-12-11 09:00").await;
    assert!(
        beyond.content().contains("it was to be sent until") && beyond.buttons().is_empty(),
        "{}",
        beyond.content()
    );
    let shown = another("2026-12-05 09:00").await;
    assert!(shown.content().contains("this date in it is past: “24 November 2026”"), "{}", shown.content());
    let fine = another("2026-11-23 09:00").await;
    assert!(!fine.content().contains("is past"), "{}", fine.content());
    server.close().await;
}

#[sqlx::test]
async fn what_waits_is_named_to_those_who_can_approve_it(pool: PgPool) {
    let mut server = server(pool).await;
    asked(&mut server, "Waiting").await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let status = olive.command(STAFF, "status", json!({})).await.unwrap();
    assert!(
        status.content().contains("**One announcement waits for a second member of staff:**"),
        "{}",
        status.content()
    );
    assert!(!status.content().contains("Nothing waits for you"), "{}", status.content());
    let heading = async |person: &Person| {
        let list = person.command(STAFF, "announce list", json!({})).await.unwrap();
        list.content().lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(heading(&olive).await, "**Needs you**");
    assert_eq!(heading(&sam).await, "**Scheduled and on its way**");
    server.close().await;
}

#[sqlx::test]
async fn what_waits_beyond_its_time_is_sent_when_the_approver_says(pool: PgPool) {
    let mut server = server(pool).await;
    let early = scheduled(&mut server, "Late").await;
    server.advance(HOUR * 2).await;
    assert!(server.take(ANNOUNCEMENTS).await.is_empty(), "nothing fires by surprise");
    let late = server.look(STAFF).await.pop().unwrap();
    assert!(late.content().starts_with("**Its time went by while it waited"), "{}", late.content());
    let olive = server.discord.person(OWNER);
    let asked = olive.forge_click(&early, &control(&early, "approval-yes")).await.unwrap();
    assert!(asked.content().starts_with("**Nothing was done yet: its time went by"), "{}", asked.content());
    let opened = olive.press(&late, "Approve for another time").await.unwrap();
    let time = json!({"time": "2026-11-22 09:00", "zone": "UTC"});
    let shown = olive.submit(STAFF, opened.form_id().unwrap(), time).await.unwrap();
    assert!(shown.content().starts_with("**Please check the time, then approve.**"), "{}", shown.content());
    let shown = shown.message.unwrap();
    let id = control(&shown, "approval-at");
    let own = server.staff().forge_click(&shown, &id).await.unwrap();
    assert!(own.content().starts_with("**You can't approve this yourself,**"), "{}", own.content());
    let done = olive.click(&shown, &id).await.unwrap();
    assert!(done.content().contains("22 November 2026, 09:00 UTC"), "{}", done.content());
    server.advance(HOUR * 18).await;
    assert!(server.take(ANNOUNCEMENTS).await.is_empty());
    server.advance(HOUR).await;
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 1);
    // Or at once.
    scheduled(&mut server, "Later").await;
    server.advance(HOUR * 2).await;
    let late = server.look(STAFF).await.pop().unwrap();
    olive.press(&late, "Approve and send now").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn what_is_sent_back_is_a_draft_again_and_can_be_asked_about_anew(pool: PgPool) {
    let mut server = server(pool).await;
    let first = asked(&mut server, "Rough").await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let opened = olive.press(&first, "Send back").await.unwrap();
    let reason = json!({"reason": "Say *who* @everyone"});
    let back = olive.submit(STAFF, opened.form_id().unwrap(), reason.clone()).await.unwrap();
    assert!(back.content().starts_with("**Sent back.**"), "{}", back.content());
    assert!(
        olive.submit(STAFF, opened.form_id().unwrap(), reason).await.unwrap().content().starts_with("**Sent back.**")
    );
    let told = card(&mut server).await;
    assert!(told.pinged_nobody() && told.content().contains(r"Why: Say \*who\* \@everyone"), "{}", told.content());
    assert!(states(&server).await.is_empty());
    let choices = sam.autocomplete(STAFF, "announce drafts", "draft", "").await.unwrap();
    let shown = sam.command(STAFF, "announce drafts", json!({"draft": choices[0]["value"]})).await.unwrap();
    sam.press(&shown.message.unwrap(), "Send now").await.unwrap();
    let second = card(&mut server).await;
    let stale = olive.forge_click(&first, &control(&first, "approval-yes")).await.unwrap();
    assert!(stale.content().contains("**Sent back:**"), "{}", stale.content());
    olive.press(&second, "Approve").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_correction_that_waits_is_void_once_another_one_was_made_without_asking(pool: PgPool) {
    let mut server = server(pool).await;
    let first = asked(&mut server, "Rough").await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    olive.press(&first, "Approve").await.unwrap();
    server.settle().await;
    let correct = async |text: &str| {
        let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
        let opened = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
        let said = sam.submit(STAFF, opened.form_id().unwrap(), wording("Rough", text)).await.unwrap();
        said.content().to_owned()
    };
    correct("Proposed").await;
    let waiting = card(&mut server).await;
    // The channel needs no approval any more.
    server.config = server.config.replace(&format!("approval = [\"{ANNOUNCEMENTS}\"]"), "");
    server.restart().await;
    let said = correct("Newest").await;
    assert!(said.starts_with("**Corrected.**"), "{said}");
    server.settle().await;
    let late = olive.forge_click(&waiting, &control(&waiting, "approval-yes")).await.unwrap();
    assert!(!late.content().contains("**Approved"), "{}", late.content());
    server.settle().await;
    let posted = server.look(ANNOUNCEMENTS).await;
    assert!(posted[0].content().ends_with("Newest"), "{}", posted[0].content());
    server.close().await;
}

#[sqlx::test]
async fn a_correction_of_what_is_posted_waits_too_and_the_old_wording_stays(pool: PgPool) {
    let mut server = server(pool).await;
    let card_of_it = asked(&mut server, "Old").await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    olive.press(&card_of_it, "Approve").await.unwrap();
    server.settle().await;
    server.take(ANNOUNCEMENTS).await;
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let opened = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    for _twice in 0..2 {
        let asked = sam.submit(STAFF, opened.form_id().unwrap(), wording("New", "Read on.")).await.unwrap();
        assert!(asked.content().starts_with("**The new wording waits"), "{}", asked.content());
    }
    let card = card(&mut server).await;
    assert!(card.content().contains("another wording") && card.content().contains("**New**"), "{}", card.content());
    assert!(server.look(ANNOUNCEMENTS).await[0].content().starts_with("**Old**"));
    assert!(sam.press(&card, "Approve").await.unwrap().content().starts_with("**You can't"));
    assert!(olive.press(&card, "Approve").await.unwrap().content().contains("is edited in a moment"));
    server.settle().await;
    let now = &server.look(ANNOUNCEMENTS).await[0];
    assert!(now.content().starts_with("**New**"), "{}", now.content());
    server.finish().await;
}

#[sqlx::test]
async fn what_waits_can_be_taken_back(pool: PgPool) {
    let mut server = server(pool).await;
    let card_of_it = asked(&mut server, "Withdrawn").await;
    let sam = server.staff();
    let list = sam.command(STAFF, "announce list", json!({})).await.unwrap();
    assert!(list.content().contains("waits for a second member of staff"), "{}", list.content());
    let retriable = sam.autocomplete(STAFF, "announce retry", "announcement", "").await.unwrap();
    assert!(retriable.is_empty(), "what waits for approval is nothing to retry: {retriable:?}");
    let choices = sam.autocomplete(STAFF, "announce cancel", "announcement", "").await.unwrap();
    let id = choices[0]["value"].clone();
    sam.command(STAFF, "announce retry", json!({"announcement": id})).await.unwrap();
    sam.command(STAFF, "announce cancel", json!({"announcement": id})).await.unwrap();
    server.settle().await;
    let late =
        server.discord.person(OWNER).forge_click(&card_of_it, &control(&card_of_it, "approval-yes")).await.unwrap();
    assert!(late.content().starts_with("**Nothing was done:**"), "{}", late.content());
    let settled = server.look(STAFF).await.pop().unwrap();
    assert!(settled.content().starts_with("**Nothing to approve any more:**"), "{}", settled.content());
    server.advance(HOUR).await;
    assert!(server.take(ANNOUNCEMENTS).await.is_empty());
    assert_eq!(states(&server).await, ["cancelled"]);
    server.finish().await;
}

#[sqlx::test]
async fn what_waits_beyond_its_end_is_missed_and_said_to_be(pool: PgPool) {
    let mut server = server(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Perishable", &[ANNOUNCEMENTS]).await;
    let opened = sam.press(&preview, "Schedule").await.unwrap();
    let fields = json!({"time": "in 1 hour", "zone": "UTC", "until": "in 3 hours"});
    let planned = sam.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap();
    assert!(planned.content().contains("- Not sent any more after: <t:1795273200:F>"), "{}", planned.content());
    sam.press(&planned, "Confirm").await.unwrap();
    let asked = card(&mut server).await;
    server.advance(HOUR * 4).await;
    assert_eq!(states(&server).await, ["missed"]);
    let mut cards = server.look(STAFF).await;
    let told = cards.pop().unwrap();
    assert!(told.content().contains("**your announcement Perishable was not posted:**"), "{}", told.content());
    let settled = cards.pop().unwrap();
    assert!(
        settled.content().contains("the time until which Perishable was to be sent went by"),
        "{}",
        settled.content()
    );
    let late = server.discord.person(OWNER).forge_click(&asked, &control(&asked, "approval-yes")).await.unwrap();
    assert!(late.content().starts_with("**Nothing was done:**"), "{}", late.content());
    server.take(STAFF).await;
    server.advance(HOUR).await;
    assert!(server.take(ANNOUNCEMENTS).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_restart_between_every_two_steps_of_an_approval_changes_nothing(pool: PgPool) {
    let mut server = server(pool).await;
    let preview = ready(&server.staff(), "Survivor", &[ANNOUNCEMENTS]).await;
    server.restart().await;
    server.staff().press(&preview, "Send now").await.unwrap();
    server.restart().await;
    let first = card(&mut server).await;
    server.restart().await;
    let opened = server.discord.person(OWNER).press(&first, "Send back").await.unwrap();
    server.restart().await;
    server.discord.person(OWNER).submit(STAFF, opened.form_id().unwrap(), json!({"reason": ""})).await.unwrap();
    // More than six sessions in ten minutes are not begun.
    server.clock.advance(MINUTE * 10);
    server.restart().await;
    let choices = server.staff().autocomplete(STAFF, "announce drafts", "draft", "").await.unwrap();
    let shown = server.staff().command(STAFF, "announce drafts", json!({"draft": choices[0]["value"]})).await.unwrap();
    server.staff().press(&shown.message.unwrap(), "Send now").await.unwrap();
    let second = card(&mut server).await;
    server.restart().await;
    server.discord.person(OWNER).press(&second, "Approve").await.unwrap();
    server.restart().await;
    server.settle().await;
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 1);
    server.settle().await;
    server.take(STAFF).await;
    server.finish().await;
}
