//! A form is sent: read, counted, stored in one transaction, and only then thanked for. Whatever stands in the way, the
//! member gets the text back.

use std::hash::Hash;

use super::super::Error;
use super::thanks::{Shown, thanks};
use super::{TO_CHANGE, WENT_WELL};
use crate::announcements::Reference;
use crate::config::Program;
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
    let answers = Answers::parse(turn.field(WENT_WELL), turn.field(TO_CHANGE));
    let answers = answers.map_err(|problem| {
        Box::new(match problem {
            Problem::Empty => Reply::aside(text("feedback-empty")),
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
    let written =
        [(text("feedback-went-well"), turn.field(WENT_WELL)), (text("feedback-to-change"), turn.field(TO_CHANGE))];
    given_back(why, FILE, &written)
}
