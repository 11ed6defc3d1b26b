//! What a test lets go wrong: [`Fault`]s to ask for, how often they struck, and the gateway's sessions.

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Client, Result};

/// A fault to ask for with [`Client::fault`]. It strikes every request, or the moment of the gateway that it is about,
/// until it is taken back, unless it is told which ([`Fault::on`]) and how often ([`Fault::times`], [`Fault::once`]).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Fault(Value);

impl Fault {
    fn of(kind: &str) -> Self {
        Self(json!({"kind": kind}))
    }

    fn with(mut self, key: &str, value: impl Serialize) -> Self {
        self.0[key] = json!(value);
        self
    }

    /// The request is not carried out, but answered with this status: 500 and 503 in Discord's words, 502 and 504 with a
    /// proxy's page.
    #[must_use]
    pub fn answer(status: u16) -> Self {
        Self::of("answer").with("status", status)
    }

    /// The request is not carried out, but answered with this status and this body.
    #[must_use]
    pub fn answer_with(status: u16, body: &Value) -> Self {
        Self::answer(status).with("answer", body)
    }

    /// As [`Fault::answer`], with the page of a proxy instead of Discord's words.
    #[must_use]
    pub fn page(status: u16) -> Self {
        Self::answer(status).with("page", "html")
    }

    /// The connection is reset before the request is carried out.
    #[must_use]
    pub fn reset() -> Self {
        Self::of("reset")
    }

    /// The request is carried out, then the connection is reset: the answer is lost.
    #[must_use]
    pub fn lost_answer() -> Self {
        Self::reset().carried_out()
    }

    /// The request is carried out, and its answer breaks off in the middle.
    #[must_use]
    pub fn broken_off() -> Self {
        Self::of("break_off")
    }

    /// The request is carried out this much later; with [`Fault::carried_out`] at once, and answered this much later.
    #[must_use]
    pub fn slow(delay: Duration) -> Self {
        Self::of("slow").with("carried_out", false).delayed(delay)
    }

    /// The request is held before it is carried out, or with [`Fault::carried_out`] before it is answered, until
    /// [`Client::release`] or [`Client::withdraw`], or until the bot has gone, in which case it is not carried out.
    #[must_use]
    pub fn hold() -> Self {
        Self::of("hold")
    }

    /// 429 with a `retry_after` in seconds, and a scope: `user`, `global` or `shared`.
    #[must_use]
    pub fn limit(retry_after: f64, scope: &str) -> Self {
        Self::of("limit").with("retry_after", retry_after).with("scope", scope)
    }

    /// Gateway: heartbeats are not acknowledged.
    #[must_use]
    pub fn silent_heartbeat() -> Self {
        Self::of("silent_heartbeat")
    }

    /// Gateway: RESUMEs are answered with op 9.
    #[must_use]
    pub fn refused_resume() -> Self {
        Self::of("refuse_resume")
    }

    /// Gateway: IDENTIFYs are answered with op 9.
    #[must_use]
    pub fn refused_identify() -> Self {
        Self::of("refuse_identify")
    }

    /// Gateway: IDENTIFYs are answered with a close code.
    #[must_use]
    pub fn closed_identify(code: u16) -> Self {
        Self::refused_identify().with("close", code)
    }

    /// Gateway: WebSockets are not opened.
    #[must_use]
    pub fn refused_socket() -> Self {
        Self::of("refuse_socket")
    }

    /// Gateway: nobody says HELLO.
    #[must_use]
    pub fn no_hello() -> Self {
        Self::of("late_hello")
    }

    /// Gateway: HELLO comes this much later.
    #[must_use]
    pub fn late_hello(delay: Duration) -> Self {
        Self::no_hello().delayed(delay)
    }

    /// Requests of this method, or of any with `*`, to this path, in which `*` stands for one whole segment, as in
    /// `/channels/*/messages/*/crosspost`.
    #[must_use]
    pub fn on(self, method: &str, path: &str) -> Self {
        self.with("method", method).with("path", path)
    }

    /// Requests of this method, or of any with `*`, to paths that begin like this.
    #[must_use]
    pub fn on_prefix(self, method: &str, prefix: &str) -> Self {
        self.with("method", method).with("path_prefix", prefix)
    }

    /// Strikes so often and no more.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        self.with("times", times)
    }

    /// Strikes once and no more.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Lets so many matching requests pass first.
    #[must_use]
    pub fn skip(self, requests: u32) -> Self {
        self.with("skip", requests)
    }

    /// Strikes when the request has been carried out.
    #[must_use]
    pub fn carried_out(self) -> Self {
        self.with("carried_out", true)
    }

    /// Waits before it strikes.
    #[must_use]
    pub fn delayed(self, delay: Duration) -> Self {
        self.with("delay_ms", u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
    }
}

/// A fault that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Injected {
    /// Its id.
    pub id: String,
    /// Its kind, as the README names it.
    pub kind: String,
    /// How often it will still strike; `None` until it is taken back.
    pub left: Option<u32>,
    /// How often it struck.
    pub struck: u64,
    /// How many requests it holds now.
    pub held: u32,
}

impl Client {
    /// Lets something go wrong from now on: a [`Fault`], or the body of `POST /control/faults`.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn fault(&self, fault: &impl Serialize) -> Result<Injected> {
        self.post("/control/faults", &json!(fault)).await
    }

    /// The faults that were asked for, used up ones included.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn faults(&self) -> Result<Vec<Injected>> {
        let all: Value = self.get("/control/faults").await?;
        Ok(Vec::deserialize(&all["faults"]).unwrap_or_default())
    }

    /// How a fault stands; `None` when it was taken back.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn fault_now(&self, fault: &Injected) -> Result<Option<Injected>> {
        Ok(self.faults().await?.into_iter().find(|now| now.id == fault.id))
    }

    /// How many requests are held now, over all faults.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn held(&self) -> Result<u64> {
        Ok(self.get::<Value>("/control/faults").await?["held"].as_u64().unwrap_or_default())
    }

    /// `{"requests","failed","messages","recognised","doubles"}`: what came of the bot's posting since the start.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn posts(&self) -> Result<Value> {
        Ok(self.get::<Value>("/control/faults").await?["posts"].take())
    }

    /// Takes a fault back; what it holds goes on.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn withdraw(&self, fault: &Injected) -> Result<Value> {
        self.request(Method::DELETE, &format!("/control/faults/{}", fault.id), None).await
    }

    /// Takes all faults back; what they hold goes on.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn clear_faults(&self) -> Result<Value> {
        self.request(Method::DELETE, "/control/faults", None).await
    }

    /// Lets the requests go on that a fault holds now; later ones are held again.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn release(&self, fault: &Injected) -> Result<Value> {
        self.post(&format!("/control/faults/{}/release", fault.id), &json!({})).await
    }

    /// The next `times` requests to paths that begin so get 429; `*` is any method.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn rate_limit(
        &self,
        method: &str,
        path_prefix: &str,
        retry_after: f64,
        scope: &str,
        times: u32,
    ) -> Result<Injected> {
        self.fault(&Fault::limit(retry_after, scope).on_prefix(method, path_prefix).times(times)).await
    }

    /// The bot's gateway sessions, as the README describes `GET /control/gateway`.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn gateway(&self) -> Result<Value> {
        self.get("/control/gateway").await
    }

    /// Does something to the gateway's sessions at once, as in `{"op":7}`, `{"close":4000}`,
    /// `{"heartbeat_interval_ms":500}`, `{"remaining":3}`.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn disturb_gateway(&self, what: &Value) -> Result<Value> {
        self.post("/control/gateway", what).await
    }
}
