//! Answers that hang on a date: the window of the Community Partner Program for the day of an event, the next office
//! hours, the sessions of a month or day. Worked out by code, said with the article's own text, date and sources.
//!
//! Owns the decision whether an answer of the knowledge base is completed in this way, and the words for it. Refuses to
//! turn a date into a promise: questions about grants get the article on grants; and to guess which day is meant where
//! two can be. Everything that is not about a date is answered as the knowledge base does.
//!
//! It stands on three slices: `knowledge` says what a question is about, `partner` and `office_hours` work out the days.

mod cues;
mod event;
mod hours;
mod mention;
mod render;
mod words;

use chrono::{DateTime, NaiveDate, Utc};

use crate::knowledge::{Answer, ArticleId, Knowledge, Outcome, Question};
use crate::office_hours::{Series, Status};
use crate::partner::Window;

use mention::{Mention, When, mentions};
use words::Words;

pub use render::Show;
pub(crate) use render::window;

/// What a question is answered with.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The articles.
    pub knowledge: &'a Knowledge,
    /// The office hours.
    pub series: &'a [Series],
    /// The present; its day in UTC is "today".
    pub now: DateTime<Utc>,
}

/// What was worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Computed {
    /// The windows for events on these days; one or two.
    Windows(Vec<Window>),
    /// The windows for an event on the first and on the last day of a time.
    Between(Window, Window),
    /// Two days can be meant: where the day comes first, and where the month does.
    WhichDay(NaiveDate, NaiveDate),
    /// The calendar has no such day.
    NoSuchDay,
    /// Sessions of office hours.
    Sessions(Sessions),
}

/// Sessions of office hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    /// The days that were asked about, from the first to the last of each; none when the next session was.
    pub days: Vec<(NaiveDate, NaiveDate)>,
    /// A list for each series that was asked about; at least one.
    pub lists: Vec<List>,
}

/// A series' sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What members read.
    pub title: String,
    /// Where it takes place.
    pub channel: crate::ids::ChannelId,
    /// Those on the days that were asked about, earliest first; none when the next one was asked about.
    pub found: Vec<(DateTime<Utc>, Status)>,
    /// The next one, unless a day of the past was asked about.
    pub next: Option<(DateTime<Utc>, Status)>,
}

/// An answer, completed where it hangs on a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    /// What the knowledge base says.
    answer: Answer,
    /// What was worked out.
    computed: Option<Computed>,
    /// Whether what was worked out replaces the article's text, which knows less.
    alone: bool,
    /// The present.
    now: DateTime<Utc>,
}

/// Answers a question.
#[must_use]
pub fn answer(known: Known<'_>, question: &Question) -> Dated {
    complete(known, question, None).unwrap_or_else(|answer| Dated {
        answer: *answer,
        computed: None,
        alone: false,
        now: known.now,
    })
}

/// Answers a question in which `day` is meant where two days can be. `None` when the question does not leave that open.
#[must_use]
pub fn answer_for(known: Known<'_>, question: &Question, day: NaiveDate) -> Option<Dated> {
    complete(known, question, Some(day)).ok()
}

/// The completed answer; as an error the answer that stays as it is.
fn complete(known: Known<'_>, question: &Question, chosen: Option<NaiveDate>) -> Result<Dated, Box<Answer>> {
    let today = known.now.date_naive();
    let answer = known.knowledge.answer(question, today);
    let words = Words::of(question.as_str());
    if answer.outcome == Outcome::NoAnswer && !cues::asks_for_the_window(&words) {
        return Err(Box::new(answer));
    }
    let mut mentions = mentions(&words, today);
    if let Some(day) = chosen {
        let settled = settle(&mut mentions, day);
        if !settled {
            return Err(Box::new(answer));
        }
    }
    let asked = Asked { known, words: &words, mentions: &mentions, answer: &answer };
    event::complete(&asked).or_else(|| hours::complete(&asked)).ok_or_else(|| Box::new(answer))
}

/// Puts the chosen day in the place of the two that can be meant; whether there is such a place.
fn settle(mentions: &mut [Mention], day: NaiveDate) -> bool {
    let mut settled = false;
    for mention in mentions {
        if let When::Either(first, second) = mention.when
            && (first == day || second == day)
        {
            mention.when = When::Days(day, day);
            settled = true;
        }
    }
    settled
}

/// A question, and what is known of it.
struct Asked<'a> {
    known: Known<'a>,
    words: &'a Words,
    mentions: &'a [Mention],
    answer: &'a Answer,
}

impl Asked<'_> {
    fn today(&self) -> NaiveDate {
        self.known.now.date_naive()
    }

    /// The name of the article that answers; empty when it was to be asked which is meant.
    fn landed(&self) -> &str {
        self.answer.article.as_ref().map_or("", |article| article.id.as_str())
    }

    /// Whether an article answers or is near.
    fn is_near(&self, id: &str) -> bool {
        self.landed() == id || self.answer.related.iter().any(|related| related.id.as_str() == id)
    }

    /// The answer by another article than the one found; the one found when it is that one. `None` when there is no
    /// such article any more.
    fn by(&self, id: &str) -> Option<Answer> {
        if self.landed() == id { Some(self.answer.clone()) } else { self.alone(id) }
    }

    /// The answer of an article and of no other beside it.
    fn alone(&self, id: &str) -> Option<Answer> {
        let said = self.known.knowledge.answer_article(&ArticleId::new(id), self.today())?;
        let related = self.answer.related.iter().filter(|related| related.id.as_str() != id).cloned().collect();
        Some(Answer { question: self.answer.question.clone(), confidence: self.answer.confidence, related, ..said })
    }

    fn completed(&self, answer: Answer, computed: Option<Computed>, alone: bool) -> Dated {
        Dated { answer, computed, alone, now: self.known.now }
    }
}

impl Dated {
    /// The two days between which the one who asked is to choose.
    #[must_use]
    pub fn choice(&self) -> Option<[NaiveDate; 2]> {
        match self.computed {
            Some(Computed::WhichDay(day_first, month_first)) => Some([day_first, month_first]),
            _ => None,
        }
    }

    /// What the knowledge base says to it.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// What was worked out, if anything was.
    #[must_use]
    pub fn computed(&self) -> Option<&Computed> {
        self.computed.as_ref()
    }
}

#[cfg(test)]
mod tests;
