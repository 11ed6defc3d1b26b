//! Who may import whom: read from the `use` lines and the inline paths of the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Decisions without side effects, each with the libraries of its own.
const SLICES: [(&str, &[&str]); 9] = [
    ("announcements", &["chrono_tz", "rand", "sha2", "url"]),
    ("answers", &["sha2", "unicode_segmentation"]),
    (
        "blog",
        &[
            "ammonia",
            "encoding_rs",
            "feed_rs",
            "htmd",
            "quick_xml",
            "serde_json",
            "sha2",
            "unicode_segmentation",
            "url",
        ],
    ),
    ("charts", &["deunicode", "plotters"]),
    ("erasure", &["uuid"]),
    ("feedback", &["rand", "rust_stemmers", "sha2", "stop_words", "unicode_segmentation", "uuid"]),
    (
        "knowledge",
        &[
            "deunicode",
            "fancy_regex",
            "rust_stemmers",
            "serde_json",
            "serde_yaml_ng",
            "sha2",
            "similar",
            "strsim",
            "unicode_segmentation",
            "url",
        ],
    ),
    ("office_hours", &["calcard", "chrono_tz", "rrule", "url"]),
    ("partner", &[]),
];

/// What everybody may use.
const COMMON: [&str; 6] = ["std", "chrono", "serde", "thiserror", "crate", "super"];

/// The libraries that stand for an edge, each with the module that owns it.
const EDGES: [(&str, &str); 12] = [
    ("hmac", "ledger"),
    ("serenity", "discord"),
    ("poise", "discord"),
    // The private cluster asks its own server whether it is up.
    ("sqlx", "store postgres"),
    ("graphile_worker", "jobs"),
    ("nix", "postgres"),
    ("figment", "config"),
    ("axum", "web"),
    ("hyper", "web"),
    ("hyper_util", "web"),
    ("plotters", "charts"),
    ("png", "charts"),
];

/// The production part of a source: without comments, strings and the tests at its end.
fn production(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.file_name().is_some_and(|name| name != "tests.rs")
        {
            found.push(path);
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sources of a top-level module: its folder and its file.
fn module(name: &str) -> Vec<PathBuf> {
    let src = root().join("src");
    let mut found = Vec::new();
    if src.join(name).is_dir() {
        found.extend(sources(&src.join(name)));
    }
    if src.join(format!("{name}.rs")).is_file() {
        found.push(src.join(format!("{name}.rs")));
    }
    found
}

/// The names that stand at the beginning of a path, e.g. `sqlx` of `sqlx::query!`.
fn path_roots(text: &str) -> BTreeSet<String> {
    let bytes = text.as_bytes();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let starts = text.match_indices("::").filter_map(|(at, _)| {
        let start = (0..at).rev().take_while(|&i| is_name(bytes[i])).last()?;
        let begins_a_path = start == 0 || !(bytes[start - 1] == b':' || is_name(bytes[start - 1]));
        begins_a_path.then(|| text[start..at].to_owned())
    });
    let uses = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("use ")?.split([':', ';', ' ']).next().map(str::to_owned));
    starts.chain(uses).filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())).collect()
}

/// The top-level modules of ours that a source names, e.g. `store` of `crate::store::Store`.
fn ours(text: &str) -> BTreeSet<String> {
    let named = text.match_indices("crate::").map(|(at, found)| {
        text[at + found.len()..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>()
    });
    named.filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())).collect()
}

fn assert_only(module_name: &str, allowed: &[&str]) {
    for path in module(module_name) {
        for name in ours(&production(&path)) {
            assert!(
                name == module_name || allowed.contains(&name.as_str()),
                "{} may not import crate::{name}",
                path.display()
            );
        }
    }
}

#[test]
fn a_slice_knows_only_ids_messages_and_its_own_libraries() {
    for (slice, libraries) in SLICES {
        assert_only(slice, &["ids", "message", "texts"]);
        for path in module(slice) {
            let text = production(&path);
            let locals: BTreeSet<String> = text
                .lines()
                .filter_map(|l| l.trim().strip_prefix("mod ").or(l.trim().strip_prefix("pub mod ")))
                .map(|m| m.trim_end_matches(';').to_owned())
                .collect();
            let external: Vec<String> = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix("pub use ").or(line.trim().strip_prefix("use ")))
                .filter_map(|line| line.split([':', ';', ' ']).next().map(str::to_owned))
                .filter(|name| !locals.contains(name) && !COMMON.contains(&name.as_str()))
                .collect();
            for name in external {
                assert!(libraries.contains(&name.as_str()), "{} may not use {name}", path.display());
            }
        }
    }
}

