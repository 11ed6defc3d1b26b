//! What members and the feed job wait for: `make bench`.

#![expect(clippy::unwrap_used, reason = "a benchmark that can't be set up can only end")]

use std::path::Path;

use chrono::NaiveDate;
use psfbot::blog;
use psfbot::knowledge::{ArticleId, Knowledge, Question};

fn main() {
    divan::main();
}

fn knowledge() -> Knowledge {
    Knowledge::load(Path::new("config/knowledge")).unwrap()
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

#[divan::bench]
fn load_the_knowledge_base(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(knowledge);
}

#[divan::bench(args = ["Are grants open?", "how do i apply", "best laptop for data science?"])]
fn answer(bencher: divan::Bencher<'_, '_>, question: &str) {
    let (knowledge, question) = (knowledge(), Question::parse(question).unwrap());
    bencher.bench(|| knowledge.answer(&question, today()));
}

/// The articles many times over, some words of each copy changed.
fn copies(times: usize) -> Knowledge {
    let original = knowledge();
    let articles = (0..times).flat_map(|copy| {
        let changed = move |text: &str| {
            let words = text.split(' ').enumerate().map(|(at, word)| {
                let change = copy > 0 && word.len() > 4 && (at * 7 + copy * 13 + word.len()) % 3 == 0;
                if change { format!("{word}{}", copy % 26) } else { word.to_owned() }
            });
            words.collect::<Vec<_>>().join(" ")
        };
        original.articles().iter().cloned().map(move |mut article| {
            article.meta.id = ArticleId::new(format!("{}-{copy}", article.meta.id));
            article.meta.title = changed(&article.meta.title);
            article.meta.questions = article.meta.questions.iter().map(|line| changed(line)).collect();
            article.body = changed(&article.body);
            article
        })
    });
    Knowledge::new(articles.collect())
}

#[divan::bench(args = [1, 10, 75])]
fn answer_among_copies_of_all_articles(bencher: divan::Bencher<'_, '_>, times: usize) {
    let (knowledge, question) =
        (copies(times), Question::parse("how long does it take until grants are decided").unwrap());
    bencher.bench(|| knowledge.answer(&question, today()));
}

#[divan::bench]
fn suggest_while_typing(bencher: divan::Bencher<'_, '_>) {
    let knowledge = knowledge();
    bencher.bench(|| knowledge.suggest("gran", 25, today()));
}

#[divan::bench(args = ["blogger.atom", "site.rss"])]
fn parse_a_feed(bencher: divan::Bencher<'_, '_>, file: &str) {
    let (bytes, base) =
        (std::fs::read(Path::new("tests/feeds").join(file)).unwrap(), "https://blog.example/".parse().unwrap());
    bencher.bench(|| blog::parse(&bytes, None, &base).unwrap());
}
