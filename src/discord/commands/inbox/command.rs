//! `/inbox`: its subcommands and their options. What they do is in a file each.

use chrono::NaiveDate;
use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};

use super::{browse, export, show, stats, terms};
use crate::config::{Config, Domain};
use crate::discord::commands::{AppContext, Data, Error, feedback};
use crate::discord::interactions::{PATIENCE, Reply, answer};
use crate::feedback::{Filter, Period, State, SubmissionId};
use crate::inbox::{Format, NO_PROGRAM};
use crate::message::{cut, limits, one_line};
use crate::store::{Store, StoreError};
use crate::texts::{text, text_with};

/// Days that `/inbox themes` looks back unless told otherwise.
const FOUR_WEEKS: u64 = 28;

/// Feedback and questions to staff: list, read, search, count, export
#[poise::command(
    slash_command,
    subcommands("list", "show_one", "search", "stats_of", "themes_of", "export_all"),
    subcommand_required,
    category = "help-answers",
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Inbox"
)]
pub(in crate::discord) async fn inbox(_ctx: AppContext<'_>) -> Result<(), Error> {
    Ok(())
}

#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum HowFar {
    #[name = "new"]
    New,
    #[name = "acknowledged"]
    Acknowledged,
    #[name = "resolved"]
    Resolved,
}

impl HowFar {
    const fn state(self) -> State {
        match self {
            Self::New => State::New,
            Self::Acknowledged => State::Acknowledged,
            Self::Resolved => State::Resolved,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, poise::ChoiceParameter)]
enum From {
    #[name = "by name"]
    Named,
    #[name = "anonymous"]
    Anonymous,
}

#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum FileFormat {
    #[name = "CSV, for a spreadsheet"]
    Csv,
    #[name = "JSON lines, for a program"]
    JsonLines,
}

/// List what came in, newest first
#[poise::command(slash_command)]
async fn list(
    ctx: AppContext<'_>,
    #[description = "Only on this programme"]
    #[autocomplete = "suggest_programs"]
    #[max_length = 100]
    program: Option<String>,
    #[description = "Only those that are so far"] state: Option<HowFar>,
    #[description = "Only those with this theme"]
    #[autocomplete = "suggest_themes"]
    #[max_length = 100]
    theme: Option<String>,
    #[description = "Only since this day, as YYYY-MM-DD"]
    #[max_length = 10]
    since: Option<String>,
    #[description = "Only those with or without a name"] from: Option<From>,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async {
        let filter = filter(data, program, since).map(|filter| Filter {
            state: state.map(HowFar::state),
            named: from.map(|from| from == From::Named),
            ..filter
        });
        let filter = match (filter, theme) {
            (Err(refusal), _) => return Ok(refusal),
            (Ok(filter), None) => filter,
            (Ok(filter), Some(typed)) => match find_theme(&data.store, &typed).await? {
                Some(theme) => Filter { theme: Some(theme), ..filter },
                None => return Ok(Reply::aside(text("inbox-no-theme"))),
            },
        };
        browse::page(data, &filter, 0).await
    })
    .await
}

/// Read one whole, with what was done and written about it
#[poise::command(slash_command, rename = "show")]
async fn show_one(
    ctx: AppContext<'_>,
    #[description = "Type words of it, or choose one of the newest"]
    #[autocomplete = "suggest_submissions"]
    #[max_length = 100]
    submission: String,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async {
        match submission.trim().parse::<SubmissionId>() {
            Ok(id) => show::one(data, data.store.submission(id).await?).await,
            Err(_) => Ok(Reply::aside(text("inbox-choose-one"))),
        }
    })
    .await
}

/// Search the texts
#[poise::command(slash_command)]
async fn search(
    ctx: AppContext<'_>,
    #[description = "Words; \"in quotes\" for a phrase, -word for without it, or between alternatives"]
    #[min_length = 1]
    #[max_length = 60]
    words: String,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, browse::found(data, &words, 0)).await
}

/// How much came in and how good it was, by programme and by week
#[poise::command(slash_command, rename = "stats")]
async fn stats_of(
    ctx: AppContext<'_>,
    #[description = "Since this day, as YYYY-MM-DD; twelve weeks, unless you say otherwise"]
    #[max_length = 10]
    since: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async {
        match filter(data, None, since) {
            Ok(filter) => stats::stats(data, filter.since).await,
            Err(refusal) => Ok(refusal),
        }
    })
    .await
}

/// Words and phrases that stand out, against as many days before; name themes by them
#[poise::command(slash_command, rename = "themes")]
async fn themes_of(
    ctx: AppContext<'_>,
    #[description = "Since this day, as YYYY-MM-DD; four weeks, unless you say otherwise"]
    #[max_length = 10]
    since: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async {
        let today = data.clock.now().date_naive();
        match filter(data, None, since) {
            Ok(Filter { since: Some(since), .. }) => terms::terms(data, Period::between(since, today)).await,
            Ok(_) => terms::terms(data, Period { until: today, days: FOUR_WEEKS }).await,
            Err(refusal) => Ok(refusal),
        }
    })
    .await
}

