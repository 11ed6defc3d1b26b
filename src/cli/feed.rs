//! `psfbot feed`: look at a blog's feed without announcing anything.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::println;
use anyhow::{Context, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use owo_colors::OwoColorize;
use serde::Serialize;
use url::Url;

use super::output;
use crate::blog::{self, Entry, Feed, FeedInfo};
use crate::config::{self, Config};
use crate::feed_client::{FeedClient, Fetched, Options, Validators};
use crate::message::{Cut, Message};
use crate::texts::text_with;

/// Subcommands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show what would be announced; never posts, never writes
    Preview(Preview),
}

/// Arguments of `feed preview`.
#[derive(Debug, clap::Args)]
pub struct Preview {
    /// Address of a feed, or a file that holds one
    #[arg(value_name = "URL-or-FILE")]
    source: String,
    /// Print JSON: {"feed":{"title","format"},"entries":[{"key","url","title","summary",…}]}
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: Command, config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let Command::Preview(args) = command;
    let feed = match web_address(&args.source) {
        Some(url) => fetch(&url, config.as_deref())?,
        None => read(&args.source)?,
    };
    if args.json {
        output::json(&as_json(&feed))?;
    } else {
        show(&feed);
    }
    Ok(ExitCode::SUCCESS)
}

/// The source as an address, unless it names a file. A lone letter before the colon is a drive of Windows.
fn web_address(source: &str) -> Option<Url> {
    let url = Url::parse(source).ok()?;
    (url.scheme().len() > 1 && !Path::new(source).exists()).then_some(url)
}

fn fetch(url: &Url, config: Option<&Path>) -> anyhow::Result<Feed> {
    let options = Options { allow: allowed(config)?, ..Options::default() };
    let client = FeedClient::new(options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match runtime.block_on(client.fetch(url, &Validators::default()))? {
        Fetched::Feed(body) => Ok(blog::parse(&body.bytes, body.content_type.as_deref(), &body.final_url)?),
        Fetched::NotModified { .. } => bail!("the server says that nothing has changed, but was not asked; try again"),
    }
}

/// `[fetch] allow` of the configuration that was named, or of the usual one where it exists.
fn allowed(config: Option<&Path>) -> anyhow::Result<Vec<String>> {
    let usual = Path::new(config::DEFAULT_PATH);
    match config.or_else(|| usual.is_file().then_some(usual)) {
        Some(path) => Ok(Config::load(path)?.fetch.allow),
        None => Ok(Vec::new()),
    }
}

fn read(file: &str) -> anyhow::Result<Feed> {
    let path = Path::new(file);
    if path.is_dir() {
        bail!("{file} is a folder; name a feed's file or address");
    }
    let bytes = std::fs::read(path).with_context(|| format!("{file} can't be read; name a feed's file or address"))?;
    let absolute = std::path::absolute(path)?;
    let Ok(base) = Url::from_file_path(&absolute) else { bail!("{file} has no absolute path") };
    blog::parse(&bytes, None, &base).with_context(|| file.to_owned())
}

/// What `--json` prints.
#[derive(Serialize)]
struct FeedJson<'a> {
    feed: FeedHead<'a>,
    entries: Vec<EntryJson<'a>>,
}

#[derive(Serialize)]
struct FeedHead<'a> {
    title: &'a str,
    format: &'a str,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    key: &'a str,
    url: Option<&'a Url>,
    title: &'a str,
    summary: &'a str,
    author: Option<&'a str>,
    published: Option<String>,
    updated: Option<String>,
    image: Option<&'a Url>,
    categories: &'a [String],
}

fn as_json(feed: &Feed) -> FeedJson<'_> {
    let head = FeedHead { title: &feed.title, format: &feed.format };
    FeedJson { feed: head, entries: feed.entries.iter().map(entry_as_json).collect() }
}

fn entry_as_json(entry: &Entry) -> EntryJson<'_> {
    let time = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    EntryJson {
        key: &entry.key,
        url: entry.url.as_ref(),
        title: &entry.title,
        summary: &entry.summary,
        author: entry.author.as_deref(),
        published: time(entry.published),
        updated: time(entry.updated),
        image: entry.image.as_ref(),
        categories: &entry.categories,
    }
}

/// Prints each message as it would be posted, for people.
fn show(feed: &Feed) {
    let count = match feed.entries.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    println!("{} ({}, {count})", feed.title.bold(), feed.format);
    let info = FeedInfo { key: feed.title.clone(), title: feed.title.clone(), colour: None, thread: false };
    for entry in &feed.entries {
        println!();
        let (message, cuts) = blog::preview(&info, entry);
        show_message(&message);
        for cut in &cuts {
            println!("{}", cut_in_words(cut).yellow());
        }
    }
}

/// What was cut, and where.
fn cut_in_words(cut: &Cut) -> String {
    text_with(
        cut.place.text_id(),
        [("length", cut.length.to_string()), ("kept", cut.kept.to_string()), ("ends", cut.ends.clone())],
    )
}

fn show_message(message: &Message) {
    println!("{}", message.content);
    let Some(embed) = &message.embed else { return };
    let bar = "│".dimmed();
    let line = |text: &str| println!("{bar} {text}");
    embed.author.iter().for_each(|author| line(author));
    embed.title.iter().for_each(|title| line(&title.bold().to_string()));
    embed.description.lines().for_each(line);
    if let Some(image) = &embed.image {
        line(&format!("Picture: {} ({})", image.url, image.alt.as_deref().unwrap_or_default()));
    }
    let date = embed.timestamp.map(|at| at.format("%-d %B %Y, %H:%M UTC").to_string());
    let small: Vec<String> = embed.footer.iter().cloned().chain(date).collect();
    line(&small.join(" · ").dimmed().to_string());
    for link in &message.links {
        println!("{}", format!("[{}] {}", link.label, link.url).cyan());
    }
}
