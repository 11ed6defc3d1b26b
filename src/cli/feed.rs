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
use crate::blog::{self, Entry, Feed, OnCards, Seen, Settings};
use crate::clock::{Clock, SystemClock};
use crate::config::{self, Config};
use crate::feed_client::{FeedClient, Options, Validators};
use crate::feed_desk;
use crate::ids::RoleId;
use crate::message::{Cut, Message};
use crate::secrets;
use crate::store::{FeedStanding, Store};
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
    let Some(url) = web_address(&args.source) else {
        let (feed, url) = read(&args.source)?;
        return print(&args, &feed, &Standing::unread(Settings::for_looking_at(url)));
    };
    let config = configuration(config.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let feed = fetch(&url, config.as_ref()).await?;
        // What is printed for machines says nothing about what is known.
        let standing = match args.json {
            true => Standing::unread(Settings::for_looking_at(url)),
            false => Standing::of(&url, config.as_ref()).await?,
        };
        print(&args, &feed, &standing)
    })
}

fn print(args: &Preview, feed: &Feed, standing: &Standing) -> anyhow::Result<ExitCode> {
    if args.json {
        output::json(&as_json(feed))?;
    } else {
        show(feed, standing);
    }
    Ok(ExitCode::SUCCESS)
}

/// The source as an address, unless it names a file. A lone letter before the colon is a drive of Windows.
fn web_address(source: &str) -> Option<Url> {
    let url = Url::parse(source).ok()?;
    (url.scheme().len() > 1 && !Path::new(source).exists()).then_some(url)
}

async fn fetch(url: &Url, config: Option<&Config>) -> anyhow::Result<Feed> {
    let allow = config.map(|config| config.fetch.allow.clone()).unwrap_or_default();
    let client = FeedClient::new(Options { allow, ..Options::default() })?;
    match feed_desk::read(&client, url, &Validators::default()).await?.feed {
        Some((feed, _)) => Ok(feed),
        None => bail!("the server says that nothing has changed, but was not asked; try again"),
    }
}

/// The configuration that was named, or the usual one where it exists.
fn configuration(config: Option<&Path>) -> anyhow::Result<Option<Config>> {
    let usual = Path::new(config::DEFAULT_PATH);
    let path = config.or_else(|| usual.is_file().then_some(usual));
    Ok(path.map(Config::load).transpose()?)
}

/// What is known of the feed, and how it is announced.
struct Standing {
    settings: Settings,
    seen: Seen,
    cards: OnCards,
    allowed_pings: Vec<RoleId>,
}

impl Standing {
    /// A feed that was never read.
    fn unread(settings: Settings) -> Self {
        Self { settings, seen: Seen::default(), cards: OnCards::default(), allowed_pings: Vec::new() }
    }

    /// By the configuration, and by the database where one is named: nothing is started only to look.
    async fn of(url: &Url, config: Option<&Config>) -> anyhow::Result<Self> {
        let configured = config.and_then(|config| config.feeds.iter().find(|feed| feed.url == *url));
        let unread = Self {
            allowed_pings: config.map(|config| config.discord.allowed_ping_roles.clone()).unwrap_or_default(),
            ..Self::unread(configured.map_or_else(|| Settings::for_looking_at(url.clone()), config::Feed::settings))
        };
        let Some(database) = secrets::database_url()? else { return Ok(unread) };
        let store = Store::connect(&database).await?;
        let key = match configured {
            Some(feed) => Some(feed.key.clone()),
            None => store.feed_at(url).await?,
        };
        let known = match key {
            Some(key) => store.seen_of(&key).await?,
            None => None,
        };
        store.close().await;
        let Some(FeedStanding { seen, cards, staff, .. }) = known else { return Ok(unread) };
        let settings = staff.filter(|_| configured.is_none()).unwrap_or(unread.settings);
        Ok(Self { settings, seen, cards, ..unread })
    }
}

fn read(file: &str) -> anyhow::Result<(Feed, Url)> {
    let path = Path::new(file);
    if path.is_dir() {
        bail!("{file} is a folder; name a feed's file or address");
    }
    let bytes = std::fs::read(path).with_context(|| format!("{file} can't be read; name a feed's file or address"))?;
    let absolute = std::path::absolute(path)?;
    let Ok(base) = Url::from_file_path(&absolute) else { bail!("{file} has no absolute path") };
    let feed = blog::parse(&bytes, None, &base).with_context(|| file.to_owned())?;
    Ok((feed, base))
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

/// Prints each message as it would be posted, for people, and whether it would be.
fn show(feed: &Feed, standing: &Standing) {
    let count = match feed.entries.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    println!("{} ({}, {count})", feed.title.bold(), feed.format);
    let settings = &standing.settings;
    let verdicts = blog::verdicts(&feed.entries, &standing.seen, &standing.cards, &settings.policy, SystemClock.now());
    let info = settings.info(&feed.title, &standing.allowed_pings);
    for (entry, verdict) in feed.entries.iter().zip(verdicts) {
        println!();
        let (message, cuts) = blog::preview(&info, entry);
        show_message(&message);
        for cut in &cuts {
            println!("{}", cut_in_words(cut).yellow());
        }
        println!("→ {}", feed_desk::verdict_words(verdict, settings.approve));
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
