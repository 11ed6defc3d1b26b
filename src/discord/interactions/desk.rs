//! [`Desk`]: the interactions under way. The end waits for them, and tells them to come to an end.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The interactions under way.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    open: TaskTracker,
    closing: CancellationToken,
}

impl Desk {
    /// Counts an interaction as long as what is returned lives.
    pub(super) fn open(&self) -> TaskTrackerToken {
        self.open.token()
    }

    /// Whether no more is begun and no more is waited for.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.is_cancelled()
    }

    /// Completes when the desk is closing and `grace` has passed since.
    pub(super) async fn closed(&self, grace: Duration) {
        self.closing.cancelled().await;
        tokio::time::sleep(grace).await;
    }

    /// Tells every interaction to come to an end (what could not be stored is given back), and waits until they have.
    pub async fn close(&self) {
        self.closing.cancel();
        self.open.close();
        self.open.wait().await;
    }
}
