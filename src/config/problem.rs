//! What is wrong with a configuration, in words: the key, its place, and what could stand there.

use figment::error::Kind;

/// Describes one error of figment's; `file` is what the file is called by whoever named it.
pub(super) fn describe(error: &figment::Error, file: &str) -> String {
    let from_environment = error.metadata.as_ref().is_some_and(|metadata| metadata.name.contains("environment"));
    let place = if from_environment { "the environment (PSFBOT__…)" } else { file };
    let key = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(found, known) => {
            let key = if key.is_empty() { found } else { &key };
            format!("{place}: unknown key {key}; known there are {}", known.join(", "))
        }
        Kind::MissingField(missing) => {
            let key = if key.is_empty() { missing.to_string() } else { format!("{key}.{missing}") };
            format!("{place}: the key {key} is missing")
        }
        kind if key.is_empty() => format!("{place}: {kind}"),
        kind => format!("{place}: {key}: {kind}"),
    }
}
