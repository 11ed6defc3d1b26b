//! The embedded default database, with real servers, killed and disturbed as machines do it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Lines, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use psfbot::postgres::{Cluster, ClusterError, Options};
use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::{Connection, Row};
use tempfile::TempDir;

const PSFBOT: &str = env!("CARGO_BIN_EXE_psfbot");

/// A directory that the server's account can pass through, which matters when the tests run as root.
fn folder() -> TempDir {
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap()
}

fn kept(dir: &Path) -> Options {
    Options::kept(Some(dir.to_owned())).supervisor(PSFBOT)
}

fn psfbot() -> Command {
    let mut command = Command::new(PSFBOT);
    command.arg("postgres").stdin(Stdio::null());
    command
}

/// `psfbot postgres --data-dir …`, serving.
struct Serving {
    child: Child,
    url: String,
    _output: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    fn start(dir: &Path) -> Self {
        let mut command = psfbot();
        command.arg("--data-dir").arg(dir).env("DISCORD_TOKEN", "the-token-of-the-bot").stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = output.next().unwrap().unwrap();
        Self { child, url, _output: output }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }

    fn signal(mut self, signal: Signal) -> std::process::ExitStatus {
        kill(self.pid(), signal).unwrap();
        self.child.wait().unwrap()
    }
}

/// The cluster's own directory in a data directory.
fn cluster_dir(dir: &Path) -> PathBuf {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.join("PG_VERSION").exists()).find(|path| path.extension().is_none()).unwrap()
}

fn postmaster(dir: &Path) -> Pid {
    let text = fs::read_to_string(cluster_dir(dir).join("postmaster.pid")).unwrap();
    Pid::from_raw(text.lines().next().unwrap().trim().parse().unwrap())
}

#[cfg(target_os = "linux")]
fn parent_of(pid: Pid) -> Pid {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap();
    Pid::from_raw(line.trim().parse().unwrap())
}

async fn note(connection: &mut PgConnection, text: &str) {
    sqlx::query("create table if not exists notes (text text)").execute(&mut *connection).await.unwrap();
    sqlx::query("insert into notes values ($1)").bind(text).execute(connection).await.unwrap();
}

async fn notes(url: &str) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar("select text from notes").fetch_all(&mut connection).await.unwrap()
}

