//! Share here: not twice in a row in the same channel.

use sandbox::world::demo::{BLOG, GENERAL, OTHER_MEMBER};
use sqlx::PgPool;

use super::{ask, press};
use crate::support::{MINUTE, TestServer};

#[sqlx::test]
async fn a_member_shares_once_a_minute_in_a_channel_and_holds_up_nobody_else(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    let (answer, others) = (ask(&member, "Are grants open?").await, ask(&other, "Are grants open?").await);
    let (one, two) = tokio::join!(member.press(&answer, "Share here"), member.press(&answer, "Share here"));
    let refused: Vec<_> =
        [one.unwrap(), two.unwrap()].into_iter().filter(|said| said.content().contains("just shared")).collect();
    let [refused] = &refused[..] else { panic!("of two clicks one is refused: {refused:?}") };
    assert!(refused.message.as_ref().unwrap().is_ephemeral());
    assert!(refused.content().contains("(at 12:01:00 UTC)"), "{}", refused.content());
    press(&other, &others, "Share here").await;
    assert_eq!(server.take(GENERAL).await.len(), 2);
    server.clock.advance(MINUTE);
    press(&member, &answer, "Share here").await;
    let shared = server.take(GENERAL).await;
    assert_eq!(shared.len(), 1);
    assert!(shared[0].pinged_nobody() && !shared[0].content().contains("> Are grants"), "{}", shared[0].content());
    assert!(server.take(BLOG).await.is_empty());
    server.finish().await;
}
