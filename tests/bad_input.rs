//! Bad input at the command line: one clear sentence, exit code 1, no panic, no backtrace.

use std::path::Path;

use insta::assert_snapshot;

use crate::support::process::psfbot;

/// Runs it; the one line that it says, whatever the name of this folder.
fn failure(args: &[&str], environment: &[(&str, &str)]) -> String {
    let output = psfbot(args).envs(environment.iter().copied()).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(output.stdout.is_empty(), "an error goes to stderr");
    assert_eq!(error.trim().lines().count(), 1, "one sentence: {error}");
    assert!(!error.contains("panicked") && !error.contains("backtrace"), "{error}");
    error.trim().replace(env!("CARGO_MANIFEST_DIR"), "")
}

fn file(dir: &Path, text: &str) -> String {
    let path = dir.join("psfbot.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const TOKEN: (&str, &str) = ("DISCORD_TOKEN", "x");

#[test]
fn a_missing_configuration() {
    assert_snapshot!(failure(&["run", "--config", "nowhere.toml"], &[TOKEN]), @"error: there is no configuration at nowhere.toml: name one with --config FILE, or start from config/psfbot.toml");
}

#[test]
fn a_broken_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "[discord]\nguild_id = \"1\"\nstaff_chanel = \"2\"\n");
    let error = failure(&["run", "--config", &path], &[TOKEN]).replace(&path, "psfbot.toml");
    assert_snapshot!(error, @"error: psfbot.toml: unknown key discord.staff_chanel; known there are guild_id, staff_channel, allowed_ping_roles, allow_everyone, staff");
}

#[test]
fn a_series_or_key_date_that_cannot_be_used_is_named_by_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let config = |more: &str| {
        let core = "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n";
        file(dir.path(), &format!("{core}{more}"))
    };
    let series = |more: &str| {
        format!("[[series]]\nkey = \"late\"\ntitle = \"Late\"\nchannel = \"3\"\nduration = \"1h\"\n{more}\n")
    };
    const PROGRAM: &str = "[[programs]]\nkey = \"grants\"\ntitle = \"Grants\"\n[programs.feedback]\n";
    let wrong = [
        (series("rule = \"FREQ=SECONDLY\"\nat = \"09:00\"\nzone = \"UTC\""), "series.rule of \"late\""),
        (series("rule = \"FREQ=DAILY\"\nat = \"9 o'clock\"\nzone = \"UTC\""), "series.at of \"late\""),
        (series("rule = \"FREQ=DAILY\"\nat = \"09:00\""), "series.zone of \"late\""),
        (series("rule = \"FREQ=DAILY\"\nat = \"09:00\"\nzone = \"New York\""), "zone"),
        (series("reminders = [\"0s\"]"), "series.reminders of \"late\""),
        (series("reminders = [\"soon\"]"), "reminders"),
        ("[[key_dates]]\nkey = \"vote\"\ntitle = \"Vote\"\n".into(), "key_dates.date of \"vote\""),
        ("[[key_dates]]\nkey = \"vote\"\ntitle = \"Vote\"\ndate = \"2026-02-30\"\n".into(), "date"),
        (
            format!("{PROGRAM}[[programs.feedback.questions]]\nlabel = \"{}\"\n", "x".repeat(46)),
            "programs.feedback.questions.label of \"grants\"",
        ),
        (
            format!("{PROGRAM}opens = \"2026-12-02\"\ncloses = \"2026-12-01\"\n"),
            "programs.feedback.closes of \"grants\"",
        ),
        (format!("{PROGRAM}closes = \"soon\"\n"), "closes"),
        (format!("{PROGRAM}question = \"Why?\"\n"), "question"),
        ("[office_hours]\nreminder_grace = \"0s\"\n".into(), "office_hours.reminder_grace"),
    ];
    for (more, place) in wrong {
        let path = config(&more);
        for command in [&["run"][..], &["office-hours", "list"]] {
            let error = failure(&[command, &["--config", &path]].concat(), &[TOKEN]);
            assert!(error.contains(place), "{command:?}: {error}");
        }
        let check =
            psfbot(&["check", "--config", &path]).env("DATABASE_URL", "postgres://127.0.0.1:1/x").output().unwrap();
        let said = String::from_utf8(check.stdout).unwrap();
        let line = said.lines().find(|line| line.contains("configuration")).unwrap();
        assert!(check.status.code() == Some(1) && line.starts_with("FAIL") && line.contains(place), "{said}");
    }
}

#[test]
fn a_text_that_is_not_toml() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "[discord\nguild_id = 1");
    let error = failure(&["run", "--config", &path], &[TOKEN]).replace(&path, "psfbot.toml");
    assert!(error.contains("psfbot.toml"), "{error}");
}

#[test]
fn a_wrong_override() {
    let error = failure(&["run"], &[TOKEN, ("PSFBOT__DELIVERY__NONCE_WINDOW", "soon")]);
    assert!(error.contains("the environment") && error.contains("nonce_window"), "{error}");
}

#[test]
fn a_missing_token() {
    assert_snapshot!(failure(&["run"], &[]), @"error: there is no bot token: set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it (Discord's developer portal → Bot → Reset Token)");
}

#[test]
fn a_token_file_that_is_not_there() {
    assert_snapshot!(failure(&["run"], &[("DISCORD_TOKEN_FILE", "/nowhere/token")]), @"error: DISCORD_TOKEN_FILE names /nowhere/token, which can't be read (No such file or directory (os error 2)): check the path and its permissions");
}

#[test]
fn an_address_that_is_not_discords() {
    assert_snapshot!(failure(&["run"], &[TOKEN, ("DISCORD_API_URL", "ftp://x/api")]), @r#"error: DISCORD_API_URL is "ftp://x/api": write scheme, host and port alone, e.g. http://127.0.0.1:4000, or unset it for Discord itself"#);
}

#[test]
fn an_unreachable_database() {
    let error = failure(&["run"], &[TOKEN, ("DATABASE_URL", "postgres://user:hunter2@127.0.0.1:1/psfbot")]);
    assert!(error.contains("the database can't be reached"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_database_address_that_is_none() {
    let error = failure(&["run"], &[TOKEN, ("DATABASE_URL", "mysql:hunter2@")]);
    assert!(error.contains("DATABASE_URL is not a PostgreSQL address") && !error.contains("hunter2"), "{error}");
}

#[test]
fn no_server_programs() {
    let dir = tempfile::tempdir().unwrap();
    let error = failure(&["run"], &[TOKEN, ("PSFBOT_POSTGRES_BIN", dir.path().to_str().unwrap())]);
    assert!(error.contains("PSFBOT_POSTGRES_BIN"), "{error}");
}

#[test]
fn a_log_filter_or_format_that_cannot_be_read() {
    assert!(failure(&["run"], &[TOKEN, ("RUST_LOG", "psfbot=loud")]).contains("RUST_LOG"));
    assert!(failure(&["run"], &[TOKEN, ("PSFBOT_LOG_FORMAT", "xml")]).contains("PSFBOT_LOG_FORMAT"));
}

#[test]
fn a_feed_that_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "<rss><channel>");
    let error = failure(&["feed", "preview", &path], &[]);
    assert!(!error.is_empty());
}

#[test]
fn wrong_usage_is_another_exit_code() {
    let output = psfbot(&["sing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
