//! What staff read of deliveries that need them: the card in their channel.
//!
//! Owns the card's words and its button. Made from how things stand alone, so that it is the same whoever makes it.
//! Refuses to send: a card is an announcement like any other.

use chrono::{DateTime, Utc};

use crate::announcements::{DeliveryState, Draft, Kind, Part, Step, Trouble};
use crate::config::Config;
use crate::custom_id::{CustomId, Kind as ButtonKind};
use crate::ids::ChannelId;
use crate::message::{ActionButton, ButtonStyle, Embed, Message, cut, escape_markdown, instant};
use crate::texts::{text, text_with};

/// Announcements that a card names; of the others it says how many they are.
const NAMED: usize = 5;

/// Room for one title, in characters.
const TITLE: usize = 120;

/// Room for a reason, in characters.
const PROBLEM: usize = 400;

/// The card for troubles of one part in one channel, as an announcement in the staff channel. There is at least one.
pub(crate) fn draft(config: &Config, troubles: &[Trouble], now: DateTime<Utc>) -> Draft {
    Draft::card(card(config, troubles), config.discord.staff_channel, now)
}

/// The card as it is to read now.
fn card(config: &Config, troubles: &[Trouble]) -> Message {
    let of = |wanted: &dyn Fn(&Trouble) -> bool| troubles.iter().filter(|trouble| wanted(trouble)).collect::<Vec<_>>();
    let open = of(&Trouble::is_open);
    let retried = of(&|trouble| matches!(trouble.state, DeliveryState::Pending | DeliveryState::Sending));
    let solved = of(&|trouble| trouble.state == DeliveryState::Delivered);
    let dropped = of(&|trouble| matches!(trouble.state, DeliveryState::Cancelled | DeliveryState::Missed));
    let mut lines: Vec<String> = open.first().map(|first| waiting(config, first, &open)).into_iter().collect();
    for (words, troubles) in [("card-retried", retried), ("card-solved", solved), ("card-dropped", dropped)] {
        if let Some(first) = troubles.first() {
            lines.push(text_with(words, [("channel", mention(first.channel)), ("titles", titles(&troubles))]));
        }
    }
    let footer = troubles.first().map(|first| text_with("card-footer", [("id", first.key.delivery.to_string())]));
    let embed = Embed { footer, ..Embed::default() };
    let buttons = open.first().map(|first| retry(first)).into_iter().collect();
    Message { content: lines.join("\n"), embed: Some(embed), buttons, ..Message::default() }.fit()
}

/// What waits for staff, and what they can do.
fn waiting(config: &Config, first: &Trouble, open: &[&Trouble]) -> String {
    let problem = first.problem.as_deref().unwrap_or_default();
    text_with(
        "card-trouble",
        [
            ("headline", text(headline(first))),
            ("channel", mention(first.channel)),
            ("titles", titles(open)),
            ("problem", cut(problem, PROBLEM)),
            ("place", place(config, first)),
            ("tried", instant(open.iter().map(|trouble| trouble.tried_at).max().unwrap_or(first.tried_at))),
        ],
    )
}

fn headline(trouble: &Trouble) -> &'static str {
    match (trouble.key.part, trouble.state) {
        (Part::Message, _) if trouble.withdrawn => "card-not-looked-for",
        (Part::Message, DeliveryState::Held) => "card-waits",
        (Part::Message, _) => "card-not-posted",
        (Part::After(Step::Edit), _) => "card-not-edited",
        (Part::After(Step::Crosspost), _) => "card-not-published",
        (Part::After(Step::Thread), _) => "card-no-thread",
        (Part::After(Step::Pin), _) => "card-not-pinned",
        (Part::After(Step::Delete), _) => "card-not-deleted",
    }
}

/// Where the configuration names the channel, for what follows from the configuration.
fn place(config: &Config, trouble: &Trouble) -> String {
    let section = match trouble.kind {
        Kind::Blog => "feeds",
        Kind::OfficeHours => "series",
        Kind::KeyDate => "key_dates",
        Kind::Staff | Kind::Internal | Kind::Personal => return String::new(),
    };
    let uses = config.channel_uses().into_iter().filter(|used| used.channel == trouble.channel);
    let places: Vec<String> =
        uses.filter(|used| used.place.starts_with(section)).map(|used| format!("`{}`", used.place)).collect();
    if places.is_empty() { String::new() } else { text_with("card-place", [("places", places.join(", "))]) }
}

