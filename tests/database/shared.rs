//! Two processes on one database, both at work.

use nix::sys::signal::Signal;
use sqlx::PgPool;

use super::{announce, claims_run_out, each_stands_once, open};
use crate::support::process::{World, eventually};

const MANY: usize = 50;

#[sqlx::test(migrations = false)]
async fn what_is_due_at_once_is_posted_once_by_two_processes(pool: PgPool) {
    let world = World::unlimited(&pool).await;
    let (first, second) = (world.run(), world.run());
    world.bot_connected().await;
    announce(&pool, 0..MANY).await;
    each_stands_once(&world, &pool, MANY).await;
    let workers = [&first, &second].map(|bot| bot.log().matches("attempt settled").count());
    assert!(workers.iter().all(|&settled| settled > 0), "both did something: {workers:?}");
    first.ends_well().await;
    second.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_process_killed_in_the_middle_of_it_leaves_the_rest_to_the_other(pool: PgPool) {
    let world = World::unlimited(&pool).await;
    let first = world.run();
    world.bot_connected().await;
    let second = world.run();
    announce(&pool, 0..MANY).await;
    eventually("some are delivered", async || {
        let open = open(&pool).await;
        (open > 0 && open < 45).then_some(())
    })
    .await;
    first.kill();
    claims_run_out(&pool).await;
    each_stands_once(&world, &pool, MANY).await;
    second.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_process_frozen_in_the_middle_of_it_posts_nothing_again_when_it_wakes(pool: PgPool) {
    let world = World::unlimited(&pool).await;
    let first = world.run();
    world.bot_connected().await;
    let second = world.run();
    announce(&pool, 0..MANY).await;
    eventually("some are delivered", async || {
        let open = open(&pool).await;
        (open > 0 && open < 45).then_some(())
    })
    .await;
    first.signal(Signal::SIGSTOP);
    claims_run_out(&pool).await;
    eventually("the other does the rest", async || (open(&pool).await == 0).then_some(())).await;
    first.signal(Signal::SIGCONT);
    first.ends_well().await;
    each_stands_once(&world, &pool, MANY).await;
    second.ends_well().await;
}
