//! `/announce list`: drafts, what needs somebody, what is scheduled, what was posted lately; by state, channel and author, in
//! pages.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::handed_over::{RECENT, is_unfinished, line, title};
use crate::announcements::DeliveryState;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Reply, Turn};
use crate::ids::{ChannelId, DraftId, UserId};
use crate::message::{cut, length, limits, one_line};
use crate::store::{DeliveryStanding, Overview};
use crate::texts::{text, text_with};

/// Room for the lines of a page, in characters: what stands around them takes the rest.
const ROOM: usize = limits::CONTENT - 150;

/// Which part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poise::ChoiceParameter)]
pub(in crate::discord) enum Section {
    /// What failed, is held for a reason, or is not finished.
    #[name = "needs you"]
    Trouble,
    /// What waits for its time or for a colleague.
    #[name = "scheduled"]
    Open,
    /// One's own drafts.
    #[name = "your drafts"]
    Drafts,
    /// What was posted or taken back.
    #[name = "posted lately"]
    Done,
}

impl Section {
    const ALL: [Self; 4] = [Self::Trouble, Self::Open, Self::Drafts, Self::Done];

    const fn heading(self) -> &'static str {
        match self {
            Self::Trouble => "announce-list-trouble",
            Self::Open => "announce-list-open",
            Self::Drafts => "announce-list-drafts",
            Self::Done => "announce-list-done",
        }
    }
}

/// What is wanted of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::discord) struct Filter {
    /// One part alone.
    pub(super) state: Option<Section>,
    /// What goes to one channel.
    pub(super) channel: Option<ChannelId>,
    /// What the caller wrote.
    pub(super) mine: bool,
}

impl Filter {
    /// As a button carries it, `page.state.channel.mine`.
    fn key(self, page: usize) -> String {
        let state = self.state.and_then(|state| Section::ALL.iter().position(|one| *one == state));
        let state = state.map(|at| at.to_string()).unwrap_or_default();
        let channel = self.channel.map(|channel| channel.to_string()).unwrap_or_default();
        format!("{page}.{state}.{channel}.{}", u8::from(self.mine))
    }

    fn read(key: &str) -> Option<(Self, usize)> {
        let parts: Vec<&str> = key.split('.').collect();
        let [page, state, channel, mine] = parts[..] else { return None };
        let state = if state.is_empty() { None } else { Some(*Section::ALL.get(state.parse::<usize>().ok()?)?) };
        let channel = if channel.is_empty() { None } else { Some(channel.parse().ok()?) };
        Some((Self { state, channel, mine: mine == "1" }, page.parse().ok()?))
    }
}

/// A line, and what it is about.
struct Entry {
    section: Section,
    draft: DraftId,
    title: String,
    line: String,
}

/// A page of the list.
pub(super) async fn list(data: &Data, author: Option<UserId>, filter: Filter, page: usize) -> Result<Reply, Error> {
    let pages = paged(entries(data, author, filter).await?);
    let Some(last) = pages.len().checked_sub(1) else {
        let is_all = filter == Filter::default();
        return Ok(Reply::new(text(if is_all { "announce-list-empty" } else { "announce-list-none" })));
    };
    let page = page.min(last);
    let entries = &pages[page];
    let mut lines = Vec::new();
    let mut section = None;
    for entry in entries {
        if section != Some(entry.section) {
            lines.push(text(entry.section.heading()));
            section = Some(entry.section);
        }
        lines.push(entry.line.clone());
    }
    let mut rows = vec![templates(entries)];
    if last > 0 {
        let numbers = [("page", (page + 1).to_string()), ("pages", (last + 1).to_string())];
        lines.push(text_with("announce-list-page", numbers));
        let button = |label: &str, to: Option<usize>| {
            let id = CustomId::new(Kind::AnnounceList, filter.key(to.unwrap_or(page)));
            // Two buttons of one message may not carry the same.
            let id = if to.is_none() { format!("{id}.{label}") } else { id.to_string() };
            CreateButton::new(id).label(text(label)).style(ButtonStyle::Secondary).disabled(to.is_none())
        };
        let next = (page < last).then_some(page + 1);
        let buttons = vec![button("announce-earlier", page.checked_sub(1)), button("announce-later", next)];
        rows.push(CreateActionRow::Buttons(buttons));
    }
    Ok(Reply::new(lines.join("\n")).rows(rows))
}

