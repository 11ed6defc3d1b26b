//! A draft as its author sees it: what stands in the way, what changes, and below a line exactly what a member will read.

use std::sync::Arc;

use chrono::NaiveDate;
use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::super::{Data, Error, announce, ask};
use super::is_based_on;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::Reply;
use crate::knowledge::lint::{Severity, led_to, lint_change};
use crate::knowledge::{
    Article, ArticleId, Change, Content, DraftState, Knowledge, KnowledgeDraft, Shelf, Typed, Version, changes,
};
use crate::message::{cut, escape_markdown, instant};
use crate::texts::{text, text_with};

/// What is shown of one change, and of all, in characters.
const ONE_CHANGE: usize = 400;
const ALL_CHANGES: usize = 1000;

/// What a draft comes to.
pub(super) struct Meant {
    /// What would be saved, where it can be read.
    pub(super) content: Option<Content>,
    /// What stands in the way.
    pub(super) problems: Vec<String>,
    /// What somebody should look at.
    warnings: Vec<String>,
    /// Whether somebody else changed it since its author began.
    pub(super) is_overtaken: bool,
}

/// Reads a draft against the knowledge base as it is now; on a thread of its own, because every question of every article is
/// compared with it.
pub(super) async fn judged(shelf: &Arc<Shelf>, draft: &KnowledgeDraft, today: NaiveDate) -> Result<Meant, Error> {
    let (shelf, draft) = (Arc::clone(shelf), draft.clone());
    Ok(tokio::task::spawn_blocking(move || meant(&shelf, &draft, today)).await?)
}

fn meant(shelf: &Shelf, draft: &KnowledgeDraft, today: NaiveDate) -> Meant {
    let new = &draft.draft;
    let standing = new.subject.as_ref().and_then(|subject| shelf.standing(subject));
    let is_overtaken = standing.is_some_and(|standing| !is_based_on(standing, &new.base));
    let before = standing.and_then(|standing| standing.newest());
    let mut meant = Meant { content: None, problems: Vec::new(), warnings: Vec::new(), is_overtaken };
    if new.subject.is_some() && before.is_none() {
        meant.problems.push(text("knowledge-typed-gone"));
        return meant;
    }
    match new.typed.read(before) {
        Ok(Content::Article(article)) if new.subject.is_none() => {
            meant.content = Some(Content::Article(renamed(shelf, article)));
        }
        Ok(content) => meant.content = Some(content),
        Err(problems) => meant.problems = problems,
    }
    let Some(content) = meant.content.clone() else { return meant };
    let is_dropped = matches!(&new.typed, Typed::Retire { successor } if successor.is_empty());
    if let (Some(article), true) = (content.article(), is_dropped) {
        // What it says is not asked any more, only who leads to it.
        let leading = led_to(shelf, article);
        if !leading.is_empty() {
            meant.problems.push(text_with("knowledge-led-to", [("articles", leading.join(", "))]));
        }
        return meant;
    }
    for finding in lint_change(shelf, &content, today) {
        match finding.severity {
            Severity::Error => meant.problems.push(escape_markdown(&finding.problem)),
            Severity::Warning => meant.warnings.push(escape_markdown(&finding.problem)),
        }
    }
    let says_the_same = new.change == Change::Edit && standing.and_then(|one| one.current()) == Some(&content);
    if says_the_same && !is_overtaken {
        meant.problems.push(text("knowledge-nothing-changed"));
    }
    meant
}

/// A new article under a name that no other has or had.
fn renamed(shelf: &Shelf, article: Article) -> Article {
    let name = article.id().to_string();
    let mut id = article.id().clone();
    let mut number = 2_u32;
    while shelf.knows(&id) {
        id = ArticleId::new(format!("{name}-{number}"));
        number += 1;
    }
    let mut article = article;
    article.meta.id = id;
    article
}

/// A draft with its controls, or what became of it.
pub(super) async fn shown(data: &Data, draft: &KnowledgeDraft) -> Result<Reply, Error> {
    if draft.state == DraftState::Draft { preview(data, draft, None).await } else { overtaken(data, draft).await }
}

