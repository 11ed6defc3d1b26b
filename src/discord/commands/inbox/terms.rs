//! `/inbox themes`: what stands out, a term with its examples, and a theme for all or some of what holds it. Buttons carry
//! the period and a name of the term; what holds it is found anew at each click, so nothing is given to what was not seen.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, InputTextStyle,
};

use super::browse;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Opening, Reply, Turn, given_back};
use crate::feedback::{
    MAX_THEME, MOST_THEMES, Period, Record, SubmissionId, Term, ThemeName, Told, fingerprint, stand_out,
};
use crate::inbox::{self, Sizes, day};
use crate::message::{cut, escape_markdown, harmless, limits, one_line};
use crate::store::Given;
use crate::texts::{Value, text, text_with};

/// Terms that are listed, and among which a click's is looked for: new texts may have moved it down.
const LISTED: usize = 8;
const KNOWN: usize = 40;

/// Texts of a period that are read, the newest.
const TEXTS: usize = 2000;

/// Submissions that a preview names.
const NAMED: usize = 8;

/// The form's field.
const NAME: &str = "name";

/// What the name is called when it is given back as a file.
const FILE: &str = "your-theme.txt";

/// What was found in a period.
struct Found {
    terms: Vec<Term>,
    records: Vec<Record>,
    sizes: Sizes,
}

async fn find(data: &Data, period: Period, most: usize) -> Result<Found, Error> {
    let read = i64::try_from(TEXTS).unwrap_or(i64::MAX);
    let records = data.store.texts(period.since(), period.until, read).await?;
    let earlier = data.store.texts(period.before().since(), period.before().until, read).await?;
    let sizes = Sizes { now: records.len(), before: earlier.len() };
    // Thousands of texts are read beside the interactions that others wait for.
    let reading = tokio::task::spawn_blocking(move || {
        let told = |record: &Record| Told { id: record.id, boxes: record.answers.texts().map(str::to_owned).collect() };
        let (now, before): (Vec<Told>, Vec<Told>) =
            (records.iter().map(told).collect(), earlier.iter().map(told).collect());
        (stand_out(&now, &before, most), records)
    });
    let (terms, records) = reading.await?;
    Ok(Found { terms, records, sizes })
}

impl Found {
    /// The term that a button names, and what holds it.
    fn term(&self, key: &str) -> Option<(&Term, Vec<&Record>)> {
        let term = self.terms.iter().find(|term| term.key == key)?;
        let record = |(id, _): &(SubmissionId, String)| self.records.iter().find(|record| record.id == *id);
        Some((term, term.told.iter().filter_map(record).collect()))
    }
}

/// What stands out.
pub(super) async fn terms(data: &Data, period: Period) -> Result<Reply, Error> {
    let found = find(data, period, LISTED).await?;
    if found.terms.is_empty() {
        return Ok(Reply::aside(text_with("terms-none", [("since", day(period.since()))])));
    }
    let capped = (found.sizes.now >= TEXTS || found.sizes.before >= TEXTS)
        .then(|| text_with("terms-capped", [("count", i64::try_from(TEXTS).unwrap_or(i64::MAX))]));
    let said = [Some(inbox::terms(&found.terms, period, found.sizes)), capped];
    let option = |(at, term): (usize, &Term)| {
        let words: [(&'static str, Value<'static>); 3] =
            [("number", at.into()), ("term", one_line(&term.shown).into()), ("count", term.told.len().into())];
        CreateSelectMenuOption::new(cut(&text_with("terms-option", words), limits::OPTION_LABEL), &term.key)
    };
    let options = (1..).zip(&found.terms).map(option).collect();
    let id = CustomId::new(Kind::TermOpen, period.key()).to_string();
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder(text("terms-choose"));
    Ok(Reply::new(said.into_iter().flatten().collect::<Vec<_>>().join("\n"))
        .rows(vec![CreateActionRow::SelectMenu(menu)]))
}

