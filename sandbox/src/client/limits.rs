//! Rate limits, as a test sets them and looks at them.

use serde_json::Value;

use super::{Client, Result};

impl Client {
    /// How the rate limits stand, as the README describes `GET /control/rate-limits`.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn rate_limits(&self) -> Result<Value> {
        self.get("/control/rate-limits").await
    }

    /// Changes them, as in `{"enforced":true,"until_its_time":true}`; answers with how they stand then.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn set_rate_limits(&self, change: &Value) -> Result<Value> {
        self.post("/control/rate-limits", change).await
    }
}
