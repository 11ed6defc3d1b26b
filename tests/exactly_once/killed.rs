//! The real program, killed while Discord holds what it asked for: before it is done, or when it is done and not yet
//! answered. The next process makes it good.

use chrono::{DateTime, Utc};
use psfbot::store::Store;
use sandbox::client::Fault;
use sqlx::PgPool;

use super::bare;
use super::effect::{Begun, EFFECTS, Effect, Scene, series};
use crate::support::process::{TOKEN, World, eventually};

/// All effects at once, since a claim of a killed process has to run out before another takes it over.
async fn killed_in_the_middle(pool: PgPool, hold: Fault) {
    let now = now();
    let world = World::changed(&pool, |config| format!("{}\n{}", bare(&config), series(now))).await;
    let store = Store::new(pool.clone());
    let scene = Scene { store: &store, pool: &pool, discord: &world.discord, api: (world.sandbox.url(), TOKEN), now };
    // The event is due as soon as a process runs.
    hold_requests(&scene, &hold, Effect::Event).await;
    let bot = world.run();
    let mut all = Vec::new();
    // What a message is followed by: the message stands before creating one is held, too.
    let after = [Effect::Crosspost, Effect::Thread, Effect::Pin, Effect::Edit, Effect::Delete];
    let of_posts = [Effect::PostPin, Effect::PostEdit, Effect::PostDelete];
    for (number, effect) in (1..).zip(after.into_iter().chain(of_posts)) {
        if !effect.is_of_a_message() {
            hold_requests(&scene, &hold, effect).await;
        }
        let mut begun = effect.begin(&scene, effect.channel(&scene).await, number).await;
        delivered(&scene).await;
        if effect.is_of_a_message() {
            hold_requests(&scene, &hold, effect).await;
        }
        effect.come_due(&scene, &mut begun).await;
        all.push((effect, begun));
    }
    for (number, effect) in (100..).zip([Effect::Create, Effect::Post, Effect::Direct]) {
        hold_requests(&scene, &hold, effect).await;
        all.push((effect, effect.begin(&scene, effect.channel(&scene).await, number).await));
    }
    all.push((Effect::Event, Begun::Event));
    assert!(EFFECTS.iter().all(|effect| all.iter().any(|(other, _)| other == effect)), "all effects are there");
    eventually("all are held", async || {
        let each: Vec<u32> = world.discord.faults().await.unwrap().iter().map(|fault| fault.held).collect();
        (each.len() == all.len() && each.iter().all(|&held| held == 1)).then_some(())
    })
    .await;
    bot.kill();
    world.discord.clear_faults().await.unwrap();
    let bot = world.run();
    eventually("all is made good", async || Effect::is_done(&scene).await.then_some(())).await;
    for (effect, begun) in &all {
        effect.assert_once(&scene, begun, &format!("{effect:?}")).await;
    }
    bot.ends_well().await;
}

async fn hold_requests(scene: &Scene<'_>, hold: &Fault, effect: Effect) {
    let (method, path) = effect.request(effect.channel(scene).await);
    scene.discord.fault(&hold.clone().on(method, &path)).await.unwrap();
}

/// Waits until what is due by now stands.
async fn delivered(scene: &Scene<'_>) {
    eventually("it is recorded", async || {
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM delivery WHERE state <> 'delivered'")
            .fetch_one(scene.pool)
            .await
            .unwrap();
        (open == 0).then_some(())
    })
    .await;
}

#[expect(clippy::disallowed_methods, reason = "the real program runs by the machine's clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

#[sqlx::test]
async fn what_was_asked_and_not_done_is_done_once(pool: PgPool) {
    killed_in_the_middle(pool, Fault::hold()).await;
}

#[sqlx::test]
async fn what_was_done_and_not_answered_is_not_done_again(pool: PgPool) {
    killed_in_the_middle(pool, Fault::hold().carried_out()).await;
}
