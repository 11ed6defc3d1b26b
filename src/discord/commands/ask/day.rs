//! A date that can be read in two ways: a button for each. The question stands above them, so that a click after a
//! restart, or a forged one, is answered from the question itself.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow};

use super::words::{ask_staff_button, asked, button, private, under};
use crate::custom_id::Kind;
use crate::dated::{self, Dated, Known, Show};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Reply, Turn};
use crate::knowledge::{Knowledge, Question, long_date};
use crate::office_hours::Calendar;
use crate::partner::parse_iso_day;
use crate::texts::text;

/// What a question is answered with.
pub(super) fn known<'a>(data: &Data, knowledge: &'a Knowledge, calendar: &'a Calendar) -> Known<'a> {
    Known { knowledge, series: &calendar.series, now: data.clock.now() }
}

/// An answer for the one who asked, with a button for each day where two can be meant.
pub(super) fn reply(dated: &Dated, question: &Question, may_write: bool) -> Reply {
    let answer = dated.said(Show::Discord);
    let Some(days) = dated.choice() else { return private(&answer, Some(question), may_write) };
    let days = days.iter().filter_map(|day| button(Kind::AskDay, &day.to_string(), &long_date(*day)));
    let days = days.map(|button| button.style(ButtonStyle::Primary));
    let buttons = days.chain(ask_staff_button(answer.nearest.as_ref())).collect();
    Reply::new(under(Some(question), &answer.text)).rows(vec![CreateActionRow::Buttons(buttons)])
}

/// One of the two days was chosen.
pub(in crate::discord) async fn choose_day(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (knowledge, calendar) = (turn.data.current(), turn.data.schedule.now());
    let known = known(turn.data, &knowledge, &calendar);
    let question = asked(turn);
    let chosen = question.as_ref().zip(parse_iso_day(&turn.key).ok()).and_then(|(question, day)| {
        let dated = dated::answer_for(known, question, day)?;
        Some(reply(&dated, question, turn.caller.may_write))
    });
    Ok(chosen.unwrap_or_else(|| Reply::aside(text("dated-which-day-gone"))))
}
