//! [`Demo`]: `psfbot demo` as a child process with a database of its own, ended with the test.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use sandbox::client::{Client, Message, Person};
use serde_json::Value;

/// How long a test waits for anything; far longer than it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks.
const PACE: Duration = Duration::from_millis(20);

/// A running demo.
pub(crate) struct Demo {
    child: Child,
    pub(crate) url: String,
    pub(crate) discord: Client,
}

impl Demo {
    /// Starts the program and waits until its bot serves commands and announced the newest post.
    pub(crate) async fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let program = root.join("target/debug/psfbot");
        let mut command = Command::new(&program);
        command.args(["demo", "--headless", "--port", "0"]).current_dir(root);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("{} can't be started ({error}): `make page-test` builds it first", program.display())
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let url = said["url"].as_str().unwrap().to_owned();
        let discord = Client::new(&url, said["control_token"].as_str().unwrap());
        let demo = Self { child, url, discord };
        let member = demo.person(sandbox::world::demo::MEMBER);
        eventually("the bot serves commands", async || {
            let state = member.state().await.unwrap();
            state["commands"].as_array().is_some_and(|commands| !commands.is_empty()).then_some(())
        })
        .await;
        demo.messages(sandbox::world::demo::BLOG, 1).await;
        demo
    }

    pub(crate) fn person(&self, id: u64) -> Person {
        self.discord.person(id)
    }

    /// Asks Discord's API as the bot would.
    pub(crate) async fn as_bot(&self, path: &str, body: Value) -> Value {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http.post(format!("{}/api/v10/{path}", self.url)).header("authorization", "Bot demo").json(&body);
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.unwrap()
    }

    /// Waits until a channel holds at least so many messages, as staff see it.
    pub(crate) async fn messages(&self, channel: u64, least: usize) -> Vec<Message> {
        let staff = self.person(sandbox::world::demo::STAFF_MEMBER);
        eventually("messages appear", async || {
            Some(staff.messages(channel).await.unwrap()).filter(|messages| messages.len() >= least)
        })
        .await
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // SIGTERM, so that it ends its database too.
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        let _ended = nix::sys::signal::kill(pid, Signal::SIGTERM).map(|()| self.child.wait());
    }
}

/// Waits until something is so, by asking again and again.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        let mut pace = tokio::time::interval(PACE);
        loop {
            pace.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("it never came about: {what}"))
}
