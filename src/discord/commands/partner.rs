//! `/partner`: the application window of the Community Partner Program for an event, or the programme's criteria.
//! No database on the way.

use chrono::{Months, NaiveDate};

use super::{AppContext, Error};
use crate::dated;
use crate::discord::interactions::{Reply, answer};
use crate::knowledge::long_date;
use crate::partner::{self, DayError, Window};
use crate::texts::text_with;

/// When your event can apply to the Community Partner Program, and what it must meet
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn partner(
    ctx: AppContext<'_>,
    #[description = "The day of your event as YYYY-MM-DD, for its exact days; without it: the criteria"]
    #[max_length = 40]
    event_date: Option<String>,
    #[description = "Whether you apply to this programme for the first time"] first_time: Option<bool>,
) -> Result<(), Error> {
    let content = reply(event_date.as_deref(), first_time.unwrap_or(false), ctx.data().clock.today());
    answer(ctx, async { Ok(Reply::new(content)) }).await
}

/// What the member reads. Dates are days, the same in every zone, so they carry no timestamp markup.
fn reply(event_date: Option<&str>, first_time: bool, today: NaiveDate) -> String {
    let Some(written) = event_date else { return criteria(today) };
    match partner::parse_day(written).map(|event| Window::of(event, first_time, today)) {
        Ok(Ok(window)) => dates(&window, today),
        Ok(Err(_)) => text_with("partner-date-no-such-day", [("example", example(today))]),
        Err(problem) => asked_again(problem, today),
    }
}

fn criteria(today: NaiveDate) -> String {
    text_with(
        "partner-criteria",
        [
            ("example", example(today)),
            ("page", partner::PAGE.to_owned()),
            ("form", partner::FORM.to_owned()),
            ("source", partner::SOURCE.to_owned()),
        ],
    )
}

fn dates(window: &Window, today: NaiveDate) -> String {
    let rules =
        text_with("partner-rules", [("form", partner::FORM.to_owned()), ("source", partner::SOURCE.to_owned())]);
    format!("{}\n{rules}", dated::window(window, today))
}

fn asked_again(problem: DayError, today: NaiveDate) -> String {
    match problem {
        DayError::Unreadable => text_with("partner-date-unreadable", [("example", example(today))]),
        DayError::NoSuchDay => text_with("partner-date-no-such-day", [("example", example(today))]),
        DayError::Ambiguous { day_first, month_first } => text_with(
            "partner-date-ambiguous",
            [
                ("first", day_first.to_string()),
                ("first-long", long_date(day_first)),
                ("second", month_first.to_string()),
                ("second-long", long_date(month_first)),
            ],
        ),
    }
}

/// A day that somebody could write, some months ahead.
fn example(today: NaiveDate) -> String {
    today.checked_add_months(Months::new(4)).unwrap_or(today).to_string()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn read(event: &str, first_time: bool, today: &str) -> String {
        reply(Some(event), first_time, today.parse().unwrap())
    }

    /// The line that says whether an application can be sent.
    fn status_of(event: &str, first_time: bool, today: &str) -> String {
        read(event, first_time, today).lines().nth(1).unwrap().to_owned()
    }

    #[test]
    fn a_member_reads_the_window() {
        assert_snapshot!(read("2027-05-15", false, "2026-11-21"), @"
        **Community Partner Program: your event on 15 May 2027**
        **Open.** You can apply now: 133 days left.
        - First day to apply: 15 November 2026 (six months before the event)
        - Advised for a first application: by 20 March 2027 (eight weeks before)
        - Last day to apply: 3 April 2027 (six weeks before)
        Form: <https://forms.gle/6HyvLDpHEtGSpfK97>
        -# Rules as of 10 February 2026: <https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html>
        ");
    }

    #[test]
    fn each_status_is_said_in_words() {
        assert_snapshot!(status_of("2027-05-15", false, "2026-11-14"), @"**Not open yet.** You can apply from 15 November 2026 on.");
        assert_snapshot!(status_of("2027-05-15", false, "2027-04-02"), @"**Open.** You can apply now: 1 day left.");
        assert_snapshot!(status_of("2027-05-15", true, "2027-03-20"), @"**Open.** You can apply now: 14 days left. As it is your first application, please send it by 20 March 2027.");
        assert_snapshot!(status_of("2027-05-15", true, "2027-04-03"), @"**Open, but late for a first application.** You can still apply: today is the last day. First-time applicants were advised to apply by 20 March 2027, so please do it soon.");
        assert_snapshot!(status_of("2027-05-15", false, "2027-04-04"), @"**Closed.** The last day to apply for this event is over. Questions? Write to grants@python.org.");
        assert_snapshot!(status_of("2027-05-15", false, "2027-05-16"), @"**Closed.** This day is in the past. If you mean a later event, please use the command again with its date.");
    }

    #[test]
    fn without_a_date_a_member_reads_the_criteria() {
        assert_snapshot!(reply(None, true, "2026-11-21".parse().unwrap()), @"
        **Community Partner Program: can your event or initiative apply?** Yes, if you can tick every line:
        ☐ It is good for the Python community.
        ☐ It is about Python only, or mostly about Python.
        ☐ It has a web page: your own site, a Meetup or a Luma page is enough.
        ☐ It has a code of conduct that you enforce, with clear ways to report.
        ☐ You accept the limits of the partner title: the rules for the PSF's name and logo, and no fundraising by the PSF for you.
        ☐ It is six weeks to six months ahead. For a first application, eight weeks or more are advised.
        Partners may use the PSF's name and logo, and the PSF shares fitting posts; there is no money in it. The PSF decides on each application.
        A group with many events a year applies once, for the group: <https://www.python.org/psf/community-partners/>
        For your exact days: `/partner event_date:2027-03-21`
        Form: <https://forms.gle/6HyvLDpHEtGSpfK97>
        -# Rules as of 10 February 2026: <https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html>
        ");
    }

    #[test]
    fn a_date_that_is_none_is_asked_again() {
        assert_snapshot!(read("03/04/2027", false, "2026-11-21"), @"I can read the date of your event in two ways. Please write it as year-month-day (YYYY-MM-DD): `2027-04-03` for 3 April 2027, or `2027-03-04` for 4 March 2027.");
        assert_snapshot!(read("next spring", false, "2026-11-21"), @"I can't read the date of your event. Please write it as year-month-day (YYYY-MM-DD), for example: `/partner event_date:2027-03-21`");
        assert_snapshot!(read("2027-02-29", false, "2026-11-21"), @"The calendar has no such day. Please write the date of your event as year-month-day (YYYY-MM-DD), for example: `/partner event_date:2027-03-21`");
    }
}
