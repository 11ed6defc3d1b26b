//! Messages: creating, editing, deleting, looking up; nonces; pins. Owns what Discord does with content, embeds and
//! mentions; permission to do it is checked by the callers, who know whose request it is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{File, News, State, sessions, timestamp};
use crate::errors::ApiError;
use crate::limits::{self, Object, field};
use crate::mentions::Mentions;
use crate::permissions as p;

/// Discord's message flags.
pub(crate) const CROSSPOSTED: u64 = 1 << 0;
pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
pub(crate) const HAS_THREAD: u64 = 1 << 5;
pub(crate) const EPHEMERAL: u64 = 1 << 6;
pub(crate) const LOADING: u64 = 1 << 7;
pub(crate) const SILENT: u64 = 1 << 12;

/// A message as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: u64,
    pub(crate) channel_id: u64,
    pub(crate) author_id: u64,
    /// Discord's message object.
    pub(crate) body: Value,
    /// Who alone sees it.
    pub(crate) ephemeral_for: Option<u64>,
    /// Who was really notified.
    pub(crate) pinged: Mentions,
}

impl Stored {
    /// Discord's object with what a person's side adds.
    pub(crate) fn control(&self) -> Value {
        let mut json = self.body.clone();
        json["ephemeral_for"] = json!(self.ephemeral_for.map(|id| id.to_string()));
        json["pinged"] = self.pinged.json();
        json
    }

    pub(crate) fn flags(&self) -> u64 {
        self.body["flags"].as_u64().unwrap_or_default()
    }
}

/// What is to be posted.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// Its id, where that is not a new one: a forum's post begins with a message of the post's id.
    pub(crate) id: Option<u64>,
    pub(crate) channel_id: u64,
    pub(crate) author_id: u64,
    pub(crate) body: Object,
    pub(crate) files: Vec<File>,
    pub(crate) ephemeral_for: Option<u64>,
    /// Fields of the message object that the sender does not choose, such as `interaction_metadata`.
    pub(crate) more: Object,
    /// Whether a message without content is meant, such as "thinking…" or a system message.
    pub(crate) may_be_empty: bool,
}

impl State {
    /// The message, if it exists.
    pub(crate) fn message(&self, channel_id: u64, id: u64) -> Option<&Stored> {
        self.messages.get(&channel_id)?.get(&id)
    }

    /// The message as the REST API shows it to the bot: ephemeral ones are not there.
    pub(crate) fn public_message(&self, channel_id: u64, id: u64) -> Result<&Stored, ApiError> {
        self.message(channel_id, id).filter(|m| m.ephemeral_for.is_none()).ok_or_else(ApiError::unknown_message)
    }

    /// The message that the same author's same nonce already made here, within the window.
    pub(crate) fn by_nonce(&self, channel_id: u64, author: u64, nonce: &str) -> Option<&Stored> {
        let (id, at) = self.nonces.get(&(channel_id, author, nonce.to_owned()))?;
        (self.now() - *at <= self.nonce_window).then(|| self.message(channel_id, *id)).flatten()
    }

    /// Posts a message, checked and stored, and tells everybody.
    pub(crate) fn post(&mut self, draft: Draft) -> Result<u64, ApiError> {
        limits::message(&draft.body)?;
        let bits = self.bits(draft.author_id, draft.channel_id);
        let body = self.new_body(&draft, bits)?;
        let id = draft.id.unwrap_or_else(|| self.new_id());
        let (channel_id, author_id) = (draft.channel_id, draft.author_id);
        let stored = self.complete(id, &draft, body, bits)?;
        if let Some(nonce) = limits::nonce(&draft.body)? {
            let now = self.now();
            let window = self.nonce_window;
            self.nonces.retain(|_, (_, at)| now - *at <= window);
            self.nonces.insert((channel_id, author_id, nonce), (id, now));
        }
        self.messages.entry(channel_id).or_default().insert(id, stored);
        self.count_in_thread(channel_id, id);
        self.announce("MESSAGE_CREATE", "message_create", channel_id, id);
        Ok(id)
    }

