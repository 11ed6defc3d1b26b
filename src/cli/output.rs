//! What a command prints: colour and tables for a person at a terminal, plain text or JSON for a pipe.

use std::io::IsTerminal;

use anstream::{eprintln, println};
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use owo_colors::OwoColorize;
use serde::Serialize;

/// Reports a failure on stderr, in one line: what went wrong and its causes, each said once.
pub fn failure(error: &anyhow::Error) {
    let mut line = String::new();
    for cause in error.chain() {
        let text =
            cause.to_string().lines().map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
        if !line.contains(&text) {
            line.push_str(if line.is_empty() { "" } else { ": " });
            line.push_str(&text);
        }
    }
    eprintln!("{} {line}", "error:".red().bold());
}

/// Prints a value as JSON, the only thing on stdout.
///
/// # Errors
/// When the value can't be written as JSON.
pub fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Whether a person reads stdout.
#[must_use]
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Prints rows as a table at a terminal, as tab-separated lines in a pipe.
pub fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
    coloured_table(header, rows, |_text| None);
}

/// As [`table`]; at a terminal what stands in the last column has a colour, which never says more than the text.
pub fn coloured_table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    colour: impl Fn(&str) -> Option<Color>,
) {
    if !is_terminal() {
        for row in rows {
            println!("{}", row.join("\t"));
        }
        return;
    }
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header.map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    for row in rows {
        let last = row.last().and_then(|text| colour(text));
        let cells = row.into_iter().enumerate().map(|(column, text)| match last.filter(|_| column + 1 == N) {
            Some(colour) => Cell::new(text).fg(colour),
            None => Cell::new(text),
        });
        table.add_row(cells);
    }
    println!("{table}");
}
