//! The forms for articles and for program status: opened, sent, opened again. What was sent is stored before anything is
//! said about it, and given back where it can't be stored.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use super::super::{Data, Error};
use super::{Seen, preview, standing};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Opening, Reply, Turn, given_back};
use crate::ids::{KnowledgeDraftId, Snowflake};
use crate::knowledge::{
    Base, Change, Content, DraftState, KnowledgeDraft, NewDraft, Subject, Typed, TypedArticle, TypedProgram, cleaned,
    fields,
};
use crate::store::DraftChange;
use crate::texts::text;

/// Names of the fields.
const TITLE: &str = "title";
const QUESTIONS: &str = "questions";
const TEXT: &str = "text";
const SOURCES: &str = "sources";
const DETAILS: &str = "details";
const STATE: &str = "state";
const SINCE: &str = "since";
const NOTE: &str = "note";
const SOURCE: &str = "source";
const REVIEW_BY: &str = "review-by";

/// The file in which what was typed is given back.
const GIVEN_BACK: &str = "what-you-wrote.txt";

/// What the form of a command or a card carries: `interaction.shown.a.3.0f31c2.grants-status`.
pub(super) struct Begun {
    /// The interaction that opened it: a form that is sent twice makes one draft.
    pub(super) opened_by: u64,
    /// What is changed, and what its reader saw; nothing for a new article.
    pub(super) seen: Option<Seen>,
    /// How many ways of asking it shows; the rest stays as it is.
    pub(super) shown: usize,
}

impl Begun {
    fn key(&self) -> String {
        let seen = self.seen.as_ref().map_or_else(|| "new".to_owned(), Seen::key);
        format!("{}.{}.{seen}", self.opened_by, self.shown)
    }

    fn parse(key: &str) -> Option<Self> {
        let mut parts = key.splitn(3, '.');
        let (opened_by, shown) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let seen = match parts.next()? {
            "new" => None,
            seen => Some(Seen::parse(seen)?),
        };
        Some(Self { opened_by, seen, shown })
    }
}

/// The form that begins a draft, filled in with `typed`.
pub(super) fn begin(begun: &Begun, typed: &Typed) -> CreateModal {
    form(&CustomId::new(Kind::KnowledgeWritten, begun.key()), typed, begun.seen.is_none())
}

fn form(id: &CustomId, typed: &Typed, is_new: bool) -> CreateModal {
    let input = |style, label: &str, name, most: u16, value: &str, required| {
        let input = CreateInputText::new(style, text(label), name).max_length(most).required(required);
        if value.is_empty() { input } else { input.value(value) }
    };
    let (short, long) = (InputTextStyle::Short, InputTextStyle::Paragraph);
    let (title, inputs) = match typed {
        Typed::Article(article) => {
            let questions = if article.more_questions.is_empty() {
                "knowledge-form-questions"
            } else {
                "knowledge-form-questions-some"
            };
            let inputs = vec![
                input(short, "knowledge-form-title", TITLE, fields::TITLE, &article.title, true),
                input(long, questions, QUESTIONS, fields::LIST, &article.questions, true)
                    .placeholder(text("knowledge-form-questions-hint")),
                input(long, "knowledge-form-text", TEXT, fields::TEXT, &article.text, true)
                    .placeholder(text("knowledge-form-text-hint")),
                input(long, "knowledge-form-sources", SOURCES, fields::LIST, &article.sources, false)
                    .placeholder(text("knowledge-form-sources-hint")),
                input(long, "knowledge-form-details", DETAILS, fields::LIST, &article.details, true),
            ];
            (if is_new { "knowledge-form-new" } else { "knowledge-form" }, inputs)
        }
        Typed::Program(record) => {
            let inputs = vec![
                input(short, "knowledge-form-state", STATE, fields::WORD, &record.state, true)
                    .placeholder(text("knowledge-form-state-hint")),
                input(short, "knowledge-form-since", SINCE, fields::WORD, &record.since, false)
                    .placeholder(text("knowledge-form-day-hint")),
                input(long, "knowledge-form-note", NOTE, fields::NOTE, &record.note, false),
                input(long, "knowledge-form-source", SOURCE, fields::SOURCE, &record.source, true)
                    .placeholder(text("knowledge-form-sources-hint")),
                input(short, "knowledge-form-review-by", REVIEW_BY, fields::WORD, &record.review_by, true)
                    .placeholder(text("knowledge-form-day-hint")),
            ];
            ("knowledge-form-status", inputs)
        }
        Typed::Retire { .. } => ("knowledge-form", Vec::new()),
    };
    CreateModal::new(id.to_string(), text(title))
        .components(inputs.into_iter().map(CreateActionRow::InputText).collect())
}

