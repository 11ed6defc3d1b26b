//! A whole theme, from the list of what has it: called otherwise, or merged into another. Buttons carry how often each theme
//! was changed before, so whoever comes second reads what the first did.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, InputTextStyle,
};

use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::Error;
use crate::discord::interactions::{Opening, Reply, Turn, given_back};
use crate::feedback::{MAX_THEME, Record, ThemeName};
use crate::ids::ThemeId;
use crate::inbox;
use crate::message::{escape_markdown, limits};
use crate::store::{Merged, Renamed, ThemeStanding};
use crate::texts::{Value, text, text_with};

/// The form's field.
const NAME: &str = "name";

/// What the name is called when it is given back as a file.
const FILE: &str = "your-theme.txt";

/// What can be done with a theme, below the list of what has it.
pub(super) fn buttons(theme: ThemeId) -> Vec<CreateButton> {
    let button = |kind, label: &str| CreateButton::new(CustomId::new(kind, theme).to_string()).label(text(label));
    let other = |kind, label| button(kind, label).style(ButtonStyle::Secondary);
    vec![
        button(Kind::InboxThemeReply, "theme-reply"),
        other(Kind::ThemeRename, "theme-rename"),
        other(Kind::ThemeMerge, "theme-merge"),
    ]
}

async fn standing(turn: &Turn<'_>, id: &str) -> Result<Option<ThemeStanding>, Error> {
    let Ok(id) = id.parse() else { return Ok(None) };
    Ok(turn.exchange.insist(async || turn.data.store.theme_standing(ThemeId(id)).await).await?)
}

/// Opens the form for another name.
pub(in crate::discord) async fn rename(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Ok(id) = turn.key.parse() else { return Ok(Opening::Instead(stale())) };
    let Some(standing) = turn.data.store.theme_standing(ThemeId(id)).await? else {
        return Ok(Opening::Instead(gone()));
    };
    let input = CreateInputText::new(InputTextStyle::Short, text("theme-form-name"), NAME)
        .required(true)
        .value(standing.theme.name.as_str())
        .max_length(u16::try_from(MAX_THEME).unwrap_or(u16::MAX));
    let id = CustomId::new(Kind::ThemeRenamed, version(&standing)).to_string();
    let form = CreateModal::new(id, text("theme-rename-title"));
    Ok(Opening::Form(form.components(vec![CreateActionRow::InputText(input)])))
}

/// The form is sent.
pub(in crate::discord) async fn renamed(turn: &Turn<'_>) -> Result<Reply, Error> {
    let returned = |why: &str| given_back(why, FILE, &[(String::new(), turn.field(NAME))]);
    let Some(theme) = parsed(&turn.key) else { return Ok(returned(&text("form-stale"))) };
    let Some(name) = ThemeName::parse(turn.field(NAME)) else {
        return Ok(returned(&text_with("theme-wrong", [("max", MAX_THEME.to_string())])));
    };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.rename_theme(theme, &name, by, card, data.clock.now()).await
    };
    match turn.exchange.insist(attempt).await? {
        None => Ok(returned(&text("theme-gone"))),
        Some(Renamed::Now(now)) => Ok(Reply::new(text_with("theme-renamed", [("theme", shown(&now))]))),
        Some(Renamed::Overtaken(now)) => Ok(returned(&overtaken(&now))),
        Some(Renamed::Taken(theme, other)) => {
            let words: [(&'static str, Value<'static>); 3] =
                [("theme", shown(&theme).into()), ("other", shown(&other).into()), ("used", other.used.into())];
            Ok(Reply::new(text_with("theme-taken", words)).rows(vec![sure(&theme, &other)]))
        }
    }
}

