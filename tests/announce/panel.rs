//! The panel: seen before it is posted, one a channel, and what its buttons do where members cannot write.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{BLOG, BOT_ROLE, GENERAL, GUILD, OWNER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{TestServer, press};

/// `SEND_MESSAGES`.
const SEND: u64 = 1 << 11;

async fn panel(person: &Person) -> Message {
    let outcome = person.command(STAFF, "announce panel", json!({"channel": GENERAL.to_string()})).await.unwrap();
    outcome.message.clone().unwrap_or_else(|| panic!("{outcome:?}"))
}

/// A panel in a channel in which members cannot write.
async fn posted(pool: PgPool) -> (TestServer, Message) {
    let mut server = TestServer::connected(pool).await;
    server.discord.set_permissions(GENERAL, GUILD, 0, SEND).await.unwrap();
    server.discord.set_permissions(GENERAL, BOT_ROLE, SEND, 0).await.unwrap();
    let sam = server.staff();
    let preview = panel(&sam).await;
    assert_eq!(preview.buttons(), ["Ask", "Office hours", "Feedback", "My things", "Post it"]);
    assert!(press(&sam, &preview, "Post it").await.content().starts_with("**On its way**"));
    server.settle().await;
    let panel = server.take(GENERAL).await.remove(0);
    assert!(preview.content().ends_with(panel.content()), "it is what was shown");
    assert!(panel.pinged_nobody());
    (server, panel)
}

#[sqlx::test]
async fn its_buttons_do_for_members_who_cannot_write_what_the_commands_do(pool: PgPool) {
    let (server, panel) = posted(pool).await;
    let mia = server.member();
    assert!(mia.say(GENERAL, "hello").await.is_err(), "the channel is locked");
    let form = mia.press(&panel, "Ask").await.unwrap();
    let asked = json!({"question": "Are grants open?"});
    let answer = mia.submit(GENERAL, form.form_id().unwrap(), asked).await.unwrap().message.unwrap();
    assert!(answer.content().contains("paused") && answer.is_ephemeral(), "{}", answer.content());
    assert!(!answer.buttons().contains(&"Share here"), "{:?}", answer.buttons());
    let browsed = mia.submit(GENERAL, form.form_id().unwrap(), json!({"question": " "})).await.unwrap();
    assert!(browsed.content().contains("topic"), "{browsed:?}");
    let hours = press(&mia, &panel, "Office hours").await;
    assert!(hours.content().contains("Welcome Hour") && hours.is_ephemeral(), "{}", hours.content());
    assert!(hours.buttons().contains(&"Ask a question"), "{:?}", hours.buttons());
    let which = press(&mia, &panel, "Feedback").await;
    for (how, thanks) in [("named", "Thank you"), ("anonymous", "receipt")] {
        let form = mia.choose(&which, &format!("panel-program:1:{how}"), &["grants"]).await.unwrap();
        let written = json!({"went-well": format!("all of it, {how}"), "to-change": ""});
        let said = mia.submit(GENERAL, form.form_id().unwrap(), written).await.unwrap();
        assert!(said.content().contains(thanks), "{said:?}");
    }
    let receipts: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT receipt_hash FROM submission WHERE receipt_hash IS NOT NULL")
            .fetch_all(&server.pool)
            .await
            .unwrap();
    assert_eq!(receipts.len(), 1);
    let mine = press(&mia, &panel, "My things").await;
    assert!(mine.content().contains("all of it, named") && mine.is_ephemeral(), "{}", mine.content());
    let form = mia.press(&mine, "I have a receipt").await.unwrap();
    let unknown = json!({"receipt": "0".repeat(32)});
    let told = mia.submit(GENERAL, form.form_id().unwrap(), unknown).await.unwrap();
    assert!(told.content().contains("nothing with this receipt"), "{told:?}");
    server.close().await;
}