    /// A message brings its thread back where it was archived.
    fn count_in_thread(&mut self, channel_id: u64, id: u64) {
        let now = self.now();
        let Some(thread) = self.world.channels.iter_mut().find(|c| c.id == channel_id && c.is_thread()) else { return };
        thread.messages += u32::from(id != channel_id);
        if std::mem::take(&mut thread.archived.0) {
            thread.archived_at = Some(now);
            let thread = thread.clone();
            self.channel_changed("THREAD_UPDATE", &thread);
        }
    }

    /// Content, embeds and components as Discord keeps them.
    fn new_body(&self, draft: &Draft, bits: u64) -> Result<Value, ApiError> {
        let content = field(&draft.body, "content").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let is_answer = draft.more.contains_key("interaction_metadata");
        let may_embed = is_answer || bits & p::EMBED_LINKS != 0;
        let embeds = if may_embed { normal_embeds(field(&draft.body, "embeds")) } else { json!([]) };
        let components = field(&draft.body, "components").cloned().unwrap_or_else(|| json!([]));
        let nothing = content.is_empty() && is_blank(&embeds) && is_blank(&components) && draft.files.is_empty();
        if nothing && !draft.may_be_empty && field(&draft.body, "poll").is_none() {
            return Err(ApiError::empty_message());
        }
        let settable = SUPPRESS_EMBEDS | SILENT | limits::COMPONENTS_V2 | EPHEMERAL | LOADING;
        let mut flags = limits::flags(&draft.body)? & settable;
        if draft.ephemeral_for.is_none() {
            flags &= !EPHEMERAL;
        }
        Ok(json!({"content": content, "embeds": embeds, "components": components, "flags": flags}))
    }

    fn complete(&mut self, id: u64, draft: &Draft, mut body: Value, bits: u64) -> Result<Stored, ApiError> {
        let now = timestamp(self.now());
        let channel = self.world.channel(draft.channel_id).cloned().ok_or_else(ApiError::unknown_channel)?;
        let replied_to = self.reference(draft, &mut body);
        let allowed = limits::allowed_mentions(&draft.body)?;
        let text = body["content"].as_str().unwrap_or_default();
        let mentions = Mentions::read(text, allowed.as_ref(), replied_to);
        let pinged = match draft.ephemeral_for {
            None => mentions.pinged(&self.world, &channel, draft.author_id, bits),
            Some(_) => Mentions::default(),
        };
        body["id"] = json!(id.to_string());
        body["channel_id"] = json!(draft.channel_id.to_string());
        body["author"] = self.user(draft.author_id);
        body["timestamp"] = json!(now);
        body["edited_timestamp"] = Value::Null;
        for (key, value) in [("tts", json!(false)), ("pinned", json!(false)), ("type", json!(0))] {
            body[key] = value;
        }
        if let Some(nonce) = field(&draft.body, "nonce") {
            body["nonce"] = nonce.clone();
        }
        body["attachments"] = self.attach(draft.channel_id, &draft.files, &draft.body);
        self.show_mentions(&mut body, &mentions, &pinged);
        if let Some(object) = body.as_object_mut() {
            object.extend(draft.more.clone());
        }
        let (channel_id, author_id, ephemeral_for) = (draft.channel_id, draft.author_id, draft.ephemeral_for);
        Ok(Stored { id, channel_id, author_id, body, ephemeral_for, pinged })
    }

    fn reference(&self, draft: &Draft, body: &mut Value) -> Option<u64> {
        let reference = field(&draft.body, "message_reference")?;
        let target = reference["message_id"].as_str()?.parse().ok()?;
        let replied = self.message(draft.channel_id, target)?;
        body["message_reference"] = json!({"type": 0, "message_id": target.to_string(),
            "channel_id": draft.channel_id.to_string(), "guild_id": self.guild_id()});
        body["type"] = json!(19);
        body["referenced_message"] = replied.body.clone();
        Some(replied.author_id)
    }