/// What was typed into a form for an article or, where `is_program`, for a status.
fn typed(turn: &Turn<'_>, is_program: bool, more_questions: Vec<String>) -> Typed {
    let field = |name| cleaned(turn.field(name));
    if is_program {
        Typed::Program(TypedProgram {
            state: field(STATE),
            since: field(SINCE),
            note: field(NOTE),
            source: field(SOURCE),
            review_by: field(REVIEW_BY),
        })
    } else {
        Typed::Article(TypedArticle {
            title: field(TITLE),
            questions: field(QUESTIONS),
            more_questions,
            text: field(TEXT),
            sources: field(SOURCES),
            details: field(DETAILS),
        })
    }
}

/// A refusal that gives back what was typed.
fn refused(turn: &Turn<'_>, why: &str) -> Reply {
    let written: Vec<(String, &str)> = turn.written().map(|text| (String::new(), text)).collect();
    given_back(why, GIVEN_BACK, &written)
}

/// The form of a command was sent: stored first, then shown.
pub(in crate::discord) async fn written(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let begun = Begun::parse(&turn.key);
    let Some((begun, opened_by)) = begun.and_then(|one| Snowflake::new(one.opened_by).map(|id| (one, id))) else {
        return Ok(refused(turn, &text("form-stale")));
    };
    let Some(new) = new_draft(turn, &begun).await else { return Ok(refused(turn, &text("knowledge-unknown"))) };
    let stored = turn
        .exchange
        .insist(async || data.store.create_knowledge_draft(turn.caller.user, opened_by, &new, data.clock.now()).await)
        .await;
    match stored {
        Ok(Some(draft)) => preview::shown(data, &draft).await,
        Ok(None) => Ok(refused(turn, &text("form-stale"))),
        Err(error) => {
            tracing::error!("a draft for the knowledge base could not be stored: {error}");
            Ok(refused(turn, &text("knowledge-not-stored")))
        }
    }
}

/// The draft that a form begins; `None` when what it changes does not exist.
async fn new_draft(turn: &Turn<'_>, begun: &Begun) -> Option<NewDraft> {
    let Some(seen) = &begun.seen else {
        let base = Base { number: 0, digest: String::new() };
        return Some(NewDraft {
            subject: None,
            change: Change::Add,
            typed: typed(turn, false, Vec::new()),
            base,
            base_content: None,
        });
    };
    let base_content = seen_content(turn.data, seen).await?;
    let questions = |content: &Content| Some(content.article()?.meta.questions.get(begun.shown..)?.to_vec());
    let more_questions = base_content.as_ref().and_then(questions).unwrap_or_default();
    let is_program = matches!(seen.subject, Subject::Program(_));
    Some(NewDraft {
        subject: Some(seen.subject.clone()),
        change: Change::Edit,
        typed: typed(turn, is_program, more_questions),
        base: seen.base.clone(),
        base_content,
    })
}

/// What the author of a change saw when he began, where it can still be found; the outer `None` when there never was such a
/// subject.
async fn seen_content(data: &Data, seen: &Seen) -> Option<Option<Content>> {
    let shelf = data.knowledge.now();
    let standing = standing(&shelf, &seen.subject)?;
    if seen.is_current(standing) {
        return Some(standing.newest().cloned());
    }
    let version = data.store.knowledge_version(&seen.subject, seen.base.number).await.ok().flatten();
    Some(version.and_then(|version| version.content).or_else(|| standing.file.clone()))
}

/// `id.version` of a draft's button or form.
pub(super) fn draft_key(key: &str) -> Option<(KnowledgeDraftId, i32)> {
    let (id, version) = key.split_once('.')?;
    Some((KnowledgeDraftId(id.parse().ok()?), version.parse().ok()?))
}

/// The draft that a button or form belongs to, if it is the caller's; else what is said instead.
pub(super) async fn own(turn: &Turn<'_>) -> Result<Result<KnowledgeDraft, Reply>, Error> {
    let Some((id, _version)) = draft_key(&turn.key) else {
        return Ok(Err(Reply::aside(text("error-stale-button"))));
    };
    let found = turn.exchange.insist(async || turn.data.store.knowledge_draft(id).await).await?;
    let found = found.filter(|draft| draft.author == turn.caller.user);
    Ok(found.ok_or_else(|| Reply::aside(text("knowledge-draft-unknown"))))
}

