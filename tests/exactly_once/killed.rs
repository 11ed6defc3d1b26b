//! The real program, killed while Discord holds what it asked for: before it is done, or when it is done and not yet
//! answered. The next process makes it good.

use chrono::{DateTime, Utc};
use psfbot::store::Store;
use sandbox::client::Fault;
use sqlx::PgPool;

use super::bare;
use super::effect::{Begun, EFFECTS, Effect, Scene, series};
use crate::support::process::{TOKEN, World, eventually};

/// Those of messages with the event and the direct message, and those of posts: all at once, since a claim of a killed
/// process has to run out before another takes it over; in two parts, since a process works on so many at a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Messages,
    Posts,
}

impl Part {
    const fn of(effect: Effect) -> Self {
        match effect {
            Effect::Post | Effect::PostEdit | Effect::PostPin | Effect::PostDelete => Self::Posts,
            _ => Self::Messages,
        }
    }
}

async fn killed_in_the_middle(pool: PgPool, hold: Fault, part: Part) {
    let now = now();
    let world = World::changed(&pool, |config| format!("{}\n{}", bare(&config), series(now))).await;
    let store = Store::new(pool.clone());
    let scene = Scene { store: &store, pool: &pool, discord: &world.discord, api: (world.sandbox.url(), TOKEN), now };
    if part == Part::Messages {
        // The event is due as soon as a process runs.
        hold_requests(&scene, &hold, Effect::Event).await;
    }
    let bot = world.run();
    let mut all = Vec::new();
    let mut number = 0;
    let after = [Effect::Edit, Effect::Delete, Effect::Crosspost, Effect::Thread, Effect::Pin];
    let of_posts = [Effect::PostEdit, Effect::PostDelete, Effect::PostPin];
    let after: Vec<Effect> = after.into_iter().chain(of_posts).filter(|effect| Part::of(*effect) == part).collect();
    // What is to be changed stands first. Then all comes due in one moment: a request is held as long as it is waited for.
    let (changing, following): (Vec<Effect>, Vec<Effect>) = after.iter().partition(|effect| effect.is_of_a_message());
    for effects in [&changing, &following] {
        if effects == &following {
            for effect in &after {
                hold_requests(&scene, &hold, *effect).await;
            }
        }
        for effect in effects {
            number += 1;
            all.push((*effect, effect.begin(&scene, effect.channel(&scene).await, number).await));
        }
        delivered(&scene).await;
    }
    for (effect, begun) in &mut all {
        effect.come_due(&scene, begun).await;
    }
    // Creating is held last: what the others follow had to be created.
    let made = [Effect::Create, Effect::Direct, Effect::Post];
    for (number, effect) in (100..).zip(made.into_iter().filter(|effect| Part::of(*effect) == part)) {
        hold_requests(&scene, &hold, effect).await;
        all.push((effect, effect.begin(&scene, effect.channel(&scene).await, number).await));
    }
    if part == Part::Messages {
        all.push((Effect::Event, Begun::Event));
    }
    let mut expected = EFFECTS.iter().filter(|effect| Part::of(**effect) == part);
    assert!(expected.all(|effect| all.iter().any(|(other, _)| other == effect)), "all effects are there");
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
    killed_in_the_middle(pool, Fault::hold(), Part::Messages).await;
}

#[sqlx::test]
async fn what_was_done_and_not_answered_is_not_done_again(pool: PgPool) {
    killed_in_the_middle(pool, Fault::hold().carried_out(), Part::Messages).await;
}

#[sqlx::test]
async fn a_post_that_was_asked_for_and_not_made_is_made_once(pool: PgPool) {
    killed_in_the_middle(pool, Fault::hold(), Part::Posts).await;
}

#[sqlx::test]
async fn a_post_that_was_made_and_not_answered_is_not_made_again(pool: PgPool) {
    killed_in_the_middle(pool, Fault::hold().carried_out(), Part::Posts).await;
}
