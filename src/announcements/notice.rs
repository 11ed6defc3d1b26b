//! The card that tells staff what a delivery needs of them.

use chrono::{DateTime, Utc};

use super::{Delivery, Draft, Kind, Settlement, Step};
use crate::ids::ChannelId;
use crate::message::{Embed, Message, cut, escape_markdown};
use crate::texts::{text, text_with};

/// Longest title that a card repeats, in characters.
const TITLE: usize = 120;

/// The card for a delivery that waits for staff; `None` when none is needed. A card that itself can't be delivered
/// makes no further card: it would meet the same wall.
#[must_use]
pub fn notice_for_staff(
    delivery: &Delivery,
    settlement: &Settlement,
    staff_channel: ChannelId,
    now: DateTime<Utc>,
) -> Option<Draft> {
    let (headline, problem) = match settlement {
        Settlement::Failed { problem } => ("card-not-posted", problem),
        Settlement::Held { problem } => ("card-waits", problem),
        Settlement::Delivered(_) | Settlement::Retry { .. } | Settlement::Missed | Settlement::Gone { .. } => {
            return None;
        }
    };
    card(delivery, headline, problem, staff_channel, now)
}

/// The card for a step that failed after the message stood; as [`notice_for_staff`].
#[must_use]
pub fn notice_of_step(
    delivery: &Delivery,
    step: Step,
    settlement: &Settlement,
    staff_channel: ChannelId,
    now: DateTime<Utc>,
) -> Option<Draft> {
    let (Settlement::Failed { problem } | Settlement::Held { problem }) = settlement else { return None };
    let headline = match step {
        Step::Edit => "card-not-edited",
        Step::Crosspost => "card-not-published",
        Step::Thread => "card-no-thread",
        Step::Pin => "card-not-pinned",
        Step::Delete => "card-not-deleted",
    };
    card(delivery, headline, problem, staff_channel, now)
}

fn card(
    delivery: &Delivery,
    headline: &str,
    problem: &str,
    staff_channel: ChannelId,
    now: DateTime<Utc>,
) -> Option<Draft> {
    if matches!(delivery.kind, Kind::Internal | Kind::Personal) {
        return None;
    }
    let title = title(&delivery.message).unwrap_or_else(|| text("card-untitled"));
    let content = text_with(
        "card-delivery",
        [
            ("headline", text(headline)),
            ("channel", format!("<#{}>", delivery.channel)),
            ("title", escape_markdown(&title)),
            ("problem", problem.to_owned()),
        ],
    );
    let footer = text_with("card-footer", [("id", delivery.id.to_string())]);
    let embed = Embed { footer: Some(footer), ..Embed::default() };
    let message = Message { content, embed: Some(embed), ..Message::default() }.fit();
    Some(Draft::card(message, staff_channel, now))
}

/// What a message is called: its frame's headline, or the first line of its text without the marks around it.
fn title(message: &Message) -> Option<String> {
    let framed = message.embed.as_ref().and_then(|embed| embed.title.clone());
    let first = || message.content.lines().map(|line| line.trim_matches(['*', ' '])).find(|line| !line.is_empty());
    framed.or_else(|| first().map(|line| cut(line, TITLE)))
}
