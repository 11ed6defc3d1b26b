//! The state of health: `/healthz`, whether this process lives, and `/readyz`, whether it can do its work.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::sync::watch;

use crate::discord::gateway::Standing;
use crate::store::Store;

/// How long the database may take to answer before it counts as unreachable.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is asked how this process is.
#[derive(Debug, Clone)]
pub struct Health {
    /// The database.
    pub store: Store,
    /// How the process stands to the gateway.
    pub standing: watch::Receiver<Standing>,
    /// Whether commands are served.
    pub ready: watch::Receiver<bool>,
}

/// What `/readyz` says; stable.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    gateway: &'static str,
    database: &'static str,
    migrations: String,
}

pub(super) fn routes(health: Health) -> Router {
    // Whoever asks is answered: that is all that "alive" means here. A database or a Discord that is away is no reason to
    // start the process anew.
    Router::new().route("/healthz", get("alive\n")).route("/readyz", get(readyz)).with_state(health)
}

async fn readyz(State(health): State<Health>) -> Response {
    let readiness = readiness(&health).await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(CACHE_CONTROL, "no-store")], Json(readiness)).into_response()
}

async fn readiness(health: &Health) -> Readiness {
    let (gateway, has_gateway) = match (*health.standing.borrow(), *health.ready.borrow()) {
        (Standing::By, _) => ("standing by", true),
        (Standing::Held, true) => ("connected", true),
        (Standing::Held, false) => ("connecting", false),
        (Standing::Asking, _) => ("asking for the lock", false),
    };
    let missing = tokio::time::timeout(PATIENCE, health.store.missing_migrations()).await;
    let (database, migrations, has_database) = match missing {
        Ok(Ok(0)) => ("reachable", "current".to_owned(), true),
        Ok(Ok(missing)) => ("reachable", format!("{missing} missing"), false),
        Ok(Err(_)) | Err(_) => ("unreachable", "unknown".to_owned(), false),
    };
    Readiness { ready: has_gateway && has_database, gateway, database, migrations }
}