/// One of them was chosen.
pub(in crate::discord) async fn open_term(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (Some(period), Some(key)) = (Period::parse(&turn.key), turn.values.first()) else { return Ok(stale()) };
    let found = find(turn.data, period, KNOWN).await?;
    let Some((term, _)) = found.term(key) else { return Ok(gone()) };
    // The form begins with the term; two texts or more hold it.
    let begins = cut(&one_line(&term.shown), MAX_THEME);
    let id = CustomId::new(Kind::TermName, format_args!("{}.{}:{begins}", period.key(), term.key));
    let button = CreateButton::new(id.to_string()).label(text("term-name")).style(ButtonStyle::Primary);
    Ok(Reply::new(inbox::term(term, period, found.sizes)).rows(vec![CreateActionRow::Buttons(vec![button])]))
}

/// Opens the form for the theme's name.
pub(in crate::discord) async fn name_term(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Some((place, begins)) = turn.key.split_once(':').filter(|(place, _)| parsed(place).is_some()) else {
        return Ok(Opening::Instead(stale()));
    };
    let input = CreateInputText::new(InputTextStyle::Short, text("theme-form-name"), NAME)
        .required(true)
        .placeholder(text("theme-form-hint"))
        .value(begins)
        .max_length(u16::try_from(MAX_THEME).unwrap_or(u16::MAX));
    let form = CreateModal::new(CustomId::new(Kind::TermNamed, place).to_string(), text("term-form-title"));
    Ok(Opening::Form(form.components(vec![CreateActionRow::InputText(input)])))
}

/// The form is sent: how many would get the theme.
pub(in crate::discord) async fn named_term(turn: &Turn<'_>) -> Result<Reply, Error> {
    let returned = |why: &str| given_back(why, FILE, &[(String::new(), turn.field(NAME))]);
    let Some((period, key)) = parsed(&turn.key) else { return Ok(returned(&text("form-stale"))) };
    let Some(name) = ThemeName::parse(turn.field(NAME)) else {
        return Ok(returned(&text_with("theme-wrong", [("max", MAX_THEME.to_string())])));
    };
    let found = find(turn.data, period, KNOWN).await?;
    match found.term(key) {
        Some((term, records)) => preview(turn.data, period, term, &records, &name, None).await,
        None => Ok(returned(&text("term-gone"))),
    }
}

/// All of them are to have it.
pub(in crate::discord) async fn tag_term(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some((place, set, name)) = split(&turn.key) else { return Ok(stale()) };
    let (Some((period, key)), Some(name)) = (parsed(place), ThemeName::parse(name)) else { return Ok(stale()) };
    let found = find(turn.data, period, KNOWN).await?;
    let Some((term, records)) = found.term(key) else { return Ok(gone()) };
    if fingerprint(records.iter().map(|record| record.id)) != set {
        return preview(turn.data, period, term, &records, &name, Some(text("term-changed"))).await;
    }
    let ids: Vec<SubmissionId> = records.iter().map(|record| record.id).collect();
    give(turn, &ids, &name).await
}

/// Some of them are to have it: those that were chosen and hold the term still.
pub(in crate::discord) async fn tag_some(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some((place, name)) = turn.key.split_once(':') else { return Ok(stale()) };
    let (Some((period, key)), Some(name)) = (parsed(place), ThemeName::parse(name)) else { return Ok(stale()) };
    let chosen: Option<Vec<SubmissionId>> = turn.values.iter().map(|value| value.parse().ok()).collect();
    let Some(chosen) = chosen.filter(|chosen| !chosen.is_empty()) else { return Ok(stale()) };
    let found = find(turn.data, period, KNOWN).await?;
    let Some((term, records)) = found.term(key) else { return Ok(gone()) };
    if !chosen.iter().all(|id| records.iter().any(|record| record.id == *id)) {
        return preview(turn.data, period, term, &records, &name, Some(text("term-changed"))).await;
    }
    give(turn, &chosen, &name).await
}

