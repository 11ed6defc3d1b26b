//! The real program, killed between the steps.

use sandbox::world::demo::{GENERAL, STAFF_MEMBER};
use sqlx::PgPool;

use super::{choose_ping, ready};
use crate::support::process::{Psfbot, World, eventually};

/// Another process in place of the one that was killed.
async fn replaced(world: &World, killed: Psfbot, session: u64) -> Psfbot {
    killed.kill();
    let bot = world.run();
    eventually("the next process is connected", async || {
        let gateway = world.discord.gateway().await.unwrap();
        (gateway["identifies"].as_u64() >= Some(session)).then_some(())
    })
    .await;
    world.bot_connected().await;
    bot
}

#[sqlx::test]
async fn what_was_acknowledged_survives_a_killed_process(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let sam = world.discord.person(STAFF_MEMBER);
    let preview = ready(&sam, "Survivor", &[GENERAL]).await;
    let bot = replaced(&world, bot, 2).await;
    let preview = choose_ping(&sam, &preview, &sandbox::world::demo::ANNOUNCE_ROLE.to_string()).await;
    let sent = sam.press(&preview, "Send now").await.unwrap();
    assert!(sent.content().starts_with("**On its way**"), "{}", sent.content());
    let bot = replaced(&world, bot, 3).await;
    let is_ours = |message: &sandbox::client::Message| message.content().starts_with("**Survivor**");
    eventually("it is posted", async || world.messages(GENERAL).await.iter().any(is_ours).then_some(())).await;
    eventually("that is recorded", async || {
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM delivery WHERE state <> 'delivered'")
            .fetch_one(&pool)
            .await
            .unwrap();
        (open == 0).then_some(())
    })
    .await;
    assert_eq!(world.messages(GENERAL).await.iter().filter(|message| is_ours(message)).count(), 1);
    bot.kill();
}