/// Connects as soon as the server is back. A try at the very moment of its end is reset, and one while the next server
/// replaces the socket finds none; neither is tried again by a pool.
async fn once_more(url: &str) -> PgConnection {
    loop {
        let patient = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(60));
        match patient.connect(url).await {
            Ok(pool) => break pool.acquire().await.unwrap().detach(),
            Err(sqlx::Error::Io(error)) => {
                use ErrorKind::{BrokenPipe, ConnectionReset, NotFound, UnexpectedEof};
                assert!(matches!(error.kind(), ConnectionReset | BrokenPipe | UnexpectedEof | NotFound), "{error}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Returns when the server ends this connection.
async fn until_thrown_out(connection: &mut PgConnection) {
    sqlx::query("select pg_sleep(600)").execute(connection).await.unwrap_err();
}

fn last_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_temporary_cluster_serves_over_its_socket_alone_and_leaves_nothing() {
    let cluster = Cluster::start(Options::temporary().supervisor(PSFBOT)).await.unwrap();
    let (root, sockets) = (cluster.data_dir().to_owned(), cluster.socket_dir().to_owned());
    assert_eq!(fs::metadata(&sockets).unwrap().mode() & 0o777, 0o700);

    let mut connection = PgConnection::connect(&cluster.url("psfbot")).await.unwrap();
    let row = sqlx::query(
        "select current_setting('listen_addresses'), current_setting('data_checksums'), current_setting('server_encoding'),
                (select rolcreatedb from pg_roles where rolname = current_user)",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(row.get::<&str, _>(0), "");
    assert_eq!(row.get::<&str, _>(1), "on");
    assert_eq!(row.get::<&str, _>(2), "UTF8");
    assert!(row.get::<bool, _>(3));

    cluster.stop().await.unwrap();
    assert!(!root.exists());
}

#[tokio::test]
async fn data_stay_from_one_start_to_the_next() {
    let dir = folder();
    for text in ["first", "second"] {
        let cluster = Cluster::start(kept(dir.path())).await.unwrap();
        let mut connection = PgConnection::connect(&cluster.url("psfbot")).await.unwrap();
        note(&mut connection, text).await;
        let fsync: String = sqlx::query_scalar("show fsync").fetch_one(&mut connection).await.unwrap();
        assert_eq!(fsync, "on");
        cluster.stop().await.unwrap();
    }
    let cluster = Cluster::start(kept(dir.path())).await.unwrap();
    assert_eq!(notes(&cluster.url("psfbot")).await, ["first", "second"]);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn the_server_ends_with_a_parent_that_is_killed_and_no_data_are_lost() {
    let dir = folder();
    let serving = Serving::start(dir.path());
    let mut connection = serving.connect().await;
    note(&mut connection, "acknowledged").await;
    serving.signal(Signal::SIGKILL);
    until_thrown_out(&mut connection).await;

    let cluster = Cluster::start(kept(dir.path())).await.unwrap();
    assert_eq!(notes(&cluster.url("psfbot")).await, ["acknowledged"]);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_killed_is_started_again() {
    let dir = folder();
    let serving = Serving::start(dir.path());
    note(&mut serving.connect().await, "acknowledged").await;
    let first = postmaster(dir.path());
    kill(first, Signal::SIGKILL).unwrap();

    let mut connection = once_more(&serving.url).await;
    let texts: Vec<String> = sqlx::query_scalar("select text from notes").fetch_all(&mut connection).await.unwrap();
    assert_eq!(texts, ["acknowledged"]);
    assert_ne!(postmaster(dir.path()), first);
    assert!(serving.signal(Signal::SIGTERM).success());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_lost_parent_and_supervisor_is_stopped_by_the_next_start() {
    let dir = folder();
    let serving = Serving::start(dir.path());
    let mut connection = serving.connect().await;
    note(&mut connection, "acknowledged").await;
    let orphan = postmaster(dir.path());
    kill(parent_of(orphan), Signal::SIGKILL).unwrap();
    serving.signal(Signal::SIGKILL);

    let cluster = Cluster::start(kept(dir.path())).await.unwrap();
    assert_ne!(postmaster(dir.path()), orphan);
    until_thrown_out(&mut connection).await;
    assert_eq!(notes(&cluster.url("psfbot")).await, ["acknowledged"]);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_number_in_postmaster_pid_that_went_to_another_process_does_not_stop_a_start() {
    let dir = folder();
    Cluster::start(kept(dir.path())).await.unwrap().stop().await.unwrap();
    let data = cluster_dir(dir.path());
    let owner = fs::metadata(&data).unwrap();
    // A stranger of the same account, or PostgreSQL would see by itself that it can't be a server of these data.
    let mut stranger = Command::new("cat");
    stranger.stdin(Stdio::piped()).stdout(Stdio::null()).current_dir("/");
    if nix::unistd::geteuid().is_root() {
        stranger.gid(owner.gid()).uid(owner.uid());
    }
    let mut stranger = stranger.spawn().unwrap();
    let text = format!("{}\n{}\n1700000000\n5432\n/nowhere\n\n  1 1\nready   \n", stranger.id(), data.display());
    fs::write(data.join("postmaster.pid"), &text).unwrap();
    fs::write(dir.path().join("socket/.s.PGSQL.5432.lock"), &text).unwrap();

    Cluster::start(kept(dir.path())).await.unwrap().stop().await.unwrap();
    assert!(stranger.try_wait().unwrap().is_none(), "the stranger lives on");
    drop(stranger.stdin.take());
    stranger.wait().unwrap();
}

#[tokio::test]
async fn a_second_start_names_the_first_and_a_short_command_joins_it() {
    let dir = folder();
    let serving = Serving::start(dir.path());
    note(&mut serving.connect().await, "shared").await;

    let error = Cluster::start(kept(dir.path())).await.unwrap_err();
    assert!(matches!(error, ClusterError::Busy { .. }));
    let expected = format!(
        "another psfbot (pid {}) uses the data directory {}; stop it or pass --data-dir another directory",
        serving.pid(),
        dir.path().canonicalize().unwrap().display()
    );
    assert_eq!(error.to_string(), expected);

    let joined = Cluster::attach_or_start(kept(dir.path())).await.unwrap();
    assert!(joined.is_attached());
    assert_eq!(notes(&joined.url("psfbot")).await, ["shared"]);
    joined.stop().await.unwrap();
    assert_eq!(notes(&serving.url).await, ["shared"], "the joined cluster runs on");
    assert!(serving.signal(Signal::SIGINT).success());
}

#[tokio::test]
async fn long_paths_and_spaces_are_fine() {
    let dir = folder();
    let long = dir.path().join(format!("my \"own\" data, {}", "x".repeat(140)));
    let cluster = Cluster::start(kept(&long)).await.unwrap();
    let sockets = cluster.socket_dir().to_owned();
    assert!(!sockets.starts_with(&long), "too long for a socket");
    assert_eq!(fs::metadata(&sockets).unwrap().mode() & 0o777, 0o700);
    note(&mut PgConnection::connect(&cluster.url("psfbot")).await.unwrap(), "here").await;
    cluster.stop().await.unwrap();
    fs::remove_dir_all(sockets).unwrap();

    let spaces = dir.path().join("with spaces, and \"quotes\"");
    let cluster = Cluster::start(kept(&spaces)).await.unwrap();
    assert!(cluster.socket_dir().starts_with(spaces.canonicalize().unwrap()));
    note(&mut PgConnection::connect(&cluster.url("psfbot")).await.unwrap(), "here").await;
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn an_unfinished_cluster_is_made_anew() {
    let dir = folder();
    let unfinished = dir.path().join("pg15.unfinished-1");
    fs::create_dir(&unfinished).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    Cluster::start(kept(dir.path())).await.unwrap().stop().await.unwrap();
    assert!(!unfinished.exists());
}

#[tokio::test]
async fn the_log_holds_nothing_of_what_was_written() {
    let dir = folder();
    let cluster = Cluster::start(kept(dir.path())).await.unwrap();
    let mut connection = PgConnection::connect(&cluster.url("psfbot")).await.unwrap();
    sqlx::query("create table t (a text primary key check (a <> 'confidential-check'))")
        .execute(&mut connection)
        .await
        .unwrap();
    for statement in [
        "insert into t values ('confidential-key'), ('confidential-key')",
        "insert into t values ('confidential-check')",
        "select 'confidential-number'::int",
        "select confidential syntax error",
        "do $$ begin raise warning 'confidential-warning'; end $$",
    ] {
        let _ = sqlx::raw_sql(statement).execute(&mut connection).await;
    }
    let bound = sqlx::query("insert into t values ($1)").bind("confidential-check").execute(&mut connection).await;
    assert!(bound.is_err());
    let data = cluster_dir(cluster.data_dir());
    cluster.stop().await.unwrap();
    let log = fs::read_to_string(data.with_extension("log")).unwrap();
    assert!(log.contains("database system is ready"), "{log}");
    assert!(!log.contains("confidential"), "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn neither_server_nor_supervisor_is_given_the_secrets() {
    let dir = folder();
    let serving = Serving::start(dir.path());
    let server = postmaster(dir.path());
    for pid in [server, parent_of(server)] {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap();
        let environment = String::from_utf8_lossy(&environment);
        assert!(environment.contains("PATH="));
        assert!(!environment.contains("the-token-of-the-bot"));
    }
    assert!(serving.signal(Signal::SIGTERM).success());
}

#[test]
fn a_command_gets_the_database_and_its_exit_code_is_passed_on() {
    let mut command = psfbot();
    let output = command.args(["--temporary", "--", "sh", "-c", "echo \"$DATABASE_URL|$PGHOST\"; exit 7"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", last_line(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let (url, host) = text.trim().split_once('|').unwrap();
    assert!(url.starts_with("postgres://psfbot@localhost:5432/psfbot?host=%2F"), "{url}");
    assert!(!Path::new(host).exists(), "the temporary cluster is gone");
}

#[test]
fn a_signal_ends_the_command_all_that_it_started_and_the_cluster() {
    // A background process and a foreground one, both for ever.
    let script = "mkfifo \"$PGHOST.fifo\"; cat <> \"$PGHOST.fifo\" & echo $PPID; echo $PGHOST; wait";
    let mut command = psfbot();
    command.args(["--temporary", "--", "sh", "-c", script]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    output.read_line(&mut lines).unwrap();
    output.read_line(&mut lines).unwrap();
    let words = lines.split_whitespace().collect::<Vec<_>>();
    assert_eq!(words[0], child.id().to_string());
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM).unwrap();

    // The end of the output: nobody is left who could write to it.
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(!Path::new(words[1]).exists(), "the temporary cluster is gone");
}

#[test]
fn without_server_programs_it_says_what_to_install() {
    let dir = folder();
    let mut command = psfbot();
    command.arg("--data-dir").arg(dir.path()).env_remove("PSFBOT_POSTGRES_BIN");
    let output = command.env("PSFBOT_POSTGRES_SEARCH", "none").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(last_line(&output), @"error: no PostgreSQL server programs (14 or newer) were found: install them with `apt-get install postgresql` (Debian, Ubuntu), `brew install postgresql` (macOS) or `make postgres-binaries`, or set PSFBOT_POSTGRES_BIN to the directory of initdb and postgres, or set DATABASE_URL to a database of your own");
}

#[test]
fn a_wrong_directory_of_server_programs_is_an_error() {
    let dir = folder();
    let output = psfbot().arg("--data-dir").arg(dir.path()).env("PSFBOT_POSTGRES_BIN", "/usr").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(last_line(&output), @"error: PSFBOT_POSTGRES_BIN is /usr, but it has no postgres; set it to the bin directory of PostgreSQL 14 or newer, or unset it");
}

#[test]
fn a_data_directory_that_cannot_be_made_is_an_error() {
    let dir = folder();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let output = psfbot().arg("--data-dir").arg(file.join("data")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = last_line(&output).replace(&*dir.path().to_string_lossy(), "[dir]");
    insta::assert_snapshot!(said, @"error: can't create [dir]/file (pass --data-dir a directory that you may write to): File exists (os error 17)");
}
