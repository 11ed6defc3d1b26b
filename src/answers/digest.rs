//! The week's digest for staff: when it is due, what is in it, and how it reads.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

use super::Gap;
use crate::message::{Message, cut, harmless, instant};
use crate::texts::{Value, text, text_with};

/// How late a digest is still made, after psfbot was down; later it is left to the next week.
const GRACE: TimeDelta = TimeDelta::days(3);

/// How long ahead of its day an article's review is announced.
pub const AHEAD: TimeDelta = TimeDelta::days(14);

/// Lines of each kind that are shown; the rest is counted.
pub const SHOWN: usize = 5;

/// Room for a question and for an article's title.
const LINE: usize = 120;

/// When it is due each week, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// The day.
    pub day: Weekday,
    /// The time.
    pub at: NaiveTime,
}

/// One week's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// ISO 8601, e.g. `2026-W48`.
    pub name: String,
    /// When it is due.
    pub due_at: DateTime<Utc>,
}

impl Rhythm {
    /// The week whose digest is to be made now, if one is.
    #[must_use]
    pub fn due(&self, now: DateTime<Utc>) -> Option<Week> {
        let monday = now.date_naive().week(Weekday::Mon).checked_first_day()?;
        let in_week = |monday: NaiveDate| {
            let day = monday + TimeDelta::days(i64::from(self.day.num_days_from_monday()));
            Some(day.and_time(self.at).and_utc()).filter(|due_at| *due_at <= now)
        };
        let due_at = in_week(monday).or_else(|| in_week(monday - TimeDelta::days(7)))?;
        let week = due_at.date_naive().iso_week();
        let name = format!("{}-W{:02}", week.year(), week.week());
        (now - due_at < GRACE).then_some(Week { name, due_at })
    }
}

impl Week {
    /// What its delivery's nonce and reference follow from, so that it is found again when the database has forgotten it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("digest\n{}", self.name)
    }

    /// The first day of what it tells of.
    #[must_use]
    pub fn since(&self) -> NaiveDate {
        (self.due_at - TimeDelta::days(7)).date_naive()
    }
}

/// The first few of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Few<T> {
    /// The first of them, at most [`SHOWN`].
    pub first: Vec<T>,
    /// How many there are.
    pub all: usize,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self { first: Vec::new(), all: 0 }
    }
}

/// An article with its votes of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unhelpful {
    /// Its title.
    pub title: String,
    /// How many it did not help.
    pub unhelpful: i64,
    /// How many it helped.
    pub helpful: i64,
}

/// An article that is to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its title.
    pub title: String,
    /// The last day before.
    pub by: NaiveDate,
}

/// A question to staff without a reply. Its text stays in its card, where its author can erase it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Its card's address, once it stands.
    pub card: Option<String>,
}

/// How much came in on a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Its title.
    pub program: String,
    /// In the week.
    pub now: i64,
    /// In the week before.
    pub before: i64,
}

/// What staff are told of once a week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    /// What came in by programme, most first.
    pub volume: Vec<Volume>,
    /// Questions without a good answer that were asked in the week, most asked first.
    pub gaps: Few<Gap>,
    /// Articles that did not help.
    pub unhelpful: Few<Unhelpful>,
    /// Articles to look at again.
    pub reviews: Few<Review>,
    /// Questions to staff without a reply, oldest first.
    pub waiting: Few<Waiting>,
}

impl Digest {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let came_in = self.volume.iter().any(|volume| volume.now > 0);
        !came_in && self.gaps.all + self.unhelpful.all + self.reviews.all + self.waiting.all == 0
    }

    /// How it reads.
    #[must_use]
    pub fn message(&self, week: &Week, today: NaiveDate) -> Message {
        let review = |review: &Review| {
            let id = if today > review.by { "digest-review-past" } else { "digest-review" };
            text_with(id, [("title", shown(&review.title)), ("date", day(review.by))])
        };
        let sections = [
            self.came_in(),
            section("digest-waiting", &self.waiting, waiting),
            section("digest-gaps", &self.gaps, gap),
            section("digest-unhelpful", &self.unhelpful, unhelpful),
            section("digest-reviews", &self.reviews, review),
        ];
        let title = text_with("digest-title", [("week", week.name.clone())]);
        let parts: Vec<String> = [title].into_iter().chain(sections.into_iter().flatten()).collect();
        Message { content: parts.join("\n"), silent: true, ..Message::default() }.fit()
    }
}

impl Digest {
    /// How much came in, in words; the pictures beside show more of the same.
    fn came_in(&self) -> Option<String> {
        let sum = |size: fn(&Volume) -> i64| self.volume.iter().map(size).sum::<i64>();
        let (now, before) = (sum(|volume| volume.now), sum(|volume| volume.before));
        let line = |volume: &Volume| {
            let counts: [(&'static str, Value<'static>); 3] = [
                ("program", shown(&volume.program).into()),
                ("count", volume.now.into()),
                ("before", volume.before.into()),
            ];
            format!("- {}", text_with("digest-volume-line", counts))
        };
        let more = self.volume.len().saturating_sub(SHOWN);
        let more = (more > 0)
            .then(|| format!("- {}", text_with("digest-more", [("count", i64::try_from(more).unwrap_or(i64::MAX))])));
        let heading = text_with("digest-volume", [("count", now), ("before", before)]);
        let lines = self.volume.iter().take(SHOWN).map(line);
        (now > 0).then(|| [heading].into_iter().chain(lines).chain(more).collect::<Vec<_>>().join("\n"))
    }
}

