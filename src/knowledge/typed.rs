//! What staff type into the forms for articles and program status: kept as typed, and read. Lists are lines, so that one field
//! takes as many as somebody has; what can't be read is named by its line, in a sentence.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use deunicode::deunicode;
use serde::{Deserialize, Serialize};

use super::article::{Article, ArticleId, FrontMatter, Source};
use super::programs::{ProgramStatus, State, StatusSource};
use super::version::Content;
use crate::message::{is_deceptive, length, one_line};
use crate::texts::{text, text_with};

/// What the fields take, in characters; Discord's most is 4000
/// (<https://discord.com/developers/docs/components/reference#text-input>).
pub mod fields {
    /// Title.
    pub const TITLE: u16 = 150;
    /// An article's text.
    pub const TEXT: u16 = 2000;
    /// Lists of lines.
    pub const LIST: u16 = 4000;
    /// A word or a date.
    pub const WORD: u16 = 40;
    /// A record's note.
    pub const NOTE: u16 = 1000;
    /// A record's source.
    pub const SOURCE: u16 = 700;
}

/// Longest name of an article that a form can carry.
pub const LONGEST_ID: usize = 40;

/// The words for a source that is not the PSF's own.
const THIRD_PARTY: &str = "third-party";

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Typed {
    /// An article.
    Article(TypedArticle),
    /// A program's status.
    Program(TypedProgram),
    /// The name of the article that takes an article's place; may be empty.
    Retire {
        /// That name.
        successor: String,
    },
}

/// The form of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedArticle {
    /// Its title.
    pub title: String,
    /// Ways to ask for it, a line each.
    pub questions: String,
    /// Ways to ask for it that the form had no room for; they stay as they are.
    #[serde(default)]
    pub more_questions: Vec<String>,
    /// Its text.
    pub text: String,
    /// Its sources, a line each.
    pub sources: String,
    /// Topic, keywords, dates: lines of a name, a colon and a value.
    pub details: String,
}

/// The form of a program's status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedProgram {
    /// How it stands, in a word.
    pub state: String,
    /// Since when; may be empty.
    pub since: String,
    /// What else is said.
    pub note: String,
    /// Its source, as one of an article.
    pub source: String,
    /// The last day before somebody should look at it again.
    pub review_by: String,
}

/// Text of several lines as it can be stored.
#[must_use]
pub fn cleaned(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    unix.chars().filter(|&c| !is_deceptive(c)).collect::<String>().trim().to_owned()
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(one_line).filter(|line| !line.is_empty())
}

impl TypedArticle {
    /// What the form for an article begins with.
    #[must_use]
    pub fn of(article: &Article) -> Self {
        let FrontMatter { topic, keywords, as_of, review_by, valid_until, superseded_by, redirect, .. } = &article.meta;
        let mut details = vec![
            format!("topic: {topic}"),
            format!("keywords: {}", keywords.join(", ")),
            format!("as of: {as_of}"),
            format!("review by: {review_by}"),
        ];
        details.extend(valid_until.map(|day| format!("valid until: {day}")));
        details.extend(superseded_by.as_ref().map(|id| format!("superseded by: {id}")));
        details.extend(redirect.then(|| "redirect: yes".to_owned()));
        let (mut shown, mut room) = (article.meta.questions.len(), usize::from(fields::LIST));
        for (at, question) in article.meta.questions.iter().enumerate() {
            match room.checked_sub(length(question) + 1) {
                Some(left) => room = left,
                None => {
                    shown = at;
                    break;
                }
            }
        }
        let (questions, more_questions) = article.meta.questions.split_at(shown);
        Self {
            title: article.meta.title.clone(),
            questions: questions.join("\n"),
            more_questions: more_questions.to_vec(),
            text: article.body.clone(),
            sources: article.meta.sources.iter().map(source_line).collect::<Vec<_>>().join("\n"),
            details: details.join("\n"),
        }
    }

    /// What the form for a new article of a topic begins with.
    #[must_use]
    pub fn new(topic: &str, today: NaiveDate) -> Self {
        let review_by = today.checked_add_months(chrono::Months::new(6)).unwrap_or(today);
        let details = format!("topic: {topic}\nkeywords: \nas of: {today}\nreview by: {review_by}");
        Self { details, ..Self::default() }
    }

    /// Whether a form can show all of it.
    #[must_use]
    pub fn fits(&self) -> bool {
        let room = [
            (&self.title, fields::TITLE),
            (&self.questions, fields::LIST),
            (&self.text, fields::TEXT),
            (&self.sources, fields::LIST),
            (&self.details, fields::LIST),
        ];
        room.iter().all(|(text, most)| length(text) <= usize::from(*most))
    }