/// As [`own`], if it is as it was shown.
pub(super) async fn mine(turn: &Turn<'_>) -> Result<Result<KnowledgeDraft, Reply>, Error> {
    match own(turn).await? {
        Ok(draft) => as_shown(turn, draft).await,
        Err(reply) => Ok(Err(reply)),
    }
}

/// A draft, if it is as the button shows it; else what it is now.
pub(super) async fn as_shown(turn: &Turn<'_>, draft: KnowledgeDraft) -> Result<Result<KnowledgeDraft, Reply>, Error> {
    let is_as_shown = draft_key(&turn.key) == Some((draft.id, draft.version));
    Ok(if draft.state == DraftState::Draft && is_as_shown {
        Ok(draft)
    } else {
        Err(preview::overtaken(turn.data, &draft).await?)
    })
}

/// Edit again: opens the form with what was typed.
pub(in crate::discord) async fn again(turn: &Turn<'_>) -> Result<Opening, Error> {
    Ok(match mine(turn).await? {
        Ok(draft) if matches!(draft.draft.typed, Typed::Retire { .. }) => {
            Opening::Instead(Reply::aside(text("error-stale-button")))
        }
        Ok(draft) => {
            let id = CustomId::new(Kind::KnowledgeRewritten, format!("{}.{}", draft.id, draft.version));
            Opening::Form(form(&id, &draft.draft.typed, draft.draft.subject.is_none()))
        }
        Err(reply) => Opening::Instead(reply),
    })
}

/// That form was sent.
pub(in crate::discord) async fn rewritten(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, lost) = (turn.data, |why: &str| Ok(refused(turn, &text(why))));
    let Some((id, version)) = draft_key(&turn.key) else { return lost("form-stale") };
    let read = turn.exchange.insist(async || data.store.knowledge_draft(id).await).await;
    let draft = match read {
        Ok(Some(draft)) if draft.author == turn.caller.user => draft,
        Ok(_) => return lost("knowledge-draft-unknown"),
        Err(error) => {
            tracing::error!("a draft for the knowledge base could not be read: {error}");
            return lost("knowledge-not-stored");
        }
    };
    let more_questions = match &draft.draft.typed {
        Typed::Article(article) => article.more_questions.clone(),
        Typed::Program(_) | Typed::Retire { .. } => Vec::new(),
    };
    let typed = typed(turn, matches!(draft.draft.typed, Typed::Program(_)), more_questions);
    let wanted = KnowledgeDraft { version, draft: NewDraft { typed, ..draft.draft.clone() }, ..draft };
    let changed =
        turn.exchange.insist(async || data.store.change_knowledge_draft(&wanted, data.clock.now()).await).await;
    match changed {
        Ok(DraftChange::Made(draft)) => preview::shown(data, &draft).await,
        Ok(DraftChange::Overtaken(_)) => lost("knowledge-draft-overtaken"),
        Ok(DraftChange::Gone) => lost("knowledge-draft-unknown"),
        Err(error) => {
            tracing::error!("a draft for the knowledge base could not be changed: {error}");
            lost("knowledge-not-stored")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::length;

    #[test]
    fn titles_labels_and_hints_keep_discords_limits() {
        // <https://discord.com/developers/docs/components/reference#text-input>
        for id in ["knowledge-form", "knowledge-form-new", "knowledge-form-status"] {
            assert!(length(&text(id)) <= 45, "{id}");
        }
        for name in [
            "title",
            "questions",
            "questions-some",
            "text",
            "sources",
            "details",
            "state",
            "since",
            "note",
            "source",
            "review-by",
        ] {
            assert!(length(&text(&format!("knowledge-form-{name}"))) <= 45, "{name}");
        }
        for name in ["questions", "text", "sources", "state", "day"] {
            assert!(length(&text(&format!("knowledge-form-{name}-hint"))) <= 100, "{name}");
        }
    }

    #[test]
    fn the_longest_key_fits_a_form() {
        let digest = "0f31c2".to_owned();
        let subject = Subject::of("article", &"a".repeat(crate::knowledge::LONGEST_ID)).unwrap();
        let seen = Seen { subject, base: Base { number: 99_999, digest } };
        let begun = Begun { opened_by: i64::MAX.unsigned_abs(), seen: Some(seen), shown: 999 };
        let id = CustomId::new(Kind::KnowledgeWritten, begun.key()).to_string();
        assert!(id.len() <= 100, "{} {id}", id.len());
        assert_eq!(Begun::parse(&begun.key()).unwrap().key(), begun.key());
    }
}
