//! Ask staff: a form that begins with the question, and becomes a submission in the inbox. Whatever stands in the way, the
//! member gets the text back.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use super::words::asked;
use crate::announcements::Reference;
use crate::config::Config;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::Error;
use crate::discord::interactions::{Opening, Reply, Turn, given_back};
use crate::feedback::{Answers, MAX_LENGTH, PER_HOUR, Problem, Submission, SubmissionId};
use crate::ids::Snowflake;
use crate::inbox;
use crate::knowledge::ArticleId;
use crate::message::cut;
use crate::texts::{text, text_with};

/// The form's field.
const QUESTION: &str = "question";

/// What the text is called when it is given back as a file.
const FILE: &str = "your-question.txt";

/// Opens the form. Nothing is asked of the database for it.
pub(in crate::discord) async fn ask_staff(turn: &Turn<'_>) -> Result<Opening, Error> {
    let knowledge = turn.data.current();
    let topic = knowledge.get(&ArticleId::new(&turn.key)).map(|article| article.meta.topic.as_str());
    let program = program(&turn.data.config, topic.unwrap_or(inbox::NO_PROGRAM));
    let id = CustomId::new(Kind::AskStaffForm, format_args!("{program}:{}", turn.exchange.interaction()));
    let mut input = CreateInputText::new(InputTextStyle::Paragraph, text("staff-question"), QUESTION)
        .required(true)
        .placeholder(text("staff-question-hint"))
        .max_length(u16::try_from(MAX_LENGTH).unwrap_or(u16::MAX));
    if let Some(question) = asked(turn) {
        input = input.value(cut(question.as_str(), MAX_LENGTH));
    }
    Ok(Opening::Form(
        CreateModal::new(id.to_string(), text("staff-form-title")).components(vec![CreateActionRow::InputText(input)]),
    ))
}

/// The programme that a question on a topic is about: the configured one of that name.
fn program<'a>(config: &Config, topic: &'a str) -> &'a str {
    let topic = if topic == "partner" { "community-partner" } else { topic };
    if config.programs.iter().any(|program| program.key == topic) { topic } else { inbox::NO_PROGRAM }
}

/// The form is sent: stored in one transaction with its card, and only then thanked for.
pub(in crate::discord) async fn submit(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(program, id)| Some((program, id.parse::<Snowflake>().ok()?)));
    let Some((program, opened_by)) = parsed else { return Ok(returned(turn, &text("form-stale"))) };
    let answers = match Answers::question_to_staff(turn.field(QUESTION)) {
        Ok(answers) => answers,
        Err(Problem::Empty | Problem::Missing) => return Ok(Reply::aside(text("staff-empty"))),
        Err(Problem::TooLong) => {
            return Ok(returned(turn, &text_with("feedback-too-long", [("max", MAX_LENGTH.to_string())])));
        }
    };
    let submission = Submission::Named {
        id: SubmissionId::random(),
        // Whoever sends it may have written the key himself.
        program: self::program(&turn.data.config, program).to_owned(),
        answers,
        author: turn.caller.user,
        opened_by,
    };
    store(turn, &submission, opened_by).await
}

async fn store(turn: &Turn<'_>, submission: &Submission, form: Snowflake) -> Result<Reply, Error> {
    let (data, member) = (turn.data, turn.caller.user);
    if !data.submissions.admit(member, form, data.clock.now()) {
        return Ok(returned(turn, &text_with("staff-too-many", [("count", PER_HOUR.to_string())])));
    }
    let attempt = async || {
        let now = data.clock.now();
        data.store.keep_submission(submission, |record| inbox::draft(&data.config, record, now), now).await
    };
    match turn.exchange.insist(attempt).await {
        Ok(kept) if kept.was_there && kept.record.answers != *submission.answers() => {
            Ok(returned(turn, &text("staff-kept-before")))
        }
        Ok(_) => Ok(Reply::new(text("staff-thanks"))),
        Err(error) => {
            data.submissions.forget(member, form);
            let reference = Reference::random();
            tracing::error!(reference = reference.as_str(), "a question to staff could not be stored: {error}");
            Ok(returned(turn, &text_with("staff-not-stored", [("reference", reference.as_str().to_owned())])))
        }
    }
}

/// What was written, with why it was not stored.
fn returned(turn: &Turn<'_>, why: &str) -> Reply {
    given_back(why, FILE, &[(String::new(), turn.field(QUESTION))])
}
