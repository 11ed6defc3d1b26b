//! The knowledge base: curated articles, and answers made of them and of nothing else.
//!
//! Owns the articles' format, finding them, the decision whether one answers, and checking all that. Everything is in
//! memory; it needs no database and no network. Refuses to know Discord, and what time it is: "today" is passed in.
//!
//! A question's way: [`Question::parse`] → `index` finds articles → `rank` puts the best first → `decide` chooses → `answer` words it.

mod answer;
mod article;
pub mod calibrate;
mod changes;
mod danger;
mod decide;
mod draft;
pub mod eval;
mod export;
mod file;
mod index;
mod learn;
mod library;
pub mod lint;
mod load;
mod model;
mod programs;
mod question;
mod rank;
mod spelling;
mod suggest;
mod typed;
mod version;
mod weights;
mod words;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

pub use answer::{Answer, AnswerSource, AnsweringArticle, Outcome, Related, long_date};
pub use article::{Article, ArticleId, FrontMatter, Source};
pub use changes::{changes, words as word_changes};
pub use draft::{DraftState, KnowledgeDraft, NewDraft};
pub use export::{Exported, export};
pub use library::{Library, Shelf, Ticket};
pub use load::LoadError;
pub use programs::{ProgramStatus, Programs, State, StatusSource};
pub use question::{MAX_CHARACTERS, Question, QuestionError};
pub use typed::{LONGEST_ID, Typed, TypedArticle, TypedProgram, cleaned, fields};
pub use version::{Base, Change, Content, Standing, Subject, Version};

use decide::Decision;
use index::{Hidden, Index};
use rank::Ranking;
use weights::Weights;

/// Every article of a folder with its file, in the order of their names.
fn read_articles(dir: &Path) -> Result<Vec<(PathBuf, Article)>, LoadError> {
    let mut seen = HashSet::new();
    let mut articles = Vec::new();
    for (path, article) in load::read_dir(dir)? {
        let article = article?;
        if !seen.insert(article.id().clone()) {
            return Err(LoadError::Duplicate { path, id: article.id().to_string() });
        }
        articles.push((path, article));
    }
    Ok(articles)
}

/// All articles, and what is needed to find them.
#[derive(Debug)]
pub struct Knowledge {
    articles: Vec<Article>,
    index: Index,
}

/// What answers a part of a question.
struct Part {
    article: usize,
    confidence: f32,
    /// Whether the part is one of the article's own lines.
    own_words: bool,
}

impl Knowledge {
    /// Reads a folder of article files.
    ///
    /// # Errors
    /// When there is no such folder, it holds no article, or a file is not one; the text names the file and the line.
    pub fn load(dir: &Path) -> Result<Self, LoadError> {
        let programs = Programs::load(dir)?;
        let articles = read_articles(dir)?;
        Ok(Self::new(articles.iter().map(|(_, article)| programs.fill(article)).collect()))
    }

    /// What a member would read if this article, which is not part of any knowledge base yet, answered on that day.
    #[must_use]
    pub fn preview(article: &Article, programs: &Programs, today: NaiveDate) -> Option<Answer> {
        let question = Question::parse(&article.meta.title).ok()?;
        Some(said(&programs.fill(article), question, today))
    }

    /// A knowledge base of these articles, whose ids differ.
    #[must_use]
    pub fn new(articles: Vec<Article>) -> Self {
        let index = Index::build(&articles);
        Self { articles, index }
    }

    /// Answers a question as of that day.
    #[must_use]
    pub fn answer(&self, question: &Question, today: NaiveDate) -> Answer {
        self.answer_by(&model::LEARNT, question, today)
    }

