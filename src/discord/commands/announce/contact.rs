//! Whom an announcement names for questions: an option of the commands, because neither the form nor the preview has room for
//! one more field or menu. On its way through a form the choice travels in the form's key.

use poise::serenity_prelude as serenity;
use serenity::AutocompleteChoice;

use super::preview;
use super::stop::{Stop, made, said};
use crate::announcements::{Contact, StaffDraft};
use crate::config::NOBODY;
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply};
use crate::message::{cut, escape_markdown, limits};
use crate::texts::{text, text_with};

/// What stands in a form's key before the key of a contact.
const PART: &str = "by-";

/// What an option chose: the key of a contact that the configuration names, or of nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice(String);

impl Choice {
    /// Reads an option: a key or a name, in any case.
    pub(super) fn read(data: &Data, typed: &str) -> Result<Self, Reply> {
        let (contacts, typed) = (&data.config.announce.contacts, typed.trim().to_lowercase());
        if typed == NOBODY || contacts.contains_key(&typed) {
            return Ok(Self(typed));
        }
        let named = contacts.iter().find(|(_, contact)| contact.name.to_lowercase() == typed);
        named.map(|(key, _)| Self(key.clone())).ok_or_else(|| unknown(data))
    }

    /// The choice that a form's key carries; `None` where it carries none.
    pub(super) fn carried(data: &Data, key: &str) -> Result<Option<Self>, Reply> {
        let part = key.split('.').find_map(|part| part.strip_prefix(PART));
        part.map(|part| Self::read(data, part)).transpose()
    }

    /// The choice of a contact, or of nobody; `None` where the configuration does not name the contact any more.
    pub(super) fn of(data: &Data, contact: Option<&Contact>) -> Option<Self> {
        let Some(contact) = contact else { return Some(Self(NOBODY.to_owned())) };
        let named = data.config.announce.contacts.iter().find(|(_, named)| *named == contact);
        named.map(|(key, _)| Self(key.clone()))
    }

    /// The part of a form's key that carries it.
    pub(super) fn part(&self) -> String {
        format!(".{PART}{}", self.0)
    }

    /// The contact; `None` for nobody.
    pub(super) fn contact(&self, data: &Data) -> Option<Contact> {
        data.config.announce.contacts.get(&self.0).cloned()
    }
}

/// The contacts that can be chosen, and nobody.
pub(super) fn choices(data: &Data, typed: &str) -> Vec<AutocompleteChoice> {
    let contacts = data.config.announce.contacts.iter().map(|(key, contact)| (contact.plain(), key.clone()));
    let typed = typed.trim().to_lowercase();
    let nobody = (text("announce-contact-nobody"), NOBODY.to_owned());
    let fits = |(name, key): &(String, String)| [name, key].iter().any(|part| part.to_lowercase().contains(&typed));
    let found = contacts.chain([nobody]).filter(fits);
    found.map(|(name, key)| AutocompleteChoice::new(cut(&name, limits::CHOICE), key)).collect()
}

/// Gives an unsent draft of the caller another contact, and shows it.
pub(super) async fn sign(data: &Data, exchange: &Exchange, draft: StaffDraft, choice: &Choice) -> Result<Reply, Error> {
    let contact = choice.contact(data);
    let done = async {
        if draft.wording.contact == contact {
            return Ok(preview::preview(data, &draft, None).await?);
        }
        let signed = StaffDraft { wording: draft.wording.clone().signed(contact), ..draft };
        let change = exchange.insist(async || data.store.save_draft(&signed, data.clock.now()).await).await?;
        Ok::<_, Stop>(preview::preview(data, &made(change)?, None).await?)
    };
    said(data, done.await).await
}

/// What a preview says of a draft without a contact, where one could be chosen.
pub(super) fn hint(data: &Data, draft: &StaffDraft) -> Option<String> {
    let is_offered = draft.wording.contact.is_none() && !data.config.announce.contacts.is_empty();
    let id = if draft.announcement.is_none() { "announce-contact-hint" } else { "announce-contact-hint-edit" };
    is_offered.then(|| text(id))
}

fn unknown(data: &Data) -> Reply {
    let contacts = &data.config.announce.contacts;
    if contacts.is_empty() {
        return Reply::aside(text("announce-contact-none"));
    }
    let known = contacts.iter().map(|(key, contact)| format!("`{key}` ({})", escape_markdown(&contact.name)));
    Reply::aside(text_with("announce-contact-unknown", [("contacts", known.collect::<Vec<_>>().join(", "))]))
}
