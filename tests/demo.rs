//! `psfbot demo` as a newcomer starts it.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use nix::sys::signal::Signal;
use sandbox::client::Client;
use sandbox::world::demo::{BLOG, GENERAL, MEMBER};
use serde_json::{Value, json};

use crate::support::process::{Psfbot, eventually, psfbot};

#[tokio::test]
async fn it_shows_a_post_answers_a_question_and_ends_without_a_trace() {
    // What would lead elsewhere is ignored.
    let mut command = psfbot(&["demo", "--headless"]);
    command.env("DATABASE_URL", "postgres://127.0.0.1:1/nowhere").env("DISCORD_TOKEN_FILE", "/nowhere");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let demo = Psfbot::started(child);
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let discord = Client::new(said["url"].as_str().unwrap(), said["control_token"].as_str().unwrap());
    let member = discord.person(MEMBER);

    let posts = eventually("the newest post is announced", async || {
        Some(member.messages(BLOG).await.unwrap()).filter(|messages| !messages.is_empty())
    });
    assert_eq!(posts.await.len(), 1);
    eventually("the bot is connected", async || (member.state().await.unwrap()["commands"] != json!([])).then_some(()))
        .await;
    let answer = member.command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    assert!(answer.content().contains("paused"), "{answer:?}");
    discord.publish("Fresh from the press", "A new post.").await.unwrap();
    let posts = eventually("the new post is announced", async || {
        Some(member.messages(BLOG).await.unwrap()).filter(|messages| messages.len() > 1)
    });
    assert_eq!(posts.await.len(), 2);

    let children = descendants(demo.id());
    assert!(!children.is_empty(), "its database server is a child");
    let output = demo.end(Signal::SIGINT).await;
    assert!(output.status.success(), "{}", output.status);
    let left: Vec<u32> = children.into_iter().filter(|pid| is_alive(*pid)).collect();
    assert!(left.is_empty(), "processes were left behind: {left:?}");
}

#[tokio::test]
async fn a_taken_port_picks_another_and_says_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut command = psfbot(&["demo", "--headless", "--port", &port.to_string()]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let demo = Psfbot::started(child);
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let url = said["url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && !url.ends_with(&format!(":{port}")), "{url}");
    let output = demo.end(Signal::SIGINT).await;
    let progress = String::from_utf8(output.stderr).unwrap();
    assert!(progress.contains(&format!("Port {port} is taken; using {url} instead")), "{progress}");
    assert!(progress.lines().count() >= 4, "it tells what it does: {progress}");
}

/// The processes below one, by the parents that `/proc` names.
fn descendants(of: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name stands in brackets and may hold anything; state and parent follow it.
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut found = vec![of];
    let mut at = 0;
    while let Some(&parent) = found.get(at) {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    found.split_off(1)
}

/// Whether a process runs; one that ended and waits for its parent does not.
fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X'])))
}
