//! The making of a database cluster's data directory.
//!
//! Owns `initdb`, run in a sibling directory that is renamed when all is done: a killed start leaves a sibling, which
//! the next one removes, and never half a cluster under the final name. Refuses a directory that is not ours.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Stdio;

use super::account::Account;
use super::binaries::Binaries;
use super::place::Place;
use super::{ClusterError, NAME, children};

/// Locales to try: Unicode from the system, Unicode from PostgreSQL (17 and newer), plain bytes.
const LOCALES: [&[&str]; 3] =
    [&["--locale=C.UTF-8"], &["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"], &["--locale=C"]];

/// Makes the cluster unless it is there; `durable` says whether it must survive a power cut.
pub(super) async fn ensure(
    place: &Place,
    binaries: &Binaries,
    account: &Account,
    durable: bool,
) -> Result<(), ClusterError> {
    remove_unfinished(place)?;
    if exists(&place.data, account)? {
        return Ok(());
    }
    let mut name = place.data.clone().into_os_string();
    name.push(format!("{UNFINISHED}{}", std::process::id()));
    let unfinished = Unfinished(name.into());
    account.make_dir(&unfinished.0)?;
    initdb(&unfinished.0, binaries, account, durable).await?;
    fs::rename(&unfinished.0, &place.data).map_err(ClusterError::data("rename a directory to", &place.data))?;
    let root = fs::File::open(&place.root).and_then(|dir| dir.sync_all());
    root.map_err(ClusterError::data("write", &place.root))
}

const UNFINISHED: &str = ".unfinished-";

/// Removed when the start fails or is given up.
struct Unfinished(std::path::PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Gone already when it was renamed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn remove_unfinished(place: &Place) -> Result<(), ClusterError> {
    let entries = fs::read_dir(&place.root).map_err(ClusterError::data("read", &place.root))?;
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with("pg") && name.to_string_lossy().contains(UNFINISHED) {
            let path = entry.path();
            fs::remove_dir_all(&path).map_err(ClusterError::data("remove the unfinished", &path))?;
        }
    }
    Ok(())
}

/// Whether a whole cluster of this account is there.
fn exists(data: &Path, account: &Account) -> Result<bool, ClusterError> {
    let Ok(meta) = fs::metadata(data) else { return Ok(false) };
    if meta.uid() != account.uid {
        return Err(ClusterError::ForeignOwner { dir: data.to_owned(), owner: meta.uid() });
    }
    if data.join("PG_VERSION").is_file() {
        return Ok(true);
    }
    // An empty directory is replaced; anything else is somebody's.
    fs::remove_dir(data).map(|()| false).map_err(|_| ClusterError::NotData { dir: data.to_owned() })
}

async fn initdb(dir: &Path, binaries: &Binaries, account: &Account, durable: bool) -> Result<(), ClusterError> {
    let mut said = String::new();
    for locale in LOCALES.iter().filter(|words| words.len() == 1 || binaries.major >= 17) {
        let mut command = children::clean(&binaries.program("initdb"));
        command.arg("--pgdata").arg(dir).args(["--username", NAME, "--encoding=UTF8", "--data-checksums"]);
        command.args(*locale).arg("--lc-messages=C").arg("--no-instructions");
        // Who can enter the socket's directory is the account itself or root, and both can do all with the data.
        command.args(["--auth-local=trust", "--auth-host=reject"]);
        if !durable {
            command.arg("--no-sync");
        }
        let program = binaries.program("initdb");
        let output = account.run_as(command.stdin(Stdio::null())).output().await;
        let output = output.map_err(ClusterError::io("run", &program))?;
        if output.status.success() {
            return Ok(());
        }
        said = reason(&String::from_utf8_lossy(&output.stderr));
        if !said.contains("locale") {
            break;
        }
    }
    Err(ClusterError::Init { dir: dir.to_owned(), said })
}

/// The line of stderr that says why it failed.
fn reason(text: &str) -> String {
    let lines = || text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let telling = lines().find(|line| ["FATAL:", "PANIC:", "error:"].iter().any(|mark| line.contains(mark)));
    telling.or_else(|| lines().next()).unwrap_or("it gave no reason").to_owned()
}