fn titles(troubles: &[&Trouble]) -> String {
    let mut named: Vec<String> = troubles.iter().take(NAMED).map(|trouble| title(trouble)).collect();
    if troubles.len() > NAMED {
        named.push(text_with("card-more", [("count", u64::try_from(troubles.len() - NAMED).unwrap_or_default())]));
    }
    named.join("; ")
}

/// What a trouble's announcement is called, escaped.
pub(crate) fn title(trouble: &Trouble) -> String {
    if trouble.title.is_empty() { text("card-untitled") } else { escape_markdown(&cut(&trouble.title, TITLE)) }
}

fn retry(trouble: &Trouble) -> ActionButton {
    ActionButton {
        label: text("card-retry"),
        custom_id: CustomId::new(ButtonKind::TroubleRetry, trouble.key).to_string(),
        style: ButtonStyle::Primary,
    }
}

fn mention(channel: ChannelId) -> String {
    format!("<#{channel}>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::announcements::TroubleKey;
    use crate::ids::DeliveryId;
    use crate::message::{length, limits};
    use insta::assert_snapshot;

    fn config() -> Config {
        let feed = "[[feeds]]\nkey = \"blog\"\nurl = \"https://example.org/feed\"\nchannels = [\"3\", \"5\"]";
        Config::parse(&format!("[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n{feed}")).unwrap()
    }

    fn trouble(number: i64, state: DeliveryState) -> Trouble {
        Trouble {
            key: TroubleKey { delivery: DeliveryId(number), part: Part::Message },
            kind: Kind::Blog,
            channel: ChannelId::new(5).unwrap(),
            title: format!("Post *{number}*"),
            state,
            problem: Some("the channel does not exist any more".into()),
            tried_at: DateTime::UNIX_EPOCH,
            withdrawn: false,
            message: None,
        }
    }

    #[test]
    fn a_card_names_what_to_change_and_is_followed_up() {
        assert_snapshot!(card(&config(), &[trouble(1, DeliveryState::Failed)]).content, @r#"
        **An announcement could not be posted** in <#5>: Post \*1\*
        the channel does not exist any more. (The channel is named in the configuration at `feeds.channels of "blog"`.) Nothing is lost. When that is put right, press **Retry**. Last tried: <t:0:F> (1 January 1970, 00:00 UTC)
        "#);
        let some = [
            trouble(1, DeliveryState::Pending),
            trouble(2, DeliveryState::Failed),
            trouble(3, DeliveryState::Delivered),
        ];
        assert_snapshot!(card(&config(), &some).content, @r#"
        **An announcement could not be posted** in <#5>: Post \*2\*
        the channel does not exist any more. (The channel is named in the configuration at `feeds.channels of "blog"`.) Nothing is lost. When that is put right, press **Retry**. Last tried: <t:0:F> (1 January 1970, 00:00 UTC)
        **Being tried again** in <#5>: Post \*1\*
        **Put right** in <#5>: Post \*3\*
        "#);
        let none = card(&config(), &[trouble(1, DeliveryState::Delivered), trouble(2, DeliveryState::Cancelled)]);
        assert_snapshot!(none.content, @r"
        **Put right** in <#5>: Post \*1\*
        **Nothing more to do** in <#5>, because it was taken back or its time went by: Post \*2\*
        ");
        assert!(none.buttons.is_empty(), "there is nothing to retry");
    }

    #[test]
    fn a_card_of_many_fits() {
        let many: Vec<Trouble> =
            (0..40).map(|n| Trouble { title: "😀".repeat(500), ..trouble(n, DeliveryState::Failed) }).collect();
        let card = card(&config(), &many);
        assert!(
            length(&card.content) <= limits::CONTENT && card.content.contains("press **Retry**"),
            "{}",
            card.content
        );
    }
}
