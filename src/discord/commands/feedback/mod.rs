//! `/feedback`: the form, and what its custom id carries.
//!
//! A form carries what makes its second sending known: of a named one, the interaction that opened it, which counts
//! together with the author only; of an anonymous one, the receipt. Whoever sends it may have written that himself.

mod submit;
mod thanks;

use chrono::{DateTime, Utc};
use poise::serenity_prelude as serenity;
use serenity::{
    AutocompleteChoice, CreateActionRow, CreateAutocompleteResponse, CreateInputText, CreateModal, InputTextStyle,
};

use super::{AppContext, Error};
use crate::config::{Call, Config, Program, Question};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Opening, Reply, Turn, open};
use crate::feedback::{MAX_LENGTH, Receipt};
use crate::inbox::day;
use crate::message::{cut, escape_markdown, limits};
use crate::texts::{text, text_with};

pub(in crate::discord) use submit::{submit_anonymous, submit_named};
pub(in crate::discord) use thanks::{contact, rate, rate_by_receipt};

/// The form's fields.
const WENT_WELL: &str = "went-well";
const TO_CHANGE: &str = "to-change";

/// Longest title of a form (<https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal>).
const FORM_TITLE: usize = 45;

/// Tell the PSF what went well and what to change. Conduct reports: conduct-wg@python.org
#[poise::command(slash_command, category = "help-tell")]
pub(in crate::discord) async fn feedback(
    ctx: AppContext<'_>,
    #[description = "What your feedback is about"]
    #[autocomplete = "suggest"]
    #[max_length = 100]
    program: String,
    #[description = "Without your name: not even staff see who wrote it"] anonymous: Option<bool>,
) -> Result<(), Error> {
    let (data, interaction) = (ctx.data(), ctx.interaction.id.get());
    open(ctx, async { Ok(opening(&data.config, &program, interaction, anonymous.unwrap_or(false), data.clock.now())) })
        .await
}

/// The button below the thanks after a session: the form for the programme of office hours, or for the one of the series.
pub(in crate::discord) async fn after_session(turn: &Turn<'_>) -> Result<Opening, Error> {
    let config = &turn.data.config;
    let about = config.programs.iter().find(|program| program.key == "office-hours");
    let Some(program) = about.or_else(|| find(config, &turn.key)).or_else(|| config.programs.first()) else {
        return Ok(Opening::Instead(Reply::aside(unknown(config))));
    };
    Ok(Opening::Form(form(program, turn.exchange.interaction(), None)))
}

/// The panel: the form of the programme that was chosen in its menu.
pub(super) fn about(turn: &Turn<'_>, program: &str, anonymous: bool) -> Result<Opening, Error> {
    let (config, now) = (&turn.data.config, turn.data.clock.now());
    Ok(opening(config, program, turn.exchange.interaction(), anonymous, now))
}

/// The form of a programme, or why there is none.
fn opening(config: &Config, program: &str, interaction: u64, anonymous: bool, now: DateTime<Utc>) -> Opening {
    let Some(program) = find(config, program) else { return Opening::Instead(Reply::aside(unknown(config))) };
    if let Some(closed) = not_open(program, program.feedback.call(now)) {
        return Opening::Instead(Reply::aside(closed));
    }
    Opening::Form(form(program, interaction, anonymous.then(Receipt::random)))
}

async fn suggest(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let typed = typed.trim().to_lowercase();
    let programs = ctx.data().config.programs.iter();
    let fitting =
        programs.filter(|program| program.title.to_lowercase().contains(&typed) || program.key.contains(&typed));
    let choices = fitting
        .take(limits::CHOICES)
        .map(|program| AutocompleteChoice::new(cut(&program.title, limits::CHOICE), program.key.clone()));
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}

/// The configured programme that is meant by a key, or by a title that was typed without choosing.
pub(super) fn find<'a>(config: &'a Config, typed: &str) -> Option<&'a Program> {
    let typed = typed.trim();
    let by_key = config.programs.iter().find(|program| program.key == typed);
    by_key.or_else(|| config.programs.iter().find(|program| program.title.to_lowercase() == typed.to_lowercase()))
}

/// What there is to choose from, instead of repeating what was typed.
fn unknown(config: &Config) -> String {
    if config.programs.is_empty() {
        return text("feedback-no-programs");
    }
    let titles: Vec<&str> = config.programs.iter().map(|program| program.title.as_str()).collect();
    text_with("feedback-no-program", [("programs", titles.join(", "))])
}

