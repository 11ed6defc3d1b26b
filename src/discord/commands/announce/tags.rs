//! The tags of a draft's posts in forums.

use poise::serenity_prelude as serenity;
use serenity::{CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};

use super::controls;
use super::findings::destinations;
use super::preview;
use super::stop::{Stop, mine, said, save};
use crate::announcements::{PostTag, StaffDraft};
use crate::custom_id::Kind;
use crate::discord::commands::Error;
use crate::discord::interactions::{Reply, Turn};
use crate::discord::publisher::Destination;
use crate::ids::ChannelId;
use crate::message::{cut, escape_markdown, limits};
use crate::texts::{text, text_with};

/// The tags that are chosen for a forum, in words; empty for none.
pub(super) fn named(draft: &StaffDraft, forum: ChannelId) -> String {
    let names = draft.tags.iter().filter(|tag| tag.forum == forum).map(|tag| escape_markdown(&tag.name));
    names.collect::<Vec<_>>().join(", ")
}

/// Takes the tags that are chosen in the menu.
pub(in crate::discord) async fn choose_tags(turn: &Turn<'_>) -> Result<Reply, Error> {
    said(turn.data, tags_chosen(turn).await).await
}

async fn tags_chosen(turn: &Turn<'_>) -> Result<Reply, Stop> {
    let draft = mine(turn).await?;
    let forums = destinations(turn.data, &draft).await;
    let offered = offered(&forums);
    let chosen: Option<Vec<PostTag>> = turn
        .values
        .iter()
        .map(|value| offered.iter().find(|(tag, _)| tag.id.to_string() == *value).map(|(tag, _)| tag.clone()))
        .collect();
    let Some(mut tags) = chosen else {
        return Ok(preview::preview(turn.data, &draft, Some(text("announce-tags-unknown"))).await?);
    };
    // Of a forum of which nothing is known just now the menu offered none.
    let is_known = |forum: ChannelId| forums.iter().any(|(known, _)| *known == forum);
    tags.extend(draft.tags.iter().filter(|tag| !is_known(tag.forum)).cloned());
    let count = |forum: ChannelId| tags.iter().filter(|tag| tag.forum == forum).count();
    if let Some(tag) = tags.iter().find(|tag| count(tag.forum) > limits::POST_TAGS) {
        let args = [("most", limits::POST_TAGS.to_string()), ("channel", format!("<#{}>", tag.forum))];
        return Err(Reply::aside(text_with("announce-tags-too-many", args)).into());
    }
    let draft = save(turn, &StaffDraft { tags, ..draft }).await?;
    Ok(preview::preview(turn.data, &draft, None).await?)
}

/// The tags that the forums offer, each with its forum's name; as many as a menu holds.
fn offered(destinations: &[(ChannelId, Destination)]) -> Vec<(PostTag, String)> {
    let of_forum = |(forum, destination): &(ChannelId, Destination)| {
        let (forum, name) = (*forum, format!("#{}", destination.name));
        let tags = destination.tags.iter();
        tags.map(move |tag| (PostTag { id: tag.id, name: tag.name.clone(), forum }, name.clone())).collect::<Vec<_>>()
    };
    destinations.iter().flat_map(of_forum).take(limits::OPTIONS).collect()
}

/// The menu of them; none where no forum offers any.
pub(super) fn tag_menu(draft: &StaffDraft, destinations: &[(ChannelId, Destination)]) -> Option<CreateSelectMenu> {
    let offered = offered(destinations);
    let most = u8::try_from(offered.len()).ok().filter(|most| *most > 0)?;
    let option = |(tag, forum): &(PostTag, String)| {
        let label = text_with("announce-choose-tag", [("tag", tag.name.clone()), ("forum", forum.clone())]);
        CreateSelectMenuOption::new(cut(&label, limits::OPTION_LABEL), tag.id.to_string())
            .default_selection(draft.tags.iter().any(|chosen| chosen.id == tag.id))
    };
    let kind = CreateSelectMenuKind::String { options: offered.iter().map(option).collect() };
    let menu = CreateSelectMenu::new(controls::id(Kind::AnnounceTags, draft), kind);
    Some(menu.placeholder(text("announce-choose-tags")).min_values(0).max_values(most))
}
