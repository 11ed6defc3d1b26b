//! `sandbox [--port N]`: serves the sample server until it is interrupted, for trying a bot.

use std::io::Write as _;

use anyhow::{Context as _, bail};
use sandbox::{Options, Sandbox};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(port) = port(std::env::args().skip(1))? else {
        return say("Usage: sandbox [--port N]\n\nServes a Discord-compatible sample server on 127.0.0.1.");
    };
    let sandbox = Sandbox::start(Options { port, ..Options::default() }).await?;
    say(&format!("address        {}\ncontrol token  {}", sandbox.url(), sandbox.control_token()))?;
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    sandbox.shutdown().await;
    Ok(())
}

/// The port of the arguments; `None` when help is wanted.
fn port(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Option<u16>> {
    match arguments.next().as_deref() {
        None => Ok(Some(0)),
        Some("--help" | "-h") => Ok(None),
        Some("--port") => {
            let port = arguments.next().context("--port needs a number")?;
            port.parse().map(Some).context("--port needs a number from 0 to 65535")
        }
        Some(other) => bail!("unknown argument {other}; try --help"),
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to the terminal")
}
