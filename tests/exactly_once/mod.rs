//! Promise 1: one delivery is one message, and one step one effect, whatever goes wrong and whenever.
//!
//! `matrix` lets each trouble strike each effect at each moment; `killed` ends the real program while Discord holds its
//! requests; `random` mixes everything in any order.

mod effect;
mod fault;
mod killed;
mod matrix;
mod random;
mod said;
mod seldom;

use sqlx::PgPool;

/// Empties the database, as if psfbot had never run on it.
async fn empty(pool: &PgPool) {
    sqlx::query("TRUNCATE announcement, draft, scheduled_event, personal_reminder, feed, closed_bucket CASCADE")
        .execute(pool)
        .await
        .unwrap();
}

/// The tests' configuration without the sessions of which events are made; and with one article instead of all, since
/// reading them is most of what these many processes would do.
fn bare(config: &str) -> String {
    config
        .replace("dates = [\"2026-12-01T17:00:00Z\", \"2026-11-21T11:30:00Z\"]", "dates = []")
        .replace(concat!(env!("CARGO_MANIFEST_DIR"), "/config/knowledge"), ONE_ARTICLE)
}

const ONE_ARTICLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exactly_once/knowledge");
