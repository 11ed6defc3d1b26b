//! The themes of a submission: chosen among those that there are, or named anew. The menu carries the version that it was
//! made of, so whoever chooses second reads what the first chose.

use poise::serenity_prelude as serenity;
use serenity::{
    CreateActionRow, CreateButton, CreateInputText, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, InputTextStyle,
};

use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Opening, Reply, Turn, given_back};
use crate::feedback::{MAX_THEME, MOST_THEMES, Record, SubmissionId, Theme, ThemeName};
use crate::ids::ThemeId;
use crate::inbox;
use crate::message::limits;
use crate::store::Tagged;
use crate::texts::{text, text_with};

/// The form's field.
const NAME: &str = "name";

/// What the name is called when it is given back as a file.
const FILE: &str = "your-theme.txt";

/// The themes of a card's submission, to choose among.
pub(in crate::discord) async fn tag(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(stale()) };
    let found = turn.exchange.insist(async || turn.data.store.submission(id).await).await?;
    let Some(record) = found else { return Ok(gone()) };
    match inbox::withheld(&record) {
        Some(withheld) => Ok(Reply::aside(withheld)),
        None => menu(turn.data, &record, None).await,
    }
}

/// Some were chosen, or none.
pub(in crate::discord) async fn chosen(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn
        .key
        .split_once(':')
        .and_then(|(version, id)| Some((version.parse::<i32>().ok()?, id.parse::<SubmissionId>().ok()?)));
    let themes: Option<Vec<ThemeId>> = turn.values.iter().map(|value| value.parse().ok().map(ThemeId)).collect();
    let (Some((version, id)), Some(themes)) = (parsed, themes) else { return Ok(stale()) };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.choose_themes(id, version, &themes, by, card, data.clock.now()).await
    };
    let tagged = turn.exchange.insist(attempt).await?;
    told(data, tagged).await
}

/// Opens the form for a new theme.
pub(in crate::discord) async fn name(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(Opening::Instead(stale())) };
    let input = CreateInputText::new(InputTextStyle::Short, text("theme-form-name"), NAME)
        .required(true)
        .placeholder(text("theme-form-hint"))
        .max_length(u16::try_from(MAX_THEME).unwrap_or(u16::MAX));
    let form = CreateModal::new(CustomId::new(Kind::InboxThemeForm, id).to_string(), text("theme-form-title"));
    Ok(Opening::Form(form.components(vec![CreateActionRow::InputText(input)])))
}

/// The form is sent.
pub(in crate::discord) async fn named(turn: &Turn<'_>) -> Result<Reply, Error> {
    let returned = |why: &str| given_back(why, FILE, &[(String::new(), turn.field(NAME))]);
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(returned(&text("form-stale"))) };
    let Some(name) = ThemeName::parse(turn.field(NAME)) else {
        return Ok(returned(&text_with("theme-wrong", [("max", MAX_THEME.to_string())])));
    };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.tag(id, &name, by, card, data.clock.now()).await
    };
    let tagged = turn.exchange.insist(attempt).await?;
    told(data, tagged).await
}

/// What came of it, above the menu as it is now; a refusal stands beside what was clicked.
async fn told(data: &Data, tagged: Option<Tagged>) -> Result<Reply, Error> {
    match tagged {
        None => Ok(gone()),
        Some(Tagged::Now(record)) => menu(data, &record, Some(text("theme-done"))).await,
        Some(Tagged::TooMany(_)) => Ok(Reply::aside(text_with("theme-too-many", [("max", MOST_THEMES.to_string())]))),
        Some(Tagged::Conduct(record)) => Ok(Reply::aside(inbox::withheld(&record).unwrap_or_default())),
        Some(Tagged::Overtaken(record)) => {
            let by = data.store.last_to_tag(record.id).await?.map(|by| format!("<@{by}>")).unwrap_or_default();
            menu(data, &record, Some(text_with("theme-was-first", [("by", by)]))).await
        }
    }
}

/// The themes to choose among: its own first, then those in use most.
async fn menu(data: &Data, record: &Record, note: Option<String>) -> Result<Reply, Error> {
    let known = data.store.themes("", i64::try_from(limits::OPTIONS).unwrap_or(25)).await?;
    let others = known.into_iter().map(|(theme, _)| theme).filter(|theme| !record.themes.contains(theme));
    let shown: Vec<(Theme, bool)> = record
        .themes
        .iter()
        .map(|theme| (theme.clone(), true))
        .chain(others.map(|theme| (theme, false)))
        .take(limits::OPTIONS)
        .collect();
    let themes = inbox::themes(record).unwrap_or_else(|| text("theme-none"));
    let said = [note, Some(themes), Some(text("theme-choose"))].into_iter().flatten().collect::<Vec<_>>().join("\n");
    let new = CreateButton::new(CustomId::new(Kind::InboxThemeNew, record.id).to_string()).label(text("theme-new"));
    let rows = [select(record, &shown), Some(CreateActionRow::Buttons(vec![new]))];
    Ok(Reply::new(said).rows(rows.into_iter().flatten().collect()))
}

fn select(record: &Record, shown: &[(Theme, bool)]) -> Option<CreateActionRow> {
    let option = |(theme, has): &(Theme, bool)| {
        CreateSelectMenuOption::new(theme.name.as_str(), theme.id.to_string()).default_selection(*has)
    };
    let id = CustomId::new(Kind::InboxThemes, format_args!("{}:{}", record.themes_version, record.id));
    let kind = CreateSelectMenuKind::String { options: shown.iter().map(option).collect() };
    let most = u8::try_from(shown.len().min(MOST_THEMES)).unwrap_or(1);
    let menu = CreateSelectMenu::new(id.to_string(), kind).min_values(0).max_values(most);
    (!shown.is_empty()).then(|| CreateActionRow::SelectMenu(menu.placeholder(text("theme-choose-some"))))
}

fn stale() -> Reply {
    Reply::aside(text("error-stale-button"))
}

fn gone() -> Reply {
    Reply::aside(text("inbox-gone"))
}
