//! Phrasings, and that no text is too strange.

use std::path::Path;
use std::sync::LazyLock;

use chrono::Days;
use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::config::Config;
use crate::knowledge::long_date;
use crate::message::{instant, length, limits};

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::load(Path::new("config/knowledge")).unwrap());

static SERIES: LazyLock<Vec<Series>> =
    LazyLock::new(|| Config::load(Path::new("config/psfbot.toml")).unwrap().schedule().unwrap().series);

/// A Saturday.
const TODAY: &str = "2026-11-21";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn known_on(today: &str) -> Known<'static> {
    Known { knowledge: &KNOWLEDGE, series: &SERIES, now: format!("{today}T12:00:00Z").parse().unwrap() }
}

fn ask_on(today: &str, question: &str) -> Dated {
    answer(known_on(today), &Question::parse(question).unwrap())
}

fn ask(question: &str) -> Dated {
    ask_on(TODAY, question)
}

/// What is named, a day or time a line.
fn named(question: &str) -> String {
    let named = mentions(&Words::of(question), day(TODAY)).into_iter().map(|mention| match mention.when {
        When::Days(first, last) if first == last => first.to_string(),
        When::Days(first, last) => format!("{first}..{last}"),
        When::Either(day_first, month_first) => format!("{day_first} or {month_first}"),
        When::NoSuchDay => "none such".to_owned(),
    });
    named.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_day_is_found_in_the_ways_that_people_write_it() {
    for (text, expected) in [
        ("on 2027-03-14.", "2027-03-14"),
        ("(14/03/2027)", "2027-03-14"),
        ("14.3.27", "2027-03-14"),
        ("is 14 March 2027 okay", "2027-03-14"),
        ("the 14th of march, 2027", "2027-03-14"),
        ("March 14th, 2027", "2027-03-14"),
        ("Mar 14", "2027-03-14"),
        ("14-16 March 2027", "2027-03-14"),
        ("March 14 to 16, 2027", "2027-03-14"),
        ("from 14 to 16 march", "2027-03-14"),
        ("21 november", "2026-11-21"),
        ("20 november", "2027-11-20"),
        ("29 february", "2028-02-29"),
        ("1st sept", "2027-09-01"),
        ("in 5 weeks", "2026-12-26"),
        ("in about five weeks", "2026-12-26"),
        ("five weeks from now", "2026-12-26"),
        ("in 5 weeks' time", "2026-12-26"),
        ("in a week", "2026-11-28"),
        ("in two months", "2027-01-21"),
        ("in half a year", "2027-05-21"),
        ("in 10 days?", "2026-12-01"),
        ("tomorrow", "2026-11-22"),
        ("the day after tomorrow", "2026-11-23"),
        ("our event is today", "2026-11-21"),
        ("next Friday", "2026-11-27"),
        ("next saturday", "2026-11-28"),
        ("on sunday", "2026-11-22"),
        ("in March", "2027-03-01..2027-03-31"),
        ("in november", "2026-11-01..2026-11-30"),
        ("last november", "2025-11-01..2025-11-30"),
        ("February 2028", "2028-02-01..2028-02-29"),
        ("next week", "2026-11-23..2026-11-29"),
        ("next month", "2026-12-01..2026-12-31"),
        ("1 May 2027 and 2 June 2027", "2027-05-01, 2027-06-02"),
    ] {
        assert_eq!(named(text), expected, "{text}");
    }
}

#[test]
fn a_day_that_can_be_two_or_none_is_told_apart() {
    for (text, expected) in [
        ("03/04/2027", "2027-04-03 or 2027-03-04"),
        ("3.4.27", "2027-04-03 or 2027-03-04"),
        ("on 3/4", "2027-04-03 or 2027-03-04"),
        ("on 14/3", "2027-03-14"),
        ("04/04/2027", "2027-04-04"),
        ("31 February 2027", "none such"),
        ("February 30th", "none such"),
        ("29 february 2027", "none such"),
        ("2027-13-01", "none such"),
    ] {
        assert_eq!(named(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_day_is_left_alone() {
    for text in [
        "may we apply",
        "step 3 may be hard",
        "is python 3.12 out",
        "24/7 support",
        "six weeks before the event",
        "in 6 weeks before",
        "is 8 weeks enough",
        "can I apply today",
        "a march for science",
        "in june 30 people attend, fine",
        "third tuesday",
        "on tuesdays",
        "in five weeks and 3 days",
        "q1 2026",
        "in 5-6 weeks",
        "10000 weeks from now and 99999 days away",
    ] {
        let found = named(text);
        assert!(found.is_empty() || text.contains("in june") && found == "2027-06-01..2027-06-30", "{text}: {found}");
    }
}

#[test]
fn a_question_about_applying_for_an_event_gets_its_window() {
    for (question, event) in [
        ("our event is in five weeks, are we still in time?", "2026-12-26"),
        ("can I still apply for an event on 14 March 2027?", "2027-03-14"),
        ("can I still apply to the Community Partner Program for an event on 14 March 2027?", "2027-03-14"),
        ("our pycon is 14 march 2027, last day to send the partner form?", "2027-03-14"),
        ("we have a pyday on 14/03/2027, when must we send the partner application", "2027-03-14"),
        ("can we apply in two weeks to be partner, event is March 14th", "2027-03-14"),
        ("is it too late for partner if the event is next Friday", "2026-11-27"),
        ("our pyday is tomorrow, can it still become a partner", "2026-11-22"),
        ("my event is in two months, is that enough for the partner form?", "2027-01-21"),
    ] {
        let dated = ask(question);
        let Some(Computed::Windows(windows)) = dated.computed() else { panic!("{question}: {dated:?}") };
        let [window] = &windows[..] else { panic!("{question}: {windows:?}") };
        assert_eq!(window.event_date, day(event), "{question}");
        let said = dated.said(Show::Discord);
        assert_eq!(said.outcome, Outcome::Answered);
        assert!(said.article.as_ref().is_some_and(|article| article.id.as_str().starts_with("partner-")), "{question}");
        assert!(said.text.contains(&long_date(window.closes)) && said.text.contains("*As of "), "{}", said.text);
        assert!(said.sources.iter().any(|source| source.url.contains("community-partner")), "{question}");
    }
}

#[test]
fn an_application_that_is_with_staff_is_theirs() {
    for question in [
        "did you receive our partner form in time, event is on 14 March 2027",
        "is our partner application for the event on 14 March 2027 still under review",
    ] {
        assert!(!ask(question).said(Show::Plain).text.contains("You can apply now"), "{question}");
    }
}

#[test]
fn whoever_names_the_programme_gets_the_window_alone() {
    let said =
        ask("first application, our meetup happens 1 february 2027, when is the latest we apply for community partner");
    let said = said.said(Show::Plain);
    assert!(said.text.contains("please send it by 7 December 2026"), "{}", said.text);
    assert!(!said.text.contains("Or do you mean this?") && !said.text.contains("Grants Program"), "{}", said.text);
}

#[test]
fn where_it_is_open_what_is_applied_for_the_pause_of_grants_is_said_too() {
    let said = ask("can I still apply for an event on 14 March 2027?").said(Show::Plain);
    let (window, grants) = said.text.split_once("Or do you mean this?").unwrap();
    assert!(window.contains("Last day to apply: 31 January 2027"), "{window}");
    assert!(grants.contains("The Grants Program is paused"), "{grants}");
}

#[test]
fn a_date_never_turns_grants_into_a_promise() {
    for question in [
        "can I still apply for a grant for my event on 14 March 2027?",
        "we need money for our conference on 14 march 2027, can we still apply",
        "is there funding for an event in five weeks, are we in time",
        "deadline to apply for grants, workshop is on 2027-03-14",
        "can I still get a grant for a pyday in March 2027",
    ] {
        let dated = ask(question);
        assert_eq!(dated.computed(), None, "{question}");
        let said = dated.said(Show::Discord);
        assert!(!said.text.contains("You can apply now"), "{question}: {}", said.text);
    }
    let said = ask("can I still apply for a grant for my event on 14 March 2027?").said(Show::Discord);
    assert_eq!(said.article.unwrap().id.as_str(), "grants-status");
    assert!(said.text.contains("paused"), "{}", said.text);
}

#[test]
fn a_first_application_and_a_whole_month_are_understood() {
    assert_snapshot!(ask("first time we ask, event is in 7 weeks. too late??").said(Show::Plain).text.lines().nth(1).unwrap(), @"**Open, but late for a first application.** You can still apply: 7 days left. First-time applicants were advised to apply by 14 November 2026, so please do it soon.");
    assert_snapshot!(ask("our pycon is october 2027. may i already send partner form today").said(Show::Plain).text.lines().take(3).collect::<Vec<_>>().join("\n"), @"
    **Community Partner Program: an event between 1 October 2027 and 31 October 2027**
    - On 1 October 2027: not open yet; apply from 1 April 2027 to 20 August 2027
    - On 31 October 2027: not open yet; apply from 30 April 2027 to 19 September 2027
    ");
}

#[test]
fn of_two_days_the_one_who_asks_chooses() {
    let question = Question::parse("our conference is on 03/04/2027, can we become partner?").unwrap();
    let asked = answer(known_on(TODAY), &question);
    assert_eq!(asked.choice(), Some([day("2027-04-03"), day("2027-03-04")]));
    let said = asked.said(Show::Plain);
    assert_eq!((said.outcome, said.article), (Outcome::Unsure, None));
    assert_snapshot!(said.text, @"
    Which day do you mean? The date can be read in two ways. Please ask again with it written as one of these:
    - 2027-04-03 for 3 April 2027
    - 2027-03-04 for 4 March 2027
    ");
    let chosen = answer_for(known_on(TODAY), &question, day("2027-03-04")).unwrap();
    assert!(chosen.said(Show::Discord).text.contains("your event on 4 March 2027"));
    assert_eq!(answer_for(known_on(TODAY), &question, day("2027-03-05")), None, "no day that the question leaves open");
}

#[test]
fn a_day_that_the_calendar_lacks_gets_a_clear_word() {
    let dated = ask("can we still become a partner, event on 31 February 2027");
    assert_eq!(dated.computed(), Some(&Computed::NoSuchDay));
    assert!(dated.said(Show::Plain).text.starts_with("**The calendar has no such day.**"));
}

/// The first paragraph of an answer.
fn first_paragraph(today: &str, question: &str) -> String {
    ask_on(today, question).said(Show::Plain).text.split("\n\n").next().unwrap().to_owned()
}

#[test]
fn the_next_session_comes_from_the_schedule_or_there_is_none() {
    assert_snapshot!(first_paragraph(TODAY, "when is the next board session?"), @"
    **PSF Board Office Hour**
    No next date is in the schedule, as of 21 November 2026.
    ");
    assert_snapshot!(first_paragraph("2026-09-20", "when is the next board session?"), @"
    **PSF Board Office Hour**
    - 13 October 2026, 21:00 UTC
    ");
    assert_snapshot!(first_paragraph(TODAY, "next grants office hours"), @"
    **Grants Program Office Hour**
    - 15 December 2026, 14:00 UTC. Expected, not confirmed yet
    ");
    assert_snapshot!(first_paragraph(TODAY, "when is the next office hour?"), @"
    **PSF Board Office Hour**
    No next date is in the schedule, as of 21 November 2026.
    **Grants Program Office Hour**
    - 15 December 2026, 14:00 UTC. Expected, not confirmed yet
    ");
    assert_snapshot!(first_paragraph(TODAY, "is there a board office hour next week?"), @"
    **PSF Board Office Hour**
    None is announced for 23 November 2026 to 29 November 2026.
    No next date is in the schedule, as of 21 November 2026.
    ");
}

#[test]
fn an_article_that_knows_of_no_date_gives_way_to_a_schedule_that_has_one() {
    let said = ask_on("2026-09-20", "when is the next board session?").said(Show::Discord);
    assert_snapshot!(said.text, @"
    **PSF Board Office Hour**
    - <t:1791925200:F> (13 October 2026, 21:00 UTC), in <#1100000000000000013>

    *From the schedule, as of 20 September 2026.*
    ");
    assert_eq!(said.article.unwrap().id.as_str(), "office-hours-board-next");
    assert!(!said.sources.is_empty());
}

#[test]
fn the_wall_time_in_new_york_is_kept_when_its_clocks_change() {
    assert_snapshot!(first_paragraph(TODAY, "grants office hour in february 2027 and march 2027 utc"), @"
    **Grants Program Office Hour**
    - 16 February 2027, 14:00 UTC. Expected, not confirmed yet
    - 16 March 2027, 13:00 UTC. Expected, not confirmed yet
    ");
}

#[test]
fn sessions_of_the_past_are_told_as_far_as_they_were_published() {
    assert_snapshot!(first_paragraph(TODAY, "board office hour in March 2026, what time UTC?"), @"
    **PSF Board Office Hour**
    - 10 March 2026, 13:00 UTC
    ");
    for question in ["board office hour march 2025 what time", "grants office hour in march 2025, what time"] {
        assert_eq!(ask(question).computed(), None, "{question}");
    }
}

#[test]
fn everything_else_is_answered_as_before() {
    for question in [
        "Are grants open?",
        "are grants open in march 2027",
        "who won the board election 2025",
        "what did psf announce about grants on 10 feb 2026",
        "when does pycon us 2027 take place",
        "next one is when",
        "next tuesday too?",
        "is the office hour a video call on 14 March 2027?",
        "what is the weather on 14 March 2027",
        "was the community partner program announced on 10 February 2026?",
        "can I use the partner logo on 14 march 2027",
        "how many weeks before an event should I send the partner form",
        "is january 2027 when the next grants round is",
    ] {
        let question = Question::parse(question).unwrap();
        let dated = answer(known_on(TODAY), &question);
        assert_eq!(dated.said(Show::Discord), KNOWLEDGE.answer(&question, day(TODAY)), "{}", question.as_str());
    }
}

#[test]
fn without_a_schedule_the_articles_answer() {
    let question = Question::parse("when is the next board session?").unwrap();
    let known = Known { series: &[], ..known_on(TODAY) };
    assert_eq!(answer(known, &question).said(Show::Plain), KNOWLEDGE.answer(&question, day(TODAY)));
}

#[test]
fn the_articles_that_are_completed_exist() {
    for id in event::BESIDE.iter().chain(&[event::DEADLINE, event::GRANTS]).chain(&hours::ON_DATES) {
        assert!(KNOWLEDGE.get(&ArticleId::new(*id)).is_some(), "{id}");
    }
}

/// Every instant in a text is written twice, once for Discord and once in UTC: both must be the same.
fn instants_agree(text: &str) -> bool {
    text.match_indices("<t:").all(|(at, _)| {
        let seconds = text[at + 3..].split(':').next().and_then(|seconds| seconds.parse().ok());
        let written = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)).map(instant);
        written.is_some_and(|written| text[at..].starts_with(&written))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_is_too_strange(
        text in "\\PC{0,60}",
        about in prop::sample::select(vec!["our event is ", "partner deadline ", "board office hour ", "next grants session "]),
        date in prop::sample::select(vec!["", "in ", "on ", "next ", "last ", "for ", "March ", "14 ", "half a "]),
        numbers in "[0-9 ./-]{0,12}(st|th)?( weeks| months| years| days| may| february 2027)?",
        today in 0_i32..3_000_000,
    ) {
        let today = NaiveDate::from_num_days_from_ce_opt(today).unwrap();
        for text in [format!("{about}{date}{numbers} {text}"), text] {
            let Ok(question) = Question::parse(&text) else { continue };
            let now = today.and_hms_opt(12, 0, 0).unwrap().and_utc();
            let dated = answer(Known { now, ..known_on(TODAY) }, &question);
            for show in [Show::Discord, Show::Plain] {
                let said = dated.said(show);
                prop_assert!(length(&said.text) <= limits::CONTENT);
                prop_assert!(instants_agree(&said.text), "{}", said.text);
            }
        }
    }

    #[test]
    fn every_date_follows_from_the_days_of_the_event_or_the_instant_of_the_session(ahead in 0_u64..1000, month in 0_u32..15) {
        let event = day(TODAY) + Days::new(ahead);
        let said = ask(&format!("our event is on {event}, are we still in time for the partner form?")).said(Show::Discord);
        let window = Window::of(event, false, day(TODAY)).unwrap();
        for day in [window.event_date, window.opens, window.recommended_by, window.closes] {
            prop_assert!(said.text.contains(&long_date(day)), "{}", said.text);
        }
        let from = day("2026-01-01") + chrono::Months::new(month);
        let dated = ask(&format!("at what time is the board office hour in {}", from.format("%B %Y")));
        if let Some(Computed::Sessions(sessions)) = dated.computed() {
            let (discord, plain) = (dated.said(Show::Discord).text, dated.said(Show::Plain).text);
            for (start, _) in sessions.lists.iter().flat_map(|list| &list.found) {
                prop_assert!(discord.contains(&instant(*start)));
                prop_assert!(plain.contains(&start.format("%-d %B %Y, %H:%M UTC").to_string()));
            }
        }
    }
}
