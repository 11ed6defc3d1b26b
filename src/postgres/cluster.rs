//! The cluster's life: started or joined, used by its URL, stopped.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use sqlx::Postgres;
use sqlx::migrate::MigrateDatabase;
use tempfile::TempDir;
use tokio::process::{Child, ChildStdin};

use super::account::Account;
use super::binaries::{Binaries, Search};
use super::lock::{Holder, Lock};
use super::place::{self, Place};
use super::server::{self, Log};
use super::{ClusterError, NAME, PORT, init, previous, supervisor};

/// How long a start may take; after a crash the server first replays its log.
const START: Duration = Duration::from_secs(300);
/// How long another process may take to start the cluster that is to be joined.
const JOIN: Duration = Duration::from_secs(60);
/// When to say that the start takes long.
const LONG: Duration = Duration::from_secs(5);
/// How long the supervisor may take to stop the server; it turns rougher by itself before that.
const STOP: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(25);

/// Receives a line for a person at each step that takes time.
pub type Progress = Arc<dyn Fn(&str) + Send + Sync>;

/// How to start a cluster.
#[derive(Clone)]
pub struct Options {
    data: Data,
    search: Search,
    supervisor: Option<PathBuf>,
    progress: Progress,
}

#[derive(Debug, Clone)]
enum Data {
    Kept(Option<PathBuf>),
    Temporary,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("data", &self.data).field("search", &self.search).finish_non_exhaustive()
    }
}

impl Options {
    /// A cluster whose data stay, in `data_dir` or the platform's data directory.
    #[must_use]
    pub fn kept(data_dir: Option<PathBuf>) -> Self {
        Self::new(Data::Kept(data_dir))
    }

    /// A cluster in a temporary directory that is removed at the end; it need not survive a power cut.
    #[must_use]
    pub fn temporary() -> Self {
        Self::new(Data::Temporary)
    }

    fn new(data: Data) -> Self {
        let progress: Progress = Arc::new(|line| tracing::info!("{line}"));
        Self { data, search: Search::from_env(), supervisor: None, progress }
    }

    /// Where to look for server programs; the default is [`Search::from_env`].
    #[must_use]
    pub fn search(self, search: Search) -> Self {
        Self { search, ..self }
    }

    /// The psfbot program that supervises the server; the default is the running program, which in tests is another.
    #[must_use]
    pub fn supervisor(self, program: impl Into<PathBuf>) -> Self {
        Self { supervisor: Some(program.into()), ..self }
    }

    /// Who is told about the steps; the default logs them.
    #[must_use]
    pub fn progress(self, progress: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { progress: Arc::new(progress), ..self }
    }

    fn open(&self) -> Result<Home, ClusterError> {
        match &self.data {
            Data::Temporary => {
                let account = Account::choose(&[])?;
                let temporary = place::make_temporary(&account)?;
                Ok(Home { root: temporary.path().to_owned(), account, temporary: Some(temporary) })
            }
            Data::Kept(dir) => {
                let dir = dir.clone().map_or_else(place::default_data_dir, Ok)?;
                let dir = std::path::absolute(&dir).map_err(ClusterError::data("find", &dir))?;
                let root = place::make_root(&dir)?;
                let owned = place::existing(&root).into_iter().map(|(_, dir)| dir).collect::<Vec<_>>();
                Ok(Home { account: Account::choose(&owned)?, root, temporary: None })
            }
        }
    }
}

/// An opened data directory and the account that serves it.
struct Home {
    root: PathBuf,
    account: Account,
    temporary: Option<TempDir>,
}

/// A running private cluster, ours or joined. Dropping one that is ours stops its server in the background.
#[derive(Debug)]
pub struct Cluster {
    socket_dir: PathBuf,
    data_dir: PathBuf,
    ours: Option<Ours>,
}

#[derive(Debug)]
struct Ours {
    /// The supervisor's sign that this process lives. First, so that the server is told to end before another process
    /// may take the data directory; apart from the child, because waiting for a child closes its stdin.
    alive: Option<ChildStdin>,
    supervisor: Child,
    lock: Lock,
    place: Place,
    log: Log,
    temporary: Option<PathBuf>,
}

impl Cluster {
    /// Starts the cluster, making it first where it is missing, and returns when it accepts connections.
    ///
    /// # Errors
    /// When there are no server programs, the data directory is in use, can't be written or is not ours, or the server
    /// does not start. Each says what to do.
    pub async fn start(options: Options) -> Result<Self, ClusterError> {
        let home = options.open()?;
        match Lock::take(&home.root)? {
            Some(lock) => launch(home, lock, &options).await,
            None => Err(Holder::read(&home.root).busy(&home.root)),
        }
    }