    /// Answers by these weights.
    fn answer_by(&self, weights: &Weights, question: &Question, today: NaiveDate) -> Answer {
        let ranking = self.rank(weights, question, today);
        if let Some(help) = self.help(question, today) {
            return self.word(question, today, &ranking, Decision::Redirect(help), 1.0);
        }
        let (decision, confidence) = decide::decide(&ranking, &self.articles, weights);
        let parts = match decision {
            Decision::Redirect(_) => Vec::new(),
            _ => self.parts(weights, question, today),
        };
        // A second text names its article first.
        let second = if let Decision::Both(_, second) = decision { Some(second) } else { None };
        let others = parts.iter().map(|part| part.article).filter(|part| Some(*part) != second);
        let articles: Vec<usize> = second.into_iter().chain(others).collect();
        let own_words = parts.iter().find(|part| part.own_words);
        let (decision, confidence) = match (decision, own_words) {
            (Decision::Ask(_) | Decision::Nothing(_), Some(part)) => (Decision::Answer(part.article), part.confidence),
            (Decision::Ask(meanings), None) => {
                (Decision::Ask(decide::meanings_of_parts(&articles, meanings)), confidence)
            }
            (other, _) => (other, confidence),
        };
        let mut answer = self.word(question, today, &ranking, decision, confidence);
        self.name_parts(&mut answer, &articles);
        answer
    }

    /// The article that says who helps, where the question says that somebody may be in danger.
    fn help(&self, question: &Question, today: NaiveDate) -> Option<usize> {
        let help = || self.articles.iter().position(|article| article.id().as_str() == danger::ARTICLE);
        if danger::speaks(question.as_str()) { decide::successor(help()?, &self.articles, today) } else { None }
    }

