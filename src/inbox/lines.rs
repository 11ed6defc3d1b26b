//! Submissions as lines: in a list, among what was found, and what was done with one.

use super::{NO_PROGRAM, day, program_title, rating_words};
use crate::config::Config;
use crate::feedback::{Deed, END, FOUND, Kind, Record, Sender, State, What};
use crate::message::{cut, escape_markdown, harmless, instant, length, one_line};
use crate::texts::{text, text_with};

/// Room for the first line of a text in a list.
const FIRST: usize = 90;

/// Room for the words around what was found.
const AROUND: usize = 220;

/// Deeds that are shown, the last ones.
const DEEDS: usize = 12;

/// Two lines on a submission: what it is, and how it begins.
pub(crate) fn entry(config: &Config, number: i64, record: &Record) -> String {
    let begins = match record.conduct {
        Some(_) => text("inbox-entry-withheld"),
        None => harmless(&cut(&one_line(record.answers.first_line()), FIRST)),
    };
    format!("{}\n> {begins}", head(config, number, record))
}

/// Two lines on what was found: what it is, and the words around. Where the words are not known, those around what was
/// asked for.
pub(crate) fn found(config: &Config, number: i64, record: &Record, snippet: &str, asked: &str) -> String {
    // Of words too short to be English stems, the database does not say where they are.
    let around = if snippet.contains(FOUND) { one_line_marked(snippet) } else { around(record, asked) };
    let shown = bold(&cut(&around, AROUND));
    format!("{}\n> {shown}", head(config, number, record))
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
    format!("**{number}. {what}** · {who} · {when} · {state}{more}")
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
fn bold(marked: &str) -> String {
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

    #[test]
    fn what_was_found_is_bold_and_the_rest_does_nothing() {
        let snippet = format!("the *long* {FOUND}visa{END}  @here\n{FOUND}[x](http://evil){END}");
        assert_eq!(bold(&one_line_marked(&snippet)), r"the \*long\* **visa** \@here **\[x\](http:\/\/evil)**");
        assert_eq!(bold(&format!("cut {FOUND}here")), "cut **here**");
    }
}