    /// Joins the cluster that another process runs in the data directory, or starts it.
    ///
    /// # Errors
    /// As [`Cluster::start`]; when the other process does not get its cluster ready within a minute.
    pub async fn attach_or_start(options: Options) -> Result<Self, ClusterError> {
        let home = options.open()?;
        let since = Instant::now();
        loop {
            if let Some(lock) = Lock::take(&home.root)? {
                return launch(home, lock, &options).await;
            }
            let holder = Holder::read(&home.root);
            if let Some(socket_dir) = &holder.socket_dir
                && Postgres::database_exists(&url(socket_dir, NAME)).await.unwrap_or(false)
            {
                return Ok(Self { socket_dir: socket_dir.clone(), data_dir: home.root, ours: None });
            }
            if since.elapsed() > JOIN {
                return Err(holder.busy(&home.root));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The address of one of the cluster's databases, for sqlx and libpq alike.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        url(&self.socket_dir, database)
    }

    /// The directory of the server's socket (libpq's `PGHOST`).
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The data directory, which holds the clusters of all major versions.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Whether another process runs the server.
    #[must_use]
    pub fn is_attached(&self) -> bool {
        self.ours.is_none()
    }

    /// Waits until the server is gone for good although nobody stopped it (it is restarted a few times before that), and
    /// says why. Never returns for a joined cluster.
    pub async fn failed(&mut self) -> ClusterError {
        let Some(ours) = &mut self.ours else { return std::future::pending().await };
        // A wait that fails means that there is nothing to wait for.
        let _ = ours.supervisor.wait().await;
        ours.ended()
    }

    /// Stops the server (open connections are ended, open transactions rolled back) and waits for it. A joined cluster
    /// runs on.
    ///
    /// # Errors
    /// When the server does not end, or what it leaves can't be removed.
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        let Some(mut ours) = self.ours.take() else { return Ok(()) };
        drop(ours.alive.take());
        let status = tokio::time::timeout(STOP, ours.supervisor.wait()).await;
        if !matches!(status, Ok(Ok(status)) if status.success()) {
            // It was killed, or could not do its work.
            previous::stop_ours(&ours.place.data).await?;
        }
        if let Some(dir) = ours.temporary.take().filter(|dir| dir.exists()) {
            std::fs::remove_dir_all(&dir).map_err(ClusterError::io("remove", &dir))?;
            return Ok(());
        }
        ours.lock.clear()
    }
}

impl Ours {
    fn ended(&mut self) -> ClusterError {
        ClusterError::Ended { said: self.log.reason(), log: self.place.log.clone() }
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        // Closing the pipe tells a living supervisor; without one the server must be told here.
        if matches!(self.supervisor.try_wait(), Ok(Some(status)) if !status.success()) {
            previous::ask_to_end(&self.place.data);
        }
    }
}

fn url(socket_dir: &Path, database: &str) -> String {
    use std::os::unix::ffi::OsStrExt;
    let host = percent_encode(socket_dir.as_os_str().as_bytes(), NON_ALPHANUMERIC);
    let database = percent_encode(database.as_bytes(), NON_ALPHANUMERIC);
    // Port and sslmode are said because PGPORT and PGSSLMODE would fill the gaps.
    format!("postgres://{NAME}@localhost:{PORT}/{database}?host={host}&sslmode=disable")
}

async fn launch(home: Home, lock: Lock, options: &Options) -> Result<Cluster, ClusterError> {
    let Home { root, account, temporary } = home;
    let progress = options.progress.as_ref();
    let binaries = choose(options.search.run(&account).await?, &root, &options.search)?;
    let durable = temporary.is_none();
    let place = Place::prepare(&root, binaries.major, &account)?;
    progress(&format!("Preparing a private PostgreSQL {} in {}", binaries.major, root.display()));
    previous::clear(&place, progress).await?;
    init::ensure(&place, &binaries, &account, durable).await?;

    let log = Log::open(&place.log)?;
    let program = options.supervisor.clone().map_or_else(std::env::current_exe, Ok);
    let program = program.map_err(ClusterError::io("find the running program", Path::new("psfbot")))?;
    let server = server::command(&place, &binaries, durable);
    let mut command = supervisor::command(&program, &account, temporary.as_ref().map(TempDir::path), &server);
    command.stderr(Stdio::from(log.writer().map_err(ClusterError::data("open the log", &place.log))?));
    let mut supervisor = command.spawn().map_err(ClusterError::io("run", &program))?;
    // From here on the supervisor removes it.
    let temporary = temporary.map(TempDir::keep);
    let alive = supervisor.stdin.take();
    let mut ours = Ours { alive, supervisor, lock, place, log, temporary };
    ready(&mut ours, progress).await?;
    ours.lock.announce(&ours.place.sockets)?;
    Ok(Cluster { socket_dir: ours.place.sockets.clone(), data_dir: root, ours: Some(ours) })
}

/// The version that already has data here, else the best.
fn choose(found: Vec<Binaries>, root: &Path, search: &Search) -> Result<Binaries, ClusterError> {
    let existing = place::existing(root).into_iter().map(|(major, _)| major).collect::<Vec<_>>();
    let with_data = existing.iter().find_map(|major| found.iter().find(|binaries| binaries.major == *major));
    match (with_data.or(found.first()), existing.first()) {
        (None, _) => Err(ClusterError::NoBinaries),
        // Beginning anew unasked would look like a loss of everything.
        (Some(best), Some(made_by)) if with_data.is_none() && *search == Search::Everywhere => {
            Err(ClusterError::OtherMajor { dir: root.to_owned(), made_by: *made_by, found: best.major })
        }
        (Some(best), _) => Ok(best.clone()),
    }
}

/// Waits until the server accepts connections and psfbot's database exists.
async fn ready(ours: &mut Ours, progress: &(dyn Fn(&str) + Send + Sync)) -> Result<(), ClusterError> {
    let url = url(&ours.place.sockets, NAME);
    let since = Instant::now();
    let mut told = false;
    loop {
        let attempt = tokio::select! {
            _ = ours.supervisor.wait() => return Err(ours.ended()),
            attempt = Postgres::database_exists(&url) => attempt,
        };
        let error = match attempt {
            Ok(true) => return Ok(()),
            Ok(false) => return Ok(Postgres::create_database(&url).await?),
            Err(error) if is_starting(&error) => error,
            Err(error) => return Err(error.into()),
        };
        if since.elapsed() > START {
            return Err(ClusterError::Late {
                seconds: START.as_secs(),
                log: ours.place.log.clone(),
                source: Some(error),
            });
        }
        if since.elapsed() > LONG && !told {
            progress("PostgreSQL is still starting; after a crash it first replays its log");
            told = true;
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Nobody listens yet, or the server says that it is not ready (57P03).
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code == "57P03"),
        _ => false,
    }
}
