//! A recap after a session: the answered questions with their links as a draft of `/announce`, which staff edit and post there.

use chrono::TimeDelta;

use super::super::announce::preview;
use super::{Data, Error, Turn, series, series_gone};
use crate::announcements::Wording;
use crate::config::Domain;
use crate::discord::interactions::Reply;
use crate::feedback::queue;
use crate::ids::Snowflake;
use crate::inbox::day;
use crate::office_hours::Series;
use crate::store::Recapped;
use crate::texts::{text, text_with};

/// Room for the text: with the title and some words of staff's own it fits one message.
const ROOM: usize = 1500;

/// How long ago a session may have been to be named in the title.
const RECENT: TimeDelta = TimeDelta::days(45);

/// Makes the draft and shows it as `/announce` does.
pub(in crate::discord) async fn recap(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let Some(series) = series(data, &turn.key) else { return Ok(series_gone()) };
    let series = &series;
    if !turn.caller.is_staff(data, Domain::Announce) {
        return Ok(Reply::aside(text("recap-not-yours")));
    }
    let Some(click) = Snowflake::new(turn.exchange.interaction()) else { return Ok(super::stale()) };
    let title = heading(data, series);
    let attempt = async || {
        let compose = |answered: &[queue::Queued]| {
            let (body, held) = queue::recap(answered, data.guild, ROOM);
            (Wording::typed(&title, &body, "", "", ""), held)
        };
        let by = (turn.caller.user, click);
        data.store.draft_recap(&series.key, by, series.channel, compose, data.clock.now()).await
    };
    match turn.exchange.insist(attempt).await? {
        Recapped::Drafted(draft) => preview(data, &draft, Some(text("recap-notice"))).await,
        Recapped::Nothing => Ok(Reply::aside(text("recap-nothing"))),
    }
}

/// The title, with the day of the last session where there was one lately.
fn heading(data: &Data, series: &Series) -> String {
    let now = data.clock.now();
    let title = ("title", series.title.clone());
    let mut took_place = series.sessions(now - RECENT, now).into_iter().filter(|session| session.status.is_sure());
    let last = took_place.next_back().map(|session| session.start.date_naive());
    match last {
        Some(date) => text_with("recap-title-day", [title, ("date", day(date))]),
        None => text_with("recap-title", [title]),
    }
}
