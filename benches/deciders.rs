//! What members and the feed job wait for: `make bench`.

#![expect(clippy::unwrap_used, reason = "a benchmark that can't be set up can only end")]

use std::path::Path;

use chrono::NaiveDate;
use psfbot::blog;
use psfbot::knowledge::{Knowledge, Question};

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
