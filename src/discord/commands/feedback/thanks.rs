//! What a member reads once a submission is stored, and what he can add to it there: a rating, and whether staff may
//! write to him.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::super::Error;
use crate::config::Config;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn};
use crate::feedback::{Rating, Receipt, Record, Sender, SubmissionId};
use crate::inbox::{self, program_title, rating_words};
use crate::store::Proof;
use crate::texts::{text, text_with};

/// What the buttons carry to show whose submission it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shown {
    /// To its author.
    Named,
    /// To whoever has the receipt.
    Anonymous(Receipt),
}

impl Shown {
    pub(super) fn of(receipt: Option<Receipt>) -> Self {
        receipt.map_or(Self::Named, Self::Anonymous)
    }
}

/// The thanks.
pub(super) fn thanks(config: &Config, record: &Record, shown: Shown) -> Reply {
    let program = [("program", program_title(config, &record.program))];
    let configured = config.programs.iter().find(|configured| configured.key == record.program);
    let thread = configured.and_then(|program| program.thread.as_ref());
    let email = configured.and_then(|program| program.email.clone());
    let mut lines = match shown {
        Shown::Named => vec![text_with("feedback-thanks", program)],
        Shown::Anonymous(receipt) => vec![
            text_with("feedback-thanks-anonymous", program),
            text_with("feedback-receipt", [("receipt", receipt.to_string())]),
        ],
    };
    lines.extend(thread.map(|thread| text_with("feedback-thread", [("thread", thread.to_string())])));
    lines.extend(email.map(|email| text_with("feedback-email", [("email", email)])));
    lines.push(text("feedback-conduct"));
    if let Sender::Named { may_contact: true, .. } = record.sender {
        lines.push(text("feedback-contact-allowed"));
    }
    lines.push(record.rating.map_or_else(
        || text("feedback-rate"),
        |rating| text_with("feedback-rated", [("rating", rating_words(rating))]),
    ));
    Reply::new(lines.join("\n")).rows(buttons(record, shown))
}

fn buttons(record: &Record, shown: Shown) -> Vec<CreateActionRow> {
    let ratings = Rating::ALL.map(|rating| {
        let id = match shown {
            Shown::Named => CustomId::new(Kind::FeedbackRate, format_args!("{rating}:{}", record.id)),
            Shown::Anonymous(receipt) => CustomId::new(Kind::FeedbackRateReceipt, format_args!("{rating}:{receipt}")),
        };
        let style = if record.rating == Some(rating) { ButtonStyle::Success } else { ButtonStyle::Secondary };
        CreateButton::new(id.to_string()).label(rating_words(rating)).style(style)
    });
    let contact = match record.sender {
        Sender::Named { may_contact, .. } => {
            let (word, label) =
                if may_contact { ("no", "feedback-contact-withdraw") } else { ("yes", "feedback-contact-allow") };
            let id = CustomId::new(Kind::FeedbackContact, format_args!("{word}:{}", record.id));
            Some(CreateButton::new(id.to_string()).label(text(label)).style(ButtonStyle::Primary))
        }
        Sender::Anonymous => None,
    };
    [Some(ratings.to_vec()), contact.map(|contact| vec![contact])]
        .into_iter()
        .flatten()
        .map(CreateActionRow::Buttons)
        .collect()
}

/// The author of a named submission rates it.
pub(in crate::discord) async fn rate(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(n, id)| Some((rating(n)?, id.parse::<SubmissionId>().ok()?)));
    let Some((rating, id)) = parsed else { return Ok(stale()) };
    rated(turn, Proof::Author(id, turn.caller.user), rating, Shown::Named).await
}

/// Whoever has the receipt rates an anonymous one. Nothing of who that is goes any further.
pub(in crate::discord) async fn rate_by_receipt(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(n, text)| Some((rating(n)?, text.parse::<Receipt>().ok()?)));
    let Some((rating, receipt)) = parsed else { return Ok(stale()) };
    rated(turn, Proof::Receipt(receipt), rating, Shown::Anonymous(receipt)).await
}

async fn rated(turn: &Turn<'_>, proof: Proof, rating: Rating, shown: Shown) -> Result<Reply, Error> {
    let data = turn.data;
    let attempt =
        async || data.store.rate(&proof, rating, |record| inbox::card(&data.config, record), data.clock.now()).await;
    let record = turn.exchange.insist(attempt).await?;
    Ok(record.map_or_else(gone, |record| thanks(&data.config, &record, shown)))
}

/// The author says whether staff may write to him.
pub(in crate::discord) async fn contact(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some((word @ ("yes" | "no"), Ok(id))) =
        turn.key.split_once(':').map(|(word, id)| (word, id.parse::<SubmissionId>()))
    else {
        return Ok(stale());
    };
    let (data, author, allowed) = (turn.data, turn.caller.user, word == "yes");
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.allow_contact(id, author, allowed, card, data.clock.now()).await
    };
    let record = turn.exchange.insist(attempt).await?;
    Ok(record.map_or_else(gone, |record| thanks(&data.config, &record, Shown::Named)))
}

fn rating(text: &str) -> Option<Rating> {
    text.parse().ok().and_then(Rating::new)
}

fn gone() -> Reply {
    Reply::aside(text("feedback-gone"))
}

fn stale() -> Reply {
    Reply::aside(text("error-stale-button"))
}
