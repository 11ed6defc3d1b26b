//! The file for analysis elsewhere, from Discord and from the command line.

use insta::assert_snapshot;
use sandbox::world::demo::{MEMBER, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{done, file, inbox, next_round, press, send, the_card};
use crate::support::TestServer;
use crate::support::process::psfbot;

#[sqlx::test]
async fn a_file_holds_texts_and_nobodys_name_and_no_formula(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let staff = server.staff();
    send(&server.member(), "grants", false, "=HYPERLINK(\"http://evil.example\")", "\"+1\", a list;\n- one").await;
    let card = the_card(&mut server).await;
    let menu = press(&staff, &card, "Tag").await;
    let form = staff.press(&menu, "Name a theme").await.unwrap();
    staff.submit(STAFF, form.form_id().unwrap(), json!({"name": "@lists"})).await.unwrap();
    send(&server.member(), "discord", true, "a shy remark", "").await;
    next_round(&mut server).await;
    let answer = inbox(&server, "export", json!({})).await;
    assert!(answer.content().starts_with("2 submissions"), "{}", answer.content());
    assert_eq!(answer.raw["attachments"][0]["filename"], "feedback-2026-11-21.csv");
    let csv = file(&answer).await;
    assert!(!csv.contains(&MEMBER.to_string()) && !csv.contains(&staff.id.to_string()), "{csv}");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().skip(1).map(str::to_owned).collect()).collect();
    rows.sort();
    assert_snapshot!(format!("{rows:#?}"), @r#"
    [
        [
            "feedback",
            "discord",
            "2026-11-21",
            "anonymous",
            "a shy remark",
            "",
            "",
            "",
            "",
            "new",
            "",
            "0",
            "",
        ],
        [
            "feedback",
            "grants",
            "2026-11-21",
            "named",
            "'=HYPERLINK(\"http://evil.example\")",
            "'\"+1\", a list;\n'- one",
            "",
            "",
            "",
            "new",
            "'@lists",
            "0",
            "false",
        ],
    ]
    "#);
    let lines = file(&inbox(&server, "export", json!({"format": 1, "program": "discord"})).await).await;
    let [line] = &lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()[..] else {
        panic!("one line is expected: {lines}")
    };
    assert_eq!(
        (&line["sender"], &line["went_well"], &line["may_contact"]),
        (&json!("anonymous"), &json!("a shy remark"), &Value::Null)
    );
    let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 14, "{keys:?}");
    done(server).await;
}

/// Where a test's database is, for another process.
async fn address(pool: &PgPool) -> String {
    let name: String = sqlx::query_scalar("SELECT current_database()::TEXT").fetch_one(pool).await.unwrap();
    let all = std::env::var("DATABASE_URL").unwrap();
    let (server, query) = all.split_once('?').map_or((all.as_str(), None), |(server, query)| (server, Some(query)));
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}{}", query.map(|query| format!("?{query}")).unwrap_or_default())
}

#[sqlx::test]
async fn the_command_line_writes_the_same_file(pool: PgPool) {
    let mut server = TestServer::connected(pool.clone()).await;
    send(&server.member(), "grants", false, "good", "").await;
    send(&server.member(), "discord", true, "a shy remark", "").await;
    next_round(&mut server).await;
    let url = address(&pool).await;
    let run = |args: &[&str]| {
        let output = psfbot(&[&["feedback", "export"], args].concat()).env("DATABASE_URL", &url).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, all, _) = run(&[]);
    assert_eq!(code, Some(0));
    assert_eq!(all, file(&inbox(&server, "export", json!({})).await).await);
    let (_, one, _) = run(&["--format", "jsonl", "--program", "grants"]);
    assert!(one.lines().count() == 1 && one.contains("\"good\""), "{one}");
    let (code, none, said) = run(&["--format", "jsonl", "--since", "2027-01-01"]);
    assert_eq!((code, none.as_str(), said.trim()), (Some(0), "", "nothing fits"));
    for wrong in [&["--format", "xls"][..], &["--since", "yesterday"]] {
        assert_eq!(run(wrong).0, Some(2));
    }
    done(server).await;
}