#[test]
fn each_edge_has_one_owner() {
    for path in sources(&root().join("src")) {
        let inside = path.strip_prefix(root().join("src")).unwrap().to_owned();
        let top = inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        for name in path_roots(&production(&path)) {
            for (library, owner) in EDGES {
                let cli_starts_children = library == "nix" && inside == Path::new("cli/postgres.rs");
                assert!(
                    name != library || owner.split(' ').any(|owner| top == owner) || cli_starts_children,
                    "{} may not use {library}, which belongs to {owner}",
                    inside.display()
                );
            }
        }
    }
}

#[test]
fn the_store_knows_the_slices_and_no_edge() {
    let slices: Vec<&str> = SLICES.iter().map(|(name, _)| *name).collect();
    assert_only("store", &[&slices[..], &["ids", "message"]].concat());
}

#[test]
fn dated_answers_are_made_of_three_slices() {
    assert_only("dated", &["ids", "knowledge", "message", "office_hours", "partner", "texts"]);
}

#[test]
fn the_ledger_knows_what_is_erased_alone() {
    assert_only("ledger", &["erasure"]);
}

#[test]
fn discord_knows_the_slices_and_the_store() {
    let slices: Vec<&str> = SLICES.iter().map(|(name, _)| *name).collect();
    assert_only(
        "discord",
        &[
            &slices[..],
            &[
                "ids",
                "message",
                "clock",
                "config",
                "custom_id",
                "dated",
                "inbox",
                "secrets",
                "store",
                "texts",
                "session_desk",
                "troubles",
                "announce_desk",
                "feed_client",
                "feed_desk",
                "ledger",
            ],
        ]
        .concat(),
    );
}

#[test]
fn jobs_see_of_discord_the_publisher_alone() {
    let slices: Vec<&str> = SLICES.iter().map(|(name, _)| *name).collect();
    assert_only(
        "jobs",
        &[
            &slices[..],
            &[
                "ids",
                "message",
                "clock",
                "config",
                "custom_id",
                "inbox",
                "store",
                "texts",
                "session_desk",
                "troubles",
                "announce_desk",
                "feed_client",
                "feed_desk",
                "ledger",
                "discord",
            ],
        ]
        .concat(),
    );
    for path in module("jobs") {
        let text = production(&path);
        let discord =
            text.match_indices("crate::discord::").map(|(at, found)| text[at + found.len()..].starts_with("publisher"));
        assert!(
            discord.into_iter().all(|is_publisher| is_publisher),
            "{} sees more of discord than its publisher",
            path.display()
        );
    }
}

#[test]
fn the_web_server_shows_the_schedule_and_the_state_of_health_and_sees_nothing_of_members() {
    assert_only("web", &["clock", "config", "discord", "ids", "office_hours", "store", "texts"]);
    for path in module("web") {
        let text = production(&path);
        assert_eq!(text.matches("crate::discord::").count(), text.matches("crate::discord::gateway::Standing").count());
        let asked: BTreeSet<&str> =
            text.split(".store.").skip(1).map(|call| call.split('(').next().unwrap_or_default()).collect();
        assert!(asked.iter().all(|call| *call == "missing_migrations"), "{} asks for {asked:?}", path.display());
    }
}

#[test]
fn the_sandbox_knows_nothing_of_psfbot() {
    for path in sources(&root().join("sandbox/src")) {
        assert!(!path_roots(&production(&path)).contains("psfbot"), "{} names psfbot", path.display());
    }
    let manifest = fs::read_to_string(root().join("sandbox/Cargo.toml")).unwrap();
    assert!(
        !manifest.contains("psfbot =") && !manifest.contains("serenity"),
        "the sandbox reads the platform independently"
    );
}

#[test]
fn the_main_file_is_the_command_line_and_nothing_else() {
    assert!(production(&root().join("src/main.rs")).lines().count() < 25);
}