    fn show_mentions(&self, body: &mut Value, mentions: &Mentions, pinged: &Mentions) {
        let users: Vec<Value> =
            mentions.users.iter().filter_map(|id| self.world.member(*id)).map(|m| m.user()).collect();
        let roles = mentions.roles.iter().filter(|id| self.world.role(**id).is_some()).map(u64::to_string);
        body["mention_everyone"] = json!(pinged.everyone);
        body["mentions"] = json!(users);
        body["mention_roles"] = roles.collect();
    }

    fn attach(&mut self, channel_id: u64, files: &[File], body: &Object) -> Value {
        let described = |n: usize| {
            let key = n.to_string();
            let list = body.get("attachments").and_then(Value::as_array)?;
            list.iter()
                .find(|a| a["id"] == n || a["id"].as_str() == Some(key.as_str()))
                .and_then(|a| a.get("description"))
                .cloned()
        };
        let mut attachments = Vec::new();
        for (n, file) in files.iter().enumerate() {
            let id = self.new_id();
            let url = format!("{}/attachments/{channel_id}/{id}/{}", self.url, file.name);
            attachments.push(json!({"id": id.to_string(), "filename": file.name, "size": file.bytes.len(),
                "content_type": file.content_type, "url": url, "proxy_url": url,
                "description": described(n), "ephemeral": false}));
            self.files.insert(id, file.clone());
        }
        json!(attachments)
    }

    /// Changes a message as a PATCH does. Mentions are read anew when the content is in it, with the default unless
    /// `allowed_mentions` is in it too.
    pub(crate) fn edit(&mut self, channel_id: u64, id: u64, patch: &Object, files: &[File]) -> Result<(), ApiError> {
        limits::message(patch)?;
        let mut stored = self.message(channel_id, id).cloned().ok_or_else(ApiError::unknown_message)?;
        let bits = self.bits(stored.author_id, channel_id);
        self.edit_content(&mut stored, patch, bits)?;
        let is_answer = stored.body.get("interaction_metadata").is_some();
        if patch.contains_key("embeds") && (is_answer || bits & p::EMBED_LINKS != 0) {
            stored.body["embeds"] = normal_embeds(field(patch, "embeds"));
        }
        if patch.contains_key("components") {
            stored.body["components"] = field(patch, "components").cloned().unwrap_or_else(|| json!([]));
        }
        self.edit_attachments(&mut stored, patch, files);
        let mut flags = stored.flags() & !LOADING;
        if field(patch, "flags").is_some() {
            let settable = SUPPRESS_EMBEDS | limits::COMPONENTS_V2;
            flags = flags & !settable | limits::flags(patch)? & settable | flags & limits::COMPONENTS_V2;
        }
        stored.body["flags"] = json!(flags);
        let parts = ["content", "embeds", "components", "attachments"];
        if parts.iter().all(|key| is_blank(&stored.body[*key])) {
            return Err(ApiError::empty_message());
        }
        stored.body["edited_timestamp"] = json!(timestamp(self.now()));
        self.messages.entry(channel_id).or_default().insert(id, stored);
        self.announce("MESSAGE_UPDATE", "message_update", channel_id, id);
        Ok(())
    }

    fn edit_content(&self, stored: &mut Stored, patch: &Object, bits: u64) -> Result<(), ApiError> {
        if !patch.contains_key("content") {
            return Ok(());
        }
        let content = field(patch, "content").and_then(Value::as_str).unwrap_or_default().trim();
        let channel = self.world.channel(stored.channel_id).ok_or_else(ApiError::unknown_channel)?;
        let allowed = limits::allowed_mentions(patch)?;
        let mentions = Mentions::read(content, allowed.as_ref(), None);
        let pinged = mentions.pinged(&self.world, channel, stored.author_id, bits);
        stored.body["content"] = json!(content);
        self.show_mentions(&mut stored.body, &mentions, &pinged);
        if stored.ephemeral_for.is_none() {
            stored.pinged.extend(pinged);
        }
        Ok(())
    }

