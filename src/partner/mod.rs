//! The Community Partner Program: when an application for an event can be sent.
//!
//! Owns the programme's dates and the reading of the date that a member writes. Refuses to judge whether an event
//! meets the programme's conditions: that is decided by people.

mod day;
mod window;

pub use day::{DayError, parse_day, parse_iso_day};
pub use window::{OutOfRange, Status, Window};

/// The application form (PSF, 10 February 2026).
pub const FORM: &str = "https://forms.gle/6HyvLDpHEtGSpfK97";

/// The programme's page, which says that a group with many events a year applies once (2026, undated).
pub const PAGE: &str = "https://www.python.org/psf/community-partners/";

/// The post of 10 February 2026 that announced the programme, and the source of its rules.
pub const SOURCE: &str = "https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html";
