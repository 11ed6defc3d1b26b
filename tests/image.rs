//! What the image and compose.yaml take for granted about this repository. Building them needs a container engine; that
//! they name what is there does not.

use std::fs;
use std::path::Path;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_image_copies_what_is_there_and_not_ignored() {
    let ignored: Vec<String> =
        read(".dockerignore").lines().map(|line| line.trim_end_matches('/').to_owned()).collect();
    let dockerfile = read("Dockerfile");
    let copies =
        dockerfile.lines().filter_map(|line| line.strip_prefix("COPY ")).filter(|line| !line.contains("--from"));
    let mut seen = 0;
    for line in copies {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        words.pop();
        for source in words {
            seen += 1;
            assert!(root().join(source).exists(), "the Dockerfile copies {source}, which is not there");
            let top = source.split('/').next().unwrap();
            assert!(!ignored.iter().any(|entry| entry == top), "{source} is in .dockerignore");
        }
    }
    assert!(seen >= 8, "only {seen} sources were found");
    for needed in ["src", "migrations", ".sqlx", "config", "sandbox"] {
        assert!(dockerfile.contains(&format!("COPY {needed} {needed}")), "the image lacks {needed}");
    }
}

/// `1.95` as numbers.
fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().unwrap()).collect()
}

#[test]
fn the_image_is_built_with_a_toolchain_that_the_crates_accept() {
    let (manifest, dockerfile) = (read("Cargo.toml"), read("Dockerfile"));
    let asked = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap().trim_matches('"');
    let built = dockerfile.lines().find_map(|line| line.strip_prefix("FROM rust:")?.split('-').next()).unwrap();
    assert!(version(built) >= version(asked), "the Dockerfile builds with Rust {built}, Cargo.toml asks for {asked}");
}

#[test]
fn every_target_of_the_manifest_has_a_source_while_dependencies_are_built() {
    let (manifest, dockerfile) = (read("Cargo.toml"), read("Dockerfile"));
    let paths = manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    for path in paths {
        assert!(dockerfile.contains(path), "the Dockerfile makes no empty {path}, so its first build would fail");
    }
}

#[test]
fn compose_gives_the_bot_what_it_reads_and_waits_for_the_database() {
    let compose: Value = serde_yaml_ng::from_str(&read("compose.yaml")).unwrap();
    let bot = &compose["services"]["bot"];
    let environment = bot["environment"].as_object().unwrap();
    let known = ["DISCORD_TOKEN_FILE", "DATABASE_URL", "PSFBOT_LOG_FORMAT", "PSFBOT__PRIVACY__LEDGER"];
    assert!(environment.keys().all(|name| known.contains(&name.as_str())), "{environment:?}");
    let url = environment["DATABASE_URL"].as_str().unwrap();
    assert!(url.contains("@database:5432/psfbot?sslmode=disable"), "{url}");
    assert_eq!(bot["depends_on"]["database"]["condition"], "service_healthy");
    assert!(compose["services"]["database"]["healthcheck"]["test"].is_array());
    assert_eq!(bot["image"], "psfbot", "as `make image` names it");
    assert!(compose["secrets"]["discord_token"].is_object());
    for volume in bot["volumes"].as_array().unwrap() {
        let source = volume.as_str().unwrap().split(':').next().unwrap();
        let is_named = compose["volumes"].as_object().unwrap().contains_key(source);
        assert!(is_named || root().join(source).exists(), "{source} is not there");
    }
}
