//! What somebody wrote, given back because it was not stored.

use super::reply::Reply;
use crate::message::harmless;
use crate::message::{length, limits};
use crate::texts::text;

/// A refusal with what was written: below the reason where there is room, else as a file. `texts` are headings, which
/// may be empty, and what was written under them.
pub(in crate::discord) fn given_back(why: &str, file: &str, texts: &[(String, &str)]) -> Reply {
    let texts: Vec<&(String, &str)> = texts.iter().filter(|(_, written)| !written.trim().is_empty()).collect();
    if texts.is_empty() {
        return Reply::aside(why);
    }
    let quoted = texts.iter().map(|(heading, written)| {
        let quote = harmless(written).lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
        if heading.is_empty() { quote } else { format!("**{heading}**\n{quote}") }
    });
    let content = format!("{why}\n{}", quoted.collect::<Vec<_>>().join("\n"));
    if length(&content) <= limits::CONTENT {
        return Reply::aside(content);
    }
    let plain = texts.iter().map(|(heading, written)| format!("{heading}\n\n{written}\n"));
    let plain = plain.collect::<Vec<_>>().join("\n");
    Reply::aside(format!("{why}\n{}", text("given-back-file"))).file(
        file,
        "text/plain; charset=utf-8",
        plain.trim_start().as_bytes().to_vec(),
    )
}