    fn edit_attachments(&mut self, stored: &mut Stored, patch: &Object, files: &[File]) {
        let mut kept = stored.body["attachments"].as_array().cloned().unwrap_or_default();
        if let Some(list) = field(patch, "attachments").and_then(Value::as_array) {
            kept.retain(|old| list.iter().any(|new| new["id"] == old["id"]));
        }
        if let Value::Array(new) = self.attach(stored.channel_id, files, patch) {
            kept.extend(new);
        }
        stored.body["attachments"] = json!(kept);
    }

    /// Changes a message without it counting as an edit (pins, crossposts, threads).
    pub(crate) fn alter(&mut self, channel_id: u64, id: u64, change: impl FnOnce(&mut Value)) {
        if let Some(stored) = self.messages.get_mut(&channel_id).and_then(|channel| channel.get_mut(&id)) {
            change(&mut stored.body);
            self.announce("MESSAGE_UPDATE", "message_update", channel_id, id);
        }
    }

    /// Deletes a message and tells everybody.
    pub(crate) fn delete_message(&mut self, channel_id: u64, id: u64) -> Result<(), ApiError> {
        let gone =
            self.messages.get_mut(&channel_id).and_then(|c| c.remove(&id)).ok_or_else(ApiError::unknown_message)?;
        if let Some(thread) = self.world.channels.iter_mut().find(|c| c.id == channel_id && c.is_thread()) {
            thread.messages = thread.messages.saturating_sub(u32::from(id != channel_id));
        }
        let mut event = json!({"id": id.to_string(), "channel_id": channel_id.to_string()});
        let dm = self.world.channel(channel_id).is_some_and(crate::world::Channel::is_dm);
        if !dm {
            event["guild_id"] = json!(self.guild_id());
        }
        if gone.ephemeral_for.is_none() {
            let intents = if dm { sessions::DIRECT_MESSAGES } else { sessions::GUILD_MESSAGES };
            self.dispatch("MESSAGE_DELETE", event.clone(), intents);
        }
        let (kind, channel_id, only) = ("message_delete", Some(channel_id), gone.ephemeral_for);
        self.tell(News { kind, channel_id, only, message: Some(event), outcome: None });
        Ok(())
    }

    fn announce(&mut self, event: &'static str, kind: &'static str, channel_id: u64, id: u64) {
        let Some(stored) = self.message(channel_id, id).cloned() else { return };
        if stored.ephemeral_for.is_none() {
            let mut message = stored.body.clone();
            if !self.world.channel(channel_id).is_some_and(crate::world::Channel::is_dm) {
                message["guild_id"] = json!(self.guild_id());
                message["member"] = self.world.member(stored.author_id).map_or(Value::Null, |m| m.partial());
            }
            if p::VIEW_CHANNEL & self.bits(self.bot_id, channel_id) != 0 {
                self.dispatch_message(event, message, stored.author_id);
            }
        }
        let (channel_id, only, message) = (Some(channel_id), stored.ephemeral_for, Some(stored.control()));
        self.tell(News { kind, channel_id, only, message, outcome: None });
    }

    /// The messages of a channel that `viewer` sees, oldest first.
    pub(crate) fn visible(&self, channel_id: u64, viewer: u64) -> impl Iterator<Item = &Stored> {
        static NONE: BTreeMap<u64, Stored> = BTreeMap::new();
        let all = self.messages.get(&channel_id).unwrap_or(&NONE);
        all.values().filter(move |m| m.ephemeral_for.is_none_or(|id| id == viewer))
    }
}

/// Whether a part of a message object is empty.
fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// Embeds as Discord gives them back: typed, without nulls.
fn normal_embeds(embeds: Option<&Value>) -> Value {
    let Some(items) = embeds.and_then(Value::as_array) else { return json!([]) };
    let mut items = items.clone();
    for object in items.iter_mut().filter_map(Value::as_object_mut) {
        object.retain(|_, value| !value.is_null());
        object.insert("type".into(), json!("rich"));
    }
    json!(items)
}
