//! `/status`: how things stand, for staff. It answers also when the database does not, and says so.

use super::{AppContext, Data, Error};
use crate::config::Domain;
use crate::discord::interactions::{Reply, answer};
use crate::discord::publisher::{Subject, Waiting};
use crate::message::{cut, escape_markdown, instant, length, limits};
use crate::store::{CloseReason, FeedHealth, Health, StoreError, Trouble};
use crate::texts::{text, text_with};

/// Longest problem that is quoted.
const PROBLEM: usize = 200;

/// How things stand: feeds, announcements, failures, database
#[poise::command(
    slash_command,
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Any",
    category = "help-staff"
)]
pub(in crate::discord) async fn status(ctx: AppContext<'_>) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { Ok(Reply::new(report(data, data.store.health(data.clock.now()).await))) }).await
}

fn report(data: &Data, health: Result<Health, StoreError>) -> String {
    let mut lines = vec![
        text("status-title"),
        text_with(
            "status-version",
            [("version", env!("CARGO_PKG_VERSION").to_owned()), ("since", instant(data.since))],
        ),
        text("status-gateway"),
    ];
    lines.extend(data.publisher.waiting().iter().map(waiting));
    match health {
        Ok(health) => {
            lines.push(text("status-database"));
            lines.extend(sections(&health));
        }
        Err(error) => {
            tracing::error!("the status can't be read: {error}");
            lines.push(text("status-no-database"));
        }
    }
    let mut content = String::new();
    for line in lines {
        if length(&content) + length(&line) < limits::CONTENT {
            content.push_str(&line);
            content.push('\n');
        }
    }
    content
}

fn sections(health: &Health) -> Vec<String> {
    let next = health.next_due.map_or_else(|| text("status-nothing-due"), instant);
    let counts = [("scheduled", health.scheduled), ("overdue", health.overdue)];
    let mut lines = vec![text_with("status-queue", counts.map(|(name, count)| (name, count.to_string())))];
    if health.scheduled > 0 {
        lines.push(text_with("status-next", [("next", next)]));
    }
    lines.extend(health.feeds.iter().map(feed));
    if health.troubled == 0 {
        lines.push(text("status-no-trouble"));
    } else {
        lines.push(text_with("status-troubles", [("count", health.troubled)]));
        lines.extend(health.troubles.iter().map(trouble));
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
    let what = trouble.step.map_or_else(|| trouble.state.to_string(), |step| step.to_string());
    text_with(
        "status-trouble",
        [
            ("delivery", trouble.delivery.to_string()),
            ("channel", format!("<#{}>", trouble.channel)),
            ("what", what),
            ("problem", escape_markdown(&cut(&trouble.problem, PROBLEM))),
        ],
    )
}