    /// The articles that answer the parts of several questions in one, in their order.
    fn parts(&self, weights: &Weights, question: &Question, today: NaiveDate) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for part in question.parts() {
            let ranking = self.rank(weights, &part, today);
            if let (Decision::Answer(article), confidence) = decide::decide(&ranking, &self.articles, weights)
                && parts.iter().all(|part| part.article != article)
            {
                let own_words = ranking.hits.first().is_some_and(|hit| hit.fit.same);
                parts.push(Part { article, confidence, own_words });
            }
        }
        parts
    }

    /// Names what answers the other parts of a question before anything else that is related.
    fn name_parts(&self, answer: &mut Answer, parts: &[usize]) {
        let Some(said) = answer.article.as_ref().map(|article| article.id.clone()) else { return };
        let known = std::mem::take(&mut answer.related);
        let of_part = |&at: &usize| {
            let article = &self.articles[at];
            let score = known.iter().find(|related| related.id == *article.id()).map_or(0.0, |related| related.score);
            Related { id: article.id().clone(), title: article.meta.title.clone(), score }
        };
        answer.related = parts.iter().map(of_part).filter(|part| part.id != said).collect();
        for related in known {
            if answer.related.iter().all(|part| part.id != related.id) {
                answer.related.push(related);
            }
        }
        answer.related.truncate(decide::MEANINGS);
    }

    fn word(
        &self,
        question: &Question,
        today: NaiveDate,
        ranking: &Ranking,
        decision: Decision,
        confidence: f32,
    ) -> Answer {
        let said: Vec<usize> = match &decision {
            Decision::Answer(at) | Decision::Redirect(at) => vec![*at],
            Decision::Both(first, _) => vec![*first],
            Decision::Ask(meanings) => meanings.clone(),
            Decision::Nothing(_) => Vec::new(),
        };
        let related = self.related(ranking, &decision, &said);
        let question = question.clone();
        let confidence = answer::rounded(confidence);
        match decision {
            Decision::Answer(at) | Decision::Redirect(at) => {
                Answer { confidence, related, ..self.said_by(&question, at, today) }
            }
            Decision::Both(first, second) => {
                let [one, other] = [first, second].map(|at| &self.articles[at]);
                let text = answer::both_text(one, other, today);
                let sources = answer::sources_of_both(one, other);
                Answer { confidence, related, text, sources, ..self.said_by(&question, first, today) }
            }
            Decision::Ask(meanings) => {
                let meanings: Vec<&Article> = meanings.iter().map(|&at| &self.articles[at]).collect();
                let text = answer::which_text(&meanings);
                Answer {
                    question,
                    outcome: Outcome::Unsure,
                    confidence,
                    text,
                    article: None,
                    sources: Vec::new(),
                    nearest: meanings.first().map(|meaning| meaning.id().clone()),
                    related,
                }
            }
            Decision::Nothing(nearest) => {
                let text = answer::nothing_text(nearest.map(|at| self.articles[at].meta.topic.as_str()));
                Answer {
                    question,
                    outcome: Outcome::NoAnswer,
                    confidence,
                    text,
                    article: None,
                    sources: Vec::new(),
                    nearest: nearest.map(|at| self.articles[at].id().clone()),
                    related,
                }
            }
        }
    }

    fn rank(&self, weights: &Weights, question: &Question, today: NaiveDate) -> Ranking {
        let found = self.index.search(question.as_str(), Hidden::Nothing);
        decide::current(Ranking::of(&found, &self.articles, &weights.ranking), &self.articles, today)
    }

    fn related(&self, ranking: &Ranking, decision: &Decision, said: &[usize]) -> Vec<Related> {
        let hits = decide::related(ranking, &self.articles, said);
        // What already stands in the text as the answer is not related to it; the meanings to choose from are.
        let chosen = !matches!(decision, Decision::Ask(_));
        hits.into_iter()
            .filter(|hit| !(chosen && said.contains(&hit.article)))
            .map(|hit| {
                let article = &self.articles[hit.article];
                Related {
                    id: article.id().clone(),
                    title: article.meta.title.clone(),
                    score: answer::rounded(hit.share),
                }
            })
            .collect()
    }

    /// The answer of an article that somebody chose, e.g. with a button; its successor's where it may not answer.
    /// `None` when there is no such article or nothing took its place.
    #[must_use]
    pub fn answer_article(&self, id: &ArticleId, today: NaiveDate) -> Option<Answer> {
        let at = self.articles.iter().position(|article| article.id() == id)?;
        let at = decide::successor(at, &self.articles, today)?;
        let question = Question::parse(&self.articles[at].meta.title).ok()?;
        Some(self.said_by(&question, at, today))
    }

    /// What an article says to a question, whether or not it fits.
    fn said_by(&self, question: &Question, at: usize, today: NaiveDate) -> Answer {
        said(&self.articles[at], question.clone(), today)
    }

    /// An article by its name, current or not.
    #[must_use]
    pub fn get(&self, id: &ArticleId) -> Option<&Article> {
        self.articles.iter().find(|article| article.id() == id)
    }

    /// All articles, in the order of their files.
    #[must_use]
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// The topics under which articles can be browsed on that day, in alphabetical order, each with its number of articles.
    #[must_use]
    pub fn topics(&self, today: NaiveDate) -> BTreeMap<&str, usize> {
        let mut topics = BTreeMap::new();
        for article in self.browsable(today) {
            *topics.entry(article.meta.topic.as_str()).or_default() += 1;
        }
        topics
    }

    /// The articles of a topic on that day, by title.
    #[must_use]
    pub fn by_topic(&self, topic: &str, today: NaiveDate) -> Vec<&Article> {
        let mut articles: Vec<&Article> = self.browsable(today).filter(|article| article.meta.topic == topic).collect();
        articles.sort_by(|a, b| a.meta.title.cmp(&b.meta.title));
        articles
    }

    fn browsable(&self, today: NaiveDate) -> impl Iterator<Item = &Article> {
        self.articles.iter().filter(move |article| article.is_current(today) && !article.meta.redirect)
    }

    /// Titles and ways to ask that fit what somebody has typed so far, best first: at most 25 of at most 100 characters each,
    /// as Discord's autocomplete takes them (<https://discord.com/developers/docs/interactions/application-commands#autocomplete>).
    /// With nothing typed, titles of all topics in turn.
    #[must_use]
    pub fn suggest(&self, typed: &str, limit: usize, today: NaiveDate) -> Vec<String> {
        suggest::suggest(&self.browsable(today).collect::<Vec<_>>(), typed, limit)
    }
}

/// What an article says to a question, whether or not it fits.
fn said(article: &Article, question: Question, today: NaiveDate) -> Answer {
    let answer = Answer {
        question,
        outcome: Outcome::Answered,
        confidence: 1.0,
        text: answer::article_text(article, today),
        article: Some(answer::AnsweringArticle::of(article)),
        sources: answer::sources(article),
        nearest: Some(article.id().clone()),
        related: Vec::new(),
    };
    if !article.meta.redirect {
        return answer;
    }
    Answer { outcome: Outcome::NoAnswer, text: answer::redirect_text(article), article: None, ..answer }
}
