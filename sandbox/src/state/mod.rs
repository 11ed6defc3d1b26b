//! Everything the server remembers, behind one lock that is never held across an await. Owns ids, time and the
//! news that changes send to gateway sessions and to people; knows nothing of HTTP.

pub(crate) mod faults;
pub(crate) mod interactions;
pub(crate) mod messages;
pub(crate) mod rate_limits;
pub(crate) mod requests;
pub(crate) mod sessions;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use crate::Options;
use crate::blog::SampleBlog;
use crate::clock::MovedClock;
use crate::permissions as p;
use crate::world::{Channel, Member, World};

/// What the parts of the server share.
pub(crate) struct Core {
    pub(crate) url: String,
    pub(crate) port: u16,
    pub(crate) control_token: String,
    pub(crate) bot_token: Option<String>,
    closing: watch::Receiver<bool>,
    state: Mutex<State>,
}

/// A handle to [`Core`].
pub(crate) type Shared = Arc<Core>;

impl Core {
    pub(crate) fn new(options: Options, port: u16, closing: watch::Receiver<bool>) -> Self {
        Self {
            url: format!("http://127.0.0.1:{port}"),
            port,
            control_token: options.control_token.clone(),
            bot_token: options.bot_token.clone(),
            closing,
            state: Mutex::new(State::new(options, port)),
        }
    }

    /// Returns when the sandbox closes.
    pub(crate) async fn closed(&self) {
        // An error means that the sandbox was dropped, which closes it as well.
        let _ = self.closing.clone().wait_for(|closing| *closing).await;
    }

    /// The state, locked. A panic elsewhere does not make it unusable.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that came with a message.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// Something that people may see happen.
#[derive(Debug, Clone)]
pub(crate) struct News {
    pub(crate) kind: &'static str,
    pub(crate) channel_id: Option<u64>,
    /// Whom alone it concerns, otherwise everybody who sees the channel.
    pub(crate) only: Option<u64>,
    pub(crate) message: Option<Value>,
    pub(crate) outcome: Option<Value>,
}

/// Everything the server remembers.
pub(crate) struct State {
    pub(crate) clock: MovedClock,
    pub(crate) url: String,
    pub(crate) world: World,
    pub(crate) application_id: u64,
    pub(crate) bot_id: u64,
    pub(crate) nonce_window: chrono::Duration,
    pub(crate) messages: HashMap<u64, BTreeMap<u64, messages::Stored>>,
    pub(crate) nonces: HashMap<(u64, u64, String), (u64, DateTime<Utc>)>,
    pub(crate) files: HashMap<u64, File>,
    /// Commands by the guild they are registered in, `None` for global ones.
    pub(crate) commands: HashMap<Option<u64>, Vec<Value>>,
    pub(crate) events: BTreeMap<u64, Value>,
    pub(crate) interactions: interactions::Interactions,
    pub(crate) sessions: sessions::Sessions,
    pub(crate) limits: rate_limits::RateLimits,
    pub(crate) requests: requests::Requests,
    pub(crate) faults: faults::Faults,
    pub(crate) blog: SampleBlog,
    pub(crate) bot_in_guild: bool,
    last_id: u64,
    pub(crate) news: broadcast::Sender<News>,
}

impl State {
    fn new(options: Options, port: u16) -> Self {
        Self {
            clock: MovedClock::new(options.clock, options.movable_clock),
            url: format!("http://127.0.0.1:{port}"),
            world: options.world,
            application_id: options.application_id,
            bot_id: options.bot_id,
            nonce_window: options.nonce_window,
            messages: HashMap::new(),
            nonces: HashMap::new(),
            files: HashMap::new(),
            commands: HashMap::new(),
            events: BTreeMap::new(),
            interactions: interactions::Interactions::default(),
            sessions: sessions::Sessions::new(
                options.disallowed_intents,
                options.session_starts,
                u64::try_from(options.heartbeat_interval.as_millis()).unwrap_or(u64::MAX),
            ),
            limits: rate_limits::RateLimits::new(options.rate_limits),
            requests: requests::Requests::default(),
            faults: faults::Faults::default(),
            blog: options.blog,
            bot_in_guild: true,
            last_id: 0,
            news: broadcast::channel(1024).0,
        }
    }

    /// The time by the server's clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new snowflake: the time in its upper bits, always larger than the last one.
    pub(crate) fn new_id(&mut self) -> u64 {
        let since_2015 = self.now().timestamp_millis() - 1_420_070_400_000;
        let by_time = u64::try_from(since_2015).unwrap_or_default() << 22;
        self.last_id = by_time.max(self.last_id + 1);
        self.last_id
    }

    /// The id of the server as Discord writes it.
    pub(crate) fn guild_id(&self) -> String {
        self.world.id.to_string()
    }

