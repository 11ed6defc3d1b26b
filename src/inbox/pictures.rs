//! How much came in, how good it was and what it was about, over time: the pictures beside the table of counts, each with
//! words for those who can't see it. Made of numbers, titles of programmes and names of themes alone.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::table::plain_title;
use crate::charts::{self, Chart, MOST_ROWS, Marks, Periods, Point, Row, Span, Undrawable};
use crate::config::Config;
use crate::feedback::{Count, Mean, Trends, mean, mean_of_all};
use crate::message::{Picture, cut, limits};
use crate::texts::{Value, text, text_with};

/// A picture before it is drawn: what it is called as a file, what it shows in words, and the drawing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sketch {
    name: &'static str,
    alt: String,
    chart: Chart,
}

impl Sketch {
    /// Draws it; see [`charts::draw`].
    pub(crate) fn draw(self) -> Result<Picture, Undrawable> {
        Ok(Picture { name: self.name.to_owned(), alt: self.alt, png: charts::draw(&self.chart)? })
    }
}

/// The pictures of what came in from one day to another: volume, then rating, then themes, each where there is any.
pub(crate) fn sketches(config: &Config, trends: &Trends, since: NaiveDate, until: NaiveDate) -> Vec<Sketch> {
    // Who looks back further than there is anything would see nothing but empty years.
    let first = trends.programs.iter().map(|day| day.on).min().unwrap_or(until).max(since);
    let weeks = Periods::between(since, until);
    let periods = if weeks.span == Span::Week { weeks } else { Periods::between(first, until) };
    let programs = programs(config, trends, &periods);
    [volume(&programs, &periods), rating(&programs, &periods), themes(trends, &periods)].into_iter().flatten().collect()
}

/// Draws them beside what others wait for; none where that fails, which is logged: the words beside them say the same.
pub(crate) async fn drawn(sketches: Vec<Sketch>) -> Vec<Picture> {
    let drawing =
        tokio::task::spawn_blocking(move || sketches.into_iter().map(Sketch::draw).collect::<Result<Vec<_>, _>>());
    match drawing.await {
        Ok(Ok(pictures)) => pictures,
        Ok(Err(error)) => {
            tracing::error!("{error}");
            Vec::new()
        }
        Err(error) => {
            tracing::error!("a picture could not be drawn: {error}");
            Vec::new()
        }
    }
}

/// A programme with its counts at each period.
struct Line {
    name: String,
    counts: Vec<Count>,
}

/// The programmes, most first; those beyond the room are added up.
fn programs(config: &Config, trends: &Trends, periods: &Periods) -> Vec<Line> {
    let mut by_key: BTreeMap<&str, Vec<Count>> = BTreeMap::new();
    for day in &trends.programs {
        let Some(at) = periods.index(day.on) else { continue };
        let counts = by_key.entry(&day.program).or_insert_with(|| vec![Count::default(); periods.starts.len()]);
        counts[at] = counts[at].plus(day.count);
    }
    let line = |(key, counts): (&str, Vec<Count>)| Line { name: plain_title(config, key), counts };
    let lines = by_key.into_iter().map(line).collect();
    // One row is for all of them together.
    shortened(
        lines,
        MOST_ROWS - 1,
        |line| line.counts.iter().map(|count| count.all).sum(),
        |rest| Line {
            name: text("inbox-stats-others"),
            counts: (0..periods.starts.len())
                .map(|at| rest.iter().fold(Count::default(), |sum, line| sum.plus(line.counts[at])))
                .collect(),
        },
    )
}

/// The largest few, in order; the last of them is the rest together, where there are more.
fn shortened<T>(mut all: Vec<T>, most: usize, size: impl Fn(&T) -> i64, together: impl Fn(&[T]) -> T) -> Vec<T> {
    all.sort_by_key(|one| std::cmp::Reverse(size(one)));
    if all.len() > most {
        let rest = together(&all[most - 1..]);
        all.truncate(most - 1);
        all.push(rest);
    }
    all
}

#[expect(clippy::cast_precision_loss, reason = "counts of submissions are far below 2^52")]
fn bar(count: i64) -> Point {
    Point::Is(count as f64)
}

