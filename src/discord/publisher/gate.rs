//! [`Gate`]: which requests may go now, learnt from what Discord says with every answer.
//!
//! A wait is kept on our clock and handed back instead of being slept through, so that one bucket's hour holds neither a
//! worker nor another bucket. The one thing that is waited for in place is the answer to a request that is under way. What
//! is closed for longer than a restart takes is handed out for others to know (`closures`).

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::bucket::{Bucket, Room, later};
use super::pace::{Pace, TurnedAway, Urgency, WHILE};
use super::route::Route;
use crate::discord::api::{Answer, ApiError, Scope};
use crate::store::{CloseReason, ClosedBucket};

/// What is over sooner is not worth telling others: a restart takes as long.
const LASTING: TimeDelta = TimeDelta::seconds(1);

/// How long sending pauses after Discord refused the token.
const UNAUTHORIZED_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// Buckets that are remembered before those that say nothing any more are forgotten.
const REMEMBERED: usize = 512;

/// Names of limits that one route is remembered under: Discord gives some routes one of several.
const NAMES: usize = 3;

/// Most requests of one bucket under way at a time that nobody waits for, whatever it takes: one that does not answer
/// holds so many workers and no more.
pub(super) const UNDER_WAY: u32 = 2;

/// What a closure is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Closed {
    /// Every request.
    Everything,
    /// One route.
    Route(Route),
}

/// What a limit is counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// Discord's name of the limit, and the major parameter.
    Named(String, String),
    /// A route that no answer has named a limit for.
    Unnamed(Route),
}

/// What came of asking to go.
#[derive(Debug)]
pub(super) enum Admission {
    /// It may; the pass goes with the request.
    Go(Pass),
    /// Not before then.
    Wait(DateTime<Utc>),
    /// An answer that is under way will tell: [`Gate::news`].
    Ask,
}

/// Which requests may go.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    closed: HashMap<Closed, (DateTime<Utc>, CloseReason)>,
    /// The names of a route's limits, for each major parameter and for whatever parameter.
    names: HashMap<Route, Vec<String>>,
    buckets: HashMap<Key, Bucket>,
    pace: Pace,
    turned_away: TurnedAway,
    /// Closures that others do not know of yet.
    untold: Vec<ClosedBucket>,
}

/// A request's way through the gate. One that is dropped unanswered counts as used up.
#[derive(Debug)]
pub(super) struct Pass {
    gate: Arc<Gate>,
    route: Route,
    keys: Vec<Key>,
    is_answered: bool,
}

impl Gate {
    /// Tells when an answer came; ask for it before [`Gate::admit`].
    pub(super) fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// Whether a request may go. `turned_away` is how many invalid requests there were in all.
    pub(super) fn admit(
        self: &Arc<Self>,
        route: &Route,
        urgency: Urgency,
        turned_away: u64,
        now: DateTime<Utc>,
    ) -> Admission {
        let mut state = self.state();
        state.mind_turned_away(turned_away, now);
        let pace = state.pace.full_until(urgency, now);
        if let Some(until) = state.closed_until(route, now).max(pace) {
            return Admission::Wait(until);
        }
        if state.is_full(route, urgency, now) {
            return Admission::Ask;
        }
        let keys = state.keys(route);
        for key in &keys {
            state.buckets.entry(key.clone()).or_default().begin();
        }
        state.pace.note(now);
        Admission::Go(Pass { gate: Arc::clone(self), route: route.clone(), keys, is_answered: false })
    }

    /// Until when a route takes nothing; `None` when it may.
    pub(super) fn closed_until(&self, route: &Route, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.state().closed_until(route, now)
    }

    /// Whether as much is under way on a route as may be.
    pub(super) fn is_full(&self, route: &Route, urgency: Urgency, now: DateTime<Utc>) -> bool {
        self.state().is_full(route, urgency, now)
    }

    /// What is closed and why, each until when.
    pub(super) fn closures(&self, now: DateTime<Utc>) -> Vec<(Closed, DateTime<Utc>, CloseReason)> {
        let state = self.state();
        let open_later = state.closed.iter().filter(|(_, (until, _))| *until > now);
        let mut closures: Vec<_> = open_later.map(|(what, &(until, why))| (what.clone(), until, why)).collect();
        closures.sort();
        closures
    }

