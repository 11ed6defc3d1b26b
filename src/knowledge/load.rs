//! Article files: a folder of Markdown files, each with YAML front matter between two lines of `---`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::article::{Article, FrontMatter};

/// Why the knowledge base can't be used; the text names the file and what to change.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such folder.
    #[error(
        "there is no folder of articles at {0}: set knowledge.dir in the configuration, or run psfbot where config/knowledge lies"
    )]
    MissingFolder(PathBuf),
    /// The folder or a file in it can't be read, or written at an export.
    #[error("{path} can't be read or written: {source}")]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder holds no article.
    #[error("{0} holds no articles: each is a file ending in .md")]
    Empty(PathBuf),
    /// A file is not an article.
    #[error("{path}{}: {problem}", line.map(|n| format!(", line {n}")).unwrap_or_default())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line in the file, from 1, where known.
        line: Option<usize>,
        /// What is wrong with it.
        problem: String,
    },
    /// Two files claim one id.
    #[error("{path}: the article {id:?} exists twice; give one of them another id")]
    Duplicate {
        /// The second file.
        path: PathBuf,
        /// The id.
        id: String,
    },
    /// The articles can't be searched.
    #[error("{0} holds too many articles to be searched")]
    TooMany(PathBuf),
}

/// A file of the folder, and the article in it or why there is none.
pub(super) type Entry = (PathBuf, Result<Article, LoadError>);

/// Reads every article file of a folder, in the order of their names. `README.md` is for people and not an article.
pub(super) fn read_dir(dir: &Path) -> Result<Vec<Entry>, LoadError> {
    if !dir.is_dir() {
        return Err(LoadError::MissingFolder(dir.to_owned()));
    }
    let unreadable = |source| LoadError::Unreadable { path: dir.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let readme = path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("readme.md"));
        if path.extension().is_some_and(|ending| ending == "md") && !readme {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(LoadError::Empty(dir.to_owned()));
    }
    paths.sort();
    Ok(paths.into_iter().map(|path| (path.clone(), read_file(&path))).collect())
}

fn read_file(path: &Path) -> Result<Article, LoadError> {
    let text = fs::read_to_string(path).map_err(|source| LoadError::Unreadable { path: path.to_owned(), source })?;
    parse(path, &text)
}

/// Reads an article out of its file's text.
pub(super) fn parse(path: &Path, text: &str) -> Result<Article, LoadError> {
    let malformed =
        |line, problem: &str| LoadError::Malformed { path: path.to_owned(), line, problem: problem.to_owned() };
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let rest = text
        .strip_prefix("---\n")
        .ok_or_else(|| malformed(Some(1), "an article starts with a line of three dashes"))?;
    let (front, body) = rest
        .split_once("\n---\n")
        .or_else(|| rest.strip_suffix("\n---").map(|front| (front, "")))
        .ok_or_else(|| malformed(None, "the front matter has no end: close it with a line of three dashes"))?;
    let meta: FrontMatter = serde_yaml_ng::from_str(front).map_err(|error| {
        // The first line of the file is the dashes, which the YAML reader never sees.
        let line = error.location().map(|place| place.line() + 1);
        let problem = error.to_string();
        let problem = problem.split(" at line ").next().unwrap_or(&problem);
        malformed(line, problem)
    })?;
    let body = body.trim().to_owned();
    if body.is_empty() {
        return Err(malformed(None, "the article has no text below its front matter"));
    }
    if meta.id.as_str().is_empty() {
        return Err(malformed(None, "the id is empty"));
    }
    Ok(Article { meta, body })
}
