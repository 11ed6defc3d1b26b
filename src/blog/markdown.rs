//! Makes converted Markdown fit for Discord, and short.
//!
//! What comes in was made from HTML: marks that carry a format are bare, marks that were text are escaped. Discord
//! knows more marks than the converter (spoilers, mentions, masked links, small print), so the rest is escaped here.

use crate::message;

/// Characters of a summary, escapes included.
const SUMMARY: usize = 400;

/// Escapes what only Discord reads, drops hard line breaks' blanks, joins blank lines.
pub(super) fn for_discord(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() + 16);
    for line in markdown.lines().map(str::trim_end) {
        let blank = line.is_empty() && (out.is_empty() || out.ends_with("\n\n"));
        if !blank {
            escape_line(line, &mut out);
            out.push('\n');
        }
    }
    out.trim().to_owned()
}

fn escape_line(line: &str, out: &mut String) {
    let mut rest = line;
    let text = line.trim_start();
    // A list's own marker is the only block mark that the converter writes here.
    if text.starts_with(['#', '>']) || (text.starts_with(['-', '+']) && !text.starts_with("- ")) {
        out.push_str(&line[..line.len() - text.len()]);
        out.push('\\');
        rest = text;
    }
    while let Some(c) = rest.chars().next() {
        if let Some(address) = bare_address(rest) {
            out.extend(rest[..address].chars().filter(|&c| c != '\\'));
            rest = &rest[address..];
            continue;
        }
        let mut taken = c.len_utf8();
        match c {
            '\\' => {
                out.push(c);
                let escaped = rest[taken..].chars().next();
                // A backslash escapes a mark, or is escaped itself.
                match escaped.filter(char::is_ascii_punctuation) {
                    Some(escaped) => {
                        out.push(escaped);
                        taken += escaped.len_utf8();
                    }
                    None => out.push('\\'),
                }
            }
            '<' | '@' | '|' | '~' | '`' | '[' | ']' => out.extend(['\\', c]),
            c if message::is_deceptive(c) => {}
            c => out.push(c),
        }
        rest = &rest[taken..];
    }
}

/// Length of the web address that `text` starts with. Escapes inside would become part of it.
fn bare_address(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].iter().find(|scheme| text.starts_with(**scheme))?;
    let part = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#&%=+,;!$'\\".contains(c);
    let end = text[scheme.len()..].find(|c| !part(c)).map_or(text.len(), |at| scheme.len() + at);
    Some(text[..end].trim_end_matches(['\\', '.', ',', ';', ':', '!', '\'', '_']).len())
        .filter(|&end| end > scheme.len())
}

/// Cuts Markdown to a summary's length at a word, and closes what the cut left open.
pub(super) fn shorten(markdown: &str) -> String {
    if message::length(markdown) <= SUMMARY {
        return markdown.to_owned();
    }
    let cut = message::cut(markdown, SUMMARY);
    let mut kept = cut.strip_suffix('…').unwrap_or(&cut).trim_end();
    // A backslash at the end has lost what it escapes, unless it is escaped itself.
    if (kept.len() - kept.trim_end_matches('\\').len()) % 2 == 1 {
        kept = &kept[..kept.len() - 1];
    }
    let open = open_marks(kept);
    // A mark with nothing after it would show as it is.
    let bare = open.iter().rev().fold(kept, |text, mark| text.strip_suffix(mark.as_str()).unwrap_or(text).trim_end());
    let open = open_marks(bare);
    format!("{bare}{}…", open.iter().rev().map(String::as_str).collect::<String>())
}

/// Emphasis that is opened in the last paragraph and not closed, outermost first.
fn open_marks(markdown: &str) -> Vec<String> {
    let paragraph = markdown.rsplit("\n\n").next().unwrap_or_default();
    let mut open: Vec<String> = Vec::new();
    let mut characters = paragraph.chars().peekable();
    while let Some(c) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == '*' {
            let double = characters.next_if_eq(&'*').is_some();
            let mark = if double { "**" } else { "*" };
            match open.iter().rposition(|m| m == mark) {
                Some(at) => open.truncate(at),
                None => open.push(mark.to_owned()),
            }
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;
    use proptest::prelude::*;

    #[test]
    fn discords_own_marks_become_text() {
        let foreign = "@everyone <@&1> ||boo|| ~~no~~ `x` [click](http://evil.example) \\*kept\\* **bold**";
        assert_snapshot!(for_discord(foreign), @r"\@everyone \<\@&1> \|\|boo\|\| \~\~no\~\~ \`x\` \[click\](http://evil.example) \*kept\* **bold**");
        assert_snapshot!(for_discord("-# small\n# big\n> quote\n- item"), @r"
        \-# small
        \# big
        \> quote
        - item
        ");
    }

    #[test]
    fn an_address_in_a_text_stays_whole() {
        assert_eq!(for_discord(r"see https://example.org/a\_b\_c."), "see https://example.org/a_b_c.");
    }

    #[test]
    fn a_cut_closes_what_it_left_open() {
        let long = format!("**{}**", "word ".repeat(100));
        assert!(shorten(&long).ends_with("word**…"), "{}", shorten(&long));
        let edge = format!("{} **bold text that is cut away**", "x".repeat(395));
        assert!(shorten(&edge).ends_with("x…"), "{}", shorten(&edge));
    }

    proptest! {
        #[test]
        fn no_foreign_text_can_mention_or_mask(text in "[<@>&!#:|`~\\\\*_a-z0-9\\[\\]() \n]{0,80}") {
            let safe = for_discord(&text);
            let mut escaped = false;
            for c in safe.chars() {
                prop_assert!(escaped || !matches!(c, '<' | '@' | '|' | '`' | '[' | ']'), "{safe:?}");
                escaped = c == '\\' && !escaped;
            }
        }

        #[test]
        fn a_summary_is_short(text in "(?s).{0,900}") {
            prop_assert!(message::length(&shorten(&for_discord(&text))) <= SUMMARY + 4);
        }
    }
}