async fn give(turn: &Turn<'_>, ids: &[SubmissionId], name: &ThemeName) -> Result<Reply, Error> {
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.tag_all(ids, name, by, card, data.clock.now()).await
    };
    match turn.exchange.insist(attempt).await? {
        None => Ok(Reply::aside(text("term-given-none"))),
        Some(given) => Ok(Reply::new(said(&given))),
    }
}

fn said(given: &Given) -> String {
    let theme = escape_markdown(given.theme.name.as_str());
    let words: [(&'static str, Value<'static>); 2] = [("have", given.have.into()), ("theme", theme.into())];
    let full: [(&'static str, Value<'static>); 2] = [("max", MOST_THEMES.into()), ("count", given.full.into())];
    let full = (given.full > 0).then(|| text_with("term-given-full", full));
    let gone = (given.gone > 0).then(|| text_with("term-given-gone", [("count", given.gone)]));
    [Some(text_with("term-given", words)), full, gone].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// What would get the theme: how many, some of them, and the buttons that do it.
async fn preview(
    data: &Data,
    period: Period,
    term: &Term,
    records: &[&Record],
    name: &ThemeName,
    note: Option<String>,
) -> Result<Reply, Error> {
    let is_it = |known: &str| known.to_lowercase() == name.as_str().to_lowercase();
    let has = |record: &&&Record| record.themes.iter().any(|theme| is_it(theme.name.as_str()));
    let words: [(&'static str, Value<'static>); 4] = [
        ("theme", escape_markdown(name.as_str()).into()),
        ("term", harmless(&term.shown).into()),
        ("count", records.len().into()),
        ("had", records.iter().filter(has).count().into()),
    ];
    let known = data.store.themes(name.as_str(), 25).await?.into_iter().find(|(theme, _)| is_it(theme.name.as_str()));
    let known = known.map(|(_, used)| text_with("term-preview-known", [("used", used)]));
    let lines = (1..)
        .zip(records)
        .take(NAMED)
        .map(|(at, record)| format!("{at}. {}", harmless(&cut(&browse::label(data, record), limits::OPTION_LABEL))));
    let parts = [note, Some(text_with("term-preview", words)), known];
    let said: Vec<String> = parts.into_iter().flatten().chain(lines).collect();
    let place = format!("{}.{}", period.key(), term.key);
    let set = fingerprint(records.iter().map(|record| record.id));
    let all = CustomId::new(Kind::TermTag, format_args!("{place}:{set}:{}", name.as_str())).to_string();
    let all =
        CreateButton::new(all).label(text_with("term-all", [("count", records.len())])).style(ButtonStyle::Primary);
    let some = CustomId::new(Kind::TermSome, format_args!("{place}:{}", name.as_str())).to_string();
    let option = |(at, record): (usize, &&Record)| {
        let label = format!("{at}. {}", browse::label(data, record));
        CreateSelectMenuOption::new(cut(&label, limits::OPTION_LABEL), record.id.to_string())
    };
    let options: Vec<_> = (1..).zip(records).take(limits::OPTIONS).map(option).collect();
    let most = u8::try_from(options.len()).unwrap_or(1);
    let menu = CreateSelectMenu::new(some, CreateSelectMenuKind::String { options }).min_values(1).max_values(most);
    let menu = CreateActionRow::SelectMenu(menu.placeholder(text("term-some")));
    Ok(Reply::new(said.join("\n")).rows(vec![CreateActionRow::Buttons(vec![all]), menu]))
}

/// A period and the name of a term, as buttons carry them.
fn parsed(place: &str) -> Option<(Period, &str)> {
    let (period, key) = place.rsplit_once('.')?;
    Some((Period::parse(period)?, key))
}

/// `place:set:name`.
fn split(key: &str) -> Option<(&str, &str, &str)> {
    let (place, rest) = key.split_once(':')?;
    let (set, name) = rest.split_once(':')?;
    Some((place, set, name))
}

fn stale() -> Reply {
    Reply::aside(text("error-stale-button"))
}

fn gone() -> Reply {
    Reply::aside(text("term-gone"))
}
