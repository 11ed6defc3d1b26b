//! What staff read of a submission: its card in the staff channel.
//!
//! Owns the card's words and buttons. Made from the record alone, so that it is the same whoever makes it: the form's
//! handler, a click of the staff, the hourly round. Refuses to send: a card is an announcement like any other.

mod export;
mod lines;
mod pictures;
mod quote;
mod table;
mod terms;

use chrono::{DateTime, NaiveDate, Utc};

use crate::announcements::Draft;
use crate::config::Config;
use crate::custom_id::{CustomId, Kind as ButtonKind};
use crate::feedback::{Answers, Kind as Wish, Rating, Record, ReplyText, Sender, StaffReply, State};
use crate::message::{ActionButton, ButtonStyle, Message, cut, escape_markdown, instant};
use crate::texts::{text, text_with};

pub(crate) use export::{Format, export};
pub(crate) use lines::{entry, found, history, themes};
pub(crate) use pictures::{drawn, sketches};
pub(crate) use quote::{Quote, quote};
pub(crate) use table::{plain_title, table};
pub(crate) use terms::{Sizes, term, terms};

/// Room for what was written, of the 2,000 characters of a message; the rest is the card's own words.
const ROOM: usize = 1300;

/// Room for the replies, which what was written then gives up; how many of them are shown; and room for each.
const REPLIES_ROOM: usize = 500;
const REPLIES: usize = 2;
const REPLY_ROOM: usize = 150;

/// What a question is about that is about no configured programme.
pub(crate) const NO_PROGRAM: &str = "other";

/// Room for what a reply answers, of the message in which a member gets it; the reply itself has up to 1,500 characters.
const ASKED_ROOM: usize = 200;

/// Longest name of a programme that is shown.
const TITLE: usize = 80;

/// The card as an announcement in the staff channel.
pub(crate) fn draft(config: &Config, record: &Record, now: DateTime<Utc>) -> Draft {
    Draft::card(card(config, record), config.discord.staff_channel, now)
}

/// The card as it is to read now.
pub(crate) fn card(config: &Config, record: &Record) -> Message {
    if let Some(withheld) = withheld(record) {
        return Message { content: format!("{}\n{withheld}", heading(config, record)), ..Message::default() }.fit();
    }
    let room = if record.replies.is_empty() { ROOM } else { ROOM - REPLIES_ROOM };
    let (written, is_whole) = boxes(&record.answers, room);
    let (replies, are_whole) = replies(record);
    let is_whole = is_whole && are_whole;
    let mut parts = vec![heading(config, record), written];
    if !is_whole {
        parts.push(text("inbox-card-shortened"));
    }
    if let Some(rating) = record.shown_rating {
        parts.push(text_with("inbox-card-rating", [("rating", rating_words(rating))]));
    }
    if let (Sender::Named { may_contact, .. }, Wish::Feedback) = (record.sender, record.kind) {
        parts.push(text(if may_contact { "inbox-card-contact" } else { "inbox-card-no-contact" }));
    }
    parts.extend(replies);
    parts.extend(themes(record));
    parts.push(state(record));
    Message {
        content: parts.join("\n"),
        buttons: buttons(record, is_whole && record.replies.len() <= REPLIES),
        ..Message::default()
    }
    .fit()
}

/// What staff read in place of a text on conduct: who found it so, and where it belongs.
pub(crate) fn withheld(record: &Record) -> Option<String> {
    let touched = record.conduct?;
    let by = ("by", format!("<@{}>", touched.by));
    Some(text_with("inbox-withheld", [by, ("when", instant(touched.at))]))
}

/// What stands in a card's place once its sender has erased the submission.
pub(crate) fn erased_card(config: &Config, record: &Record) -> Message {
    let program = program_title(config, &record.program);
    let id = match record.kind {
        Wish::Feedback => "inbox-card-erased",
        Wish::Question => "inbox-card-erased-question",
    };
    Message { content: text_with(id, [("program", program)]), ..Message::default() }
}