#[sqlx::test]
async fn it_is_shown_before_it_is_posted(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let preview = panel(&server.staff()).await;
    insta::assert_snapshot!(preview.content().replace(&GENERAL.to_string(), "GENERAL"), @"
    **The panel for <#GENERAL>**, only you see this. Nothing is posted yet. This is how it will look; its buttons work already.

    **How can I help?** Only you see what comes of these buttons.
    - **Ask**: questions about the PSF, grants, membership, events and more, with sources and dates.
    - **Office hours**: when the next ones are, in your own time; reminders, and questions for them.
    - **Feedback**: tell the PSF what went well and what to change, with or without your name.
    - **My things**: what you sent here, what staff answered, and what is stored about you.
    Reports on conduct belong to conduct-wg@python.org.
    ");
    assert!(server.look(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_receipt_that_is_typed_there_finds_what_was_sent_with_it(pool: PgPool) {
    let (server, panel) = posted(pool).await;
    let mia = server.member();
    let which = press(&mia, &panel, "Feedback").await;
    let form = mia.choose(&which, "panel-program:1:anonymous", &["grants"]).await.unwrap();
    let written = json!({"went-well": "nobody knows who", "to-change": ""});
    let thanks = mia.submit(GENERAL, form.form_id().unwrap(), written).await.unwrap();
    let receipt = thanks.content().split('`').nth(1).unwrap().to_owned();
    let mine = press(&mia, &panel, "My things").await;
    let form = mia.press(&mine, "I have a receipt").await.unwrap();
    let found = mia.submit(GENERAL, form.form_id().unwrap(), json!({"receipt": receipt})).await.unwrap();
    assert!(found.content().contains("nobody knows who"), "{found:?}");
    server.close().await;
}

#[sqlx::test]
async fn there_is_one_a_channel_which_is_replaced_and_removed(pool: PgPool) {
    let (mut server, _) = posted(pool).await;
    let sam = server.staff();
    let stands = panel(&sam).await;
    let remove = stands.button("Remove it").unwrap().to_owned();
    assert!(stands.content().contains("has a panel"), "{}", stands.content());
    // Two clicks at once replace it once; a colleague's comes too late.
    let replace = stands.button("Replace it").unwrap().to_owned();
    let (one, two) = tokio::join!(sam.press(&stands, "Replace it"), sam.press(&stands, "Replace it"));
    let said = [one.unwrap().content().to_owned(), two.unwrap().content().to_owned()];
    assert!(said.iter().all(|said| said.starts_with("**On its way**")), "{said:?}");
    let late = server.discord.person(OWNER).forge_click(&stands, &replace).await.unwrap();
    assert!(late.content().contains("was changed since"), "{late:?}");
    server.settle().await;
    assert_eq!(server.look(GENERAL).await.len(), 1);
    // What was shown before it was replaced removes nothing.
    let late = sam.forge_click(&stands, &remove).await.unwrap();
    assert!(late.content().contains("was changed since"), "{late:?}");
    assert!(press(&sam, &panel(&sam).await, "Remove it").await.content().contains("is removed"));
    server.settle().await;
    assert!(server.look(GENERAL).await.is_empty());
    assert!(panel(&sam).await.content().contains("Nothing is posted yet"));
    server.close().await;
}

#[sqlx::test]
async fn where_the_bot_cannot_post_it_says_so_and_members_cannot_post_one(pool: PgPool) {
    let (server, panel) = posted(pool).await;
    server.discord.set_permissions(BLOG, BOT_ROLE, 0, SEND).await.unwrap();
    let blog = json!({"channel": BLOG.to_string()});
    let refused = server.staff().command(STAFF, "announce panel", blog).await.unwrap();
    assert!(refused.content().contains("Send Messages") && refused.message.unwrap().buttons().is_empty());
    for person in [server.member(), server.board()] {
        for key in [format!("{GENERAL}.0"), format!("{BLOG}.0"), "x".to_owned()] {
            for kind in ["announce-panel", "announce-panel-away"] {
                let forged = person.forge_click(&panel, &format!("{kind}:1:{key}")).await.unwrap();
                assert!(forged.content().contains("This is for staff"), "{forged:?}");
            }
        }
    }
    for key in ["", "x.y", "1", "0.0", "1.-1", "1.99999999999999999999"] {
        let forged = server.staff().forge_click(&panel, &format!("announce-panel:1:{key}")).await.unwrap();
        assert!(!forged.content().starts_with("**On its way**"), "{key}: {forged:?}");
    }
    let panels: i64 = sqlx::query_scalar("SELECT count(*) FROM panel").fetch_one(&server.pool).await.unwrap();
    assert_eq!(panels, 1);
    server.close().await;
}

#[sqlx::test]
async fn a_stalled_database_posts_it_later_and_a_restart_changes_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = panel(&sam).await;
    server.restart().await;
    let stalled = server.stall_database().await;
    let pressed = sam.at_once().press(&preview, "Post it").await.unwrap();
    stalled.rollback().await.unwrap();
    assert!(server.completed(&pressed).await.content().starts_with("**On its way**"));
    server.settle().await;
    let posted = server.take(GENERAL).await.remove(0);
    server.restart().await;
    assert!(press(&server.member(), &posted, "Office hours").await.content().contains("Welcome Hour"));
    server.finish().await;
}
