//! `/status`: how things stand, for staff. It answers also when the database does not, and says so.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};

use super::{AppContext, Data, Error};
use crate::announcements::{Part, Trouble};
use crate::config::Domain;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, answer};
use crate::discord::publisher::{Subject, Waiting};
use crate::knowledge::Shelf;
use crate::message::{cut, escape_markdown, instant, length, limits, one_line};
use crate::store::{CloseReason, FeedHealth, Health, Run, RunState, StoreError};
use crate::texts::{text, text_with};

/// Room for the line that says how many lines are left out.
const ROOM: usize = 60;

/// Longest title that is quoted.
const TITLE: usize = 60;

/// Longest problem that is quoted.
const PROBLEM: usize = 200;

/// How things stand: feeds, announcements, failures, database
#[poise::command(
    slash_command,
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Any",
    category = "help-watch"
)]
pub(in crate::discord) async fn status(ctx: AppContext<'_>) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async {
        let health = data.store.health(data.clock.now()).await;
        let menu = health.as_ref().ok().and_then(|health| retry_menu(&health.troubles));
        let runs = data.store.runs(data.clock.now(), data.clock.now()).await.unwrap_or_default();
        Ok(Reply::new(report(data, health, &runs)).rows(menu.into_iter().collect()))
    })
    .await
}

/// A menu of what can be tried again; several can be chosen at once.
fn retry_menu(troubles: &[Trouble]) -> Option<CreateActionRow> {
    let option = |trouble: &Trouble| {
        let label = text_with("status-option", [("title", one_line(&title(trouble))), ("what", what(trouble))]);
        let problem = trouble.problem.as_deref().unwrap_or_default();
        CreateSelectMenuOption::new(cut(&label, limits::OPTION_LABEL), trouble.key.to_string())
            .description(cut(problem, limits::OPTION_LABEL))
    };
    let options: Vec<_> = troubles.iter().take(limits::OPTIONS).map(option).collect();
    let most = u8::try_from(options.len()).ok().filter(|most| *most > 0)?;
    let id = CustomId::new(Kind::TroubleChoose, "").to_string();
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options });
    Some(CreateActionRow::SelectMenu(menu.placeholder(text("status-retry")).max_values(most)))
}

fn title(trouble: &Trouble) -> String {
    if trouble.title.is_empty() { text("card-untitled") } else { trouble.title.clone() }
}

fn what(trouble: &Trouble) -> String {
    match trouble.key.part {
        Part::Message => trouble.state.to_string(),
        Part::After(step) => step.to_string(),
    }
}

/// A session whose channel is open, or should be otherwise than it is.
fn session(data: &Data, run: &Run) -> Option<String> {
    let calendar = data.schedule.now();
    let title =
        calendar.series(&run.session.series).map_or(run.session.series.as_str(), |series| series.title.as_str());
    let id = match run.state {
        RunState::Opening => "status-session-opening",
        RunState::Open => "status-session-open",
        RunState::Closing => "status-session-closing",
        RunState::Waiting | RunState::Closed | RunState::Skipped => return None,
    };
    let args = [
        ("title", escape_markdown(title)),
        ("channel", format!("<#{}>", run.session.channel)),
        ("end", instant(run.session.ends_at)),
    ];
    let line = text_with(id, args);
    Some(match &run.problem {
        Some(problem) => format!("{line}: {}", cut(problem, PROBLEM)),
        None => line,
    })
}