    /// The article that is meant. `id` is its name; a new one gets it by its topic and title.
    ///
    /// # Errors
    /// What can't be read, a sentence each.
    fn read(&self, id: Option<&ArticleId>) -> Result<Article, Vec<String>> {
        let mut problems = Vec::new();
        let sources = lines(&self.sources)
            .filter_map(|line| read_source(&line).map_err(|problem| problems.push(problem)).ok())
            .collect();
        let mut details = Details::read(&self.details, &mut problems);
        let title = one_line(&self.title);
        let topic = details.take("topic").unwrap_or_default();
        let id = id.cloned().unwrap_or_else(|| ArticleId::new(name(&topic, &title)));
        let as_of = details.day("as of", &mut problems);
        let review_by = details.day("review by", &mut problems);
        for (name, day) in [("as of", as_of), ("review by", review_by)] {
            if day.is_none() && details.is_empty(name) {
                problems.push(text_with("knowledge-typed-no-day", [("name", name)]));
            }
        }
        let valid_until = details.day("valid until", &mut problems);
        let superseded_by = details.take("superseded by").filter(|id| !id.is_empty()).map(ArticleId::new);
        let redirect = details.take("redirect").is_some_and(|word| ["yes", "true"].contains(&word.as_str()));
        let keywords = details.take("keywords").unwrap_or_default();
        let keywords = keywords.split(',').map(one_line).filter(|word| !word.is_empty()).collect();
        problems.extend(details.unknown());
        let questions = lines(&self.questions).chain(self.more_questions.iter().cloned()).collect();
        let body = cleaned(&self.text);
        if body.is_empty() {
            problems.push(text("knowledge-typed-no-text"));
        }
        let (Some(as_of), Some(review_by), true) = (as_of, review_by, problems.is_empty()) else {
            return Err(problems);
        };
        let meta = FrontMatter {
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
        };
        Ok(Article { meta, body })
    }
}

impl TypedProgram {
    /// What the form for a record begins with.
    #[must_use]
    pub fn of(record: &ProgramStatus) -> Self {
        let StatusSource { title, url, third_party } = record.source.clone();
        Self {
            state: record.state.as_str().to_owned(),
            since: record.since.map(|day| day.to_string()).unwrap_or_default(),
            note: record.note.clone(),
            source: source_line(&Source { title, url, as_of: record.as_of, third_party }),
            review_by: record.review_by.to_string(),
        }
    }

    fn read(&self, record: &ProgramStatus) -> Result<ProgramStatus, Vec<String>> {
        let mut problems = Vec::new();
        let state = State::of(&self.state);
        if state.is_none() {
            let words = State::ALL.map(State::as_str).join(", ");
            problems.push(text_with("knowledge-typed-state", [("words", words)]));
        }
        let source = read_source(&one_line(&self.source)).map_err(|problem| problems.push(problem)).ok();
        let mut day = |name: &'static str, typed: &str| {
            let typed = one_line(typed);
            let day = typed.parse::<NaiveDate>().ok();
            if day.is_none() && !typed.is_empty() {
                problems.push(text_with("knowledge-typed-day", [("name", name)]));
            }
            day
        };
        let (since, review_by) = (day("since", &self.since), day("review by", &self.review_by));
        if review_by.is_none() && self.review_by.trim().is_empty() {
            problems.push(text_with("knowledge-typed-no-day", [("name", "review by")]));
        }
        let (Some(state), Some(source), Some(review_by), true) = (state, source, review_by, problems.is_empty()) else {
            return Err(problems);
        };
        let Source { title, url, as_of, third_party } = source;
        Ok(ProgramStatus {
            key: record.key.clone(),
            title: record.title.clone(),
            state,
            since,
            note: cleaned(&self.note),
            source: StatusSource { title, url, third_party },
            as_of,
            review_by,
        })
    }
}

