//! `/officehours` and `/dates`: sessions in the reader's own time. No database on the way.

use chrono::{DateTime, Months, Utc};

use super::{AppContext, Error};
use crate::discord::interactions::{Reply, answer};
use crate::message::{cut, instant, length, limits};
use crate::office_hours::{self, Series, Session, Status};
use crate::texts::{text, text_with};

/// Sessions of a series that `/officehours` names.
const NEXT: usize = 3;

/// Room for the line that says how many dates were left out.
const ROOM_FOR_MORE: usize = 60;

/// When the next office hours are, in your own time
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn officehours(ctx: AppContext<'_>) -> Result<(), Error> {
    let content = next_sessions(&ctx.data().series, ctx.data().clock.now());
    reply(ctx, content).await
}

/// Dates of the next three months, in your own time
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn dates(ctx: AppContext<'_>) -> Result<(), Error> {
    let content = three_months(&ctx.data().series, ctx.data().clock.now());
    reply(ctx, content).await
}

async fn reply(ctx: AppContext<'_>, content: String) -> Result<(), Error> {
    answer(ctx, async { Ok(Reply::new(content)) }).await
}

/// A paragraph a series.
fn next_sessions(series: &[Series], now: DateTime<Utc>) -> String {
    if series.is_empty() {
        return text("officehours-no-series");
    }
    let paragraphs = series.iter().map(|series| {
        let sessions = series.next(now, NEXT);
        let lines: Vec<String> = if sessions.is_empty() {
            vec![text("officehours-none")]
        } else {
            sessions.iter().map(|session| format!("- {}", line("officehours-session", session))).collect()
        };
        format!("**{}**\n{}", series.title, lines.join("\n"))
    });
    let all: Vec<String> = std::iter::once(format!("## {}", text("officehours-title"))).chain(paragraphs).collect();
    cut(&all.join("\n"), limits::CONTENT)
}

/// One list of everything, the session under way included; what has no room is counted.
fn three_months(series: &[Series], now: DateTime<Utc>) -> String {
    let longest = series.iter().map(|series| series.duration).max().unwrap_or_default();
    let from = now.checked_sub_signed(longest).unwrap_or(now);
    let to = now.checked_add_months(Months::new(3)).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let mut sessions = office_hours::sessions(series, from, to);
    sessions.retain(|session| session.end > now);
    if sessions.is_empty() {
        return text("dates-none");
    }
    let mut content = format!("## {}", text("dates-title"));
    for (shown, session) in sessions.iter().enumerate() {
        let line = format!("\n- {}", line("dates-session", session));
        if length(&content) + length(&line) + ROOM_FOR_MORE > limits::CONTENT {
            content.push('\n');
            content.push_str(&text_with("dates-more", [("count", (sessions.len() - shown).to_string())]));
            break;
        }
        content.push_str(&line);
    }
    cut(&content, limits::CONTENT)
}

/// A session in words; an expected one says so.
fn line(id: &str, session: &Session<'_>) -> String {
    let args = [
        ("when", instant(session.start)),
        ("title", session.title.to_owned()),
        ("channel", format!("<#{}>", session.channel)),
    ];
    match session.status {
        Status::Scheduled => text_with(id, args),
        Status::Expected => text_with(&format!("{id}-expected"), args),
    }
}
