//! `/knowledge status`: how programs stand, what staff changed that the files do not say yet, and one's own drafts; with a
//! program, the form for how it stands.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::super::{AppContext, Data, Error, announce};
use super::edit::{opening, unknown};
use super::form::{self, Begun};
use super::{Seen, freshen, preview, save, standing, suggest_programs};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Opening, PATIENCE, Reply, Turn, open};
use crate::ids::{KnowledgeDraftId, UserId};
use crate::knowledge::{
    Change, Content, KnowledgeDraft, ProgramStatus, Shelf, Standing, State, Subject, Typed, TypedProgram, Version,
    changes, long_date,
};
use crate::message::{cut, escape_markdown, instant, length, limits};
use crate::texts::{text, text_with};

/// How a program stands.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
pub(super) enum Standings {
    #[name = "open"]
    Open,
    #[name = "limited: open for a limited round"]
    Limited,
    #[name = "paused"]
    Paused,
    #[name = "closed"]
    Closed,
    #[name = "planned: announced, not begun"]
    Planned,
    #[name = "unannounced: nothing is announced"]
    Unannounced,
}

impl Standings {
    const fn state(self) -> State {
        match self {
            Self::Open => State::Open,
            Self::Limited => State::Limited,
            Self::Paused => State::Paused,
            Self::Closed => State::Closed,
            Self::Planned => State::Planned,
            Self::Unannounced => State::Unannounced,
        }
    }
}

/// How programs stand and what staff changed; with a program, set how it stands
#[poise::command(slash_command)]
pub(super) async fn status(
    ctx: AppContext<'_>,
    #[description = "Set how this program stands"]
    #[autocomplete = "suggest_programs"]
    #[max_length = 100]
    program: Option<String>,
    #[description = "How it stands now"] state: Option<Standings>,
) -> Result<(), Error> {
    let (data, opened_by) = (ctx.data(), ctx.interaction.id.get());
    let caller = UserId::new(ctx.interaction.user.id.get());
    open(ctx, async {
        let Some(program) = program else { return Ok(Opening::Instead(overview(data, caller).await)) };
        let subject = Subject::Program(program.trim().to_owned());
        Ok(match state {
            None => opening(data, &subject, opened_by),
            Some(state) => opening_with(data, &subject, state.state(), opened_by),
        })
    })
    .await
}

/// The form for a program, with another state than it has.
fn opening_with(data: &Data, subject: &Subject, state: State, opened_by: u64) -> Opening {
    let shelf = data.knowledge.now();
    let found = standing(&shelf, subject).and_then(|one| Some((one, one.newest()?.program()?)));
    let Some((standing, record)) = found else { return unknown() };
    let typed = TypedProgram { state: state.as_str().to_owned(), ..TypedProgram::of(record) };
    let begun = Begun { opened_by, seen: Some(Seen::of(subject, standing)), shown: 0 };
    Opening::Form(form::begin(&begun, &Typed::Program(typed)))
}

/// Everything at a glance, out of memory; one's drafts where the database answers in time.
async fn overview(data: &Data, caller: Option<UserId>) -> Reply {
    let shelf = data.knowledge.now();
    let drafts = async {
        match caller {
            Some(caller) => data.store.unsaved_knowledge(caller).await.unwrap_or_default(),
            None => Vec::new(),
        }
    };
    let drafts = tokio::time::timeout(PATIENCE / 2, drafts).await.unwrap_or_default();
    let mut lines = Vec::new();
    if shelf.revision().is_none() {
        lines.push(text("knowledge-not-loaded"));
    }
    lines.push(text("knowledge-programs"));
    lines.extend(shelf.programs().all().iter().map(program_line));
    let differing: Vec<_> = shelf.differing().collect();
    if differing.is_empty() {
        lines.push(text("knowledge-no-changes"));
    } else {
        lines.push(text("knowledge-staff-changes"));
        lines.extend(differing.iter().map(|(subject, standing)| change_line(subject, standing)));
    }
    if !drafts.is_empty() {
        lines.push(text("knowledge-drafts"));
        lines.extend(drafts.iter().map(draft_line));
    }
    Reply::new(fitted(lines)).rows(menu(&shelf, &differing, &drafts).into_iter().collect())
}

