//! Which of several processes is connected: the one that holds the database's lock. The others stand by.

use std::time::Duration;

use rand::Rng;
use tokio::sync::watch;

use crate::clock::SharedClock;
use crate::store::{GatewayHold, Store, Taken};

/// Time between two looks of a process that stands by, and between two signs of life of the one that holds. With the
/// five seconds after which a silent holder's session ends, another takes over well within ten seconds.
const BEAT: Duration = Duration::from_secs(1);

/// How long the database may take for a sign of life before the session counts as lost.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a process that stands by waits after an outage of the database before it asks for the lock: whoever held it
/// is likely to live, and takes it up again within a beat.
const COURTESY: Duration = Duration::from_secs(3);

/// How a process stands to the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It asks for the lock and has no answer yet.
    Asking,
    /// Another process holds it.
    By,
    /// It is this process's.
    Held,
}

/// A process's claim to the gateway.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    store: Store,
    clock: SharedClock,
    process: String,
    /// For whoever asks how it stands.
    standing: watch::Sender<Standing>,
}

impl Holder {
    pub(super) fn new(store: Store, clock: SharedClock) -> Self {
        let standing = watch::Sender::new(Standing::Asking);
        Self { store, clock, process: format!("{:032x}", rand::rng().random::<u128>()), standing }
    }

    pub(super) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Waits until the gateway is this process's.
    pub(super) async fn take(&self) -> GatewayHold {
        let mut told = false;
        loop {
            let taken = self.try_take().await;
            self.standing.send_replace(match taken {
                Some(Taken::Held(_)) => Standing::Held,
                Some(Taken::ByAnother) => Standing::By,
                Some(Taken::ByOurOwnPast) | None => Standing::Asking,
            });
            match taken {
                Some(Taken::Held(hold)) => return hold,
                Some(Taken::ByAnother) if !told => {
                    told = true;
                    tracing::info!("another process holds the gateway; this one stands by");
                }
                Some(_) => {}
                None => self.outage().await,
            }
            tokio::time::sleep(BEAT).await;
        }
    }

    /// Waits until the database is back, and for the process that held the gateway until then.
    async fn outage(&self) {
        loop {
            tokio::time::sleep(BEAT).await;
            if let Ok(Ok(_)) = tokio::time::timeout(PATIENCE, self.store.server_version()).await {
                return tokio::time::sleep(COURTESY).await;
            }
        }
    }

    async fn try_take(&self) -> Option<Taken> {
        match tokio::time::timeout(PATIENCE, self.store.take_gateway(&self.process, self.clock.now())).await {
            Ok(Ok(taken)) => Some(taken),
            Ok(Err(error)) => {
                tracing::debug!("the gateway's lock can't be asked for: {error}");
                None
            }
            Err(_late) => None,
        }
    }

    /// Shows signs of life until another process holds the gateway. Losing the database is no reason to let go: members
    /// are answered without it.
    pub(super) async fn keep(&self, hold: &mut Option<GatewayHold>) {
        loop {
            tokio::time::sleep(BEAT).await;
            let kept = match hold {
                Some(held) => matches!(tokio::time::timeout(PATIENCE, held.keep()).await, Ok(Ok(()))),
                None => false,
            };
            if kept {
                continue;
            }
            *hold = None;
            match self.try_take().await {
                Some(Taken::Held(again)) => *hold = Some(again),
                Some(Taken::ByAnother) => return,
                Some(Taken::ByOurOwnPast) | None => {}
            }
        }
    }
}