fn report(data: &Data, health: Result<Health, StoreError>, runs: &[Run]) -> String {
    let mut lines = vec![
        text("status-title"),
        text_with(
            "status-version",
            [("version", env!("CARGO_PKG_VERSION").to_owned()), ("since", instant(data.since))],
        ),
        text("status-gateway"),
        knowledge(&data.knowledge.now()),
    ];
    lines.extend(data.publisher.waiting().iter().map(waiting));
    match health {
        Ok(health) => {
            lines.push(text("status-database"));
            lines.extend(runs.iter().filter_map(|run| session(data, run)));
            lines.extend(sections(&health));
        }
        Err(error) => {
            tracing::error!("the status can't be read: {error}");
            lines.push(text("status-no-database"));
        }
    }
    let (mut content, mut left_out) = (String::new(), 0_u64);
    for line in lines {
        if left_out == 0 && length(&content) + length(&line) < limits::CONTENT - ROOM {
            content.push_str(&line);
            content.push('\n');
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        content.push_str(&text_with("status-more", [("count", left_out)]));
    }
    content
}

/// What answers questions: the files, and what staff changed where that could be read.
fn knowledge(shelf: &Shelf) -> String {
    let articles = u64::try_from(shelf.articles().count()).unwrap_or_default();
    let (changed, id) = match shelf.revision() {
        Some(_) => (shelf.differing().count(), "status-knowledge"),
        None => (0, "status-knowledge-files"),
    };
    text_with(id, [("articles", articles), ("changed", u64::try_from(changed).unwrap_or_default())])
}

fn sections(health: &Health) -> Vec<String> {
    let next = health.next_due.map_or_else(|| text("status-nothing-due"), instant);
    let counts = [("scheduled", health.scheduled), ("overdue", health.overdue)];
    let mut lines = vec![text_with("status-queue", counts.map(|(name, count)| (name, count.to_string())))];
    if health.scheduled > 0 {
        lines.push(text_with("status-next", [("next", next)]));
    }
    lines.extend(health.feeds.iter().map(feed));
    if health.to_approve > 0 {
        lines.push(text_with("status-to-approve", [("count", health.to_approve.unsigned_abs())]));
    }
    if health.troubled == 0 {
        lines.extend((health.to_approve == 0).then(|| text("status-no-trouble")));
    } else {
        lines.push(text_with("status-troubles", [("count", u64::try_from(health.troubled).unwrap_or_default())]));
        lines.extend(health.troubles.iter().map(trouble));
        if health.troubled > health.troubles.len() {
            lines.push(text_with("status-older", [("count", (health.troubled - health.troubles.len()).to_string())]));
        }
    }
    lines
}

/// What waits for Discord: nothing that staff have to do anything about, but for a token that is not accepted.
fn waiting(waiting: &Waiting) -> String {
    let until = ("until", instant(waiting.until));
    let (id, what) = match &waiting.subject {
        Subject::Everything(CloseReason::Unauthorized) => ("status-waits-token", String::new()),
        Subject::Everything(CloseReason::InvalidRequests) => ("status-waits-invalid", String::new()),
        Subject::Everything(_) => ("status-waits-all", String::new()),
        Subject::Crosspost(channel) => ("status-waits-followers", format!("<#{channel}>")),
        Subject::Route(route) => ("status-waits-route", route.clone()),
    };
    text_with(id, [until, ("what", what)])
}

fn feed(feed: &FeedHealth) -> String {
    let key = ("feed", escape_markdown(&feed.key));
    match (&feed.problem, feed.polled_at) {
        (Some(problem), _) if feed.failures > 0 => text_with(
            "status-feed-failing",
            [
                key,
                ("failures", feed.failures.to_string()),
                ("problem", escape_markdown(&cut(problem, PROBLEM))),
                ("next", instant(feed.next_poll_at)),
            ],
        ),
        (_, Some(at)) => text_with("status-feed-well", [key, ("polled", instant(at))]),
        (_, None) => text_with("status-feed-new", [key]),
    }
}

fn trouble(trouble: &Trouble) -> String {
    text_with(
        "status-trouble",
        [
            ("delivery", trouble.key.delivery.to_string()),
            ("title", escape_markdown(&cut(&title(trouble), TITLE))),
            ("channel", format!("<#{}>", trouble.channel)),
            ("what", what(trouble)),
            ("problem", escape_markdown(&cut(trouble.problem.as_deref().unwrap_or_default(), PROBLEM))),
        ],
    )
}