/// The last replies, each with who wrote it, and how many came before; whether none of those had to be cut.
fn replies(record: &Record) -> (Vec<String>, bool) {
    let earlier = record.replies.len().saturating_sub(REPLIES);
    let more = i64::try_from(earlier).unwrap_or(i64::MAX);
    let mut lines: Vec<String> =
        (earlier > 0).then(|| text_with("reply-more", [("count", more)])).into_iter().collect();
    let mut is_whole = true;
    for reply in &record.replies[earlier..] {
        let quote = quote(reply.text.as_str(), REPLY_ROOM);
        is_whole &= quote.is_whole;
        lines.push(format!("{}\n{}", reply_head(reply), quote.text));
    }
    (lines, is_whole)
}

/// Who of the staff wrote a reply, and when.
pub(crate) fn reply_head(reply: &StaffReply) -> String {
    let by = format!("<@{}>", reply.touched.by);
    text_with("reply-line", [("by", by), ("when", instant(reply.touched.at))])
}

/// All replies as they were written, below what `head` says. Staff's words are not a stranger's: their links can be
/// followed; and an answer pings nobody.
pub(crate) fn whole_replies(record: &Record, head: impl Fn(&StaffReply) -> String) -> Vec<String> {
    let quoted = |reply: &StaffReply| {
        let lines: Vec<String> = reply.text.as_str().lines().map(|line| format!("> {line}")).collect();
        format!("{}\n{}", head(reply), lines.join("\n"))
    };
    record.replies.iter().map(quoted).collect()
}

/// When a reply was written, for the member.
pub(crate) fn reply_head_for_member(reply: &StaffReply) -> String {
    text_with("reply-line-member", [("when", instant(reply.touched.at))])
}

/// When a reply was written, in a text file.
pub(crate) fn plain_reply_head(reply: &StaffReply) -> String {
    text_with("reply-line-plain", [("when", reply.touched.at.format("%-d %B %Y, %H:%M UTC").to_string())])
}

/// What a member gets of a reply, by direct message or at the next command.
pub(crate) fn reply_message(record: &Record, written: &ReplyText) -> Message {
    let quote = quote(record.answers.first_line(), ASKED_ROOM).text;
    let content = text_with(
        "reply-message",
        [("date", day(record.submitted_on)), ("quote", quote), ("answer", written.as_str().to_owned())],
    );
    Message { content, ..Message::default() }.fit()
}

/// What is left of that once the member has deleted what it answers.
pub(crate) fn erased_reply() -> Message {
    Message { content: text("reply-message-erased"), ..Message::default() }
}

pub(crate) fn heading(config: &Config, record: &Record) -> String {
    let program = ("program", program_title(config, &record.program));
    match record.sender {
        Sender::Named { author, at, .. } if record.kind == Wish::Question => {
            text_with("inbox-card-question", [program, ("author", format!("<@{author}>")), ("when", instant(at))])
        }
        Sender::Named { author, at, .. } => {
            text_with("inbox-card-named", [program, ("author", format!("<@{author}>")), ("when", instant(at))])
        }
        Sender::Anonymous => text_with("inbox-card-anonymous", [program, ("date", day(record.submitted_on))]),
    }
}

/// What was filled in, each with the text that heads it.
pub(crate) fn filled_in(answers: &Answers) -> Vec<(String, &str)> {
    let fixed = [
        ("staff-question-asked", answers.question()),
        ("feedback-went-well", answers.went_well()),
        ("feedback-to-change", answers.to_change()),
    ]
    .into_iter()
    .filter_map(|(label, written)| Some((text(label), written?)));
    fixed.chain(answers.form().iter().map(|answered| (answered.question.clone(), answered.answer.as_str()))).collect()
}

/// All boxes with their headings, quoted, in so much room; whether nothing had to be left out.
pub(crate) fn boxes(answers: &Answers, room: usize) -> (String, bool) {
    let boxes = filled_in(answers);
    let room = room / boxes.len().max(1);
    let quotes: Vec<(String, Quote)> =
        boxes.into_iter().map(|(label, written)| (escape_markdown(&label), quote(written, room))).collect();
    let lines: Vec<String> = quotes.iter().map(|(label, quote)| format!("**{label}**\n{}", quote.text)).collect();
    (lines.join("\n"), quotes.iter().all(|(_, quote)| quote.is_whole))
}

