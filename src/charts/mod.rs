//! Pictures of numbers over time: rows of bars or of means, one row a subject, as PNG.
//!
//! Owns what a picture looks like and how large it is. Every row has its name and every mark its number beside it, so that no
//! colour carries a meaning; the panel is opaque, so that it reads alike on Discord's dark and light. The font is one of the
//! program, and nothing of the machine has a say: the same numbers give the same bytes. Refuses to know what is counted.

mod draw;
mod font;
mod periods;

pub use draw::{Undrawable, draw};
pub use periods::{Periods, Span};

/// Rows that a picture has room for.
pub const MOST_ROWS: usize = 9;

/// Width of a picture, in pixels; Discord shows it at about half of it.
pub const WIDTH: u32 = 1200;

/// What stands at one period of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Point {
    /// Nothing to show.
    Nothing,
    /// Something, of too few to be told.
    Few,
    /// This.
    Is(f64),
}

/// How the points of a row are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Counts: bars from zero, with whole numbers.
    Bars,
    /// Means of ratings from 1 to 5: dots on a line, with one decimal.
    Means,
}

/// One subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is called; cut to the room that there is.
    pub name: String,
    /// One for each period.
    pub points: Vec<Point>,
}

/// A picture, before it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Above it.
    pub title: String,
    /// Small, below the title.
    pub note: String,
    /// How its points are drawn.
    pub marks: Marks,
    /// What stands below each period.
    pub periods: Vec<String>,
    /// At most [`MOST_ROWS`]; more are left out.
    pub rows: Vec<Row>,
}
