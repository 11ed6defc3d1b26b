//! Takes over what staff changed in the knowledge base: with every tick this process looks at one number in the database, and
//! reads the versions when it is another than before.

use std::sync::Mutex;
use std::sync::PoisonError;

use super::Services;

/// Whether the last look failed, so that an outage is logged once.
#[derive(Debug, Default)]
pub(super) struct Renewal(Mutex<bool>);

impl Renewal {
    /// Notes how a look ended; whether that is news.
    fn ended(&self, failed: bool) -> bool {
        let mut before = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *before, failed) != failed
    }
}

pub(super) async fn renew(services: &Services, renewal: &Renewal) {
    let looked = services.store.renew_knowledge(&services.knowledge).await;
    let is_news = renewal.ended(looked.is_err());
    match looked {
        Ok(true) => {
            let revision = services.knowledge.now().revision();
            tracing::info!(revision, "staff's versions of the knowledge base are taken over");
        }
        Ok(false) => {}
        Err(error) if is_news && services.knowledge.now().revision().is_none() => {
            tracing::warn!(
                "staff's versions of the knowledge base are not loaded yet, so the files answer alone: {error}"
            );
        }
        Err(error) if is_news => {
            tracing::warn!(
                "new versions of the knowledge base can't be looked for; those that are known answer: {error}"
            );
        }
        Err(_) => {}
    }
}