    /// Closes what others have closed.
    pub(super) fn learn(&self, closed: Vec<ClosedBucket>) {
        let mut state = self.state();
        for ClosedBucket { route, major, until, reason } in closed {
            let what = if route == ClosedBucket::EVERYTHING {
                Closed::Everything
            } else {
                Closed::Route(Route { template: route, major })
            };
            state.close(what, until, reason);
        }
    }

    /// The closures that others do not know of yet.
    pub(super) fn untold(&self) -> Vec<ClosedBucket> {
        self.state().untold.clone()
    }

    /// Others know of these now.
    pub(super) fn told(&self, closed: &[ClosedBucket]) {
        self.state().untold.retain(|untold| !closed.contains(untold));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// What Discord answered, at `now`. `turned_away` as in [`Gate::admit`].
    pub(super) fn answered(mut self, answer: &Answer, turned_away: u64, now: DateTime<Utc>) {
        self.is_answered = true;
        let mut state = self.gate.state();
        state.hear(&self.route, &self.keys, answer, now);
        state.mind_refusal(&self.route, answer, now);
        state.mind_turned_away(turned_away, now);
        state.forget_idle(now);
        drop(state);
        self.gate.news.send_replace(());
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.is_answered {
            return;
        }
        let mut state = self.gate.state();
        for key in &self.keys {
            state.bucket(key).lose();
        }
        drop(state);
        self.gate.news.send_replace(());
    }
}

impl State {
    fn bucket(&mut self, key: &Key) -> &mut Bucket {
        self.buckets.entry(key.clone()).or_default()
    }

    /// A route whatever it is counted for.
    fn anywhere(route: &Route) -> Route {
        Route { major: String::new(), ..route.clone() }
    }

    /// The limits of a route: those that its answers named, or as long as it has had none, those of the same route
    /// elsewhere.
    fn keys(&self, route: &Route) -> Vec<Key> {
        let names = self.names.get(route).or_else(|| self.names.get(&Self::anywhere(route)));
        match names {
            Some(names) => names.iter().map(|name| Key::Named(name.clone(), route.major.clone())).collect(),
            None => vec![Key::Unnamed(route.clone())],
        }
    }

    fn closed_until(&self, route: &Route, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let closed = [Closed::Everything, Closed::Route(route.clone())];
        let closed = closed.iter().filter_map(|what| self.closed.get(what)).map(|&(until, _)| until);
        let keys = self.keys(route);
        let exhausted = keys.iter().filter_map(|key| self.buckets.get(key)?.exhausted_until(now));
        closed.filter(|&until| until > now).chain(exhausted).max()
    }

    fn is_full(&self, route: &Route, urgency: Urgency, now: DateTime<Utc>) -> bool {
        let most = if urgency == Urgency::Background { UNDER_WAY } else { u32::MAX };
        let is_full = |bucket: &Bucket| bucket.under_way() >= most || bucket.room(now) != Room::Free;
        self.keys(route).iter().any(|key| self.buckets.get(key).is_some_and(is_full))
    }

    /// Gives back the request's place, and learns how the bucket stands that the answer names.
    fn hear(&mut self, route: &Route, keys: &[Key], answer: &Answer, now: DateTime<Utc>) {
        let Some(news) = &answer.bucket else {
            for key in keys {
                match key {
                    Key::Unnamed(_) if answer.said.is_ok() => self.bucket(key).free(),
                    _ => self.bucket(key).lose(),
                }
            }
            return;
        };
        keys.iter().for_each(|key| self.bucket(key).spare());
        for route in [route.clone(), Self::anywhere(route)] {
            let names = self.names.entry(route).or_default();
            names.retain(|name| *name != news.hash);
            names.push(news.hash.clone());
            let surplus = names.len().saturating_sub(NAMES);
            names.drain(..surplus);
        }
        let key = Key::Named(news.hash.clone(), route.major.clone());
        self.bucket(&key).hear(news, now);
        if let Some(until) = self.bucket(&key).exhausted_until(now) {
            // The bucket itself is shut by what it says; this is for others.
            self.tell(route, until, CloseReason::Bucket, now);
        }
    }

