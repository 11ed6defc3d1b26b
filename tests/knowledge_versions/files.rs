//! The files below staff's versions: changed beneath them, gone back to, and written by an export.

use std::fs;
use std::path::Path;

use sandbox::world::demo::STAFF;
use serde_json::json;
use sqlx::{ConnectOptions, PgPool};
use tempfile::TempDir;

use super::{added, asked, edited, open, save, words, zebra};
use crate::support::TestServer;
use crate::support::process::{eventually, psfbot};

const REAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config/knowledge");

/// A folder of one's own with all articles, and a server that is configured with it.
async fn with_folder(pool: PgPool) -> (TestServer, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(REAL).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let mut server =
        TestServer::configured(pool, |config| config.replace(REAL, &folder.path().display().to_string())).await;
    server.connect().await;
    (server, folder)
}

/// Changes something in a file, for the next start.
fn rewrite(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

/// Waits until the process before a restart, which has the old files, is gone from the gateway.
async fn alone(server: &TestServer) {
    eventually("the one before is gone", async || {
        (server.discord.gateway().await.unwrap()["sessions"] == 1).then_some(())
    })
    .await;
}

async fn export(server: &TestServer, out: Option<&Path>) -> serde_json::Value {
    let config = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    fs::write(config.path(), &server.config).unwrap();
    let mut command = psfbot(&["knowledge", "export", "--json", "--config"]);
    command.arg(config.path()).env("DATABASE_URL", server.pool.connect_options().to_url_lossy().to_string());
    if let Some(out) = out {
        command.arg("--out").arg(out);
    }
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[sqlx::test]
async fn an_export_of_what_nobody_changed_is_the_same_to_the_byte(pool: PgPool) {
    let (server, folder) = with_folder(pool).await;
    let out = tempfile::tempdir().unwrap();
    let exported = export(&server, Some(out.path())).await;
    assert_eq!((&exported["written"], &exported["removed"]), (&json!([]), &json!([])));
    assert_eq!(contents(out.path()), contents(folder.path()));
    server.finish().await;
}

#[sqlx::test]
async fn an_export_writes_what_staff_changed_and_then_nothing_differs_any_more(pool: PgPool) {
    let (mut server, folder) = with_folder(pool).await;
    let sam = server.staff();
    let before = contents(folder.path());
    save(&sam, &edited(&sam, "about-ein", json!({"title": "What's the EIN: tax number, #1?"})).await).await;
    save(&sam, &added(&sam, zebra()).await).await;
    let form = open(&sam, "knowledge status", json!({"program": "fundraiser", "state": 0})).await;
    let preview = sam.submit(STAFF, &form.id, form.with(json!({"since": "2026-11-17"}))).await.unwrap();
    save(&sam, &preview.message.unwrap()).await;
    let retired = sam.command(STAFF, "knowledge retire", json!({"article": "about-survey"})).await.unwrap();
    sam.press(&retired.message.unwrap(), "Retire it").await.unwrap();
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap();
    for id in ["about-ein", "about-survey", "fundraiser", "blog-does-the-psf-lend-zebras"] {
        assert!(overview.content().contains(&format!("(`{id}`): ")), "{id}: {overview:?}");
    }
    let answers =
        [asked(&server.member(), "psf tax number").await, asked(&server.member(), "does the psf lend zebras").await];
    let exported = export(&server, None).await;
    assert_eq!(exported["written"].as_array().unwrap().len(), 3, "{exported}");
    assert_eq!(exported["removed"].as_array().unwrap().len(), 1, "{exported}");
    let after = contents(folder.path());
    let changed: Vec<&str> =
        after.iter().filter(|file| !before.contains(file)).map(|(name, _)| name.as_str()).collect();
    assert_eq!(changed, ["about-ein.md", "blog-does-the-psf-lend-zebras.md", "programs.yaml"]);
    let again = export(&server, None).await;
    assert_eq!(again["written"], json!([]), "{again}");
    // Once those files are deployed, they say it all, and answer the same.
    server.restart().await;
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap();
    assert!(overview.content().contains("The files say all that staff changed."), "{overview:?}");
    assert_eq!(
        [asked(&server.member(), "psf tax number").await, asked(&server.member(), "does the psf lend zebras").await],
        answers
    );
    server.finish().await;
}

#[sqlx::test]
async fn a_file_that_changed_beneath_a_version_is_pointed_out_and_can_be_gone_back_to(pool: PgPool) {
    let (mut server, folder) = with_folder(pool).await;
    let sam = server.staff();
    save(&sam, &edited(&sam, "about-ein", json!({"text": "The tax number is 04-3594598, staff say."})).await).await;
    rewrite(folder.path(), "about-ein.md", "\n---\n", "\n---\nFrom the file. ");
    server.restart().await;
    let question = "psf tax number";
    assert!(asked(&server.member(), question).await.contains("staff say"), "the newest version counts");
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap().message.unwrap();
    assert!(overview.content().contains("**Its file was changed since**"), "{overview:?}");
    let menu = overview.components().into_iter().find(|one| one["type"] == 3).unwrap().clone();
    let value = menu["options"][0]["value"].as_str().unwrap();
    let card = sam.choose(&overview, menu["custom_id"].as_str().unwrap(), &[value]).await.unwrap().message.unwrap();
    assert!(
        words(&card).contains("Against its file:") && words(&card).contains("~~From the file."),
        "{}",
        words(&card)
    );
    let back = sam.press(&card, "Back to the file").await.unwrap();
    assert!(back.content().contains("says again what its file says"), "{back:?}");
    let twice = sam.forge_click(&card, card.button("Back to the file").unwrap()).await.unwrap();
    assert!(twice.content().contains("says again what its file says"), "{twice:?}");
    assert!(asked(&server.member(), question).await.contains("From the file."));
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap();
    assert!(overview.content().contains("The files say all that staff changed."), "{overview:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_file_that_changed_while_a_form_was_open_is_not_overwritten_unseen(pool: PgPool) {
    let (mut server, folder) = with_folder(pool).await;
    let sam = server.staff();
    let preview = edited(&sam, "about-ein", json!({"title": "The EIN?"})).await;
    rewrite(folder.path(), "about-ein.md", "\n---\n", "\n---\nFrom the file. ");
    server.restart().await;
    alone(&server).await;
    let refused = sam.press(&preview, "Save").await.unwrap().message.unwrap();
    assert!(words(&refused).contains("**It was changed meanwhile.**"), "{}", words(&refused));
    let over = sam.press(&refused, "Go on").await.unwrap().message.unwrap();
    assert!(words(&over).contains("~~From the file."), "what saving would undo is shown: {}", words(&over));
    server.finish().await;
}

#[sqlx::test]
async fn the_doctor_names_what_differs_and_what_changed_beneath(pool: PgPool) {
    let (server, folder) = with_folder(pool).await;
    let sam = server.staff();
    save(&sam, &edited(&sam, "about-ein", json!({"title": "The EIN?"})).await).await;
    rewrite(folder.path(), "about-ein.md", "\n---\n", "\n---\nFrom the file. ");
    let config = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    fs::write(config.path(), &server.config).unwrap();
    let mut command = psfbot(&["check", "--config"]);
    command.arg(config.path()).env("DATABASE_URL", server.pool.connect_options().to_url_lossy().to_string());
    command.env("DISCORD_API_URL", server.sandbox.url()).env("DISCORD_TOKEN", crate::support::TOKEN);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 that the files do not say"), "{said}");
    assert!(said.contains("the file of about-ein was changed beneath staff's version"), "{said}");
    server.finish().await;
}

#[test]
fn the_lint_names_keys_without_a_record_and_records_that_cannot_be() {
    let folder = tempfile::tempdir().unwrap();
    let article = "---\nid: a\ntitle: A?\ntopic: t\nquestions: [what is a]\nas_of: 2026-11-21\nreview_by: 2027-11-21\nsources:\n  - title: S\n    url: https://www.python.org/\n    as_of: 2026-11-21\n---\n{status:grants} and {status:zebras} and {status:open\n";
    fs::write(folder.path().join("a.md"), article).unwrap();
    let record = "key: grants\n  title: Grants\n  state: open\n  source: {title: S, url: http://www.python.org/}\n  as_of: 2026-11-21\n  review_by: 2026-11-20\n";
    fs::write(folder.path().join("programs.yaml"), format!("- {record}- {record}")).unwrap();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let said = |folder: &Path| {
        let (_, findings) = psfbot::knowledge::lint::lint(folder, today).unwrap();
        findings.into_iter().map(|finding| finding.problem).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(said(folder.path()), @r#"
    a {status:…} in the text has no closing }
    {status:zebras} names no record of programs.yaml
    grants: review_by lies before as_of
    grants: review_by lies before as_of
    grants: the source "http://www.python.org/" is not an address that starts with https://
    grants: the source "http://www.python.org/" is not an address that starts with https://
    the key "grants" is there twice
    grants: past review_by 2026-11-20: look how it stands now
    grants: past review_by 2026-11-20: look how it stands now
    "#);
    fs::write(folder.path().join("programs.yaml"), format!("- {record}  colour: blue\n")).unwrap();
    assert!(said(folder.path()).contains("unknown field `colour`"), "{}", said(folder.path()));
}
