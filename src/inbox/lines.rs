//! Submissions as lines: in a list, among what was found, and what was done with one.

use super::{NO_PROGRAM, day, program_title, quote, rating_words};
use crate::config::Config;
use crate::feedback::{Deed, END, FOUND, Kind, Record, Sender, State, What};
use crate::message::{cut, escape_markdown, harmless, instant, length, one_line};
use crate::texts::{text, text_with};

/// Room for the first line of a text in a list.
const FIRST: usize = 90;

/// Room for the words around what was found.
const AROUND: usize = 220;

/// Room for one of a list, of which a page holds five, and for its first line.
const ROOM: usize = 360;
const HEAD: usize = 250;
const LEAST: usize = 44;

/// Deeds that are shown, the last ones.
const DEEDS: usize = 12;

/// Two lines on a submission: what it is, and how it begins.
pub(crate) fn entry(config: &Config, number: i64, record: &Record) -> String {
    let head = head(config, number, record);
    let begins = match record.conduct {
        Some(_) => format!("> {}", text("inbox-entry-withheld")),
        None => {
            let first = cut(&one_line(record.answers.first_line()), FIRST);
            quote(&first, ROOM.saturating_sub(length(&head)).max(LEAST)).text
        }
    };
    format!("{head}\n{begins}")
}

/// Two lines on what was found: what it is, and the words around. Where the words are not known, those around what was
/// asked for.
pub(crate) fn found(config: &Config, number: i64, record: &Record, snippet: &str, asked: &str) -> String {
    // Of words too short to be English stems, the database does not say where they are.
    let around = if snippet.contains(FOUND) { one_line_marked(snippet) } else { around(record, asked) };
    let head = head(config, number, record);
    let room = ROOM.saturating_sub(length(&head)).max(LEAST);
    // Escaping makes a text longer by what is in it.
    let fits = [AROUND, AROUND / 2, AROUND / 4, 20].into_iter().map(|most| bold(&cut(&around, most)));
    let shown = fits.into_iter().find(|shown| length(shown) <= room).unwrap_or_default();
    format!("{head}\n> {shown}")
}

fn head(config: &Config, number: i64, record: &Record) -> String {
    let what = match record.kind {
        Kind::Feedback => program_title(config, &record.program),
        Kind::Question if record.program == NO_PROGRAM => text("inbox-entry-question"),
        Kind::Question => text_with("inbox-entry-question-on", [("program", program_title(config, &record.program))]),
    };
    let (who, when) = match record.sender {
        Sender::Named { author, at, .. } => (format!("<@{author}>"), instant(at)),
        Sender::Anonymous => (text("inbox-entry-anonymous"), day(record.submitted_on)),
    };
    let state = text(match record.state {
        _ if record.conduct.is_some() => "inbox-entry-conduct",
        State::New => "inbox-entry-new",
        State::Acknowledged => "inbox-entry-acknowledged",
        State::Resolved => "inbox-entry-resolved",
    });
    let rating = record.shown_rating.map(rating_words);
    let answered = (!record.replies.is_empty()).then(|| text("inbox-entry-answered"));
    let themes: Vec<String> = record.themes.iter().map(|theme| escape_markdown(theme.name.as_str())).collect();
    let themes = (!themes.is_empty()).then(|| format!("[{}]", themes.join(", ")));
    let more = [rating, answered, themes].into_iter().flatten().map(|part| format!(" · {part}")).collect::<String>();
    let head = format!("**{number}. {what}** · {who} · {when} · {state}");
    if length(&head) + length(&more) <= HEAD { format!("{head}{more}") } else { head }
}

/// The piece of a text in which something stands that was asked for, with the marks of what was found around it.
fn around(record: &Record, asked: &str) -> String {
    let asked: Vec<char> = asked.trim().to_lowercase().chars().collect();
    for written in record.answers.texts() {
        let written: Vec<char> = one_line(written).chars().collect();
        let fits = |c: char, wanted: char| c.to_lowercase().eq(std::iter::once(wanted)) || c == wanted;
        let at =
            written.windows(asked.len().max(1)).position(|window| window.iter().zip(&asked).all(|(c, w)| fits(*c, *w)));
        if let Some(at) = at.filter(|_| !asked.is_empty()) {
            let end = at + asked.len();
            let piece = |from: usize, to: usize| written.get(from..to.min(written.len())).unwrap_or_default().iter();
            let before: String = piece(at.saturating_sub(60), at).collect();
            let (found, after): (String, String) = (piece(at, end).collect(), piece(end, end + 60).collect());
            return format!("{before}{FOUND}{found}{END}{after}");
        }
    }
    one_line(record.answers.first_line())
}

/// As [`one_line`], with the marks of what was found kept.
fn one_line_marked(snippet: &str) -> String {
    let mut line = String::with_capacity(snippet.len());
    for piece in snippet.split_inclusive([FOUND, END]) {
        let (words, mark) = match piece.strip_suffix([FOUND, END]) {
            Some(words) => (words, piece.chars().next_back()),
            None => (piece, None),
        };
        let leads = words.starts_with(char::is_whitespace).then_some(' ');
        let trails = words.ends_with(char::is_whitespace).then_some(' ');
        line.extend(leads);
        line.push_str(&one_line(words));
        line.extend(trails.filter(|_| !words.trim().is_empty()));
        line.extend(mark);
    }
    line.trim().to_owned()
}

