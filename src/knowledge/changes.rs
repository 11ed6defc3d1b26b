//! What changed between two wordings, word by word, as staff read it before they save.

use similar::{ChangeTag, TextDiff};

use super::typed::Typed;
use super::version::Content;
use crate::message::escape_markdown;
use crate::texts::{text, text_with};

/// Words that stay on each side of a change.
const AROUND: usize = 4;

/// What is different, a line a field; empty when nothing is.
#[must_use]
pub fn changes(before: &Content, after: &Content) -> Vec<String> {
    let (before, after) = (Typed::of(before).fields(), Typed::of(after).fields());
    before
        .iter()
        .zip(&after)
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| {
            text_with("knowledge-changed", [("field", text(field)), ("words", words(before, after))])
        })
        .collect()
}

/// What goes is struck out, what comes is bold; of what stays, the nearest words.
#[must_use]
pub fn words(before: &str, after: &str) -> String {
    let diff = TextDiff::configure().newline_terminated(false).diff_words(before, after);
    let mut runs: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match runs.last_mut() {
            Some((tag, run)) if *tag == change.tag() => run.push_str(change.value()),
            _ => runs.push((change.tag(), change.value().to_owned())),
        }
    }
    let last = runs.len().saturating_sub(1);
    let said = runs.into_iter().enumerate().filter_map(|(at, (tag, run))| {
        let run = run.split_whitespace().collect::<Vec<_>>();
        if run.is_empty() {
            return None;
        }
        Some(match tag {
            ChangeTag::Delete => format!("~~{}~~", escape_markdown(&run.join(" "))),
            ChangeTag::Insert => format!("**{}**", escape_markdown(&run.join(" "))),
            ChangeTag::Equal => escape_markdown(&kept(&run, at > 0, at < last)),
        })
    });
    said.collect::<Vec<_>>().join(" ")
}

/// The words next to a change before and after them.
fn kept(run: &[&str], after_change: bool, before_change: bool) -> String {
    let most = AROUND * (usize::from(after_change) + usize::from(before_change));
    if run.len() <= most {
        return run.join(" ");
    }
    let first = if after_change { &run[..AROUND.min(run.len())] } else { &[] };
    let last = if before_change { &run[run.len() - AROUND.min(run.len())..] } else { &[] };
    [first, &["…"], last].concat().join(" ")
}
