//! Helpful or not: one vote a member and article, which can be changed, and erased under `/me`.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::missed;
use super::words::{ask_staff_button, asked, under};
use crate::answers::{Reason, Voter};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::me::noted;
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Reply, Turn};
use crate::erasure::Subject;
use crate::ids::UserId;
use crate::knowledge::ArticleId;
use crate::store::{StoreError, Voted};
use crate::texts::{text, text_with};

/// It helped.
pub(in crate::discord) async fn helpful(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(voted) = vote(turn, true).await? else { return Ok(Reply::aside(text("ask-gone"))) };
    Ok(Reply::aside(text(match voted {
        Voted::New => "ask-vote-helpful",
        Voted::Changed => "ask-vote-now-helpful",
        Voted::Same => "ask-vote-same",
    })))
}

/// It did not; staff may know more.
pub(in crate::discord) async fn not_helpful(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(voted) = vote(turn, false).await? else { return Ok(Reply::aside(text("ask-gone"))) };
    let said = text(match voted {
        Voted::New => "ask-vote-not-helpful",
        Voted::Changed => "ask-vote-now-not-helpful",
        Voted::Same => "ask-vote-same",
    });
    let row = ask_staff_button(Some(&ArticleId::new(&turn.key))).map(|button| CreateActionRow::Buttons(vec![button]));
    Ok(Reply::aside(under(asked(turn).as_ref(), &said)).rows(row.into_iter().collect()))
}

/// `None` when there is no such article any more.
async fn vote(turn: &Turn<'_>, helpful: bool) -> Result<Option<Voted>, StoreError> {
    let (data, id) = (turn.data, ArticleId::new(&turn.key));
    if data.current().get(&id).is_none() {
        return Ok(None);
    }
    let voter = data.voters.voter(turn.caller.user, id.as_str());
    let missed = asked(turn).and_then(|question| missed(&question, Reason::NotHelpful, Some(&id)));
    let attempt = async || data.store.vote(&voter, id.as_str(), helpful, missed.as_ref(), data.clock.today()).await;
    turn.exchange.insist(attempt).await.map(Some)
}

/// The names of a member's votes: of all articles that have any, since the rows do not say whose they are.
pub(in crate::discord::commands) async fn voters(data: &Data, member: UserId) -> Result<Vec<Voter>, StoreError> {
    let articles = data.store.articles_voted_on().await?;
    Ok(articles.iter().map(|article| data.voters.voter(member, article)).collect())
}

/// The names of the votes that a member has.
pub(in crate::discord::commands) async fn own_voters(data: &Data, member: UserId) -> Result<Vec<Voter>, StoreError> {
    let votes = data.store.votes_of(&voters(data, member).await?).await?;
    Ok(votes.iter().map(|(article, _)| data.voters.voter(member, article)).collect())
}

/// A member's own votes for `/me`: a line, and a button that erases them.
pub(in crate::discord::commands) async fn own_votes(
    data: &Data,
    member: UserId,
) -> Result<Option<(String, CreateButton)>, Error> {
    let votes = data.store.votes_of(&voters(data, member).await?).await?;
    if votes.is_empty() {
        return Ok(None);
    }
    let helpful = votes.iter().filter(|(_, helpful)| *helpful).count();
    let counts = [("helpful", helpful), ("unhelpful", votes.len() - helpful)];
    let line = text_with("me-votes", counts.map(|(name, count)| (name, count.to_string())));
    let id = CustomId::new(Kind::MeVotes, "all").to_string();
    Ok(Some((line, CreateButton::new(id).label(text("me-votes-delete")).style(ButtonStyle::Secondary))))
}

/// The member's votes are to be erased. Whose they are follows from who clicks.
pub(in crate::discord) async fn erase_votes(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, member) = (turn.data, turn.caller.user);
    let votes = turn.exchange.insist(async || own_voters(data, member).await).await?;
    let subjects: Vec<Subject> = votes.iter().copied().map(Subject::Vote).collect();
    let entries = match noted(data, &subjects).await {
        Ok(entries) => entries,
        Err(refusal) => return Ok(refusal),
    };
    let attempt = async || data.store.erase_votes(&votes, &entries).await;
    let erased = turn.exchange.insist(attempt).await?;
    Ok(Reply::aside(text(if erased > 0 { "me-votes-deleted" } else { "me-votes-none" })))
}