    /// The user object of anybody who is or was here.
    pub(crate) fn user(&self, id: u64) -> Value {
        self.world.member(id).map_or_else(|| Member::new(id, "Deleted User", &[]).user(), Member::user)
    }

    /// A member's permission bits in a channel, 0 for what does not exist.
    pub(crate) fn bits(&self, user: u64, channel_id: u64) -> u64 {
        self.world.channel(channel_id).map_or(0, |channel| p::in_channel(&self.world, user, channel))
    }

    /// Tells people's screens.
    pub(crate) fn tell(&self, news: News) {
        // Nobody may be looking; that is no error.
        let _ = self.news.send(news);
    }

    /// Tells people's screens that channels, members, commands or events are different now.
    pub(crate) fn tell_state(&self) {
        self.tell(News { kind: "state", channel_id: None, only: None, message: None, outcome: None });
    }

    /// Tells people's screens that a fault struck or changed, or that the bot asked for something.
    pub(crate) fn tell_faults(&self) {
        self.tell(News { kind: "faults", channel_id: None, only: None, message: None, outcome: None });
    }

    /// The gateway event of a channel that changed, and the screens' part of it.
    pub(crate) fn channel_changed(&mut self, event: &'static str, channel: &Channel) {
        let json = self.world.channel_json(channel);
        self.dispatch(event, json, sessions::GUILDS);
        self.tell_state();
    }

    /// Takes a channel away with all that stands in it, and tells everybody.
    pub(crate) fn delete_channel(&mut self, channel: &Channel) {
        let is_gone = |other: &Channel| other.id == channel.id || other.parent_id == Some(channel.id);
        for gone in self.world.channels.iter().filter(|other| is_gone(other)) {
            self.messages.remove(&gone.id);
        }
        self.world.channels.retain(|other| !is_gone(other));
        let event = if channel.is_thread() { "THREAD_DELETE" } else { "CHANNEL_DELETE" };
        self.channel_changed(event, channel);
    }

    /// The whole server as `GUILD_CREATE` sends it.
    pub(crate) fn guild_create(&self) -> Value {
        let world = &self.world;
        let (threads, channels): (Vec<_>, Vec<_>) =
            world.channels.iter().filter(|c| !c.is_dm()).partition(|c| c.is_thread());
        let of = |list: Vec<&Channel>| -> Vec<Value> { list.into_iter().map(|c| world.channel_json(c)).collect() };
        let mut guild = self.guild();
        let more = json!({"joined_at": "2024-05-01T12:00:00.000000+00:00", "large": false, "unavailable": false,
            "member_count": world.members.len(), "voice_states": [], "channels": of(channels), "threads": of(threads),
            "members": world.members.iter().map(Member::full).collect::<Vec<_>>(), "presences": [],
            "stage_instances": [], "guild_scheduled_events": self.events.values().collect::<Vec<_>>(),
            "soundboard_sounds": []});
        if let (Some(guild), Value::Object(more)) = (guild.as_object_mut(), more) {
            guild.extend(more);
        }
        guild
    }

    /// Discord's guild object.
    pub(crate) fn guild(&self) -> Value {
        let world = &self.world;
        json!({"id": self.guild_id(), "name": world.name, "icon": null, "icon_hash": null, "splash": null,
            "discovery_splash": null, "owner_id": world.owner_id.to_string(), "afk_channel_id": null,
            "afk_timeout": 300, "widget_enabled": false, "widget_channel_id": null, "verification_level": 1,
            "default_message_notifications": 1, "explicit_content_filter": 2, "roles": self.roles(), "emojis": [],
            "features": ["COMMUNITY", "NEWS"], "mfa_level": 0, "application_id": null, "system_channel_id": null,
            "system_channel_flags": 0, "rules_channel_id": null, "max_presences": null, "max_members": 500_000,
            "vanity_url_code": null, "description": null, "banner": null, "premium_tier": 0,
            "premium_subscription_count": 0, "preferred_locale": "en-US", "public_updates_channel_id": null,
            "max_video_channel_users": 25, "max_stage_video_channel_users": 50, "nsfw_level": 0, "stickers": [],
            "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null, "incidents_data": null,
            "region": "deprecated", "hub_type": null})
    }

    /// Discord's role objects.
    pub(crate) fn roles(&self) -> Vec<Value> {
        self.world.roles.iter().enumerate().map(|(position, role)| role.json(position)).collect()
    }
}

/// Whether a JSON value is this id, as text.
pub(crate) fn is_id(value: &Value, id: u64) -> bool {
    value.as_str().is_some_and(|text| text.parse() == Ok(id))
}

/// A time as Discord writes it.
pub(crate) fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, false)
}
