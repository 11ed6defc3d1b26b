//! A backup from before an erasure is restored after it: what was erased is gone again before anybody is served.

use std::path::{Path, PathBuf};
use std::process::Command;

use sandbox::world::demo::{GENERAL, MEMBER, STAFF};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, PgPool};

use super::{ask, count, erase_everything, me, press, receipt, reply, send, some_direct_messages, spellings};
use crate::support::{HOUR, MINUTE, TestServer, dump};

/// A program beside the server's, which the tests are given.
fn program(name: &str) -> PathBuf {
    std::env::var_os("PSFBOT_POSTGRES_BIN").map_or_else(|| name.into(), |dir| Path::new(&dir).join(name))
}

async fn done(mut command: Command) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// As libpq's programs are told where the database is.
fn connected(mut command: Command, options: &PgConnectOptions) -> Command {
    match options.get_socket() {
        Some(socket) => command.arg("-h").arg(socket),
        None => command.arg("-h").arg(options.get_host()),
    };
    command.arg("-p").arg(options.get_port().to_string()).arg("-U").arg(options.get_username());
    command.arg("-d").arg(options.get_database().unwrap());
    command
}

async fn back_up(pool: &PgPool, file: &Path) {
    let mut command = Command::new(program("pg_dump"));
    command.arg("-Fc").arg("-f").arg(file);
    done(connected(command, &pool.connect_options())).await;
}

/// A database of its own beside the test's, with what a backup holds.
async fn restore(pool: &PgPool, file: &Path) -> PgPool {
    let database: String = sqlx::query_scalar("SELECT current_database()::TEXT").fetch_one(pool).await.unwrap();
    let name = format!("restored_{}", &database[database.len() - 20..]);
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE \"{name}\""))).execute(pool).await.unwrap();
    let options = (*pool.connect_options()).clone().database(&name);
    let mut command = Command::new(program("pg_restore"));
    command.args(["--no-owner", "--no-acl", "--exit-on-error"]).arg(file);
    done(connected(command, &options)).await;
    PgPool::connect_with(options).await.unwrap()
}

async fn remove(pool: &PgPool, restored: PgPool) {
    let name: String = sqlx::query_scalar("SELECT current_database()::TEXT").fetch_one(&restored).await.unwrap();
    restored.close().await;
    sqlx::query(AssertSqlSafe(format!("DROP DATABASE \"{name}\" WITH (FORCE)"))).execute(pool).await.unwrap();
}

#[sqlx::test]
async fn what_was_erased_stays_so(pool: PgPool) {
    let mut server = TestServer::connected(pool.clone()).await;
    let (member, staff, other) = (server.member(), server.staff(), server.board());
    let thanks = send(&member, false, "named text").await;
    press(&member, &thanks, "Staff may contact me").await;
    server.settle().await;
    let card = server.look(STAFF).await.remove(0);
    reply(&staff, &card, "words of staff").await;
    server.settle().await;
    some_direct_messages(&member, 1).await;
    ask(&member, "With my name", "named question").await;
    let answer = member.command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    press(&member, &answer.message.unwrap(), "Helpful").await;
    let anonymous = send(&member, true, "anonymous text").await;
    let asked = ask(&member, "Anonymously", "anonymous question").await;
    let single = send(&other, false, "a single one").await;
    send(&other, false, "one that stays").await;
    server.advance(HOUR).await;
    server.advance(MINUTE).await;
    let backup = tempfile::NamedTempFile::new().unwrap();
    back_up(&pool, backup.path()).await;

    assert!(erase_everything(&member).await.content().starts_with("Erased."));
    for thanks in [&anonymous, &asked] {
        let options = json!({"receipt": receipt(thanks)});
        let shown = member.command(GENERAL, "me", options).await.unwrap().message.unwrap();
        let (first, second) = if thanks.content().contains("feedback") {
            ("Delete it", "Delete for good")
        } else {
            ("Withdraw", "Withdraw for good")
        };
        let first = shown.buttons().into_iter().find(|label| label.starts_with(first)).unwrap().to_owned();
        let sure = press(&member, &shown, &first).await;
        let second = sure.buttons().into_iter().find(|label| label.starts_with(&second[..6])).unwrap().to_owned();
        press(&member, &sure, &second).await;
    }
    let id = single.button("1 Poor").unwrap().rsplit(':').next().unwrap().to_owned();
    other.forge_click(&single, &format!("me-erase:1:{id}")).await.unwrap();
    server.advance(HOUR).await;

    let restored = restore(&pool, backup.path()).await;
    server.pool = restored.clone();
    assert_eq!(count(&server, "submission").await, 4, "the backup is from before");
    server.restart().await;
    // Before anybody is served.
    let texts: Vec<String> = sqlx::query_scalar("SELECT went_well FROM submission").fetch_all(&restored).await.unwrap();
    assert_eq!(texts, ["one that stays"]);
    server.advance(HOUR).await;
    server.advance(MINUTE).await;
    let left = dump(&restored).await;
    let gone =
        ["named text", "words of staff", "named question", "anonymous text", "anonymous question", "a single one"];
    for gone in spellings(MEMBER).into_iter().chain(gone.map(str::to_owned)) {
        assert!(!left.contains(&gone), "{gone} came back:\n{left}");
    }
    assert_eq!(count(&server, "vote").await, 0);
    let cards = server.take(STAFF).await;
    assert_eq!(
        cards.iter().filter(|card| card.content().contains("Its author has deleted it")).count(),
        3,
        "{cards:?}"
    );
    assert!(!cards.iter().any(|card| gone.iter().any(|gone| card.raw.to_string().contains(gone))), "{cards:?}");
    // A second start finds nothing to do, and what is sent now stays.
    send(&member, false, "a new text").await;
    server.restart().await;
    assert_eq!(count(&server, "submission").await, 2);
    assert!(me(&member).await.content().contains("a new text"));
    server.settle().await;
    server.take(STAFF).await;
    server.finish().await;
    remove(&pool, restored).await;
}