    /// Closes what a refusal says is closed.
    fn mind_refusal(&mut self, route: &Route, answer: &Answer, now: DateTime<Utc>) {
        match answer.said {
            Err(ApiError::RateLimited { retry_after, scope }) => {
                let until = later(now, TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::days(30)));
                let reason = match scope {
                    Scope::User => CloseReason::Bucket,
                    Scope::Shared => CloseReason::Shared,
                    Scope::Global => CloseReason::Global,
                    Scope::Address => CloseReason::Address,
                };
                tracing::warn!(%route, %until, %reason, "Discord asks to wait");
                if scope.is_everything() {
                    self.close_everything(until, reason, now);
                } else {
                    for route in self.alike(route) {
                        self.close(Closed::Route(route), until, reason);
                    }
                    self.tell(route, until, reason, now);
                }
            }
            Err(ApiError::Unauthorized) => {
                let until = now + UNAUTHORIZED_PAUSE;
                tracing::error!(%until, "{}; all sending pauses", ApiError::Unauthorized);
                self.close_everything(until, CloseReason::Unauthorized, now);
            }
            _ => {}
        }
    }

    fn mind_turned_away(&mut self, total: u64, now: DateTime<Utc>) {
        if self.turned_away.too_many(total, now) {
            let until = now + WHILE;
            tracing::error!(%until, "Discord turned away so many requests (401, 403, 429) that it may soon shut this address out; all sending pauses");
            self.close_everything(until, CloseReason::InvalidRequests, now);
        }
    }

    fn close_everything(&mut self, until: DateTime<Utc>, reason: CloseReason, now: DateTime<Utc>) {
        self.close(Closed::Everything, until, reason);
        if until - now > LASTING {
            let (route, major) = (ClosedBucket::EVERYTHING.to_owned(), String::new());
            self.untold.push(ClosedBucket { route, major, until, reason });
        }
    }

    /// A longer wait that is known already stays.
    fn close(&mut self, what: Closed, until: DateTime<Utc>, reason: CloseReason) {
        let known = self.closed.entry(what).or_insert((until, reason));
        if until > known.0 {
            *known = (until, reason);
        }
    }

    /// The routes that share a limit with this one, itself included.
    fn alike(&self, route: &Route) -> BTreeSet<Route> {
        let names = self.names.get(route).map_or(&[][..], Vec::as_slice);
        let shares = |others: &&Vec<String>| others.iter().any(|name| names.contains(name));
        let alike = self.names.iter().filter(|(other, others)| other.major.is_empty() && shares(others));
        let here = |other: &Route| Route { major: route.major.clone(), template: other.template.clone() };
        alike.map(|(other, _)| here(other)).chain([route.clone()]).collect()
    }

    /// Notes for others that a route and those that share its limit are closed.
    fn tell(&mut self, route: &Route, until: DateTime<Utc>, reason: CloseReason, now: DateTime<Utc>) {
        if until - now <= LASTING {
            return;
        }
        let alike = self.alike(route);
        self.untold.extend(alike.into_iter().map(|route| ClosedBucket {
            route: route.template,
            major: route.major,
            until,
            reason,
        }));
    }

    /// Forgets what says nothing any more, so that no process grows for ever.
    fn forget_idle(&mut self, now: DateTime<Utc>) {
        self.closed.retain(|_, (until, _)| *until > now);
        self.untold.retain(|closed| closed.until > now);
        if self.buckets.len() > REMEMBERED {
            self.buckets.retain(|_, bucket| !bucket.is_idle(now));
            let buckets = &self.buckets;
            let is_used =
                |name: &String, major: &str| buckets.contains_key(&Key::Named(name.clone(), major.to_owned()));
            self.names
                .retain(|route, names| route.major.is_empty() || names.iter().any(|name| is_used(name, &route.major)));
        }
    }
}

#[cfg(test)]
mod tests;
