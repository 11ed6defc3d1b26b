//! What members wait for: how long the index takes to build and a question to be answered, by number of articles.

#![expect(clippy::unwrap_used, reason = "a benchmark that can't be set up can only end")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use psfbot::knowledge::{Article, ArticleId, Knowledge, Question};

/// Articles in the smallest knowledge base, and how many times more the others hold.
const SMALLEST: usize = 150;
const TIMES: [usize; 3] = [1, 10, 100];
/// Times that the index is built, and that each question is asked.
const BUILDS: usize = 5;
const ROUNDS: usize = 5;

fn main() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let original = Knowledge::load(Path::new("config/knowledge")).unwrap();
    let questions = questions();
    anstream::println!("{} questions of tests/questions.jsonl, the best of {ROUNDS} times each", questions.len());
    for times in TIMES {
        let articles = articles(original.articles(), times);
        let builds = (0..BUILDS).map(|_| timed(|| Knowledge::new(articles.clone())));
        let build = builds.min().unwrap();
        let knowledge = Knowledge::new(articles);
        // A question's best time is its own; the others are the machine's other work.
        let best = |question| (0..ROUNDS).map(|_| timed(|| knowledge.answer(question, today))).min().unwrap();
        let mut answers: Vec<Duration> = questions.iter().map(best).collect();
        answers.sort_unstable();
        let at = |percent: usize| answers[answers.len() * percent / 100];
        anstream::println!(
            "{:>6} articles: index built in {build:>9.1?}, answer p50 {:>7.1?}, p99 {:>7.1?}",
            knowledge.articles().len(),
            at(50),
            at(99)
        );
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn questions() -> Vec<Question> {
    let lines = std::fs::read_to_string("tests/questions.jsonl").unwrap();
    let question = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        Question::parse(line["question"].as_str().unwrap()).unwrap()
    };
    lines.lines().map(question).collect()
}

/// The articles so many times; in every copy but the first, a third of the long words are changed, so that the number of
/// different words grows as it would.
fn articles(originals: &[Article], times: usize) -> Vec<Article> {
    let changed = |text: &str, copy: usize| {
        let words = text.split(' ').enumerate().map(|(at, word)| {
            let change = copy > 0 && word.len() > 4 && (at * 7 + copy * 13 + word.len()).is_multiple_of(3);
            if change { format!("{word}{}", copy % 26) } else { word.to_owned() }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    (0..times)
        .flat_map(|copy| originals.iter().take(SMALLEST).map(move |article| (copy, article)))
        .map(|(copy, article)| {
            let mut article = article.clone();
            article.meta.id = ArticleId::new(format!("{}-{copy}", article.meta.id));
            article.meta.title = changed(&article.meta.title, copy);
            article.meta.questions = article.meta.questions.iter().map(|line| changed(line, copy)).collect();
            article.body = changed(&article.body, copy);
            article
        })
        .collect()
}
