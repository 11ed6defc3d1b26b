//! Asking: with a name or without, a form, stored and only then thanked for. Whatever stands in the way, the member gets the
//! text back. The anonymous way is that of anonymous feedback: a receipt in the form, of which SHA-256 is stored.

use std::hash::Hash;

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use super::{Data, Error, Turn, for_each_series, next_session, series, series_gone, title};
use crate::announcements::Reference;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Opening, Reply, given_back};
use crate::feedback::queue::{Asker, MAX_QUESTION, NewQuestion, QueuedId, QueuedText};
use crate::feedback::{PER_HOUR, Problem, Receipt};
use crate::ids::Snowflake;
use crate::message::cut;
use crate::office_hours::Series;
use crate::texts::{text, text_with};

/// The form's field.
const QUESTION: &str = "question";

/// What the text is called when it is given back as a file.
const FILE: &str = "your-question.txt";

/// Longest title of a form (<https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal>).
const FORM_TITLE: usize = 45;

/// How to ask, and for which series. No database on the way.
pub(in crate::discord) async fn ask(turn: &Turn<'_>) -> Result<Reply, Error> {
    let named = for_each_series(turn.data, Kind::QuestionNamed, "question-named");
    let anonymous = for_each_series(turn.data, Kind::QuestionAnonymous, "question-anonymous");
    Ok(Reply::new(text("question-how")).rows(named.into_iter().chain(anonymous).collect()))
}

/// Opens the form of a question with one's name.
pub(in crate::discord) async fn open_named(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Some(series) = series(turn.data, &turn.key) else { return Ok(Opening::Instead(series_gone())) };
    let series = &series;
    Ok(Opening::Form(form(series, turn.exchange.interaction(), None)))
}

/// Opens the form of an anonymous question, with a new receipt.
pub(in crate::discord) async fn open_anonymous(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Some(series) = series(turn.data, &turn.key) else { return Ok(Opening::Instead(series_gone())) };
    let series = &series;
    Ok(Opening::Form(form(series, turn.exchange.interaction(), Some(Receipt::random()))))
}

fn form(series: &Series, interaction: u64, receipt: Option<Receipt>) -> CreateModal {
    let (kind, key, heading, hint) = match receipt {
        None => (Kind::QuestionForm, interaction.to_string(), "question-form-title", "question-form-hint"),
        Some(receipt) => (
            Kind::QuestionFormAnonymous,
            receipt.to_string(),
            "question-form-title-anonymous",
            "question-form-hint-anonymous",
        ),
    };
    let id = CustomId::new(kind, format_args!("{}:{key}", series.key));
    let heading = cut(&text_with(heading, [("title", series.title.clone())]), FORM_TITLE);
    let input = CreateInputText::new(InputTextStyle::Paragraph, text("question-form-text"), QUESTION)
        .required(true)
        .placeholder(text(hint))
        .max_length(u16::try_from(MAX_QUESTION).unwrap_or(u16::MAX));
    CreateModal::new(id.to_string(), heading).components(vec![CreateActionRow::InputText(input)])
}

/// A named form is sent.
pub(in crate::discord) async fn submit_named(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(series, id)| Some((series, id.parse::<Snowflake>().ok()?)));
    let Some((key, opened_by)) = parsed else { return Ok(returned(turn, &text("form-stale"))) };
    submit(turn, key, Asker::Named { author: turn.caller.user, opened_by }, opened_by).await
}

/// An anonymous form is sent.
pub(in crate::discord) async fn submit_anonymous(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(series, text)| Some((series, text.parse::<Receipt>().ok()?)));
    let Some((key, receipt)) = parsed else { return Ok(returned(turn, &text("form-stale"))) };
    submit(turn, key, Asker::Anonymous(receipt), receipt.hash()).await
}

/// Stores a question, insisting while the database is away, and says what became of it. `form` is what makes a second
/// sending of the same form known.
async fn submit(turn: &Turn<'_>, key: &str, asker: Asker, form: impl Hash + Copy) -> Result<Reply, Error> {
    let (data, member) = (turn.data, turn.caller.user);
    let Some(series) = series(data, key) else { return Ok(returned(turn, &text("question-no-series"))) };
    let series = &series;
    let written = match QueuedText::parse(turn.field(QUESTION)) {
        Ok(written) => written,
        Err(Problem::Empty | Problem::Missing) => return Ok(Reply::aside(text("question-empty"))),
        Err(Problem::TooLong) => {
            return Ok(returned(turn, &text_with("question-too-long", [("max", MAX_QUESTION.to_string())])));
        }
    };
    if !data.questions.admit(member, form, data.clock.now()) {
        return Ok(returned(turn, &text_with("question-too-many", [("count", PER_HOUR.to_string())])));
    }
    let new = NewQuestion { id: QueuedId::random(), series: series.key.clone(), text: written, asker };
    match turn.exchange.insist(async || data.store.keep_question(&new, data.clock.now()).await).await {
        Ok(kept) if kept.was_there && kept.question.text != new.text => {
            Ok(returned(turn, &text("question-kept-before")))
        }
        Ok(_) => Ok(thanks(data, series, &asker)),
        Err(error) => {
            data.questions.forget(member, form);
            let reference = Reference::random();
            tracing::error!(reference = reference.as_str(), "a question could not be stored: {error}");
            Ok(returned(turn, &text_with("question-not-stored", [("reference", reference.as_str().to_owned())])))
        }
    }
}

/// The thanks. No button: it would put something else in the place of the receipt.
fn thanks(data: &Data, series: &Series, asker: &Asker) -> Reply {
    let (title, next) = (("title", title(data, &series.key)), ("next", next_session(data, series)));
    Reply::new(match asker {
        Asker::Named { .. } => text_with("question-thanks", [title, next]),
        Asker::Anonymous(receipt) => {
            text_with("question-thanks-anonymous", [title, next, ("receipt", receipt.to_string())])
        }
    })
}

/// What was written, with why it was not stored.
fn returned(turn: &Turn<'_>, why: &str) -> Reply {
    given_back(why, FILE, &[(String::new(), turn.field(QUESTION))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ChannelId;
    use crate::message::length;
    use crate::office_hours::Schedule;

    #[test]
    fn a_form_keeps_discords_limits_whatever_the_series_is_called() {
        let series = Series {
            key: "k".repeat(32),
            title: "Office hour ".repeat(20),
            channel: ChannelId::new(1).unwrap(),
            duration: chrono::TimeDelta::hours(1),
            zone: chrono_tz::UTC,
            schedule: Schedule::Dates(Vec::new()),
            leads: Vec::new(),
            opening: None,
            changes: Vec::new(),
        };
        for receipt in [None, Some(Receipt::random())] {
            let form = serde_json::to_value(form(&series, u64::MAX, receipt)).unwrap();
            let fits = |value: &serde_json::Value, most| value.as_str().is_none_or(|text| length(text) <= most);
            assert!(fits(&form["custom_id"], 100) && fits(&form["title"], FORM_TITLE), "{form}");
            let input = &form["components"][0]["components"][0];
            assert!(fits(&input["label"], 45) && fits(&input["placeholder"], 100), "{input}");
        }
    }
}
