//! A form is sent: read, counted, stored in one transaction, and only then thanked for. Whatever stands in the way, the
//! member gets the text back.

use std::hash::Hash;

use super::super::Error;
use super::thanks::{Shown, thanks};
use super::{TO_CHANGE, WENT_WELL, not_open};
use crate::announcements::Reference;
use crate::config::{Program, Question};
use crate::discord::interactions::{Reply, Turn, given_back};
use crate::feedback::{Answers, MAX_LENGTH, PER_HOUR, Problem, Receipt, Submission, SubmissionId};
use crate::ids::Snowflake;
use crate::inbox;
use crate::texts::{text, text_with};

/// What the text is called when it is given back as a file.
const FILE: &str = "your-feedback.txt";

/// A named form is sent.
pub(in crate::discord) async fn submit_named(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some((program, Ok(opened_by))) =
        turn.key.split_once(':').map(|(program, id)| (program, id.parse::<Snowflake>()))
    else {
        return Ok(returned(turn, &text("form-stale")));
    };
    let form = match read(turn, program) {
        Ok(form) => form,
        Err(refusal) => return Ok(*refusal),
    };
    let submission = Submission::Named {
        id: SubmissionId::random(),
        program: form.program.key.clone(),
        answers: form.answers,
        author: turn.caller.user,
        opened_by,
    };
    store(turn, &submission, opened_by, None).await
}

/// An anonymous form is sent.
pub(in crate::discord) async fn submit_anonymous(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some((program, Ok(receipt))) =
        turn.key.split_once(':').map(|(program, text)| (program, text.parse::<Receipt>()))
    else {
        return Ok(returned(turn, &text("form-stale")));
    };
    let form = match read(turn, program) {
        Ok(form) => form,
        Err(refusal) => return Ok(*refusal),
    };
    let submission = Submission::Anonymous {
        id: SubmissionId::random(),
        program: form.program.key.clone(),
        answers: form.answers,
        receipt,
    };
    store(turn, &submission, receipt.hash(), Some(receipt)).await
}

struct Form<'a> {
    program: &'a Program,
    answers: Answers,
}

/// What the form says, if it can be taken; else what the member reads.
fn read<'a>(turn: &'a Turn<'_>, program: &str) -> Result<Form<'a>, Box<Reply>> {
    let programs = &turn.data.config.programs;
    let program = programs.iter().find(|configured| configured.key == program);
    let program = program.ok_or_else(|| Box::new(returned(turn, &text("feedback-program-gone"))))?;
    if let Some(closed) = not_open(program, program.feedback.takes(turn.data.clock.now())) {
        return Err(Box::new(returned(turn, &format!("{closed}\n{}", text("feedback-closed-text")))));
    }
    let questions = program.questions();
    let known = |name: &str| match questions {
        [] => name == WENT_WELL || name == TO_CHANGE,
        own => own.iter().any(|question| question.field() == name),
    };
    if turn.fields().any(|(name, written)| !known(name) && !written.trim().is_empty()) {
        // The form was opened before its questions were worded anew: an answer to another question is none.
        return Err(Box::new(returned(turn, &text("feedback-form-changed"))));
    }
    let answers = if questions.is_empty() {
        Answers::parse(turn.field(WENT_WELL), turn.field(TO_CHANGE))
    } else {
        let fields: Vec<String> = questions.iter().map(Question::field).collect();
        let boxes = questions.iter().zip(&fields);
        Answers::of_form(boxes.map(|(question, field)| (question.label.as_str(), question.required, turn.field(field))))
    };
    let answers = answers.map_err(|problem| {
        Box::new(match problem {
            Problem::Missing => returned(turn, &text("feedback-missing")),
            Problem::Empty if questions.is_empty() => Reply::aside(text("feedback-empty")),
            Problem::Empty => Reply::aside(text("feedback-empty-form")),
            Problem::TooLong => returned(turn, &text_with("feedback-too-long", [("max", MAX_LENGTH.to_string())])),
        })
    })?;
    Ok(Form { program, answers })
}

/// Stores it, insisting while the database is away, and says what became of it. `form` is what makes a second sending
/// of the same form known.
async fn store(
    turn: &Turn<'_>,
    submission: &Submission,
    form: impl Hash + Copy,
    receipt: Option<Receipt>,
) -> Result<Reply, Error> {
    let (data, member) = (turn.data, turn.caller.user);
    if !data.submissions.admit(member, form, data.clock.now()) {
        return Ok(returned(turn, &text_with("feedback-too-many", [("count", PER_HOUR.to_string())])));
    }
    let attempt = async || {
        let now = data.clock.now();
        data.store.keep_submission(submission, |record| inbox::draft(&data.config, record, now), now).await
    };
    match turn.exchange.insist(attempt).await {
        Ok(kept) if kept.was_there && kept.record.answers != *submission.answers() => {
            Ok(returned(turn, &text("feedback-kept-before")))
        }
        Ok(kept) => Ok(thanks(&data.config, &kept.record, Shown::of(receipt))),
        Err(error) => {
            data.submissions.forget(member, form);
            let reference = Reference::random();
            tracing::error!(reference = reference.as_str(), "a submission could not be stored: {error}");
            let why = text_with("feedback-not-stored", [("reference", reference.as_str().to_owned())]);
            Ok(returned(turn, &why))
        }
    }
}

/// What was written, with why it was not stored.
fn returned(turn: &Turn<'_>, why: &str) -> Reply {
    let questions = turn.data.config.programs.iter().flat_map(Program::questions);
    let mut labels: Vec<(String, String)> =
        vec![(WENT_WELL.to_owned(), text("feedback-went-well")), (TO_CHANGE.to_owned(), text("feedback-to-change"))];
    labels.extend(questions.map(|question| (question.field(), question.label.clone())));
    let label = |name: &str| labels.iter().find(|(field, _)| field == name).map(|(_, label)| label.clone());
    let written: Vec<(String, &str)> =
        turn.fields().map(|(name, written)| (label(name).unwrap_or_default(), written)).collect();
    given_back(why, FILE, &written)
}
