//! Logs: whose records are written at all, and how.
//!
//! The libraries below psfbot log what must never be written (serenity whole requests and unreadable events, sqlx
//! statements, the queue its payloads), at levels that differ from version to version. So the libraries are silent
//! whatever `RUST_LOG` says, but for the few that are named here; `RUST_LOG` governs psfbot's own records.

use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

/// Why logging can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// `PSFBOT_LOG_FORMAT` is neither.
    #[error("PSFBOT_LOG_FORMAT is {0:?}: set it to \"text\" or \"json\"")]
    Format(String),
    /// `RUST_LOG` can't be read.
    #[error("RUST_LOG can't be read ({0}): write for example \"info\" or \"psfbot::jobs=debug\"")]
    Filter(#[from] tracing_subscriber::filter::FromEnvError),
}

/// Who may write records, at most at this level.
fn allowed() -> Targets {
    Targets::new()
        .with_default(LevelFilter::OFF)
        .with_target("psfbot", LevelFilter::TRACE)
        .with_target("sandbox", LevelFilter::TRACE)
}

/// Sets up logging to stderr, once a process.
///
/// # Errors
/// When `RUST_LOG` or `PSFBOT_LOG_FORMAT` can't be read.
pub fn start(default: LevelFilter) -> Result<(), LoggingError> {
    let format = match std::env::var("PSFBOT_LOG_FORMAT").as_deref() {
        Err(_) | Ok("" | "text") => Format::Text,
        Ok("json") => Format::Json,
        Ok(other) => return Err(LoggingError::Format(other.to_owned())),
    };
    let chosen = EnvFilter::builder().with_default_directive(default.into()).from_env()?;
    let layer = fmt::layer().with_writer(std::io::stderr).with_span_events(FmtSpan::NONE);
    let layer = match format {
        // JSON escapes control characters; in text they are cut out of foreign strings by Debug formatting.
        Format::Json => layer.json().boxed(),
        Format::Text => {
            layer.with_target(false).with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).boxed()
        }
    };
    std::panic::set_hook(Box::new(|panic| {
        // Where, not what: a panic's message may quote what a member wrote.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "psfbot panicked; please report this place to its maintainers");
    }));
    // A second start in one process (tests) keeps the first.
    let _already = tracing_subscriber::registry().with(layer.with_filter(allowed())).with(chosen).try_init();
    Ok(())
}
