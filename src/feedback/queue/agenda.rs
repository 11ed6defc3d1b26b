//! What is made of many questions: the agenda at a session's start, and the recap after it. Pure: the store reads the questions,
//! somebody else posts what comes of them.

use super::Queued;
use crate::ids::GuildId;
use crate::message::{Message, cut, escape_markdown, harmless, length, limits, one_line};
use crate::texts::{text, text_with};

/// Questions of which an agenda is made at most: more than fit are of no use.
pub const MOST_ON_AGENDA: i64 = 25;

/// Room for one question, in characters before its marks are escaped.
const QUESTION: usize = 220;

/// Room for the line that says how many were left out.
const ROOM_FOR_MORE: usize = 120;

/// Room for votes that a question gets after the agenda was made.
const ROOM_FOR_VOTES: usize = 8;

/// The agenda of a session: the open questions of its series, those first that most would like answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// The title of the series.
    pub title: String,
    /// Those for which one message has room.
    pub questions: Vec<Queued>,
    /// How many more are open.
    pub more: i64,
}

impl Agenda {
    /// An agenda of as many of these as fit one message; `total` is how many are open in all. `None` where there is none.
    #[must_use]
    pub fn of(title: &str, mut open: Vec<Queued>, total: i64) -> Option<Self> {
        let mut room = limits::CONTENT.saturating_sub(length(&heading(title)) + ROOM_FOR_MORE);
        let mut held = 0;
        for question in &open {
            let line = length(&line(held + 1, question)) + ROOM_FOR_VOTES;
            if line > room {
                break;
            }
            room -= line;
            held += 1;
        }
        open.truncate(held);
        let more = total.saturating_sub(i64::try_from(held).unwrap_or(i64::MAX)).max(0);
        (held > 0).then(|| Self { title: title.to_owned(), questions: open, more })
    }

    /// What is posted.
    #[must_use]
    pub fn message(&self) -> Message {
        let mut content = heading(&self.title);
        for (at, question) in self.questions.iter().enumerate() {
            content.push_str(&line(at + 1, question));
        }
        if self.more > 0 {
            content.push('\n');
            content.push_str(&text_with("agenda-more", [("count", self.more)]));
        }
        Message { content, ..Message::default() }.fit()
    }
}

fn heading(title: &str) -> String {
    text_with("agenda-title", [("title", escape_markdown(&cut(&one_line(title), 100)))])
}

fn line(number: usize, question: &Queued) -> String {
    format!("\n{number}. {} ({})", shortened(question), votes(question.votes))
}

/// The text of a recap, in at most `room` characters: each question with the address of its answer. How many of them it
/// holds, from the first on.
#[must_use]
pub fn recap(answered: &[Queued], guild: GuildId, room: usize) -> (String, usize) {
    let mut body = text("recap-intro");
    let mut held = 0;
    for question in answered {
        let Some(answer) = question.answer else { break };
        let words = [("question", shortened(question)), ("url", answer.url(guild))];
        let line = format!("\n{}", text_with("recap-line", words));
        if length(&body) + length(&line) > room {
            break;
        }
        body.push_str(&line);
        held += 1;
    }
    (body, held)
}

fn shortened(question: &Queued) -> String {
    harmless(&cut(&one_line(question.text.as_str()), QUESTION))
}

/// A number of votes in words.
fn votes(count: i64) -> String {
    text_with("question-votes", [("count", count)])
}

#[cfg(test)]
mod tests {
    use super::super::{AnswerLink, QueuedId, QueuedState, QueuedText};
    use super::*;
    use crate::ids::{ChannelId, MessageId};
    use chrono::NaiveDate;
    use insta::assert_snapshot;
    use proptest::prelude::*;

    fn question(text: &str, votes: i64) -> Queued {
        Queued {
            id: QueuedId::random(),
            series: "board".into(),
            text: QueuedText::parse(text).unwrap(),
            asked_on: NaiveDate::MIN,
            author: None,
            awaits_round: false,
            state: QueuedState::Open,
            version: 1,
            settled: None,
            answer: None,
            notice: None,
            votes,
        }
    }

    fn answered(text: &str) -> Queued {
        let answer = AnswerLink { channel: ChannelId::new(7).unwrap(), message: MessageId::new(8).unwrap() };
        Queued { state: QueuedState::Answered, answer: Some(answer), ..question(text, 1) }
    }

    #[test]
    fn an_agenda_begins_with_what_most_would_like_answered() {
        let open =
            vec![question("When is the **next** round?\nAnd how?", 12), question("@everyone see https://x.example", 1)];
        assert_snapshot!(Agenda::of("Board *hour*", open, 5).unwrap().message().content, @r"
        **Board \*hour\*: the questions**, those with most votes first
        1. When is the \*\*next\*\* round? And how? (12 votes)
        2. \@everyone see https:\/\/x.example (1 vote)
        3 more questions are under `/officehours`, “Questions”.
        ");
        assert_eq!(Agenda::of("Board", Vec::new(), 0), None);
    }

    #[test]
    fn a_recap_names_each_answer_and_leaves_out_what_has_no_room() {
        let all = [answered("When is it?"), answered("Why [this](http://evil.example)?")];
        let guild = GuildId::new(1).unwrap();
        assert_snapshot!(recap(&all, guild, 1000).0, @r"
        What was asked, and where the answers are:
        - When is it?: [answer](<https://discord.com/channels/1/7/8>)
        - Why \[this\](http:\/\/evil.example)?: [answer](<https://discord.com/channels/1/7/8>)
        ");
        assert_eq!(recap(&all, guild, 150).1, 1);
    }

    proptest! {
        #[test]
        fn an_agenda_fits_and_counts_whatever_was_asked(texts in prop::collection::vec("(\\PC|[*_/@\n]){1,900}", 1..25)) {
            let open: Vec<Queued> = texts.iter().filter(|text| QueuedText::parse(text).is_ok()).map(|text| question(text, 1)).collect();
            prop_assume!(!open.is_empty());
            let total = i64::try_from(open.len()).unwrap();
            let mut agenda = Agenda::of("A title", open, total).unwrap();
            prop_assert_eq!(i64::try_from(agenda.questions.len()).unwrap() + agenda.more, total);
            agenda.questions.iter_mut().for_each(|question| question.votes = 12_345_678);
            let message = agenda.message();
            // Nothing was cut: what fitted when it was made fits with all its votes.
            prop_assert!(agenda.questions.iter().enumerate().all(|(at, question)| message.content.contains(&line(at + 1, question))));
            prop_assert!(length(&message.content) <= limits::CONTENT);
            prop_assert!(!message.content.contains("@everyone"));
            let (body, held) = recap(&texts.iter().filter(|text| QueuedText::parse(text).is_ok()).map(|text| answered(text)).collect::<Vec<_>>(), GuildId::new(1).unwrap(), 1500);
            prop_assert!(length(&body) <= 1500 && held >= 1);
        }
    }
}