/// How far it is, and who saw to that.
pub(crate) fn state(record: &Record) -> String {
    let id = match record.state {
        State::New => return text("inbox-state-new"),
        State::Acknowledged => "inbox-state-acknowledged",
        State::Resolved => "inbox-state-resolved",
    };
    let Some(touched) = record.last_touched() else { return text("inbox-state-new") };
    text_with(id, [("by", format!("<@{}>", touched.by)), ("when", instant(touched.at))])
}

/// What staff can do with a submission.
pub(crate) fn buttons(record: &Record, is_whole: bool) -> Vec<ActionButton> {
    if record.conduct.is_some() {
        return Vec::new();
    }
    let button = |kind, label: &str, style| ActionButton {
        label: text(label),
        custom_id: CustomId::new(kind, record.id).to_string(),
        style,
    };
    let acknowledge = (record.state == State::New)
        .then(|| button(ButtonKind::InboxAcknowledge, "inbox-acknowledge", ButtonStyle::Primary));
    let resolve = (record.state != State::Resolved)
        .then(|| button(ButtonKind::InboxResolve, "inbox-resolve", ButtonStyle::Success));
    let reply = (record.state != State::Resolved)
        .then(|| button(ButtonKind::InboxReply, "inbox-reply", ButtonStyle::Secondary));
    let show = (!is_whole).then(|| button(ButtonKind::InboxShow, "inbox-show", ButtonStyle::Secondary));
    let tag = button(ButtonKind::InboxTag, "inbox-tag", ButtonStyle::Secondary);
    let conduct = button(ButtonKind::InboxConduct, "inbox-conduct", ButtonStyle::Secondary);
    [acknowledge, reply, resolve, Some(tag), Some(conduct), show].into_iter().flatten().collect()
}

/// A programme as members know it; its key when the configuration does not have it any more.
pub(crate) fn program_title(config: &Config, key: &str) -> String {
    match config.programs.iter().find(|program| program.key == key) {
        Some(program) => escape_markdown(&cut(&program.title, TITLE)),
        None if key == NO_PROGRAM => text("staff-no-program"),
        None => escape_markdown(&cut(key, TITLE)),
    }
}

/// A rating as a number and a word.
pub(crate) fn rating_words(rating: Rating) -> String {
    text(match rating.get() {
        1 => "feedback-rating-1",
        2 => "feedback-rating-2",
        3 => "feedback-rating-3",
        4 => "feedback-rating-4",
        _ => "feedback-rating-5",
    })
}

