//! Real processes: what one saves, the other answers.

use nix::sys::signal::Signal;
use sandbox::world::demo::{MEMBER, STAFF_MEMBER};
use serde_json::json;
use sqlx::PgPool;

use super::{added, asked, edited, save, zebra};
use crate::support::process::{World, eventually};

#[sqlx::test(migrations = false)]
async fn what_one_process_saves_the_other_answers_without_a_restart(pool: PgPool) {
    let world = World::start(&pool).await;
    let first = world.run();
    world.bot_connected().await;
    let second = world.run();
    eventually("the second stands by", async || second.log().contains("this one stands by").then_some(())).await;
    let (sam, mia) = (world.discord.person(STAFF_MEMBER), world.discord.person(MEMBER));
    save(&sam, &added(&sam, zebra()).await).await;
    save(&sam, &edited(&sam, "about-ein", json!({"text": "The tax number is 04-3594598, staff say."})).await).await;
    eventually("the second has taken both over", async || second.log().contains("revision=2").then_some(())).await;
    first.kill();
    eventually("the second answers", async || {
        let gateway = world.discord.gateway().await.unwrap();
        (gateway["identifies"].as_u64() >= Some(2)).then_some(())
    })
    .await;
    world.bot_connected().await;
    let answer = eventually("it serves commands", async || {
        Some(asked(&mia, "does the psf lend zebras").await).filter(|answer| !answer.is_empty())
    })
    .await;
    assert!(answer.contains("lends no zebras"), "{answer}");
    assert!(asked(&mia, "psf tax number").await.contains("staff say"));
    // Nothing of what was typed stands in a log.
    let log = second.log();
    assert!(!log.contains("zebra") && !log.contains("staff say"), "typed text is not logged");
    second.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn what_was_acknowledged_survives_a_killed_process(pool: PgPool) {
    let world = World::start(&pool).await;
    let first = world.run();
    world.bot_connected().await;
    let sam = world.discord.person(STAFF_MEMBER);
    let preview = added(&sam, zebra()).await;
    first.signal(Signal::SIGKILL);
    drop(first);
    let second = world.run();
    eventually("the next process is connected", async || {
        let gateway = world.discord.gateway().await.unwrap();
        (gateway["identifies"].as_u64() >= Some(2)).then_some(())
    })
    .await;
    world.bot_connected().await;
    save(&sam, &preview).await;
    let mia = world.discord.person(MEMBER);
    assert!(asked(&mia, "does the psf lend zebras").await.contains("lends no zebras"));
    second.ends_well().await;
}