fn volume(programs: &[Line], periods: &Periods) -> Option<Sketch> {
    let bars =
        |line: &Line| Row { name: line.name.clone(), points: line.counts.iter().map(|count| bar(count.all)).collect() };
    let at = |at: usize| bar(programs.iter().map(|line| line.counts[at].all).sum());
    let rows = with_all(programs, bars, at, periods);
    (!programs.is_empty()).then(|| sketch("volume", Marks::Bars, periods, rows))
}

fn rating(programs: &[Line], periods: &Periods) -> Option<Sketch> {
    let point = |mean: Mean| match mean {
        Mean::Nothing => Point::Nothing,
        Mean::Few => Point::Few,
        Mean::Is(mean) => Point::Is(mean),
    };
    let rated: Vec<&Line> = programs.iter().filter(|line| line.counts.iter().any(|count| count.rated > 0)).collect();
    let means = |line: &&Line| Row {
        name: line.name.clone(),
        points: line.counts.iter().map(|count| point(mean(*count))).collect(),
    };
    let at = |at: usize| point(mean_of_all(&rated.iter().map(|line| line.counts[at]).collect::<Vec<_>>()));
    let rows = with_all(&rated, means, at, periods);
    let tells = rows.iter().flat_map(|row| &row.points).any(|point| matches!(point, Point::Is(_)));
    tells.then(|| sketch("rating", Marks::Means, periods, rows))
}

/// The rows of the programmes below one of all, which is left out where it would be the only one again.
fn with_all<T>(programs: &[T], row: impl Fn(&T) -> Row, all: impl Fn(usize) -> Point, periods: &Periods) -> Vec<Row> {
    let all = Row { name: text("inbox-stats-total"), points: (0..periods.starts.len()).map(all).collect() };
    let rows = programs.iter().map(row);
    if programs.len() == 1 { rows.collect() } else { [all].into_iter().chain(rows).collect() }
}

fn themes(trends: &Trends, periods: &Periods) -> Option<Sketch> {
    let mut by_name: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for day in &trends.themes {
        let Some(at) = periods.index(day.on) else { continue };
        by_name.entry(&day.theme).or_insert_with(|| vec![0; periods.starts.len()])[at] += day.all;
    }
    // Those beyond the room are not added up: one submission may have several.
    let mut lines: Vec<(&str, Vec<i64>)> = by_name.into_iter().collect();
    lines.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<i64>()));
    let rows: Vec<Row> = lines
        .into_iter()
        .take(MOST_ROWS)
        .map(|(name, counts)| Row { name: name.to_owned(), points: counts.into_iter().map(bar).collect() })
        .collect();
    (!rows.is_empty()).then(|| sketch("themes", Marks::Bars, periods, rows))
}

fn sketch(what: &'static str, marks: Marks, periods: &Periods, rows: Vec<Row>) -> Sketch {
    let (name, title, note, alt) = match what {
        "volume" => ("feedback-volume.png", "picture-volume", "picture-volume-note", "picture-volume-alt"),
        "rating" => ("feedback-rating.png", "picture-rating", "picture-rating-note", "picture-rating-alt"),
        _ => ("feedback-themes.png", "picture-themes", "picture-themes-note", "picture-themes-alt"),
    };
    let span = match periods.span {
        Span::Week => "week",
        Span::Month => "month",
        Span::Year => "year",
    };
    let labels = periods.labels();
    let ends = [labels.first(), labels.last()].map(|label| label.cloned().unwrap_or_default());
    let [from, to] = ends;
    let words: [(&'static str, Value<'static>); 4] =
        [("span", span.into()), ("from", from.into()), ("to", to.into()), ("rows", spoken(marks, &rows).into())];
    let alt = cut(&text_with(alt, words), limits::ALT);
    let title = text_with(title, [("span", span)]);
    Sketch { name, alt, chart: Chart { title, note: text_with(note, [("span", span)]), marks, periods: labels, rows } }
}

/// The rows as a list of numbers.
fn spoken(marks: Marks, rows: &[Row]) -> String {
    let number = |point: &Point| match (point, marks) {
        (Point::Nothing, _) => "–".to_owned(),
        (Point::Few, _) => text("picture-few"),
        (Point::Is(value), Marks::Bars) => format!("{value:.0}"),
        (Point::Is(value), Marks::Means) => format!("{value:.1}"),
    };
    let row = |row: &Row| format!("{}: {}", row.name, row.points.iter().map(number).collect::<Vec<_>>().join(", "));
    rows.iter().map(row).collect::<Vec<_>>().join("; ")
}