/// A day, e.g. `21 November 2026`.
pub(crate) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::{MAX_REPLY, SubmissionId, Touched};
    use crate::ids::{ReplyId, Snowflake, UserId};
    use crate::message::{length, limits};
    use insta::assert_snapshot;
    use proptest::prelude::*;

    fn record(went_well: &str, to_change: &str) -> Record {
        let at = DateTime::parse_from_rfc3339("2026-11-21T12:00:00Z").unwrap().to_utc();
        Record {
            id: SubmissionId::random(),
            kind: Wish::Feedback,
            replies: Vec::new(),
            program: "grants".into(),
            answers: Answers::parse(went_well, to_change).unwrap(),
            rating: Rating::new(4),
            shown_rating: Rating::new(4),
            submitted_on: at.date_naive(),
            sender: Sender::Named { author: UserId::new(33).unwrap(), at, may_contact: false },
            state: State::Acknowledged,
            acknowledged: Some(Touched { by: UserId::new(32).unwrap(), at }),
            resolved: None,
            card: None,
            themes: Vec::new(),
            themes_version: 0,
            conduct: None,
            awaits_round: false,
        }
    }

    fn config() -> Config {
        Config::parse("[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n[[programs]]\nkey = \"grants\"\ntitle = \"Grants *Program*\"").unwrap()
    }

    #[test]
    fn a_card_says_all_without_its_buttons() {
        let card =
            card(&config(), &record("The **talks**\n\n- and @everyone", "[x](https://evil.example) discord.gg/x"));
        assert_snapshot!(card.content, @r"
        **Feedback: Grants \*Program\***
        From <@33>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
        **What went well**
        > The \*\*talks\*\*
        > 
        > \- and \@everyone
        **What to change**
        > \[x\](https:\/\/evil.example) discord.gg\/x
        Rating from 1 to 5: **4 Good**
        The author has not agreed to be contacted.
        State: **acknowledged** by <@32>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
        ");
        let labels: Vec<_> = card.buttons.iter().map(|button| button.label.as_str()).collect();
        assert_eq!(labels, ["Reply", "Resolve", "Tag", "Conduct"]);
    }

    #[test]
    fn an_anonymous_card_shows_no_rating_before_its_round() {
        let mut anonymous = Record { sender: Sender::Anonymous, shown_rating: None, ..record("good", "") };
        anonymous.state = State::New;
        anonymous.acknowledged = None;
        assert_snapshot!(card(&config(), &anonymous).content, @r"
        **Feedback: Grants \*Program\***
        Anonymous, 21 November 2026 (UTC)
        **What went well**
        > good
        State: **new**
        ");
        anonymous.shown_rating = anonymous.rating;
        assert!(card(&config(), &anonymous).content.contains("**4 Good**"));
    }

    fn replied(text: &str) -> StaffReply {
        let record = record("good", "");
        StaffReply {
            id: ReplyId(1),
            touched: record.acknowledged.unwrap(),
            opened_by: Snowflake::new(9).unwrap(),
            text: ReplyText::parse(text).unwrap(),
        }
    }

    #[test]
    fn a_question_shows_its_replies() {
        let mut asked = record("x", "");
        (asked.kind, asked.answers) = (Wish::Question, Answers::question_to_staff("When is it?").unwrap());
        (asked.rating, asked.shown_rating) = (None, None);
        asked.replies = vec![replied("one"), replied("two"), replied("See https://www.python.org/psf/")];
        let card = card(&config(), &asked);
        assert_snapshot!(card.content, @r"
        **Question to staff: Grants \*Program\***
        From <@33>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
        **Question**
        > When is it?
        1 earlier reply: press “Show all”.
        Reply by <@32>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
        > two
        Reply by <@32>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
        > See https:\/\/www.python.org\/psf\/
        State: **acknowledged** by <@32>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
        ");
        assert_eq!(
            card.buttons.iter().map(|button| button.label.as_str()).collect::<Vec<_>>(),
            ["Reply", "Resolve", "Tag", "Conduct", "Show all"]
        );
        assert_snapshot!(reply_message(&asked, &asked.replies[2].text).content, @"
        **The PSF's staff have answered you.** You wrote, on 21 November 2026:
        > When is it?
        The answer:
        See https://www.python.org/psf/
        -# You find it under `/me` as well. To ask more, use `/ask` and press “Ask staff”.
        ");
    }

    #[test]
    fn a_reply_fits_a_message_whatever_it_answers() {
        let asked = record(&"*".repeat(2000), "");
        let reply = ReplyText::parse(&"😀".repeat(MAX_REPLY / 2)).unwrap();
        let message = reply_message(&asked, &reply);
        assert!(message.content.contains(reply.as_str()) && length(&message.content) <= limits::CONTENT);
    }

    proptest! {
        #[test]
        fn a_card_fits_whatever_was_written(one in "(\\PC|[*_@/\n#]){1,2000}", other in ".{0,2000}", reply in "\\PC{1,1500}", replies in 0_usize..4) {
            prop_assume!(Answers::parse(&one, &other).is_ok() && ReplyText::parse(&reply).is_ok());
            let record = Record { replies: vec![replied(&reply); replies], ..record(&one, &other) };
            let message = card(&config(), &record);
            prop_assert!(length(&message.content) <= limits::CONTENT);
            prop_assert!(message.content.contains("State: **acknowledged**"), "the end is cut: {}", message.content);
        }
    }
}
