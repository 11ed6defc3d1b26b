//! Submissions as a file for analysis elsewhere: CSV, or a line of JSON each. Who sent one is not in it, of named ones
//! neither: a file leaves the reach of those who delete what they sent.

use std::str::FromStr;

use serde::Serialize;

use crate::feedback::{Answered, Record, Sender};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// RFC 4180, with a header.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    /// The end of a file's name.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// What it is called on the web.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/jsonl; charset=utf-8",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::JsonLines),
            _ => Err("write csv or jsonl".to_owned()),
        }
    }
}

/// A row can't be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritable {
    /// As CSV.
    #[error("a row can't be written as CSV ({0}): try jsonl")]
    Row(#[from] csv::Error),
    /// As JSON.
    #[error("a row can't be written as JSON ({0}): try csv")]
    Line(#[from] serde_json::Error),
}

/// The columns, in their order; docs/operations.md explains them.
const COLUMNS: [&str; 14] = [
    "id",
    "kind",
    "program",
    "submitted_on",
    "sender",
    "went_well",
    "to_change",
    "question",
    "form",
    "rating",
    "state",
    "themes",
    "replies",
    "may_contact",
];

#[derive(Serialize)]
struct Line<'a> {
    id: String,
    kind: &'static str,
    program: &'a str,
    submitted_on: String,
    sender: &'static str,
    went_well: Option<&'a str>,
    to_change: Option<&'a str>,
    question: Option<&'a str>,
    form: &'a [Answered],
    rating: Option<u8>,
    state: &'static str,
    themes: Vec<&'a str>,
    replies: usize,
    may_contact: Option<bool>,
}

impl<'a> Line<'a> {
    fn of(record: &'a Record) -> Self {
        let (sender, may_contact) = match record.sender {
            Sender::Named { may_contact, .. } => ("named", Some(may_contact)),
            Sender::Anonymous => ("anonymous", None),
        };
        Self {
            id: record.id.to_string(),
            kind: record.kind.as_str(),
            program: &record.program,
            submitted_on: record.submitted_on.to_string(),
            sender,
            went_well: record.answers.went_well(),
            to_change: record.answers.to_change(),
            question: record.answers.question(),
            form: record.answers.form(),
            rating: record.shown_rating.map(crate::feedback::Rating::get),
            state: record.state.as_str(),
            themes: record.themes.iter().map(|theme| theme.name.as_str()).collect(),
            replies: record.replies.len(),
            may_contact,
        }
    }

    fn cells(&self) -> [String; 14] {
        let form: Vec<String> =
            self.form.iter().map(|answered| format!("{}\n{}", answered.question, answered.answer)).collect();
        let text = |written: Option<&str>| written.map(tame).unwrap_or_default();
        [
            self.id.clone(),
            self.kind.to_owned(),
            tame(self.program),
            self.submitted_on.clone(),
            self.sender.to_owned(),
            text(self.went_well),
            text(self.to_change),
            text(self.question),
            tame(&form.join("\n\n")),
            self.rating.map(|rating| rating.to_string()).unwrap_or_default(),
            self.state.to_owned(),
            tame(&self.themes.join("; ")),
            self.replies.to_string(),
            self.may_contact.map(|may| may.to_string()).unwrap_or_default(),
        ]
    }
}

/// The file; those on conduct are left out, whoever asks for them.
///
/// # Errors
/// When a row can't be written, which no text causes.
pub(crate) fn export(records: &[Record], format: Format) -> Result<Vec<u8>, Unwritable> {
    let lines = records.iter().filter(|record| record.conduct.is_none()).map(Line::of);
    match format {
        Format::Csv => {
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            writer.write_record(COLUMNS)?;
            for line in lines {
                writer.write_record(line.cells())?;
            }
            writer.into_inner().map_err(|error| Unwritable::Row(error.into_error().into()))
        }
        Format::JsonLines => {
            let mut file = Vec::new();
            for line in lines {
                serde_json::to_writer(&mut file, &line)?;
                file.push(b'\n');
            }
            Ok(file)
        }
    }
}

/// A cell that no spreadsheet takes for a formula: with an apostrophe in front where, after blanks and quotes, a sign stands
/// that begins one (<https://owasp.org/www-community/attacks/CSV_Injection>). Those of East Asian keyboards count as well.
/// Where a spreadsheet cuts at semicolons, tabs or at each line's end, each piece is a cell.
fn tame(text: &str) -> String {
    text.split_inclusive([';', '\t', '\r', '\n']).enumerate().fold(String::new(), |tamed, (number, piece)| {
        let is_bad = begins_formula(piece) || (number == 0 && text.starts_with(['\t', '\r', '\n']));
        tamed + if is_bad { "'" } else { "" } + piece
    })
}