/// Another page.
pub(in crate::discord) async fn page(turn: &Turn<'_>) -> Result<Reply, Error> {
    match Filter::read(&turn.key) {
        Some((filter, page)) => list(turn.data, Some(turn.caller.user), filter, page).await,
        None => Ok(Reply::aside(text("error-stale-button"))),
    }
}

/// What is in the list, in its order.
async fn entries(data: &Data, author: Option<UserId>, filter: Filter) -> Result<Vec<Entry>, Error> {
    let wants = |section| filter.state.is_none_or(|wanted| wanted == section);
    let mut found = data.store.staff_announcements(data.clock.now() - RECENT).await?;
    found.retain(|one| !filter.mine || Some(one.author) == author);
    let is_there = |one: &Overview| {
        filter.channel.is_none_or(|channel| one.deliveries.iter().any(|delivery| delivery.channel == channel))
    };
    found.retain(is_there);
    // A colleague's that waits for a second member of staff needs whoever reads this; one's own needs somebody else.
    let waits = |one: &Overview| Some(one.author) != author && one.deliveries.iter().any(is_unapproved);
    let (troubled, rest): (Vec<_>, Vec<_>) =
        found.iter().partition(|one| waits(one) || one.deliveries.iter().any(is_troubled));
    let (open, done): (Vec<_>, Vec<_>) = rest.into_iter().partition(|one| one.deliveries.iter().any(is_open));
    let entry =
        |section, one: &Overview| Entry { section, draft: one.draft, title: one.title.clone(), line: line(data, one) };
    let mut entries: Vec<Entry> = troubled.into_iter().map(|one| entry(Section::Trouble, one)).collect();
    // Next due first.
    entries.extend(open.into_iter().rev().map(|one| entry(Section::Open, one)));
    if let (Some(author), true) = (author, wants(Section::Drafts)) {
        let drafts = data.store.unsent_drafts_in(author, filter.channel).await?;
        entries.extend(drafts.into_iter().map(|(draft, heading)| Entry {
            section: Section::Drafts,
            draft,
            line: format!("- {} (draft {draft})", title(&heading)),
            title: heading,
        }));
    }
    entries.extend(done.into_iter().map(|one| entry(Section::Done, one)));
    entries.retain(|entry| wants(entry.section));
    Ok(entries)
}

fn is_troubled(delivery: &DeliveryStanding) -> bool {
    let is_held = delivery.state == DeliveryState::Held && delivery.problem.is_some();
    is_held || delivery.state == DeliveryState::Failed || is_unfinished(delivery)
}

fn is_unapproved(delivery: &DeliveryStanding) -> bool {
    delivery.state == DeliveryState::Held && delivery.problem.is_none()
}

fn is_open(delivery: &DeliveryStanding) -> bool {
    matches!(delivery.state, DeliveryState::Pending | DeliveryState::Sending | DeliveryState::Held)
}

/// As many as fit a message, and can be chosen in one menu.
fn paged(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut pages: Vec<Vec<Entry>> = Vec::new();
    let mut used = 0;
    for mut entry in entries {
        entry.line = cut(&entry.line, ROOM / 2);
        // With its heading, which may be repeated.
        let size = length(&entry.line) + length(&text(entry.section.heading())) + 2;
        match pages.last_mut() {
            Some(page) if used + size <= ROOM && page.len() < limits::OPTIONS => {
                used += size;
                page.push(entry);
            }
            _ => {
                used = size;
                pages.push(vec![entry]);
            }
        }
    }
    pages
}

/// The menu that begins a draft as a copy of one of these.
fn templates(entries: &[Entry]) -> CreateActionRow {
    let option = |entry: &Entry| {
        let title = if entry.title.is_empty() { text("announce-untitled") } else { one_line(&entry.title) };
        CreateSelectMenuOption::new(cut(&title, limits::OPTION_LABEL), entry.draft.to_string())
    };
    let options = entries.iter().map(option).collect();
    let id = CustomId::new(Kind::AnnounceCopyChosen, "list");
    let menu = CreateSelectMenu::new(id.to_string(), CreateSelectMenuKind::String { options });
    CreateActionRow::SelectMenu(menu.placeholder(text("announce-copy-choose")))
}
