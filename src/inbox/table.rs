//! How much came in and how good it was, as a table of text. Pictures can be drawn of the same [`Statistics`].

use super::NO_PROGRAM;
use crate::config::Config;
use crate::feedback::{Count, Statistics};
use crate::message::{cut, one_line};
use crate::texts::{text, text_with};

/// Width of a row's name.
const NAME: usize = 24;

/// Programmes that get a row; the others are added up.
const PROGRAMS: usize = 12;

/// Weeks that get a row, the last ones.
const WEEKS: usize = 14;

/// The two tables, below each other in a block of code, so that their columns stand below each other.
pub(crate) fn table(config: &Config, statistics: &Statistics) -> String {
    let head = row(&text("inbox-stats-program"), &["all", "anon", "open", "rating"].map(str::to_owned));
    let mut lines = vec![head];
    lines.extend(programs(config, statistics));
    let total = statistics.by_program.iter().fold(Count::default(), |sum, (_, count)| sum.plus(*count));
    lines.push(counted(&text("inbox-stats-total"), total));
    lines.push(String::new());
    lines.push(row(&text("inbox-stats-week"), &["all", "anon", "open", "rating"].map(str::to_owned)));
    let skipped = statistics.by_week.len().saturating_sub(WEEKS);
    lines.extend(
        statistics.by_week[skipped..]
            .iter()
            .map(|(monday, count)| counted(&monday.format("%Y-%m-%d").to_string(), *count)),
    );
    let mut parts = vec![format!("```\n{}\n```", lines.join("\n"))];
    if skipped > 0 {
        parts.push(text_with("inbox-stats-weeks", [("count", i64::try_from(WEEKS).unwrap_or_default())]));
    }
    if statistics.conduct > 0 {
        parts.push(text_with("inbox-stats-conduct", [("count", statistics.conduct)]));
    }
    parts.join("\n")
}

fn programs(config: &Config, statistics: &Statistics) -> Vec<String> {
    let (shown, rest) = statistics.by_program.split_at(statistics.by_program.len().min(PROGRAMS));
    let mut lines: Vec<String> = shown.iter().map(|(key, count)| counted(&title(config, key), *count)).collect();
    if !rest.is_empty() {
        let others = rest.iter().fold(Count::default(), |sum, (_, count)| sum.plus(*count));
        lines.push(counted(&text("inbox-stats-others"), others));
    }
    lines
}

/// A programme's title, fit for a block of code.
fn title(config: &Config, key: &str) -> String {
    cut(&plain_title(config, key).replace('`', "'"), NAME)
}

/// A programme's title, for where Discord reads no Markdown.
pub(crate) fn plain_title(config: &Config, key: &str) -> String {
    let configured = config.programs.iter().find(|program| program.key == key);
    match configured {
        Some(program) => one_line(&program.title),
        None if key == NO_PROGRAM => text("staff-no-program"),
        None => key.to_owned(),
    }
}

fn counted(name: &str, count: Count) -> String {
    row(name, &[count.all.to_string(), count.anonymous.to_string(), count.open.to_string(), count.mean()])
}

fn row(name: &str, cells: &[String; 4]) -> String {
    let cells: String = cells.iter().map(|cell| format!(" {cell:>6}")).collect();
    format!("{name:<NAME$}{cells}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{length, limits};
    use chrono::NaiveDate;

    fn config() -> Config {
        Config::parse("[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n[[programs]]\nkey = \"grants\"\ntitle = \"Grants ```Program``` of the Foundation\"").unwrap()
    }

    #[test]
    fn numbers_stand_below_each_other() {
        let count = Count { all: 12, anonymous: 3, open: 4, rated: 2, rating_sum: 7 };
        let monday = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
        let statistics = Statistics {
            by_program: vec![("grants".into(), count), ("gone".into(), Count { all: 1, ..Count::default() })],
            by_week: vec![(monday, count)],
            conduct: 1,
        };
        insta::assert_snapshot!(table(&config(), &statistics), @"
        ```
        Programme                   all   anon   open rating
        Grants '''Program''' of…     12      3      4    3.5
        gone                          1      0      0      -
        All                          13      3      4    3.5

        Week from                   all   anon   open rating
        2026-11-16                   12      3      4    3.5
        ```
        -# On conduct, and not counted: 1
        ");
    }

    #[test]
    fn many_programmes_and_weeks_fit_a_message() {
        let big = Count { all: 999_999, anonymous: 999_999, open: 999_999, rated: 1, rating_sum: 5 };
        let monday = NaiveDate::from_ymd_opt(2020, 1, 6).unwrap();
        let statistics = Statistics {
            by_program: (0..60).map(|n| (format!("program-{n:024}"), big)).collect(),
            by_week: (0..200).map(|week| (monday + chrono::Days::new(7 * week), big)).collect(),
            conduct: 99,
        };
        let said = table(&config(), &statistics);
        assert!(length(&said) <= limits::CONTENT, "{}", length(&said));
        assert!(said.contains("all others") && said.contains("2023-"), "{said}");
    }
}
