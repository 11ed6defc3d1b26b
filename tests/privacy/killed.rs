//! Real processes: killed between the ledger and the erasing, and started with a ledger that can't be used.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{MEMBER, STAFF};
use sqlx::PgPool;

use super::{me, press, send};
use crate::support::process::{World, eventually};

async fn submissions(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM submission").fetch_one(pool).await.unwrap()
}

fn lines(world: &World) -> usize {
    std::fs::read_to_string(world.data.path().join("erasures.ledger")).map_or(0, |text| text.lines().count())
}

/// A member whose feedback's card is posted, and the last question before everything is erased.
async fn about_to_erase(world: &World) -> (Person, Message) {
    let member = world.discord.person(MEMBER);
    send(&member, false, "named text").await;
    world.some_messages(STAFF).await;
    let sure = press(&member, &me(&member).await, "Erase everything").await;
    (member, sure)
}

#[sqlx::test(migrations = false)]
async fn killed_after_it_was_noted_it_is_erased_by_the_next_one(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let (member, sure) = about_to_erase(&world).await;
    // It can be read, and nothing be erased.
    let mut held = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE submission IN EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let outcome = member.at_once().press(&sure, "Erase everything").await.unwrap();
    assert_eq!(outcome.state, "deferred", "nothing is called erased yet: {outcome:?}");
    eventually("it is noted", async || (lines(&world) == 2).then_some(())).await;
    bot.kill();
    held.rollback().await.unwrap();
    assert_eq!(submissions(&pool).await, 1);
    let bot = world.run();
    eventually("it is erased", async || (submissions(&pool).await == 0).then_some(())).await;
    eventually("the card says so", async || {
        world
            .messages(STAFF)
            .await
            .iter()
            .any(|card| card.content().contains("Its author has deleted it"))
            .then_some(())
    })
    .await;
    bot.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_ledger_that_cannot_be_used_is_named_and_nothing_is_served(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let (member, sure) = about_to_erase(&world).await;
    assert!(press(&member, &sure, "Erase everything").await.content().starts_with("Erased."));
    bot.ends_well().await;
    let said = async |command: &str| {
        let mut command = world.command(&[command]);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    let ledger = world.data.path().join("erasures.ledger");
    let whole = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, whole.replace("\n", "!\n")).unwrap();
    for command in ["run", "check"] {
        let said = said(command).await;
        assert!(said.contains("not the one that the ledger of erasures"), "{command}: {said}");
    }
    let last = whole.lines().last().unwrap();
    std::fs::write(&ledger, whole.replace(last, &last[1..])).unwrap();
    for command in ["run", "check"] {
        let said = said(command).await;
        assert!(said.contains("line 2 of the ledger of erasures"), "{command}: {said}");
    }
    std::fs::write(&ledger, &whole).unwrap();
    let key = world.data.path().join("erasures.ledger.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    assert!(said("run").await.contains("has lost its key"));
    std::fs::write(&key, kept).unwrap();
    // Another ledger than the database was used with.
    std::fs::write(&ledger, whole.lines().next().unwrap().to_owned() + "\n").unwrap();
    let said = said("check").await;
    assert!(said.contains("the database knows 1 that are not in the ledger"), "{said}");
}
