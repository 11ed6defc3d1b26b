//! [`Library`]: the knowledge base of a running process. The files are read once, at the start; staff's versions are laid
//! over them as often as there are new ones, and what is made of both takes the place of the one before in one step, so
//! that nobody who asks ever waits. Refuses to know where versions come from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::article::{Article, ArticleId};
use super::programs::{self, ProgramStatus, Programs};
use super::version::{Content, Standing, Subject, Version};
use super::{Knowledge, LoadError, read_articles};

/// What a folder holds: each article and record with its file.
#[derive(Debug)]
struct Files(Vec<(PathBuf, Content)>);

/// Counts readings of the database: of two that end in another order than they began, the later one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// The knowledge base of a running process.
#[derive(Debug)]
pub struct Library {
    files: Arc<Files>,
    /// What the files alone make.
    read: Arc<Shelf>,
    now: RwLock<Arc<Shelf>>,
    tickets: AtomicU64,
}

/// The knowledge base as it was at one moment.
#[derive(Debug)]
pub struct Shelf {
    knowledge: Arc<Knowledge>,
    programs: Programs,
    standings: BTreeMap<Subject, Standing>,
    /// `None` as long as staff's versions were never read.
    revision: Option<i64>,
    ticket: Ticket,
}

impl Library {
    /// Reads a folder of article files.
    ///
    /// # Errors
    /// As [`Knowledge::load`].
    pub fn load(dir: &Path) -> Result<Self, LoadError> {
        let articles = read_articles(dir)?.into_iter().map(|(path, article)| (path, Content::Article(article)));
        let records = Programs::load(dir)?;
        let records = records.all().iter().map(|record| (programs::path(dir), Content::Program(record.clone())));
        let files = Files(articles.chain(records).collect());
        let shelf = Arc::new(files.shelf(Vec::new(), None, Ticket(0)));
        Ok(Self::over(Arc::new(files), shelf))
    }

    fn over(files: Arc<Files>, read: Arc<Shelf>) -> Self {
        Self { files, now: RwLock::new(Arc::clone(&read)), read, tickets: AtomicU64::new(1) }
    }

    /// Another library of the same files, without reading them again and without any versions.
    #[must_use]
    pub fn another(&self) -> Self {
        Self::over(Arc::clone(&self.files), Arc::clone(&self.read))
    }

    /// The knowledge base as it is now.
    #[must_use]
    pub fn now(&self) -> Arc<Shelf> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What answers questions now.
    #[must_use]
    pub fn current(&self) -> Arc<Knowledge> {
        Arc::clone(&self.now().knowledge)
    }

    /// To be taken before versions are read.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket(self.tickets.fetch_add(1, Ordering::SeqCst))
    }

    /// Lays the newest version of each subject over the files. It takes some tens of milliseconds of work, during which
    /// what there is goes on answering.
    pub fn renew(&self, versions: Vec<Version>, revision: i64, ticket: Ticket) {
        let before = self.now();
        let shelf = if versions.is_empty() && before.standings.values().all(|standing| standing.version.is_none()) {
            let (knowledge, programs) = (Arc::clone(&before.knowledge), before.programs.clone());
            Shelf { knowledge, programs, standings: before.standings.clone(), revision: Some(revision), ticket }
        } else {
            self.files.shelf(versions, Some(revision), ticket)
        };
        let shelf = Arc::new(shelf);
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if now.ticket < ticket {
            *now = shelf;
        }
    }
}

impl Files {
    fn shelf(&self, versions: Vec<Version>, revision: Option<i64>, ticket: Ticket) -> Shelf {
        let mut standings: BTreeMap<Subject, Standing> = BTreeMap::new();
        let mut order = Vec::with_capacity(self.0.len());
        for (_, content) in &self.0 {
            order.push(content.subject());
            standings.insert(content.subject(), Standing { file: Some(content.clone()), version: None });
        }
        for version in versions {
            let subject = version.subject.clone();
            let standing = standings.entry(subject.clone()).or_insert_with(|| {
                order.push(subject);
                Standing { file: None, version: None }
            });
            standing.version = Some(version);
        }
        let current = || order.iter().filter_map(|subject| standings.get(subject)?.current());
        let programs = Programs::new(current().filter_map(Content::program).cloned().collect());
        let articles = current().filter_map(Content::article).map(|article| programs.fill(article)).collect();
        Shelf { knowledge: Arc::new(Knowledge::new(articles)), programs, standings, revision, ticket }
    }
}

impl Shelf {
    /// The status of every program, as it counts.
    #[must_use]
    pub const fn programs(&self) -> &Programs {
        &self.programs
    }

    /// The number of the newest change of staff that is in it; `None` when it is made of the files alone because staff's
    /// versions could not be read yet.
    #[must_use]
    pub const fn revision(&self) -> Option<i64> {
        self.revision
    }

    /// How a subject stands.
    #[must_use]
    pub fn standing(&self, subject: &Subject) -> Option<&Standing> {
        self.standings.get(subject)
    }

    /// How everything stands, articles first, by name.
    pub fn standings(&self) -> impl Iterator<Item = (&Subject, &Standing)> {
        self.standings.iter()
    }

    /// The articles that count, with their placeholders, by name.
    pub fn articles(&self) -> impl Iterator<Item = &Article> {
        self.standings.values().filter_map(|standing| standing.current()?.article())
    }

    /// Whether there is or was an article of that name.
    #[must_use]
    pub fn knows(&self, id: &ArticleId) -> bool {
        self.standings.contains_key(&Subject::Article(id.clone()))
    }

    /// What staff changed and the files do not say.
    pub fn differing(&self) -> impl Iterator<Item = (&Subject, &Standing)> {
        self.standings().filter(|(_, standing)| standing.differs())
    }

    /// The statuses with one of them replaced by another.
    #[must_use]
    pub fn programs_with(&self, record: &ProgramStatus) -> Programs {
        let mut records: Vec<ProgramStatus> = self.programs.all().to_vec();
        match records.iter_mut().find(|known| known.key == record.key) {
            Some(known) => *known = record.clone(),
            None => records.push(record.clone()),
        }
        Programs::new(records)
    }
}
