//! The knowledge base back into files: what staff changed is written, everything else stays byte for byte as it is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::library::Shelf;
use super::load;
use super::programs::{self, Programs};
use super::version::{Content, Subject};
use super::{ArticleId, LoadError};

/// What an export did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Files that say something else now, or are new.
    pub written: Vec<PathBuf>,
    /// Files that are gone, because their article was retired without a successor.
    pub removed: Vec<PathBuf>,
    /// Files that are the same as those that psfbot started with.
    pub unchanged: usize,
}

/// Writes the knowledge base into the folder `out`, which may be `dir` itself: the folder that it was read from.
///
/// # Errors
/// When a file can't be read or written.
pub fn export(shelf: &Shelf, dir: &Path, out: &Path) -> Result<Exported, LoadError> {
    fs::create_dir_all(out).map_err(|source| unreadable(out, source))?;
    let mut exported = Exported::default();
    let mut exported_ids: Vec<ArticleId> = Vec::new();
    for (path, article) in load::read_dir(dir)? {
        let article = article?;
        let target = out.join(path.file_name().unwrap_or_default());
        let standing = shelf.standing(&Subject::Article(article.id().clone()));
        exported_ids.push(article.id().clone());
        match standing.map(|standing| standing.current()) {
            Some(Some(content)) if *content != Content::Article(article) => {
                exported.write(&target, content.text().as_bytes())?;
            }
            Some(None) => exported.remove(&target)?,
            _ => exported.keep(&path, &target)?,
        }
    }
    let added = shelf.articles().filter(|article| !exported_ids.contains(article.id()));
    for article in added {
        let target = out.join(format!("{}.md", article.id()));
        exported.write(&target, Content::Article(article.clone()).text().as_bytes())?;
    }
    exported.programs(shelf.programs(), dir, out)?;
    Ok(exported)
}

impl Exported {
    fn programs(&mut self, programs: &Programs, dir: &Path, out: &Path) -> Result<(), LoadError> {
        let (path, target) = (programs::path(dir), programs::path(out));
        if *programs == Programs::load(dir)? {
            return if path.is_file() { self.keep(&path, &target) } else { Ok(()) };
        }
        // What stands above the first record is for people.
        let before = fs::read_to_string(&path).unwrap_or_default();
        let head = before.lines().take_while(|line| line.starts_with('#') || line.trim().is_empty());
        let head: String = head.map(|line| format!("{line}\n")).collect();
        let records = programs.all().iter().map(|record| Content::Program(record.clone()).text());
        let text = head + &records.collect::<Vec<_>>().join("\n");
        self.write(&target, text.as_bytes())
    }

    fn write(&mut self, target: &Path, bytes: &[u8]) -> Result<(), LoadError> {
        if fs::read(target).is_ok_and(|there| there == bytes) {
            self.unchanged += 1;
            return Ok(());
        }
        fs::write(target, bytes).map_err(|source| unreadable(target, source))?;
        self.written.push(target.to_owned());
        Ok(())
    }

    fn keep(&mut self, path: &Path, target: &Path) -> Result<(), LoadError> {
        let bytes = fs::read(path).map_err(|source| unreadable(path, source))?;
        if !fs::read(target).is_ok_and(|there| there == bytes) {
            fs::write(target, bytes).map_err(|source| unreadable(target, source))?;
        }
        self.unchanged += 1;
        Ok(())
    }

    fn remove(&mut self, target: &Path) -> Result<(), LoadError> {
        match fs::remove_file(target) {
            Ok(()) => self.removed.push(target.to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(unreadable(target, source)),
        }
        Ok(())
    }
}

fn unreadable(path: &Path, source: io::Error) -> LoadError {
    LoadError::Unreadable { path: path.to_owned(), source }
}