/// What was found in bold, everything else harmless.
pub(super) fn bold(marked: &str) -> String {
    let mut is_open = false;
    let mut said = String::with_capacity(marked.len() * 2);
    for piece in marked.split_inclusive([FOUND, END]) {
        let words = piece.trim_end_matches([FOUND, END]);
        said.push_str(&harmless(words));
        match piece.chars().next_back() {
            Some(FOUND) if !is_open => {
                said.push_str("**");
                is_open = true;
            }
            Some(END) if is_open => {
                said.push_str("**");
                is_open = false;
            }
            _ => {}
        }
    }
    if is_open {
        said.push_str("**");
    }
    said
}

/// The themes of a submission, if it has any.
pub(crate) fn themes(record: &Record) -> Option<String> {
    let names: Vec<String> = record.themes.iter().map(|theme| escape_markdown(theme.name.as_str())).collect();
    (!names.is_empty()).then(|| text_with("inbox-themes", [("themes", names.join(", "))]))
}

/// What was done, the last of it, in so much room; `None` where nothing was.
pub(crate) fn history(deeds: &[Deed], room: usize) -> Option<String> {
    let mut lines: Vec<String> = deeds.iter().rev().take(DEEDS).rev().map(deed).collect();
    let title = text("inbox-history");
    while !lines.is_empty() && length(&title) + lines.iter().map(|line| length(line) + 1).sum::<usize>() > room {
        lines.remove(0);
    }
    let more = deeds.len() - lines.len();
    let more = (more > 0).then(|| text_with("inbox-history-more", [("count", i64::try_from(more).unwrap_or(0))]));
    let said: Vec<String> = [title].into_iter().chain(more).chain(lines).collect();
    (!deeds.is_empty()).then(|| said.join("\n"))
}

fn deed(deed: &Deed) -> String {
    let id = match deed.what {
        What::Acknowledge => "inbox-deed-acknowledge",
        What::Resolve => "inbox-deed-resolve",
        What::Reply => "inbox-deed-reply",
        What::Tag => "inbox-deed-tag",
        What::Untag => "inbox-deed-untag",
        What::Conduct => "inbox-deed-conduct",
    };
    let theme = deed.theme.as_ref().map(|theme| escape_markdown(theme.as_str())).unwrap_or_default();
    let by = format!("<@{}>", deed.touched.by);
    text_with(id, [("by", by), ("when", instant(deed.touched.at)), ("theme", theme)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(program: &str, written: &str) -> Record {
        use crate::feedback::{Answers, SubmissionId, Theme, ThemeName, Touched};
        use crate::ids::{ThemeId, UserId};
        let touched = Touched { by: UserId::new(u64::MAX >> 1).unwrap(), at: chrono::DateTime::UNIX_EPOCH };
        let theme = |number| Theme { id: ThemeId(number), name: ThemeName::stored("*".repeat(50)) };
        Record {
            id: SubmissionId::random(),
            kind: Kind::Question,
            replies: Vec::new(),
            program: program.to_owned(),
            answers: Answers::question_to_staff(written).unwrap(),
            rating: None,
            shown_rating: crate::feedback::Rating::new(5),
            submitted_on: touched.at.date_naive(),
            sender: Sender::Named { author: touched.by, at: touched.at, may_contact: true },
            state: State::Acknowledged,
            acknowledged: Some(touched),
            resolved: None,
            card: None,
            themes: (0..10).map(theme).collect(),
            themes_version: 0,
            conduct: None,
            awaits_round: false,
        }
    }

    #[test]
    fn five_of_the_longest_fit_a_message() {
        let title = "*".repeat(200);
        let config = Config::parse(&format!(
            "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n[[programs]]\nkey = \"grants\"\ntitle = \"{title}\""
        ))
        .unwrap();
        let long = record("grants", &"*_~|`[".repeat(300));
        let snippet = format!("{}{FOUND}*{END}", "*_~|`[".repeat(300));
        for line in [entry(&config, 99_999, &long), found(&config, 99_999, &long, &snippet, "*")] {
            assert!(length(&line) <= 370, "{}: {line}", length(&line));
        }
        let short = record("grants", "hello");
        assert!(
            found(&config, 1, &short, "", "ELL").ends_with("h**ell**o"),
            "{}",
            found(&config, 1, &short, "", "ELL")
        );
    }

    #[test]
    fn what_was_found_is_bold_and_the_rest_does_nothing() {
        let snippet = format!("the *long* {FOUND}visa{END}  @here\n{FOUND}[x](http://evil){END}");
        assert_eq!(bold(&one_line_marked(&snippet)), r"the \*long\* **visa** \@here **\[x\](http:\/\/evil)**");
        assert_eq!(bold(&format!("cut {FOUND}here")), "cut **here**");
    }
}