fn fitted(lines: Vec<String>) -> String {
    let (mut out, mut left_out) = (String::new(), 0_u64);
    for line in lines {
        if left_out == 0 && length(&out) + length(&line) < limits::CONTENT - 100 {
            out.push_str(&line);
            out.push('\n');
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        out.push_str(&text_with("knowledge-more-lines", [("count", left_out)]));
    }
    out
}

fn program_line(record: &ProgramStatus) -> String {
    let since = record.since.map(|day| text_with("knowledge-since", [("date", long_date(day))]));
    text_with(
        "knowledge-program",
        [
            ("title", escape_markdown(&record.title)),
            ("key", record.key.clone()),
            ("state", record.state.as_str().to_owned()),
            ("since", since.unwrap_or_default()),
            ("checked", long_date(record.as_of)),
            ("review", long_date(record.review_by)),
        ],
    )
}

/// Who did what to a subject, and when.
fn told(version: &Version) -> String {
    let id = match version.change {
        Change::Add => "knowledge-did-add",
        Change::Edit => "knowledge-did-edit",
        Change::Retire => "knowledge-did-retire",
        Change::Review => "knowledge-did-review",
        Change::File => "knowledge-did-file",
    };
    let who = ("who", format!("<@{}>", version.by));
    text_with(id, [who, ("number", version.number.to_string()), ("time", instant(version.at))])
}

fn change_line(subject: &Subject, standing: &Standing) -> String {
    let title = standing.newest().map(Content::title).unwrap_or_default();
    let what = standing.version.as_ref().map(told).unwrap_or_default();
    let id = if standing.changed_beneath() { "knowledge-change-beneath" } else { "knowledge-change" };
    text_with(id, [("title", escape_markdown(&cut(title, 60))), ("id", subject.key().to_owned()), ("what", what)])
}

fn draft_line(draft: &KnowledgeDraft) -> String {
    let what = draft_name(draft);
    text_with("knowledge-draft", [("number", draft.id.to_string()), ("what", escape_markdown(&what))])
}

fn draft_name(draft: &KnowledgeDraft) -> String {
    let typed = if let Typed::Article(article) = &draft.draft.typed { article.title.trim() } else { "" };
    let name = draft.draft.subject.as_ref().map_or(typed, Subject::key);
    if name.is_empty() { text("knowledge-untitled") } else { cut(name, 60) }
}

fn menu(shelf: &Shelf, differing: &[(&Subject, &Standing)], drafts: &[KnowledgeDraft]) -> Option<CreateActionRow> {
    let option = |label: String, value: String| {
        CreateSelectMenuOption::new(cut(&label, limits::OPTION_LABEL), cut(&value, limits::OPTION_LABEL))
    };
    let draft = |draft: &KnowledgeDraft| {
        option(text_with("knowledge-menu-draft", [("what", draft_name(draft))]), format!("draft.{}", draft.id))
    };
    let changed = |(subject, standing): &(&Subject, &Standing)| {
        let title = standing.newest().map(Content::title).unwrap_or_default();
        option(format!("{title} · {subject}"), Seen::of(subject, standing).key())
    };
    let of_program = |record: &ProgramStatus| {
        let subject = Subject::Program(record.key.clone());
        let standing = shelf.standing(&subject).filter(|standing| !standing.differs())?;
        Some(option(format!("{} · {}", record.title, record.key), Seen::of(&subject, standing).key()))
    };
    let programs = shelf.programs().all().iter().filter_map(of_program);
    let options: Vec<_> =
        drafts.iter().map(draft).chain(differing.iter().map(changed)).chain(programs).take(limits::OPTIONS).collect();
    let is_empty = options.is_empty();
    let id = CustomId::new(Kind::KnowledgeChoose, "").to_string();
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder(text("knowledge-menu"));
    (!is_empty).then_some(CreateActionRow::SelectMenu(menu))
}

/// One of the overview is to be shown: a draft, or what staff changed against the file.
pub(in crate::discord) async fn choose(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let Some(value) = turn.values.first() else { return Ok(Reply::aside(text("error-stale-button"))) };
    if let Some(id) = value.strip_prefix("draft.") {
        let draft = match id.parse().map(KnowledgeDraftId) {
            Ok(id) => data.store.knowledge_draft(id).await?,
            Err(_) => None,
        };
        let draft = draft.filter(|draft| draft.author == turn.caller.user);
        return match draft {
            Some(draft) => preview::shown(data, &draft).await,
            None => Ok(Reply::aside(text("knowledge-draft-unknown"))),
        };
    }
    let shelf = data.knowledge.now();
    let found = Seen::parse(value).and_then(|seen| Some((standing(&shelf, &seen.subject)?, seen.subject)));
    let Some((standing, subject)) = found else { return Ok(Reply::aside(text("knowledge-unknown"))) };
    Ok(card(data, &shelf, &subject, standing))
}

/// What a subject says, how that differs from its file, and what can be done about it.
fn card(data: &Data, shelf: &Shelf, subject: &Subject, standing: &Standing) -> Reply {
    let mut head = vec![change_line(subject, standing)];
    if standing.current().is_none() {
        head.push(text("knowledge-answers-not"));
    }
    match (&standing.file, standing.newest()) {
        (None, _) => head.push(text("knowledge-no-file")),
        (Some(file), Some(content)) => head.extend(preview::listed("knowledge-file-changes", &changes(file, content))),
        (Some(_), None) => {}
    }
    let body = standing.newest().map(|content| preview::as_read(shelf, content, data.clock.today()));
    let key = Seen::of(subject, standing).key();
    let button = |kind, label: &str, style| {
        CreateButton::new(CustomId::new(kind, &key).to_string()).label(text(label)).style(style)
    };
    let mut row = vec![button(Kind::KnowledgeEdit, "knowledge-edit", ButtonStyle::Primary)];
    if standing.file.is_some() && standing.differs() {
        row.push(button(Kind::KnowledgeBack, "knowledge-back", ButtonStyle::Danger));
    }
    announce::around(&cut(&head.join("\n"), 1500), &body.unwrap_or_default()).rows(vec![CreateActionRow::Buttons(row)])
}

/// Back to the file: staff's version stays in the history and no longer counts.
pub(in crate::discord) async fn back_to_file(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let Some(seen) = Seen::parse(&turn.key) else { return Ok(Reply::aside(text("error-stale-button"))) };
    freshen(data).await;
    let shelf = data.knowledge.now();
    let Some(file) = shelf.standing(&seen.subject).and_then(|one| one.file.as_ref()) else {
        return Ok(Reply::aside(text("knowledge-unknown")));
    };
    Ok(if save::make(turn, &shelf, &seen, Change::File, None).await? {
        Reply::new(text_with("knowledge-went-back", [("title", escape_markdown(file.title()))]))
    } else {
        Reply::aside(text("knowledge-overtaken"))
    })
}