fn section<T>(heading: &str, some: &Few<T>, line: impl Fn(&T) -> String) -> Option<String> {
    let count = i64::try_from(some.all).unwrap_or(i64::MAX);
    let more = some.all.saturating_sub(some.first.len());
    let lines = some.first.iter().map(|item| format!("- {}", line(item)));
    let more = (more > 0)
        .then(|| format!("- {}", text_with("digest-more", [("count", i64::try_from(more).unwrap_or(i64::MAX))])));
    let lines: Vec<String> = [text_with(heading, [("count", count)])].into_iter().chain(lines).chain(more).collect();
    (some.all > 0).then(|| lines.join("\n"))
}

fn waiting(waiting: &Waiting) -> String {
    let card = waiting
        .card
        .as_ref()
        .map_or_else(|| text("digest-no-card"), |url| text_with("digest-card", [("url", url.clone())]));
    format!("{}: {card}", instant(waiting.since))
}

/// A gap as one line.
#[must_use]
pub fn gap(gap: &Gap) -> String {
    let question = ("question", shown(&gap.question));
    let why = match gap.nearest.as_deref().map(shown) {
        Some(nearest) => text_with(why(gap, true), [("nearest", nearest)]),
        None => text(why(gap, false)),
    };
    text_with("gap-line", [question, ("count", gap.asked.to_string()), ("date", day(gap.last_asked_on)), ("why", why)])
}

const fn why(gap: &Gap, has_nearest: bool) -> &'static str {
    use super::Reason;
    match (gap.reason, has_nearest) {
        (Reason::Nothing, true) => "gap-nothing-near",
        (Reason::Nothing, false) => "gap-nothing",
        (Reason::Elsewhere, true) => "gap-elsewhere-near",
        (Reason::Elsewhere, false) => "gap-elsewhere",
        (Reason::NoneChosen, true) => "gap-none-chosen-near",
        (Reason::NoneChosen, false) => "gap-none-chosen",
        (Reason::NotHelpful, true) => "gap-not-helpful-near",
        (Reason::NotHelpful, false) => "gap-not-helpful",
    }
}

fn unhelpful(article: &Unhelpful) -> String {
    text_with(
        "digest-unhelpful-line",
        [
            ("title", shown(&article.title)),
            ("unhelpful", article.unhelpful.to_string()),
            ("helpful", article.helpful.to_string()),
        ],
    )
}

fn shown(foreign: &str) -> String {
    harmless(&cut(foreign, LINE))
}

fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Reason;
    use crate::ids::GapId;
    use crate::message::{length, limits};

    const MONDAY: Rhythm = Rhythm { day: Weekday::Mon, at: NaiveTime::from_hms_opt(8, 0, 0).unwrap() };

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn name(rhythm: Rhythm, now: &str) -> Option<String> {
        rhythm.due(at(now)).map(|week| week.name)
    }

    #[test]
    fn it_is_due_from_monday_on_for_three_days() {
        for (now, week) in [
            ("2026-11-23T07:59:59Z", None),
            ("2026-11-23T08:00:00Z", Some("2026-W48")),
            ("2026-11-26T07:59:59Z", Some("2026-W48")),
            ("2026-11-26T08:00:00Z", None),
            ("2027-01-04T09:00:00Z", Some("2027-W01")),
        ] {
            assert_eq!(name(MONDAY, now).as_deref(), week, "{now}");
        }
        let sunday = Rhythm { day: Weekday::Sun, ..MONDAY };
        assert_eq!(name(sunday, "2026-11-23T09:00:00Z").as_deref(), Some("2026-W47"), "of the week before");
        assert_eq!(name(sunday, "2027-01-03T09:00:00Z").as_deref(), Some("2026-W53"), "the year of the week counts");
    }

    fn long_gap() -> Gap {
        Gap {
            id: GapId(1),
            question: "*".repeat(200),
            asked: i32::MAX,
            reason: Reason::NotHelpful,
            nearest: Some("_".repeat(200)),
            last_asked_on: NaiveDate::MAX,
        }
    }

    #[test]
    fn it_fits_whatever_is_in_it() {
        let many = |all| Few { first: vec![long_gap(); SHOWN], all };
        let review = Review { title: "# <@&1> [x](http://y)".repeat(9), by: NaiveDate::MIN };
        let digest =
            Digest { gaps: many(99), reviews: Few { first: vec![review; SHOWN], all: 6 }, ..Digest::default() };
        let week = MONDAY.due(at("2026-11-23T08:00:00Z")).unwrap();
        let message = digest.message(&week, NaiveDate::MAX);
        assert!(
            length(&message.content) <= limits::CONTENT && !message.content.contains("<@&1>"),
            "{}",
            message.content
        );
        assert!(Digest::default().is_empty() && !digest.is_empty());
    }
}
