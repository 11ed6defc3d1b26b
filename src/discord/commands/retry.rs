//! Retry: the button of a card, and the menu of `/status`. Whoever is staff for what is announced may try it again.

use super::Error;
use crate::announcements::{DeliveryState, Kind, Trouble, TroubleKey};
use crate::config::Domain;
use crate::discord::interactions::{Reply, Turn};
use crate::message::{cut, escape_markdown};
use crate::store::Retried;
use crate::texts::{text, text_with};
use crate::troubles;

/// Longest reason that is repeated, in characters.
const PROBLEM: usize = 200;

/// Lines of an answer.
const LINES: usize = 10;

/// Tries again what was chosen, with what stands on the same card; says what became of what is not failed any more.
pub(in crate::discord) async fn retry(turn: &Turn<'_>) -> Result<Reply, Error> {
    let chosen: Vec<&str> = turn.values.iter().map(String::as_str).chain([turn.key.as_str()]).collect();
    let keys: Vec<TroubleKey> = chosen.into_iter().filter_map(TroubleKey::read).collect();
    if keys.is_empty() {
        return Ok(Reply::aside(text("error-stale-button")));
    }
    let (data, kinds) = (turn.data, kinds(turn));
    let attempt = async || data.store.retry_troubles(&keys, &kinds, turn.caller.user, data.clock.now()).await;
    let retried = turn.exchange.insist(attempt).await?;
    if retried.is_empty() {
        return Ok(Reply::aside(text("retry-gone")));
    }
    if retried.iter().all(|one| !kinds.contains(&one.trouble.kind)) {
        return Ok(Reply::aside(text("error-staff-only")));
    }
    let head = retried.iter().any(|one| one.is_new).then(|| text("retry-done"));
    let lines = retried.iter().take(LINES).map(|one| line(turn, one));
    Ok(Reply::new(head.into_iter().chain(lines).collect::<Vec<_>>().join("\n")))
}

/// Tries again at once what Discord refused of events for sessions.
pub(in crate::discord) async fn retry_events(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let count = turn.exchange.insist(async || data.store.retry_events(data.clock.now()).await).await?;
    Ok(Reply::aside(if count == 0 { text("event-retry-none") } else { text_with("event-retried", [("count", count)]) }))
}

/// What the caller may try again: who writes announcements all of it, others what is theirs.
fn kinds(turn: &Turn<'_>) -> Vec<Kind> {
    let is_staff = |domain| turn.caller.is_staff(turn.data, domain);
    let all = [Kind::Blog, Kind::OfficeHours, Kind::KeyDate, Kind::Staff, Kind::Internal];
    let may = |kind: &Kind| {
        is_staff(Domain::Announce)
            || match kind {
                Kind::Blog => is_staff(Domain::Feeds),
                Kind::OfficeHours | Kind::KeyDate => is_staff(Domain::Sessions),
                Kind::Staff | Kind::Internal | Kind::Personal => false,
            }
    };
    all.into_iter().filter(may).collect()
}

/// How one of them stands.
fn line(turn: &Turn<'_>, retried: &Retried) -> String {
    let Retried { trouble, is_new } = retried;
    let words = match trouble.state {
        DeliveryState::Pending | DeliveryState::Sending if *is_new => "retry-line-now",
        DeliveryState::Pending | DeliveryState::Sending => "retry-line-already",
        DeliveryState::Delivered => "retry-line-stands",
        DeliveryState::Missed => "retry-line-missed",
        DeliveryState::Cancelled => "retry-line-cancelled",
        DeliveryState::Failed | DeliveryState::Held => "retry-line-not-yours",
    };
    let problem = trouble.problem.as_deref().map(|problem| escape_markdown(&cut(problem, PROBLEM)));
    text_with(
        words,
        [
            ("title", troubles::title(trouble)),
            ("channel", format!("<#{}>", trouble.channel)),
            ("link", link(turn, trouble)),
            ("problem", problem.unwrap_or_default()),
        ],
    )
}

fn link(turn: &Turn<'_>, trouble: &Trouble) -> String {
    trouble.message.map(|message| message.link(turn.data.guild)).unwrap_or_default()
}
