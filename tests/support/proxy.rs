//! [`Proxy`]: a way to the database that can be disturbed, while the test itself goes another.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Open,
    /// Connections are taken and kept, and nothing passes any more, not even their end.
    Frozen,
    /// Nobody listens.
    Refusing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    mode: Mode,
    /// Connections of an earlier one are reset.
    generation: u32,
    /// Of connections of an earlier one nothing passes any more.
    remembered: u32,
}

impl State {
    /// Whether anything passes on a connection that was taken when so many had been forgotten.
    fn passes(self, remembered: u32) -> bool {
        self.mode == Mode::Open && self.remembered == remembered
    }
}

/// A port of 127.0.0.1 behind which is the socket of a PostgreSQL server.
pub(crate) struct Proxy {
    url: String,
    state: watch::Sender<State>,
    taken: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// A way to the database of these options.
    pub(crate) async fn to(options: &PgConnectOptions) -> Self {
        let directory = options.get_socket().map(|path| path.display().to_string());
        let directory = directory.unwrap_or_else(|| options.get_host().to_owned());
        let socket = PathBuf::from(directory).join(format!(".s.PGSQL.{}", options.get_port()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::default();
        let (state, states) = watch::channel(State { mode: Mode::Open, generation: 0, remembered: 0 });
        let listening = tokio::spawn(listen(listener, port, socket, states, Arc::clone(&taken)));
        let mut url = options.to_url_lossy();
        url.set_query(Some("sslmode=disable"));
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(port)).unwrap();
        Self { url: url.to_string(), state, taken, listening }
    }

    /// The database's address by this way.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How many connections were taken so far.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// From now on nothing passes; nobody is told.
    pub(crate) fn freeze(&self) {
        self.state.send_modify(|state| state.mode = Mode::Frozen);
    }

    /// Resets every connection, and refuses new ones.
    pub(crate) fn refuse(&self) {
        self.state.send_modify(|state| {
            state.mode = Mode::Refusing;
            state.generation += 1;
        });
    }

    /// New connections are served; those of before stay as they are and never hear another word, as behind a firewall
    /// that forgot them.
    pub(crate) fn forget(&self) {
        self.state.send_modify(|state| {
            state.mode = Mode::Open;
            state.remembered += 1;
        });
    }

    /// Everything passes again, also what was held back.
    pub(crate) fn heal(&self) {
        self.state.send_modify(|state| state.mode = Mode::Open);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(
    first: TcpListener,
    port: u16,
    socket: PathBuf,
    mut states: watch::Receiver<State>,
    count: Arc<AtomicUsize>,
) {
    let mut listener = Some(first);
    loop {
        if states.borrow_and_update().mode == Mode::Refusing {
            listener = None;
            states.changed().await.unwrap();
            continue;
        }
        let open = match listener.take() {
            Some(open) => open,
            None => TcpListener::bind(("127.0.0.1", port)).await.unwrap(),
        };
        tokio::select! {
            taken = open.accept() => {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(pass_on(taken.unwrap().0, socket.clone(), states.clone()));
                listener = Some(open);
            }
            changed = states.changed() => {
                changed.unwrap();
                listener = Some(open);
            }
        }
    }
}

/// Passes on what one connection says and hears, until it ends or is cut.
async fn pass_on(mut client: TcpStream, socket: PathBuf, mut states: watch::Receiver<State>) {
    let State { generation, remembered, .. } = *states.borrow();
    let mut cut = states.clone();
    let was_cut = {
        let passing = async {
            if states.wait_for(|state| state.passes(remembered)).await.is_err() {
                return;
            }
            let Ok(mut server) = UnixStream::connect(&socket).await else { return };
            let ((mut from_client, mut to_client), (mut from_server, mut to_server)) = (client.split(), server.split());
            tokio::select! {
                () = copy(&mut from_client, &mut to_server, states.clone(), remembered) => {}
                () = copy(&mut from_server, &mut to_client, states.clone(), remembered) => {}
            }
        };
        tokio::select! { () = passing => false, _ = cut.wait_for(|state| state.generation != generation) => true }
    };
    if was_cut {
        // The client sees a reset, not an orderly end.
        client.set_zero_linger().unwrap();
    }
}

async fn copy(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    mut states: watch::Receiver<State>,
    remembered: u32,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(read) = from.read(&mut buffer).await else { return };
        // What was read when the way froze waits here, its end included.
        if states.wait_for(|state| state.passes(remembered)).await.is_err() || read == 0 {
            return;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
