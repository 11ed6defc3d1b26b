//! The catalogue of texts and the sources agree: no text is missing, none is left over, none is there twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The ids of the catalogue, each with its file.
fn catalogue() -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/locales/en-US")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some((id, _)) = line.split_once(" =") else { continue };
            if id.starts_with(|c: char| c.is_ascii_lowercase()) && !id.contains(' ') {
                let twice = ids.insert(id.to_owned(), file.clone());
                assert!(twice.is_none(), "{id} is in {file} and in {twice:?}");
            }
        }
    }
    assert!(ids.len() > 100, "{}", ids.len());
    ids
}

fn sources(dir: &Path, into: &mut String) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// The literals of the sources, and what stands between them.
fn literals(source: &str) -> BTreeSet<&str> {
    source.split('"').collect()
}

#[test]
fn every_text_that_the_sources_name_is_in_the_catalogue_and_the_other_way_round() {
    let catalogue = catalogue();
    let mut source = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut source);
    for call in ["text(", "text_with("] {
        for (at, _) in source.match_indices(call) {
            let rest = source[at + call.len()..].trim_start();
            let Some(id) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) else { continue };
            let looks_like_an_id =
                id.contains('-') && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(!looks_like_an_id || catalogue.contains_key(id), "{id} is not in the catalogue");
        }
    }
    let literals = literals(&source);
    // What a text has beside it: the same for a session that is not simply scheduled, for one of several, for what staff do to one.
    let variants = ["-expected", "-moved", "-cancelled", "-one", "-confirm", "-add", "-move", "-cancel"];
    let is_named = |id: &str| {
        let variant_of = variants.iter().find_map(|suffix| id.strip_suffix(suffix));
        literals.contains(id) || variant_of.is_some_and(|id| literals.contains(id))
    };
    let left_over: Vec<&String> = catalogue.keys().filter(|id| !is_named(id)).collect();
    assert!(left_over.is_empty(), "nothing names {left_over:?}");
}
