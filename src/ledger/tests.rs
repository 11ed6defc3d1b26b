use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::ids::UserId;

fn member(raw: u64) -> Subject {
    Subject::Member(UserId::new(raw).unwrap())
}

#[test]
fn what_is_noted_is_there_after_a_restart_and_names_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deeper/erasures.ledger");
    let ledger = Ledger::open(&path, None).unwrap();
    let ids = ledger.note(&[member(1_100_000_000_000_000_031), Subject::Receipt([7; 32])]).unwrap();
    let again = Ledger::open(&path, None).unwrap();
    let entries = again.entries().unwrap();
    assert_eq!(entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), ids);
    assert_eq!(entries[0].name, again.name(&member(1_100_000_000_000_000_031)));
    assert_ne!(entries[0].name, again.name(&member(1_100_000_000_000_000_032)));
    let key = file_beside(&path);
    for file in [&path, &key] {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("1100000000000000031") && !text.contains(&hex(&[7; 32])), "{text}");
    let key = fs::read_to_string(key).unwrap();
    assert!(key.len() == 64 && !text.contains(&key));
}

fn file_beside(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.key", path.display()))
}

#[test]
fn a_line_that_was_cut_off_is_taken_away_and_the_rest_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger");
    let ledger = Ledger::open(&path, None).unwrap();
    let first = ledger.note(&[member(1)]).unwrap();
    let whole = fs::read(&path).unwrap();
    for cut in [1, 40, 100] {
        let mut torn = whole.clone();
        torn.extend(&line(Uuid::new_v4(), &[1; 32]).as_bytes()[..cut]);
        fs::write(&path, torn).unwrap();
        assert_eq!(Ledger::open(&path, None).unwrap().entries().unwrap().len(), 1, "{cut}");
    }
    // Also while it is in use.
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"half a li").unwrap();
    let second = ledger.note(&[member(2)]).unwrap();
    let ids: Vec<Uuid> = ledger.entries().unwrap().into_iter().map(|entry| entry.id).collect();
    assert_eq!(ids, [first, second].concat());
}

#[test]
fn damage_and_lost_keys_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger");
    let ledger = Ledger::open(&path, None).unwrap();
    ledger.note(&[member(1), member(2)]).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    let second = whole.lines().nth(1).unwrap().to_owned();
    let changed = second.replacen(&second[40..41], if &second[40..41] == "0" { "1" } else { "0" }, 1);
    fs::write(&path, whole.replacen(&second, &changed, 1)).unwrap();
    let said = Ledger::open(&path, None).unwrap_err().to_string();
    assert!(said.contains("line 2"), "{said}");
    fs::write(&path, &whole).unwrap();
    let other = SecretString::from("k".repeat(32));
    let said = Ledger::open(&path, Some(&other)).unwrap_err().to_string();
    assert!(said.contains("not the one"), "{said}");
    let short = SecretString::from("short".to_owned());
    assert!(Ledger::open(&path, Some(&short)).unwrap_err().to_string().contains("PSFBOT_ERASURE_KEY"));
    fs::remove_file(file_beside(&path)).unwrap();
    let said = Ledger::open(&path, None).unwrap_err().to_string();
    assert!(said.contains("lost its key"), "{said}");
    assert!(Ledger::open(Path::new("/proc/no/ledger"), None).unwrap_err().to_string().contains("privacy.ledger"));
}

#[test]
fn many_writers_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger");
    std::thread::scope(|scope| {
        for writer in 0..8_u64 {
            let path = &path;
            scope.spawn(move || {
                // Each begins it, as processes that start together do.
                let ledger = Ledger::open(path, None).unwrap();
                for number in 1..=20 {
                    ledger.note(&[member(writer * 100 + number)]).unwrap();
                }
            });
        }
    });
    assert_eq!(Ledger::open(&path, None).unwrap().entries().unwrap().len(), 160);
}
