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
    if plain.contains(FLOW) && !plain.starts_with(['\'', '"']) {
        format!("'{}'", plain.replace('\'', "''"))
    } else {
        plain
    }
}
