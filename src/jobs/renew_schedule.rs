//! Takes over what staff changed in the schedule: with every tick this process looks at one number in the database, and reads
//! the changes when it is another than before.

use super::Services;

/// Looks; whether something was new.
pub(super) async fn renew(services: &Services) -> bool {
    match services.store.renew_schedule(&services.schedule).await {
        Ok(true) => {
            tracing::info!(
                revision = services.schedule.now().revision,
                "staff's changes of the schedule are taken over"
            );
            true
        }
        Ok(false) => false,
        Err(error) => {
            // The tick says once that the database is away.
            tracing::debug!("changes of the schedule can't be looked for: {error}");
            false
        }
    }
}
