//! `/knowledge`: staff add, edit and retire articles, look at those that are due and at what has no good answer, and say how
//! programs stand.
//!
//! Nothing counts before Save. What was typed stands in a draft's row until then, as it was typed; what is saved is a version
//! over the file, based on the version that its author saw. A draft is its author's alone.

mod add;
mod due;
mod edit;
mod form;
mod gaps;
mod preview;
mod retire;
mod save;
mod status;

use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};

pub(in crate::discord) use due::{choose_due, still_right};
pub(in crate::discord) use edit::edit_this;
pub(in crate::discord) use form::{again, rewritten, written};
pub(in crate::discord) use gaps::{close_gap, gaps_page};
pub(in crate::discord) use save::{discard, go_on, save};
pub(in crate::discord) use status::{back_to_file, choose};

use super::{AppContext, Data, Error};
use crate::config::Domain;
use crate::knowledge::{ArticleId, Base, Shelf, Standing, Subject};
use crate::message::{cut, limits, one_line};

/// Digits of a digest that buttons and forms carry.
const DIGITS: usize = 6;

/// Write, correct and retire the answers of /ask, see what has none, and say how programs stand
#[poise::command(
    slash_command,
    subcommands("add::add", "edit::edit", "retire::retire", "due::due", "status::status", "gaps::gaps"),
    subcommand_required,
    category = "help-answers",
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Knowledge"
)]
pub(in crate::discord) async fn knowledge(_ctx: AppContext<'_>) -> Result<(), Error> {
    Ok(())
}

/// What a button or a form is about, and what its reader saw: `a.3.0f31c2.grants-status`.
struct Seen {
    subject: Subject,
    base: Base,
}

impl Seen {
    fn of(subject: &Subject, standing: &Standing) -> Self {
        let base = standing.base();
        let digest = base.digest.chars().take(DIGITS).collect();
        Self { subject: subject.clone(), base: Base { digest, ..base } }
    }

    fn key(&self) -> String {
        let letter = match self.subject {
            Subject::Article(_) => 'a',
            Subject::Program(_) => 'p',
        };
        format!("{letter}.{}.{}.{}", self.base.number, self.base.digest, self.subject)
    }

    fn parse(key: &str) -> Option<Self> {
        let mut parts = key.splitn(4, '.');
        let kind = match parts.next()? {
            "a" => "article",
            "p" => "program",
            _ => return None,
        };
        let number = parts.next()?.parse().ok().filter(|number| *number >= 0)?;
        let digest = parts.next()?.to_owned();
        let subject = Subject::of(kind, parts.next()?)?;
        Some(Self { subject, base: Base { number, digest } })
    }

    /// Whether a subject still stands as it was seen.
    fn is_current(&self, standing: &Standing) -> bool {
        is_based_on(standing, &self.base)
    }
}

/// Whether what counts is what somebody based his change on.
fn is_based_on(standing: &Standing, base: &Base) -> bool {
    let now = standing.base();
    now.number == base.number && now.digest.starts_with(&base.digest)
}

/// How the subject of a choice or a button stands.
fn standing<'a>(shelf: &'a Shelf, subject: &Subject) -> Option<&'a Standing> {
    shelf.standing(subject).filter(|standing| standing.newest().is_some())
}

/// The article that somebody chose, by its name; what was typed without choosing may be its title.
fn chosen(shelf: &Shelf, typed: &str) -> Option<Subject> {
    let typed = typed.trim();
    let by_name = Subject::Article(ArticleId::new(typed));
    if standing(shelf, &by_name).is_some() {
        return Some(by_name);
    }
    let is_called = |standing: &Standing| {
        standing
            .newest()
            .is_some_and(|content| content.article().is_some() && content.title().eq_ignore_ascii_case(typed))
    };
    shelf.standings().find(|(_, standing)| is_called(standing)).map(|(subject, _)| subject.clone())
}

/// Suggests articles by name and title, retired ones last; in memory, so it works while the database is away.
async fn suggest_articles(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let shelf = ctx.data().knowledge.now();
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(bool, usize, String, String)> = Vec::new();
    for (subject, standing) in shelf.standings() {
        let Some(article) = standing.newest().and_then(|content| content.article()) else { continue };
        let (id, title) = (subject.key(), one_line(&article.meta.title));
        let Some(rank) = rank(&[id, &title.to_lowercase()], &typed) else { continue };
        found.push((standing.is_retired(), rank, title, id.to_owned()));
    }
    found.sort();
    choices(found.into_iter().map(|(_, _, title, id)| (format!("{title} · {id}"), id)))
}

/// Suggests the topics that there are.
async fn suggest_topics(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let shelf = ctx.data().knowledge.now();
    let typed = typed.trim().to_lowercase();
    let topics: std::collections::BTreeSet<&str> =
        shelf.articles().map(|article| article.meta.topic.as_str()).collect();
    choices(topics.into_iter().filter(|topic| topic.contains(&typed)).map(|topic| (topic.to_owned(), topic.to_owned())))
}

/// Suggests the programs whose status is kept.
async fn suggest_programs(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let shelf = ctx.data().knowledge.now();
    let typed = typed.trim().to_lowercase();
    let records = shelf.programs().all().iter();
    let fitting = records.filter(|record| rank(&[&record.key, &record.title.to_lowercase()], &typed).is_some());
    choices(fitting.map(|record| (format!("{} · {}", record.title, record.key), record.key.clone())))
}

/// How well what was typed fits one of these: at the beginning before the middle; `None` when not at all.
fn rank(texts: &[&str], typed: &str) -> Option<usize> {
    let begins = texts.iter().any(|text| text.starts_with(typed));
    let holds = typed.split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)));
    if begins { Some(0) } else { holds.then_some(1) }
}

fn choices(found: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let fits = |(name, value): (String, String)| {
        (value.len() <= limits::CHOICE).then(|| AutocompleteChoice::new(cut(&name, limits::CHOICE), value))
    };
    CreateAutocompleteResponse::new().set_choices(found.filter_map(fits).take(limits::CHOICES).collect())
}

/// Takes over what other processes saved, where the database answers in time; what follows checks again when it saves.
async fn freshen(data: &Data) {
    if let Err(error) = data.store.renew_knowledge(&data.knowledge).await {
        tracing::debug!("the knowledge base may be older than it is elsewhere: {error}");
    }
}
