//! The cards that ask staff about posts.

use chrono::{DateTime, Utc};

use crate::announcements::Draft;
use crate::blog::{self, Choice, Entry, Question, QuestionKind, QuestionPost};
use crate::config::Config;
use crate::custom_id::{CustomId, Kind};
use crate::message::{ActionButton, ButtonStyle, Embed, Message, cut, escape_markdown, instant, length};
use crate::texts::{Value, text, text_with};

/// Between what is said about a post and the post.
const RULE: &str = "━━━━━━━━━━━━";

/// Room for the titles on a card, of the 2,000 characters of a message.
const TITLES: usize = 1300;

/// Longest title on a card that lists several.
const TITLE: usize = 100;

/// Makes the cards of questions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cards<'a> {
    /// The settings.
    pub(crate) config: &'a Config,
    /// The time.
    pub(crate) now: DateTime<Utc>,
}

impl Cards<'_> {
    /// The card as an announcement in the staff channel.
    pub(crate) fn draft(&self, question: &Question) -> Draft {
        Draft::card(self.message(question), self.config.discord.staff_channel, self.now)
    }

    /// The card as it is to read now.
    pub(crate) fn message(&self, question: &Question) -> Message {
        match (question.kind, &question.posts[..]) {
            (QuestionKind::Approval, [post]) => self.approval(question, post),
            _ => several(question),
        }
    }

    /// One post, exactly as it would look.
    fn approval(&self, question: &Question, post: &QuestionPost) -> Message {
        let settings = super::settings(self.config, &question.feed_key, question.staff.as_ref());
        let shown = settings.map(|settings| {
            let info = settings.info(&question.feed_title, &self.config.discord.allowed_ping_roles);
            blog::announcement(&info, &post.told())
        });
        let shown = shown.unwrap_or_default();
        let mut head = vec![match question.settled {
            None => text_with("feeds-card-waits", [("feed", question.feed_key.clone())]),
            Some(_) => settled_words(question),
        }];
        if question.settled.is_none() {
            head.extend(post.is_gone.then(|| text("feeds-card-gone")));
            head.extend(post.is_rewritten().then(|| text("feeds-card-rewritten")));
        }
        // A skipped post is named, not shown: it is not to be taken for one that stands somewhere.
        if question.settled.is_some() {
            head.push(titles(std::iter::once(&post.told())));
            let embed = Some(Embed { footer: Some(question.feed_key.clone()), ..Embed::default() });
            return Message { content: head.join("\n"), embed, ..Message::default() }.fit();
        }
        let buttons = vec![
            button(Kind::FeedPublish, question, "feeds-publish", ButtonStyle::Success),
            button(Kind::FeedRewrite, question, "feeds-edit", ButtonStyle::Secondary),
            button(Kind::FeedSkip, question, "feeds-skip", ButtonStyle::Danger),
        ];
        let content = format!("{}\n{RULE}\n{}", head.join("\n"), shown.content);
        // Without a thread and a ping, which are the post's.
        Message { content, embed: shown.embed, links: shown.links, buttons, ..Message::default() }.fit()
    }
}

/// Many posts: what happened, their titles, and what can be done.
fn several(question: &Question) -> Message {
    let count = question.posts.len();
    let feed = ("feed", Value::from(question.feed_key.clone()));
    let number = |name, count: usize| (name, Value::from(count));
    let is_recognised = question.kind == QuestionKind::Moved && count == question.recognised;
    let head = match question.kind {
        QuestionKind::Moved if is_recognised => {
            text_with("card-feed-identities", [feed, number("count", question.recognised)])
        }
        QuestionKind::Moved => {
            text_with("feeds-card-moved-new", [feed, number("count", question.recognised), number("new", count)])
        }
        QuestionKind::Approval | QuestionKind::Flood => text_with("card-feed-flood", [feed, number("count", count)]),
    };
    let mut content = vec![head, titles(question.posts.iter().rev().map(|post| &post.entry))];
    if question.settled.is_some() {
        content.push(settled_words(question));
        return Message { content: content.join("\n"), ..Message::default() }.fit();
    }
    content.push(match is_recognised {
        true => text("feeds-card-choose-moved"),
        false => text_with("feeds-card-choose", [number("count", count)]),
    });
    let buttons = vec![
        button(Kind::FeedKnown, question, "feeds-known", ButtonStyle::Primary),
        button(Kind::FeedNewest, question, "feeds-newest", ButtonStyle::Secondary),
        button(Kind::FeedAll, question, "feeds-all", ButtonStyle::Danger),
    ];
    Message { content: content.join("\n"), buttons, ..Message::default() }.fit()
}

/// Who settled a question, when and how; empty while it is open.
pub(crate) fn settled_words(question: &Question) -> String {
    let Some((choice, by, at)) = question.settled else { return String::new() };
    let id = match (question.kind, choice) {
        (QuestionKind::Approval, Choice::Known) => "feeds-settled-skipped",
        (QuestionKind::Approval, _) => "feeds-settled-published",
        (_, Choice::Known) => "feeds-settled-known",
        (_, Choice::Newest) => "feeds-settled-newest",
        (_, Choice::All) => "feeds-settled-all",
    };
    text_with(id, [("by", format!("<@{by}>")), ("when", instant(at))])
}

/// Titles as a list, as far as there is room; then how many more there are.
fn titles<'a>(entries: impl Iterator<Item = &'a Entry>) -> String {
    let (mut list, mut left) = (String::new(), 0_u64);
    for entry in entries {
        let line = format!("- {}\n", escape_markdown(&cut(entry.heading(), TITLE)));
        if left == 0 && length(&list) + length(&line) <= TITLES {
            list.push_str(&line);
        } else {
            left += 1;
        }
    }
    if left > 0 {
        list.push_str(&text_with("feeds-and-more", [("count", left)]));
    }
    list.trim_end().to_owned()
}

fn button(kind: Kind, question: &Question, label: &str, style: ButtonStyle) -> ActionButton {
    let custom_id = CustomId::new(kind, format!("{}.{}", question.id, question.version)).to_string();
    ActionButton { label: text(label), custom_id, style }
}
