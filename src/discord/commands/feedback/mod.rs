//! `/feedback`: the form, and what its custom id carries.
//!
//! A form carries what makes its second sending known: of a named one, the interaction that opened it, which counts
//! together with the author only; of an anonymous one, the receipt. Whoever sends it may have written that himself.

mod submit;
mod thanks;

use poise::serenity_prelude as serenity;
use serenity::{
    AutocompleteChoice, CreateActionRow, CreateAutocompleteResponse, CreateInputText, CreateModal, InputTextStyle,
};

use super::{AppContext, Error};
use crate::config::{Config, Program};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Opening, Reply, Turn, open};
use crate::feedback::{MAX_LENGTH, Receipt};
use crate::message::{cut, limits};
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
    let config = &ctx.data().config;
    open(ctx, async {
        let Some(program) = find(config, &program) else { return Ok(Opening::Instead(Reply::aside(unknown(config)))) };
        let receipt = anonymous.unwrap_or(false).then(Receipt::random);
        Ok(Opening::Form(form(program, ctx.interaction.id.get(), receipt)))
    })
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
fn find<'a>(config: &'a Config, typed: &str) -> Option<&'a Program> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::length;

    #[test]
    fn a_form_keeps_discords_limits_whatever_the_programme_is_called() {
        let program = Program { key: "k".repeat(32), title: "Programme ".repeat(20), email: None, thread: None };
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
