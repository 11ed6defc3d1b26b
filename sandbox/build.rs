//! Lists the files of the web page, so that the server carries them without naming each.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("web");
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        // The folder is named when the list is compiled: a checkout that was moved keeps its build.
        let path = format!("/web/{name}");
        writeln!(list, "    ({name:?}, include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")?;
    }
    list.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("web.rs"), list)?;
    println!("cargo::rerun-if-changed=web");
    Ok(())
}