/// Get a file for analysis elsewhere, without anybody's name
#[poise::command(slash_command, rename = "export")]
async fn export_all(
    ctx: AppContext<'_>,
    #[description = "CSV, unless you say otherwise"] format: Option<FileFormat>,
    #[description = "Only on this programme"]
    #[autocomplete = "suggest_programs"]
    #[max_length = 100]
    program: Option<String>,
    #[description = "Only since this day, as YYYY-MM-DD"]
    #[max_length = 10]
    since: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    let format = match format {
        None | Some(FileFormat::Csv) => Format::Csv,
        Some(FileFormat::JsonLines) => Format::JsonLines,
    };
    answer(ctx, async {
        match filter(data, program, since) {
            Ok(filter) => export::export(data, &filter, format).await,
            Err(refusal) => Ok(refusal),
        }
    })
    .await
}

/// What the options say, if it can be meant.
fn filter(data: &Data, program: Option<String>, since: Option<String>) -> Result<Filter, Reply> {
    let program = match program {
        None => None,
        Some(typed) => Some(find_program(&data.config, &typed).ok_or_else(|| Reply::aside(text("inbox-no-program")))?),
    };
    let since = match since {
        None => None,
        Some(typed) => {
            let day = NaiveDate::parse_from_str(typed.trim(), "%Y-%m-%d");
            Some(day.map_err(|_| Reply::aside(text("inbox-no-day")))?)
        }
    };
    Ok(Filter { program, since, ..Filter::default() })
}

/// The key that is meant by a key or a title. One that left the configuration keeps its submissions.
fn find_program(config: &Config, typed: &str) -> Option<String> {
    let is_key = |typed: &str| {
        (1..=32).contains(&typed.len())
            && typed.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let configured = feedback::find(config, typed).map(|program| program.key.clone());
    configured.or_else(|| is_key(typed.trim()).then(|| typed.trim().to_owned()))
}

/// The theme that was chosen, or whose name was typed.
async fn find_theme(store: &Store, typed: &str) -> Result<Option<crate::ids::ThemeId>, StoreError> {
    if let Ok(id) = typed.trim().parse() {
        return Ok(store.theme(crate::ids::ThemeId(id)).await?.map(|theme| theme.id));
    }
    let named = store.themes(typed, 25).await?;
    let is_meant = |name: &str| name.to_lowercase() == typed.trim().to_lowercase();
    Ok(named.into_iter().find(|(theme, _)| is_meant(theme.name.as_str())).map(|(theme, _)| theme.id))
}

async fn suggest_programs(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let typed = typed.trim().to_lowercase();
    let programs = ctx.data().config.programs.iter().map(|program| (program.title.clone(), program.key.clone()));
    let general = (text("staff-no-program"), NO_PROGRAM.to_owned());
    let is_new = ctx.data().config.programs.iter().all(|program| program.key != NO_PROGRAM);
    let all = programs.chain(is_new.then_some(general));
    let fitting = all.filter(|(title, key)| title.to_lowercase().contains(&typed) || key.contains(&typed));
    choices(fitting.collect())
}

async fn suggest_themes(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let found = in_time(ctx.data().store.themes(typed, most())).await;
    let name = |name: &str, used: i64| {
        text_with("inbox-theme-used", [("name", name.to_owned().into()), ("count", crate::texts::Value::from(used))])
    };
    choices(found.into_iter().map(|(theme, used)| (name(theme.name.as_str(), used), theme.id.to_string())).collect())
}

async fn suggest_submissions(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let data = ctx.data();
    let find = async {
        if typed.trim().is_empty() {
            return Ok(data.store.find_submissions(&Filter::default(), 0, most()).await?.records);
        }
        let (hits, _) = data.store.search_submissions(typed, 0, most()).await?;
        Ok(hits.into_iter().map(|hit| hit.record).collect())
    };
    let found = in_time(find).await;
    choices(found.iter().map(|record| (browse::label(data, record), record.id.to_string())).collect())
}

fn most() -> i64 {
    i64::try_from(limits::CHOICES).unwrap_or(25)
}

/// What is found while it is of use: Discord waits three seconds, whoever types not even that.
async fn in_time<T: Default>(find: impl Future<Output = Result<T, StoreError>>) -> T {
    match tokio::time::timeout(PATIENCE, find).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::warn!("nothing can be suggested: {error}");
            T::default()
        }
        Err(_late) => T::default(),
    }
}

fn choices(found: Vec<(String, String)>) -> CreateAutocompleteResponse {
    let choice =
        |(name, value): (String, String)| AutocompleteChoice::new(cut(&one_line(&name), limits::CHOICE), value);
    CreateAutocompleteResponse::new().set_choices(found.into_iter().take(limits::CHOICES).map(choice).collect())
}
