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

    let output = demo.end(Signal::SIGINT).await;
    assert!(output.status.success(), "{}", output.status);
}