/// Which other theme it goes into.
pub(in crate::discord) async fn merge(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(theme) = standing(turn, &turn.key).await? else { return Ok(gone()) };
    let most = i64::try_from(limits::OPTIONS).unwrap_or(25) + 1;
    let known = turn.exchange.insist(async || turn.data.store.themes("", most).await).await?;
    let others = known.into_iter().filter(|(other, _)| other.id != theme.theme.id).take(limits::OPTIONS);
    let option = |(other, _): (crate::feedback::Theme, i64)| {
        CreateSelectMenuOption::new(other.name.as_str(), other.id.to_string())
    };
    let options: Vec<CreateSelectMenuOption> = others.map(option).collect();
    if options.is_empty() {
        return Ok(Reply::aside(text("theme-merge-none")));
    }
    let id = CustomId::new(Kind::ThemeInto, theme.theme.id).to_string();
    let menu =
        CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder(text("theme-merge-some"));
    let said = text_with("theme-merge-choose", [("theme", shown(&theme))]);
    Ok(Reply::new(said).rows(vec![CreateActionRow::SelectMenu(menu)]))
}

/// The other one was chosen: what that would come to.
pub(in crate::discord) async fn into(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(chosen) = turn.values.first() else { return Ok(stale()) };
    let (Some(theme), Some(other)) = (standing(turn, &turn.key).await?, standing(turn, chosen).await?) else {
        return Ok(gone());
    };
    if theme.theme.id == other.theme.id {
        return Ok(stale());
    }
    let words: [(&'static str, Value<'static>); 4] = [
        ("theme", shown(&theme).into()),
        ("used", theme.used.into()),
        ("other", shown(&other).into()),
        ("otherused", other.used.into()),
    ];
    Ok(Reply::new(text_with("theme-merge-sure", words)).rows(vec![sure(&theme, &other)]))
}

/// It is meant.
pub(in crate::discord) async fn merge_meant(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(from, into)| Some((parsed(from)?, parsed(into)?)));
    let Some((from, into)) = parsed else { return Ok(stale()) };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.merge_themes(from, into, by, card, data.clock.now()).await
    };
    let merged = |now: &ThemeStanding| {
        let words: [(&'static str, Value<'static>); 2] = [("theme", shown(now).into()), ("used", now.used.into())];
        Reply::new(text_with("theme-merged", words))
    };
    match turn.exchange.insist(attempt).await? {
        None => Ok(gone()),
        Some(Merged::Now(now)) => Ok(merged(&now)),
        // An attempt whose answer was lost, or a second click, finds it done.
        Some(Merged::Done(now)) if now.changed.is_some_and(|changed| changed.by == by) => Ok(merged(&now)),
        Some(Merged::Done(now) | Merged::Overtaken(now)) => Ok(Reply::aside(overtaken(&now))),
    }
}

fn sure(theme: &ThemeStanding, other: &ThemeStanding) -> CreateActionRow {
    let id = CustomId::new(Kind::ThemeMergeSure, format_args!("{}:{}", version(theme), version(other)));
    let button = CreateButton::new(id.to_string()).label(text("theme-merge-now")).style(ButtonStyle::Danger);
    CreateActionRow::Buttons(vec![button])
}

fn overtaken(now: &ThemeStanding) -> String {
    let by = now.changed.map(|changed| format!("<@{}>", changed.by)).unwrap_or_default();
    let words: [(&'static str, Value<'static>); 3] =
        [("by", by.into()), ("theme", shown(now).into()), ("used", now.used.into())];
    text_with("theme-overtaken", words)
}

fn shown(standing: &ThemeStanding) -> String {
    escape_markdown(standing.theme.name.as_str())
}

/// A theme as a button carries it: which, and how often it was changed before.
fn version(standing: &ThemeStanding) -> String {
    format!("{}.{}", standing.theme.id, standing.version)
}

fn parsed(key: &str) -> Option<(ThemeId, i32)> {
    let (id, version) = key.split_once('.')?;
    Some((ThemeId(id.parse().ok()?), version.parse().ok()?))
}

fn stale() -> Reply {
    Reply::aside(text("error-stale-button"))
}

fn gone() -> Reply {
    Reply::aside(text("theme-gone"))
}