/// A draft with its controls; above it a `notice`, where there is something to say about what was just done.
pub(super) async fn preview(data: &Data, draft: &KnowledgeDraft, notice: Option<String>) -> Result<Reply, Error> {
    let (shelf, today) = (data.knowledge.now(), data.clock.today());
    let meant = judged(&shelf, draft, today).await?;
    let mut head: Vec<String> = notice.into_iter().collect();
    head.push(words(draft, meant.content.as_ref()));
    let todo = |problem: &String| text_with("knowledge-todo", [("problem", problem.clone())]);
    head.extend(meant.problems.iter().map(todo));
    head.extend(meant.warnings.iter().map(|warning| text_with("knowledge-note", [("warning", warning.clone())])));
    let standing = draft.draft.subject.as_ref().and_then(|subject| shelf.standing(subject));
    let now = standing.and_then(|standing| standing.newest());
    if let (true, Some(standing)) = (meant.is_overtaken, standing) {
        head.push(meanwhile(standing.version.as_ref()));
        if let (Some(before), Some(now)) = (&draft.draft.base_content, now) {
            head.extend(listed("knowledge-meanwhile-changes", &changes(before, now)));
        }
    } else if let (Some(now), Some(content), Change::Edit) = (now, &meant.content, draft.draft.change) {
        head.extend(listed("knowledge-changes", &changes(now, content)));
    }
    let head = cut(&head.join("\n"), 1900);
    let body = meant.content.as_ref().map(|content| as_read(&shelf, content, today));
    let reply = body.map_or_else(|| Reply::new(&head), |body| announce::around(&head, &body));
    Ok(reply.rows(vec![CreateActionRow::Buttons(buttons(draft, &meant))]))
}

/// What a member will read.
pub(super) fn as_read(shelf: &Shelf, content: &Content, today: NaiveDate) -> String {
    match content {
        Content::Article(article) => Knowledge::preview(article, shelf.programs(), today)
            .map_or_else(|| article.body.clone(), |answer| ask::content(&answer, None)),
        Content::Program(record) => record.sentence(),
    }
}

fn words(draft: &KnowledgeDraft, content: Option<&Content>) -> String {
    let title = content.or(draft.draft.base_content.as_ref()).map(Content::title).filter(|title| !title.is_empty());
    let title = title.map_or_else(|| text("knowledge-untitled"), |title| escape_markdown(&cut(title, 100)));
    let number = ("number", draft.id.to_string());
    match (&draft.draft.typed, draft.draft.change) {
        (Typed::Retire { successor }, _) if successor.is_empty() => {
            text_with("knowledge-words-retire", [number, ("title", title)])
        }
        (Typed::Retire { successor }, _) => {
            let successor = ("successor", escape_markdown(successor));
            text_with("knowledge-words-supersede", [number, ("title", title), successor])
        }
        (_, Change::Add) => text_with("knowledge-words-new", [number, ("title", title)]),
        (Typed::Program(_), _) => text_with("knowledge-words-status", [number, ("title", title)]),
        _ => text_with("knowledge-words-edit", [number, ("title", title)]),
    }
}

/// Who changed it since the author began.
fn meanwhile(version: Option<&Version>) -> String {
    version.map_or_else(
        || text("knowledge-meanwhile-file"),
        |version| {
            let who = ("who", format!("<@{}>", version.by));
            let number = ("number", version.number.to_string());
            text_with("knowledge-meanwhile", [who, number, ("time", instant(version.at))])
        },
    )
}

/// Changes as a list, as far as there is room.
pub(super) fn listed(heading: &str, changes: &[String]) -> Vec<String> {
    if changes.is_empty() {
        return Vec::new();
    }
    let lines: Vec<String> = changes.iter().map(|change| format!("- {}", cut(change, ONE_CHANGE))).collect();
    vec![text(heading), cut(&lines.join("\n"), ALL_CHANGES)]
}

fn buttons(draft: &KnowledgeDraft, meant: &Meant) -> Vec<CreateButton> {
    let button = |kind, label: &str, style| {
        let id = CustomId::new(kind, format!("{}.{}", draft.id, draft.version)).to_string();
        CreateButton::new(id).label(text(label)).style(style)
    };
    let way_on = if meant.is_overtaken {
        button(Kind::KnowledgeGoOn, "knowledge-go-on", ButtonStyle::Primary)
    } else {
        let label = if draft.draft.change == Change::Retire { "knowledge-retire" } else { "knowledge-save" };
        button(Kind::KnowledgeSave, label, ButtonStyle::Primary).disabled(!meant.problems.is_empty())
    };
    let mut row = vec![way_on];
    if !matches!(draft.draft.typed, Typed::Retire { .. }) {
        row.push(button(Kind::KnowledgeAgain, "knowledge-edit-again", ButtonStyle::Secondary));
    }
    row.push(button(Kind::KnowledgeDiscard, "knowledge-discard", ButtonStyle::Danger));
    row
}

/// What is said to a button of a draft that is not as it was shown.
pub(super) async fn overtaken(data: &Data, draft: &KnowledgeDraft) -> Result<Reply, Error> {
    match draft.state {
        DraftState::Draft => preview(data, draft, Some(text("knowledge-draft-newer"))).await,
        DraftState::Discarded => Ok(Reply::new(text("knowledge-discarded"))),
        DraftState::Saved => Ok(Reply::new(text("knowledge-was-saved"))),
    }
}

/// What is said of a draft that became a version.
pub(super) fn saved(version: &Version) -> Reply {
    let title = version.content.as_ref().map(Content::title).unwrap_or_default();
    let (id, title) = (("id", version.subject.key().to_owned()), ("title", escape_markdown(title)));
    Reply::new(text_with("knowledge-saved", [id, title, ("number", version.number.to_string())]))
}