impl Typed {
    /// What a form for it begins with.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        match content {
            Content::Article(article) => Self::Article(TypedArticle::of(article)),
            Content::Program(record) => Self::Program(TypedProgram::of(record)),
        }
    }

    /// What is meant, where `before` is what it is about to replace; nothing for an article that is new.
    ///
    /// # Errors
    /// What can't be read, a sentence each.
    pub fn read(&self, before: Option<&Content>) -> Result<Content, Vec<String>> {
        match (self, before) {
            (Self::Article(typed), before) => {
                let id = before.and_then(Content::article).map(Article::id);
                typed.read(id).map(Content::Article)
            }
            (Self::Program(typed), Some(Content::Program(record))) => typed.read(record).map(Content::Program),
            (Self::Retire { successor }, Some(Content::Article(article))) => {
                let successor = Some(ArticleId::new(successor.trim())).filter(|id| !id.as_str().is_empty());
                let meta = FrontMatter { superseded_by: successor, ..article.meta.clone() };
                Ok(Content::Article(Article { meta, body: article.body.clone() }))
            }
            _ => Err(vec![text("knowledge-typed-gone")]),
        }
    }

    /// The fields with what stands in them, as they are shown.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Article(TypedArticle { title, questions, more_questions, text, sources, details }) => {
                let all = [questions.clone()].into_iter().chain(more_questions.iter().cloned()).collect::<Vec<_>>();
                vec![
                    ("knowledge-field-title", title.clone()),
                    ("knowledge-field-questions", all.join("\n")),
                    ("knowledge-field-text", text.clone()),
                    ("knowledge-field-sources", sources.clone()),
                    ("knowledge-field-details", details.clone()),
                ]
            }
            Self::Program(TypedProgram { state, since, note, source, review_by }) => vec![
                ("knowledge-field-state", state.clone()),
                ("knowledge-field-since", since.clone()),
                ("knowledge-field-note", note.clone()),
                ("knowledge-field-source", source.clone()),
                ("knowledge-field-review-by", review_by.clone()),
            ],
            Self::Retire { .. } => Vec::new(),
        }
    }
}

/// A source on a line: `title | address | day`, and `| third-party` where it is not the PSF's own.
fn source_line(source: &Source) -> String {
    let third_party = if source.third_party { format!(" | {THIRD_PARTY}") } else { String::new() };
    format!("{} | {} | {}{third_party}", source.title, source.url, source.as_of)
}

fn read_source(line: &str) -> Result<Source, String> {
    let unreadable = || text_with("knowledge-typed-source", [("line", line.to_owned())]);
    let mut parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let third_party = parts.last().is_some_and(|last| last.eq_ignore_ascii_case(THIRD_PARTY));
    if third_party {
        parts.pop();
    }
    // A title may hold the mark itself.
    let [title @ .., url, day] = &parts[..] else { return Err(unreadable()) };
    let as_of = day.parse().map_err(|_| unreadable())?;
    if title.is_empty() || url.is_empty() {
        return Err(unreadable());
    }
    Ok(Source { title: title.join(" | "), url: (*url).to_owned(), as_of, third_party })
}

/// The name that an article gets by its topic and title.
fn name(topic: &str, title: &str) -> String {
    let plain = deunicode(&format!("{topic} {title}")).to_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + 1 + word.len() > LONGEST_ID - 3 {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(word);
    }
    name.truncate(LONGEST_ID - 3);
    name
}

/// Lines of a name, a colon and a value.
struct Details(BTreeMap<String, String>);

impl Details {
    /// The names that an article's details may have.
    const NAMES: [&'static str; 7] =
        ["topic", "keywords", "as of", "review by", "valid until", "superseded by", "redirect"];

    fn read(typed: &str, problems: &mut Vec<String>) -> Self {
        let mut details = BTreeMap::new();
        for line in lines(typed) {
            match line.split_once(':') {
                Some((name, value)) => {
                    let name = name.trim().to_lowercase().replace(['_', '-'], " ");
                    details.insert(name, value.trim().to_owned());
                }
                None => problems.push(text_with("knowledge-typed-detail", [("line", line)])),
            }
        }
        Self(details)
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    fn is_empty(&self, name: &str) -> bool {
        self.0.get(name).is_none_or(String::is_empty)
    }

    fn day(&self, name: &'static str, problems: &mut Vec<String>) -> Option<NaiveDate> {
        let typed = self.0.get(name).filter(|typed| !typed.is_empty())?;
        let day = typed.parse().ok();
        if day.is_none() {
            problems.push(text_with("knowledge-typed-day", [("name", name)]));
        }
        day
    }

    /// What was typed under a name that means nothing.
    fn unknown(&self) -> impl Iterator<Item = String> {
        let unknown = self.0.keys().filter(|name| !Self::NAMES.contains(&name.as_str()));
        let said = |name: &String| {
            let names = Self::NAMES.join(", ");
            text_with("knowledge-typed-unknown", [("name", name.clone()), ("names", names)])
        };
        unknown.map(said).collect::<Vec<_>>().into_iter()
    }
}