fn begins_formula(text: &str) -> bool {
    let blank = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\'' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
    };
    let first = text.trim_start_matches(blank).chars().next();
    first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, NaiveDate};
    use proptest::prelude::*;

    use crate::feedback::{Answers, Kind, Rating, State, SubmissionId, Touched};
    use crate::ids::UserId;

    fn record(went_well: &str, to_change: &str) -> Record {
        Record {
            id: "0a0b0c0d-0000-4000-8000-000000000001".parse::<SubmissionId>().unwrap(),
            kind: Kind::Feedback,
            replies: Vec::new(),
            program: "grants".into(),
            answers: Answers::parse(went_well, to_change).unwrap(),
            rating: Rating::new(5),
            shown_rating: Rating::new(4),
            submitted_on: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
            sender: Sender::Anonymous,
            state: State::New,
            acknowledged: None,
            resolved: None,
            card: None,
            themes: Vec::new(),
            themes_version: 0,
            conduct: None,
            awaits_round: true,
        }
    }

    fn written(records: &[Record], format: Format) -> String {
        String::from_utf8(export(records, format).unwrap()).unwrap()
    }

    #[test]
    fn a_file_has_a_header_and_a_row_each() {
        let named = Record {
            sender: Sender::Named { author: UserId::new(33).unwrap(), at: DateTime::UNIX_EPOCH, may_contact: true },
            ..record("one, \"two\"\nthree", "")
        };
        insta::assert_snapshot!(written(&[record("=1+1", "- a list"), named.clone()], Format::Csv).replace('\r', ""), @r#"
        id,kind,program,submitted_on,sender,went_well,to_change,question,form,rating,state,themes,replies,may_contact
        0a0b0c0d-0000-4000-8000-000000000001,feedback,grants,2026-11-21,anonymous,'=1+1,'- a list,,,4,new,,0,
        0a0b0c0d-0000-4000-8000-000000000001,feedback,grants,2026-11-21,named,"one, ""two""
        three",,,,4,new,,0,true
        "#);
        insta::assert_snapshot!(written(&[record("=1+1", ""), named], Format::JsonLines), @r#"
        {"id":"0a0b0c0d-0000-4000-8000-000000000001","kind":"feedback","program":"grants","submitted_on":"2026-11-21","sender":"anonymous","went_well":"=1+1","to_change":null,"question":null,"form":[],"rating":4,"state":"new","themes":[],"replies":0,"may_contact":null}
        {"id":"0a0b0c0d-0000-4000-8000-000000000001","kind":"feedback","program":"grants","submitted_on":"2026-11-21","sender":"named","went_well":"one, \"two\"\nthree","to_change":null,"question":null,"form":[],"rating":4,"state":"new","themes":[],"replies":0,"may_contact":true}
        "#);
    }

    #[test]
    fn what_is_on_conduct_is_in_no_file() {
        let touched = Touched { by: UserId::new(1).unwrap(), at: DateTime::UNIX_EPOCH };
        let hidden = Record { conduct: Some(touched), ..record("secret", "") };
        assert_eq!(written(std::slice::from_ref(&hidden), Format::JsonLines), "");
        assert!(!written(&[hidden], Format::Csv).contains("secret"));
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in [
            "=1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " =1",
            "\"=1\"",
            "' +1",
            "\u{A0}=1",
            "＝1",
            "\u{200B}=1",
            "\n-x",
        ] {
            assert!(tame(text).starts_with('\''), "{text:?}");
        }
        for text in ["good;=1", "good; \"=1", "a\n=1", "a\t@b"] {
            let sign = text.find(['=', '@']).unwrap();
            let piece = text[..sign].rfind([';', '\n', '\t']).unwrap() + 1;
            assert_eq!(tame(text), format!("{}'{}", &text[..piece], &text[piece..]));
        }
        for text in ["a=1", "1-2", "", "e-mail", "(=)"] {
            assert_eq!(tame(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_back_as_one_cell(one in "[\\PC\n\"',;=\t-]{1,60}", other in "\\PC{0,40}") {
            prop_assume!(Answers::parse(&one, &other).is_ok());
            let record = record(&one, &other);
            let file = written(std::slice::from_ref(&record), Format::Csv);
            let mut reader = csv::Reader::from_reader(file.as_bytes());
            let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), 1);
            let boxes = [record.answers.went_well(), record.answers.to_change()].map(|text| tame(text.unwrap_or_default()));
            prop_assert_eq!([&rows[0][5], &rows[0][6]], [boxes[0].as_str(), boxes[1].as_str()]);
        }
    }
}