/// Why a programme takes no feedback now, and where to write instead; `None` when it does.
fn not_open(program: &Program, call: Call) -> Option<String> {
    let title = ("program", escape_markdown(&program.title));
    let why = match call {
        Call::Open => return None,
        Call::Opens(first) => text_with("feedback-not-yet", [title, ("date", day(first))]),
        Call::Closed(last) => text_with("feedback-closed", [title, ("date", day(last))]),
    };
    let thread = program.thread.as_ref().map(|thread| text_with("feedback-thread", [("thread", thread.to_string())]));
    let email = program.email.clone().map(|email| text_with("feedback-email", [("email", email)]));
    let nowhere = (thread.is_none() && email.is_none()).then(|| text("feedback-elsewhere"));
    Some([Some(why), thread, email, nowhere].into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

fn form(program: &Program, interaction: u64, receipt: Option<Receipt>) -> CreateModal {
    let (kind, key, title, hint) = match receipt {
        None => (Kind::FeedbackForm, interaction.to_string(), "feedback-form-title", "feedback-form-hint"),
        Some(receipt) => (
            Kind::FeedbackAnonymous,
            receipt.to_string(),
            "feedback-form-title-anonymous",
            "feedback-form-hint-anonymous",
        ),
    };
    let id = CustomId::new(kind, format_args!("{}:{key}", program.key));
    let title = cut(&text_with(title, [("program", program.title.clone())]), FORM_TITLE);
    if !program.questions().is_empty() {
        return CreateModal::new(id.to_string(), title).components(own_boxes(program.questions(), receipt.is_some()));
    }
    let field = |name: &str, label: &str, hint: Option<&str>| {
        let input = CreateInputText::new(InputTextStyle::Paragraph, text(label), name)
            .required(false)
            .max_length(u16::try_from(MAX_LENGTH).unwrap_or(u16::MAX));
        CreateActionRow::InputText(hint.map_or(input.clone(), |hint| input.placeholder(text(hint))))
    };
    // The hint on conduct stands in every form, the one on the receipt where there is one.
    let conduct = receipt.is_some().then_some("feedback-form-hint");
    CreateModal::new(id.to_string(), title).components(vec![
        field(WENT_WELL, "feedback-went-well", Some(hint)),
        field(TO_CHANGE, "feedback-to-change", conduct),
    ])
}

/// The boxes of a programme's own form. What every form says stands in the last of them, and in the first of an anonymous
/// one, in place of what the configuration would show there.
fn own_boxes(questions: &[Question], anonymous: bool) -> Vec<CreateActionRow> {
    let last = questions.len().saturating_sub(1);
    let hint = |at: usize, question: &Question| match (at == 0 && anonymous, at == last) {
        (true, true) => Some(text("feedback-form-hint-both")),
        (true, false) => Some(text("feedback-form-hint-anonymous")),
        (false, true) => Some(text("feedback-form-hint-conduct")),
        (false, false) => question.placeholder.clone(),
    };
    let input = |(at, question): (usize, &Question)| {
        let style = if question.short { InputTextStyle::Short } else { InputTextStyle::Paragraph };
        let input = CreateInputText::new(style, &question.label, question.field())
            .required(question.required)
            .max_length(u16::try_from(MAX_LENGTH).unwrap_or(u16::MAX));
        CreateActionRow::InputText(match hint(at, question) {
            Some(hint) => input.placeholder(hint),
            None => input,
        })
    };
    questions.iter().enumerate().map(input).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::length;

    #[test]
    fn a_form_keeps_discords_limits_whatever_the_programme_is_called() {
        let program = Program {
            key: "k".repeat(32),
            title: "Programme ".repeat(20),
            email: None,
            thread: None,
            feedback: crate::config::Form::default(),
        };
        for receipt in [None, Some(Receipt::random())] {
            let form = serde_json::to_value(form(&program, u64::MAX, receipt)).unwrap();
            let fits = |value: &serde_json::Value, most| value.as_str().is_none_or(|text| length(text) <= most);
            assert!(fits(&form["custom_id"], 100) && fits(&form["title"], FORM_TITLE), "{form}");
            for row in form["components"].as_array().unwrap() {
                let input = &row["components"][0];
                assert!(fits(&input["label"], 45) && fits(&input["placeholder"], 100), "{input}");
            }
        }
    }
}
