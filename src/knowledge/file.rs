//! Articles and records as the text of their files, laid out as the files are that people wrote.

use std::fmt::Write as _;

use super::article::{Article, FrontMatter, Source};
use super::programs::ProgramStatus;

/// What YAML's lists between brackets take for something else.
const FLOW: [char; 5] = [',', '[', ']', '{', '}'];

/// An article's file.
pub(super) fn article(article: &Article) -> String {
    let FrontMatter {
        id,
        title,
        topic,
        questions,
        keywords,
        as_of,
        review_by,
        valid_until,
        superseded_by,
        redirect,
        sources,
    } = &article.meta;
    let mut out = String::from("---\n");
    line(&mut out, "", "id", &scalar(id.as_str()));
    line(&mut out, "", "title", &scalar(title));
    line(&mut out, "", "topic", &scalar(topic));
    if !questions.is_empty() {
        out.push_str("questions:\n");
        for question in questions {
            let _infallible = writeln!(out, "  - {}", scalar(question));
        }
    }
    if !keywords.is_empty() {
        let words: Vec<String> = keywords.iter().map(|word| flow(word)).collect();
        line(&mut out, "", "keywords", &format!("[{}]", words.join(", ")));
    }
    line(&mut out, "", "as_of", &as_of.to_string());
    line(&mut out, "", "review_by", &review_by.to_string());
    if let Some(day) = valid_until {
        line(&mut out, "", "valid_until", &day.to_string());
    }
    if let Some(successor) = superseded_by {
        line(&mut out, "", "superseded_by", &scalar(successor.as_str()));
    }
    if *redirect {
        line(&mut out, "", "redirect", "true");
    }
    if !sources.is_empty() {
        out.push_str("sources:\n");
        for Source { title, url, as_of, third_party } in sources {
            line(&mut out, "  - ", "title", &scalar(title));
            line(&mut out, "    ", "url", &scalar(url));
            line(&mut out, "    ", "as_of", &as_of.to_string());
            if *third_party {
                line(&mut out, "    ", "third_party", "true");
            }
        }
    }
    let _infallible = writeln!(out, "---\n{}", article.body.trim());
    out
}

/// A record in the file of all.
pub(super) fn program(record: &ProgramStatus) -> String {
    let ProgramStatus { key, title, state, since, note, source, as_of, review_by } = record;
    let mut out = String::new();
    line(&mut out, "- ", "key", &scalar(key));
    line(&mut out, "  ", "title", &scalar(title));
    line(&mut out, "  ", "state", state.as_str());
    if let Some(day) = since {
        line(&mut out, "  ", "since", &day.to_string());
    }
    if !note.is_empty() {
        line(&mut out, "  ", "note", &scalar(note));
    }
    out.push_str("  source:\n");
    line(&mut out, "    ", "title", &scalar(&source.title));
    line(&mut out, "    ", "url", &scalar(&source.url));
    if source.third_party {
        line(&mut out, "    ", "third_party", "true");
    }
    line(&mut out, "  ", "as_of", &as_of.to_string());
    line(&mut out, "  ", "review_by", &review_by.to_string());
    out
}

fn line(out: &mut String, indent: &str, name: &str, value: &str) {
    let _infallible = writeln!(out, "{indent}{name}: {value}");
}

/// A text as YAML writes it on one line, in quotes where it needs them.
fn scalar(text: &str) -> String {
    let plain = serde_yaml_ng::to_string(text).unwrap_or_default();
    let plain = plain.trim_end_matches('\n');
    // YAML would spread it over lines; a JSON string is YAML too.
    if plain.contains('\n') || plain.starts_with(['|', '>']) || plain.is_empty() {
        serde_json::Value::from(text).to_string()
    } else {
        plain.to_owned()
    }
}

/// A text in a list between brackets.
fn flow(text: &str) -> String {
    let plain = scalar(text);
    // A mark in front, such as a question mark, may mean something between brackets that it does not mean outside.
    let says_itself = plain.starts_with(char::is_alphanumeric) && !plain.contains(FLOW) && !plain.contains(':');
    if says_itself || plain.starts_with(['\'', '"']) { plain } else { format!("'{}'", plain.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;
    use crate::knowledge::{ArticleId, Programs, load};
    use crate::message::one_line;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    #[test]
    fn what_people_wrote_is_read_back_from_what_would_be_written() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/knowledge");
        for (path, read) in load::read_dir(&folder).unwrap() {
            let read = read.unwrap();
            assert_eq!(load::parse(&path, &article(&read)).unwrap(), read);
        }
        let programs = Programs::load(&folder).unwrap();
        let text: String = programs.all().iter().map(program).collect();
        assert_eq!(Programs::new(serde_yaml_ng::from_str(&text).unwrap()), programs);
    }

    #[test]
    fn a_mark_between_brackets_is_a_word() {
        for word in
            ["?!", "?", "a:?", "-", "!", "a:b", ": ", "#", "&a", "*a", "'", "\"", "[", ",", "%", "@", "~", "null", "1"]
        {
            let list = format!("[{}, {}]", flow(word), flow(word));
            assert_eq!(serde_yaml_ng::from_str::<Vec<String>>(&list).unwrap(), [word, word], "{list}");
        }
    }

    proptest! {
        #[test]
        fn whatever_staff_type_is_read_back(title in ".{1,60}", words in prop::collection::vec(".{1,20}", 1..6), body in "[^\r]{1,80}", is_true: bool) {
            let typed = |text: &String| Some(one_line(text)).filter(|text| !text.is_empty());
            let words: Vec<String> = words.iter().filter_map(typed).collect();
            let body = crate::knowledge::cleaned(&body);
            prop_assume!(typed(&title).is_some() && !body.is_empty());
            let source = Source { title: one_line(&title), url: "https://www.python.org/?a=b#c".into(), as_of: day(), third_party: is_true };
            let meta = FrontMatter {
                id: ArticleId::new("off"),
                title: one_line(&title),
                topic: "yes".into(),
                questions: words.clone(),
                keywords: words,
                as_of: day(),
                review_by: day(),
                valid_until: is_true.then(day),
                superseded_by: is_true.then(|| ArticleId::new("2026")),
                redirect: is_true,
                sources: vec![source],
            };
            let written = Article { meta, body };
            prop_assert_eq!(load::parse(Path::new("off.md"), &article(&written)).unwrap(), written);
        }
    }
}
