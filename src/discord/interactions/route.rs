//! Which handler a button, a select menu or a form belongs to: one line a kind.

use super::reply::{Manner, Reply};
use super::turn::Arrived;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, ask};
use crate::texts::text;

/// Finds out who wants what, refuses what is not his to want, and answers.
pub(super) async fn route(arrived: Arrived<'_>, data: &Data) {
    let id = arrived.custom_id.parse::<CustomId>();
    let (kind, key) = match id {
        Ok(id) => (Some(id.kind), id.key),
        Err(_stale) => (None, String::new()),
    };
    let turn = match arrived.turn(data, key) {
        Ok(turn) => turn,
        Err(exchange) => return exchange.answer(Manner::Private, refuse("error-wrong-guild")).await,
    };
    let Some(kind) = kind else { return turn.exchange.answer(Manner::Private, refuse("error-stale-button")).await };
    if kind.domain().is_some_and(|domain| !turn.caller.is_staff(data, domain)) {
        return turn.exchange.answer(Manner::Private, refuse("error-staff-only")).await;
    }
    match kind {
        Kind::AskPick => turn.exchange.answer(Manner::Private, ask::pick(&turn)).await,
        Kind::AskShare => turn.exchange.answer(Manner::Private, ask::share(&turn)).await,
    }
}

async fn refuse(id: &'static str) -> Result<Reply, crate::discord::commands::Error> {
    Ok(Reply::aside(text(id)))
}
