//! The role that runs psfbot owns nothing; the owner's migrates.

use std::process::Output;

use sandbox::world::demo::{GENERAL, MEMBER, STAFF_MEMBER};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};
use url::Url;

use super::{announce, each_stands_once};
use crate::support::process::{World, eventually};

/// Two roles of the test's own: one owns the database, the other nothing.
struct Roles {
    pool: PgPool,
    name: String,
}

impl Roles {
    async fn make(pool: &PgPool) -> Self {
        let database: String = sqlx::query_scalar("SELECT current_database()::TEXT").fetch_one(pool).await.unwrap();
        // Names have 63 letters at most, and those of databases begin all alike.
        let roles = Self { pool: pool.clone(), name: format!("test {}", &database[database.len() - 20..]) };
        let (owner, runner) = (roles.owner(), roles.runner());
        for statement in [
            format!("CREATE ROLE {owner} LOGIN"),
            format!("CREATE ROLE {runner} LOGIN"),
            format!("ALTER DATABASE \"{database}\" OWNER TO {owner}"),
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned(),
            format!("GRANT ALL ON SCHEMA public TO {owner}"),
        ] {
            sqlx::query(AssertSqlSafe(statement)).execute(pool).await.unwrap();
        }
        roles
    }

    fn owner(&self) -> String {
        format!("\"{}'s \"\"owner\"\"\"", self.name)
    }

    fn runner(&self) -> String {
        format!("\"{} runner\"", self.name)
    }

    async fn remove(self) {
        for role in [self.runner(), self.owner()] {
            let statement = format!("REASSIGN OWNED BY {role} TO psfbot; DROP OWNED BY {role}; DROP ROLE {role}");
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&self.pool).await.unwrap();
        }
    }
}

/// The address of a database for another role, named as in SQL.
fn address(world: &World, role: &str) -> String {
    let mut url: Url = world.database().parse().unwrap();
    let name = role[1..role.len() - 1].replace("\"\"", "\"");
    url.set_username(&name).unwrap();
    url.to_string()
}

async fn psfbot(world: &World, args: &[&str], address: &str) -> Output {
    let mut command = world.command(args);
    command.env("DATABASE_URL", address);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// It must fail with one line, which is returned.
fn failure(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said.lines().last().unwrap_or_default().to_owned()
}

#[sqlx::test(migrations = false)]
async fn a_role_that_owns_nothing_runs_everything(pool: PgPool) {
    let world = World::unlimited(&pool).await;
    let roles = Roles::make(&pool).await;
    let (owner, runner) = (address(&world, &roles.owner()), address(&world, &roles.runner()));
    let name = format!("{} runner", roles.name);

    let output = psfbot(&world, &["run"], &runner).await;
    let said = failure(&output);
    assert!(
        said.contains("lacks migrations") && said.contains("run `psfbot migrate` with the role that owns"),
        "{said}"
    );

    assert!(psfbot(&world, &["migrate"], &owner).await.status.success());
    let output = psfbot(&world, &["run"], &runner).await;
    let said = failure(&output);
    assert!(said.contains("lacks a right") && said.contains("--grant-to ROLE"), "{said}");

    let output = psfbot(&world, &["migrate", "--grant-to", "nobody at all"], &owner).await;
    assert!(failure(&output).contains("has no role nobody at all"), "{output:?}");
    for _twice in 0..2 {
        let output = psfbot(&world, &["migrate", "--grant-to", &name], &owner).await;
        assert!(output.status.success(), "{output:?}");
    }
    // What a later migration makes is granted with it.
    sqlx::raw_sql(AssertSqlSafe(format!("SET ROLE {}; CREATE TABLE later (id INT); RESET ROLE", roles.owner())))
        .execute(&pool)
        .await
        .unwrap();
    let granted: bool = sqlx::query_scalar("SELECT has_table_privilege($1, 'later', 'INSERT')")
        .bind(&name)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(granted);
    let owned: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_class WHERE relowner = $1::regrole")
        .bind(roles.runner())
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(owned, 0);

    let bot = world.run_on(&runner);
    world.bot_connected().await;
    let mia = world.discord.person(MEMBER);
    let form = mia.command(GENERAL, "feedback", json!({"program": "grants"})).await.unwrap();
    let written = json!({"went-well": "it runs", "to-change": ""});
    let thanked = mia.submit(GENERAL, form.form_id().unwrap(), written).await.unwrap();
    assert!(thanked.content().contains("Thank you"), "{thanked:?}");
    let sam = world.discord.person(STAFF_MEMBER);
    let wrong = sam.command(GENERAL, "knowledge retire", json!({"article": "about-survey"})).await.unwrap();
    let retired = sam.press(&wrong.message.unwrap(), "Retire it").await.unwrap();
    eventually("staff's version is stored", async || {
        let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM knowledge_version").fetch_one(&pool).await.unwrap();
        (stored == 1).then_some(())
    })
    .await;
    assert_ne!(retired.state, "failed", "{retired:?}");
    announce(&pool, 0..10).await;
    each_stands_once(&world, &pool, 10).await;
    eventually("the queue's rows are its own to remove", async || {
        let jobs: i64 =
            sqlx::query_scalar("SELECT count(*) FROM graphile_worker._private_jobs WHERE key LIKE 'deliver:%'")
                .fetch_one(&pool)
                .await
                .unwrap();
        (jobs == 0).then_some(())
    })
    .await;
    let log = bot.log();
    assert!(!log.contains("ERROR") && !log.contains("permission denied"), "{log}");
    bot.ends_well().await;
    roles.remove().await;
}

#[sqlx::test(migrations = false)]
async fn a_database_of_a_newer_version_is_left_alone(pool: PgPool) {
    let world = World::start(&pool).await;
    assert!(psfbot(&world, &["migrate"], world.database()).await.status.success());
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99999999999999, 'later', TRUE, '', 0)").execute(&pool).await.unwrap();
    for command in ["run", "migrate"] {
        let said = failure(&psfbot(&world, &[command], world.database()).await);
        assert!(said.contains("migrated by a newer psfbot") && said.contains("run that version"), "{said}");
    }
}
