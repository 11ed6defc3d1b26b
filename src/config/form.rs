//! `[programs.feedback]`: what a programme's form asks, and when it is open.

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Program;
use super::validate::{Check, ensure};
use crate::message::{is_deceptive, length, limits};

/// How long after the last day what was opened in time may still be sent.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// The form of a programme. Without questions it asks what went well and what to change.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Form {
    /// The first day of the call, in UTC; before it the form does not open.
    pub opens: Option<NaiveDate>,
    /// The last day of the call, in UTC.
    pub closes: Option<NaiveDate>,
    /// What it asks: at most five, which is what one form of Discord's holds.
    pub questions: Vec<Question>,
}

/// A box of a form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What stands above the box, and is stored with the answer; at most [`limits::INPUT_LABEL`].
    pub label: String,
    /// What stands in the box while it is empty; at most [`limits::PLACEHOLDER`].
    #[serde(default)]
    pub placeholder: Option<String>,
    /// Whether the form can't be sent without it.
    #[serde(default)]
    pub required: bool,
    /// Whether it has one line instead of several.
    #[serde(default)]
    pub short: bool,
}

impl Question {
    /// The name of its box. It follows from the wording, so what was written to another wording is not taken for an answer to
    /// this one.
    #[must_use]
    pub fn field(&self) -> String {
        let digest = Sha256::digest(self.label.as_bytes());
        digest[..6].iter().fold("q-".to_owned(), |name, byte| format!("{name}{byte:02x}"))
    }
}

/// Whether a form takes answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// It does.
    Open,
    /// Not before this day.
    Opens(NaiveDate),
    /// Not any more, since the end of this day.
    Closed(NaiveDate),
}

impl Form {
    /// Whether it opens now.
    #[must_use]
    pub fn call(&self, now: DateTime<Utc>) -> Call {
        let today = now.date_naive();
        match (self.opens, self.closes) {
            (Some(first), _) if today < first => Call::Opens(first),
            (_, Some(last)) if today > last => Call::Closed(last),
            _ => Call::Open,
        }
    }

    /// Whether what is sent now is taken: a while longer than it opens, for those who write slowly.
    #[must_use]
    pub fn takes(&self, now: DateTime<Utc>) -> Call {
        let end = self.closes.and_then(|last| last.checked_add_days(Days::new(1)));
        match end {
            Some(end) if now < end.and_time(NaiveTime::MIN).and_utc() + GRACE && self.call(now) != Call::Open => {
                self.call(now - GRACE)
            }
            _ => self.call(now),
        }
    }
}

impl Program {
    /// Its form, if it has one of its own.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.feedback.questions
    }

    pub(super) fn validate(&self) -> Check {
        let place = |key: &str| format!("programs.feedback.{key} of {:?}", self.key);
        let form = &self.feedback;
        let in_order = form.opens.zip(form.closes).is_none_or(|(first, last)| first <= last);
        ensure(in_order, place("closes"), "it closes before it opens; name a later day")?;
        let most = limits::ROWS;
        ensure(form.questions.len() <= most, place("questions"), "a form of Discord's holds at most 5 questions")?;
        let mut seen = HashSet::new();
        for question in &form.questions {
            let is_line = |text: &str| !text.trim().is_empty() && !text.chars().any(|c| c == '\n' || is_deceptive(c));
            let label = is_line(&question.label) && length(&question.label) <= limits::INPUT_LABEL;
            ensure(
                label,
                place("questions.label"),
                "write one line of 1 to 45 characters, which is what Discord shows above a box",
            )?;
            ensure(
                seen.insert(question.field()),
                place("questions.label"),
                "two questions read the same; ask each once",
            )?;
            let hint = question.placeholder.as_deref();
            let fits = hint.is_none_or(|hint| is_line(hint) && length(hint) <= limits::PLACEHOLDER);
            ensure(fits, place("questions.placeholder"), "write one line of 1 to 100 characters, or leave it out")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const CORE: &str = "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n[[programs]]\nkey = \"grants\"\ntitle = \"Grants\"\n[programs.feedback]\n";

    fn refusal(text: &str) -> String {
        Config::parse(&format!("{CORE}{text}")).unwrap_err().to_string()
    }

    #[test]
    fn a_form_keeps_discords_limits() {
        let question = |label: &str| format!("[[programs.feedback.questions]]\nlabel = \"{label}\"\n");
        let long = question(&"x".repeat(46));
        insta::assert_snapshot!(refusal(&long), @r#"programs.feedback.questions.label of "grants": write one line of 1 to 45 characters, which is what Discord shows above a box"#);
        insta::assert_snapshot!(refusal(&question(" ")), @r#"programs.feedback.questions.label of "grants": write one line of 1 to 45 characters, which is what Discord shows above a box"#);
        insta::assert_snapshot!(refusal(&(question("Why?") + &question("Why?"))), @r#"programs.feedback.questions.label of "grants": two questions read the same; ask each once"#);
        let six: String = (0..6).map(|number| question(&format!("Question {number}"))).collect();
        insta::assert_snapshot!(refusal(&six), @r#"programs.feedback.questions of "grants": a form of Discord's holds at most 5 questions"#);
        insta::assert_snapshot!(refusal(&format!("{}placeholder = \"{}\"", question("Why?"), "x".repeat(101))), @r#"programs.feedback.questions.placeholder of "grants": write one line of 1 to 100 characters, or leave it out"#);
        insta::assert_snapshot!(refusal(&format!("{}colour = \"blue\"", question("Why?"))), @"the configuration: unknown key programs.0.feedback.questions.0.colour; known there are label, placeholder, required, short");
        insta::assert_snapshot!(refusal("opens = \"2026-12-01\"\ncloses = \"2026-11-30\""), @r#"programs.feedback.closes of "grants": it closes before it opens; name a later day"#);
        insta::assert_snapshot!(refusal("closes = \"soon\""), @"the configuration: programs.0.feedback.closes: input contains invalid characters");
        let five: String = (0..5).map(|number| question(&format!("Question {number}"))).collect();
        assert_eq!(Config::parse(&format!("{CORE}{five}")).unwrap().programs[0].questions().len(), 5);
    }

    #[test]
    fn a_call_is_open_from_its_first_day_to_its_last() {
        let form = Form {
            opens: NaiveDate::from_ymd_opt(2026, 11, 2),
            closes: NaiveDate::from_ymd_opt(2026, 11, 30),
            ..Form::default()
        };
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let (first, last) = (form.opens.unwrap(), form.closes.unwrap());
        for (now, call, takes) in [
            ("2026-11-01T23:59:59Z", Call::Opens(first), Call::Opens(first)),
            ("2026-11-02T00:00:00Z", Call::Open, Call::Open),
            ("2026-11-30T23:59:59Z", Call::Open, Call::Open),
            ("2026-12-01T00:59:59Z", Call::Closed(last), Call::Open),
            ("2026-12-01T01:00:00Z", Call::Closed(last), Call::Closed(last)),
        ] {
            assert_eq!((form.call(at(now)), form.takes(at(now))), (call, takes), "{now}");
        }
        assert_eq!(Form::default().call(at("2026-11-01T00:00:00Z")), Call::Open);
    }
}
