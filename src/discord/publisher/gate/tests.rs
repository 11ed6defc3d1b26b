//! The gate against a Discord of its own: windows, delays on both ways, lost answers, injected limits; by random choice.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::Method;

use super::*;
use crate::discord::api::BucketNews;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn at(milliseconds: i64) -> DateTime<Utc> {
    NOW + TimeDelta::milliseconds(milliseconds)
}

fn route(path: &str) -> Route {
    Route::of(&Method::POST, path)
}

fn news(hash: &str, remaining: u32, seconds: u64) -> BucketNews {
    let reset_after = Duration::from_secs(seconds);
    BucketNews { hash: hash.into(), limit: 5, remaining, reset_after, window: None }
}

fn fine(bucket: Option<BucketNews>) -> Answer {
    Answer { said: Ok(Vec::new()), bucket }
}

fn limited(seconds: u64, scope: Scope, bucket: Option<BucketNews>) -> Answer {
    Answer { said: Err(ApiError::RateLimited { retry_after: Duration::from_secs(seconds), scope }), bucket }
}

fn admit(gate: &Arc<Gate>, path: &str, now: DateTime<Utc>) -> Admission {
    gate.admit(&route(path), Urgency::Background, 0, now)
}

fn admit_for_members(gate: &Arc<Gate>, path: &str) -> Admission {
    gate.admit(&route(path), Urgency::Foreground, 0, NOW)
}

fn go(gate: &Arc<Gate>, path: &str, now: DateTime<Utc>) -> Pass {
    went(admit(gate, path, now), path)
}

fn went(admission: Admission, path: &str) -> Pass {
    match admission {
        Admission::Go(pass) => pass,
        other => panic!("{path} may not go: {other:?}"),
    }
}

fn waits_until(gate: &Arc<Gate>, path: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match admit(gate, path, now) {
        Admission::Wait(until) => Some(until),
        Admission::Go(_) | Admission::Ask => None,
    }
}

#[test]
fn one_bucket_never_holds_another() {
    let gate = Arc::new(Gate::default());
    let crosspost = "/channels/1/messages/7/crosspost";
    go(&gate, crosspost, NOW).answered(&limited(3600, Scope::User, None), 0, NOW);
    let hour = later(NOW, TimeDelta::hours(1));
    assert_eq!(waits_until(&gate, "/channels/1/messages/8/crosspost", NOW), Some(hour), "any message of the channel");
    assert!(matches!(admit(&gate, "/channels/1/messages", NOW), Admission::Go(_)));
    assert!(matches!(admit(&gate, "/channels/2/messages/7/crosspost", NOW), Admission::Go(_)));
    assert!(matches!(admit(&gate, crosspost, hour), Admission::Go(_)));
}

#[test]
fn routes_that_share_a_limit_close_together() {
    let gate = Arc::new(Gate::default());
    let (pin, message) = ("/channels/1/pins/2", "/channels/1/messages");
    go(&gate, pin, NOW).answered(&fine(Some(news("shared", 4, 5))), 0, NOW);
    go(&gate, message, NOW).answered(&fine(Some(news("shared", 0, 5))), 0, NOW);
    let five = later(NOW, TimeDelta::seconds(5));
    assert_eq!(waits_until(&gate, pin, NOW), Some(five));
    // Elsewhere it is another bucket, and others are told of every route of this one.
    assert!(matches!(admit(&gate, "/channels/2/pins/2", NOW), Admission::Go(_)));
    let told: Vec<(String, String)> = gate.untold().into_iter().map(|closed| (closed.route, closed.major)).collect();
    let here = |template: &str| (template.to_owned(), "channels/1".to_owned());
    assert_eq!(told, [here("POST /channels/{id}/messages"), here("POST /channels/{id}/pins/{id}")]);
}

#[test]
fn a_bucket_that_another_process_closed_is_closed() {
    let (one, other) = (Arc::new(Gate::default()), Arc::new(Gate::default()));
    let path = "/channels/1/messages/7/crosspost";
    go(&one, path, NOW).answered(&limited(3600, Scope::User, Some(news("hourly", 0, 3600))), 0, NOW);
    let untold = one.untold();
    other.learn(untold.clone());
    assert_eq!(waits_until(&other, path, NOW), Some(later(NOW, TimeDelta::hours(1))));
    one.told(&untold);
    assert_eq!(one.untold(), []);
    assert_eq!(other.untold(), [], "who learns it need not tell it");
}

#[test]
fn a_global_limit_closes_all_and_a_shared_one_its_bucket_alone() {
    let gate = Arc::new(Gate::default());
    go(&gate, "/channels/1/messages", NOW).answered(&limited(7, Scope::Shared, None), 0, NOW);
    assert!(waits_until(&gate, "/channels/1/messages", NOW).is_some());
    go(&gate, "/channels/2/messages", NOW).answered(&limited(2, Scope::Global, None), 0, NOW);
    let two = later(NOW, TimeDelta::seconds(2));
    assert_eq!(waits_until(&gate, "/guilds/3/scheduled-events", NOW), Some(two));
    assert_eq!(waits_until(&gate, "/channels/1/messages", NOW), Some(later(NOW, TimeDelta::seconds(7))));
    let why: Vec<CloseReason> = gate.closures(NOW).into_iter().map(|(_, _, why)| why).collect();
    assert_eq!(why, [CloseReason::Global, CloseReason::Shared]);
}

#[test]
fn a_token_that_is_refused_and_too_many_invalid_requests_pause_everything() {
    let refused = Answer { said: Err(ApiError::Unauthorized), bucket: None };
    let gate = Arc::new(Gate::default());
    go(&gate, "/channels/1/messages", NOW).answered(&refused, 1, NOW);
    assert_eq!(waits_until(&gate, "/channels/2/messages", NOW), Some(NOW + TimeDelta::minutes(5)));
    let gate = Arc::new(Gate::default());
    let forbidden = ApiError::Refused { status: 403, code: 50001, message: "Missing Access".into() };
    let forbidden = Answer { said: Err(forbidden), bucket: None };
    go(&gate, "/channels/1/messages", NOW).answered(&forbidden, 500, NOW);
    assert_eq!(waits_until(&gate, "/channels/2/messages", NOW), Some(NOW + TimeDelta::minutes(10)));
}

#[test]
fn of_first_requests_at_once_one_finds_out_for_all() {
    let gate = Arc::new(Gate::default());
    let first = go(&gate, "/channels/1/messages", NOW);
    assert!(matches!(admit(&gate, "/channels/1/messages", NOW), Admission::Ask));
    let mut told = gate.news();
    first.answered(&fine(Some(news("a", 4, 5))), 0, NOW);
    assert!(told.has_changed().unwrap());
    told.mark_unchanged();
    let path = "/channels/1/messages";
    let passes: Vec<Pass> = (0..4).map(|_| went(admit_for_members(&gate, path), path)).collect();
    assert!(matches!(admit_for_members(&gate, path), Admission::Ask));
    drop(passes);
    assert!(told.has_changed().unwrap(), "also a request that is given up tells");
    assert_eq!(waits_until(&gate, "/channels/1/messages", NOW), Some(later(NOW, TimeDelta::seconds(5))));
}

#[test]
fn a_route_without_a_limit_takes_many_at_once_of_what_members_wait_for() {
    let gate = Arc::new(Gate::default());
    go(&gate, "/users/1", NOW).answered(&fine(None), 0, NOW);
    let _under_way: Vec<Pass> = (0..8).map(|_| went(admit_for_members(&gate, "/users/1"), "/users/1")).collect();
}

#[test]
fn a_bucket_that_does_not_answer_holds_two_jobs_at_most() {
    let gate = Arc::new(Gate::default());
    go(&gate, "/users/1", NOW).answered(&fine(None), 0, NOW);
    let under_way: Vec<Pass> = (0..UNDER_WAY).map(|_| go(&gate, "/users/1", NOW)).collect();
    assert!(matches!(admit(&gate, "/users/1", NOW), Admission::Ask));
    went(admit_for_members(&gate, "/users/1"), "/users/1");
    drop(under_way);
    go(&gate, "/users/1", NOW);
}

#[test]
fn what_says_nothing_any_more_is_forgotten() {
    let gate = Arc::new(Gate::default());
    for n in 0..3000 {
        let now = at(n * 100);
        go(&gate, &format!("/channels/{}/messages", n + 1), now).answered(&fine(Some(news("a", 0, 5))), 0, now);
    }
    let state = gate.state();
    assert!(state.buckets.len() <= REMEMBERED && state.names.len() <= REMEMBERED + 1 && state.untold.len() < 100);
}

/// What happens next in the simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    /// A job asks to go.
    Try,
    /// Its request arrives at Discord.
    Arrive,
    /// The answer arrives here, or the request is given up.
    Return,
}

/// One of Discord's windows: how many were counted, and until when.
#[derive(Default)]
struct Counted {
    used: u32,
    ends: i64,
}

struct World {
    chance: StdRng,
    gate: Arc<Gate>,
    /// How many in a hundred answers are lost, and how many requests meet an injected limit.
    lost: u32,
    injected: u32,
    paths: Vec<String>,
    counted: HashMap<(&'static str, String), Counted>,
    passes: HashMap<usize, (Pass, Option<Answer>)>,
    asking: Vec<usize>,
    queue: BinaryHeap<Reverse<(i64, usize, Next)>>,
    /// What an answer that arrived said of a path's bucket, or of everything: not before then.
    heard: HashMap<String, i64>,
    done: usize,
    limits_met: usize,
}

const EVERYTHING: &str = "*";

impl World {
    /// A path's limit: its name, how many, in how many milliseconds. Pins and edits share one.
    fn limit(path: &str) -> (&'static str, u32, i64) {
        match path.rsplit('/').next() {
            Some("messages") => ("messages", 5, 5000),
            Some("crosspost") => ("crosspost", 10, 60_000),
            _ => ("edits", 3, 2000),
        }
    }

    fn bucket(path: &str) -> String {
        format!("{} {}", Self::limit(path).0, route(path).major)
    }

    fn run(mut self, jobs: usize) -> Self {
        // Which routes share a limit is known once each was answered anywhere; until then nobody can know.
        for path in self.paths.clone() {
            let elsewhere = path.replace("/1/", "/9/").replace("/2/", "/9/");
            let name = Self::limit(&path).0;
            go(&self.gate, &elsewhere, at(-2000)).answered(&fine(Some(news(name, 4, 1))), 0, at(-2000));
        }
        for job in 0..jobs {
            let start = self.chance.random_range(0..3000);
            self.queue.push(Reverse((start, job, Next::Try)));
        }
        let mut steps = 0;
        while let Some(Reverse((now, job, next))) = self.queue.pop() {
            steps += 1;
            assert!(steps < 1_000_000 && now < 86_400_000, "it never comes to an end");
            match next {
                Next::Try => self.attempt(job, now),
                Next::Arrive => self.arrive(job, now),
                Next::Return => self.come_back(job, now),
            }
        }
        assert_eq!(self.asking, Vec::<usize>::new(), "some ask for ever");
        assert_eq!(self.done, jobs);
        self
    }

    fn attempt(&mut self, job: usize, now: i64) {
        let path = self.paths[job % self.paths.len()].clone();
        match admit(&self.gate, &path, at(now)) {
            Admission::Wait(until) => {
                assert!(until > at(now), "a wait that is over");
                let until = (until - NOW).num_milliseconds() + 1;
                self.queue.push(Reverse((until, job, Next::Try)));
            }
            Admission::Ask => self.asking.push(job),
            Admission::Go(pass) => {
                for closed in [EVERYTHING, &Self::bucket(&path)] {
                    let until = self.heard.get(closed).copied().unwrap_or_default();
                    assert!(now >= until, "{path} at {now}, though {closed} was closed until {until}");
                }
                self.passes.insert(job, (pass, None));
                let way = self.chance.random_range(1..400);
                self.queue.push(Reverse((now + way, job, Next::Arrive)));
            }
        }
    }

    fn arrive(&mut self, job: usize, now: i64) {
        let path = self.paths[job % self.paths.len()].clone();
        let (name, limit, period) = Self::limit(&path);
        let counted = self.counted.entry((name, route(&path).major)).or_default();
        if counted.ends <= now {
            *counted = Counted { used: 0, ends: now + period };
        }
        let is_full = counted.used >= limit;
        counted.used += u32::from(!is_full);
        let reset_after = Duration::from_millis((counted.ends - now).unsigned_abs());
        let bucket = BucketNews {
            hash: name.into(),
            limit,
            remaining: limit - counted.used,
            reset_after,
            window: Some(counted.ends),
        };
        let answer = if is_full {
            self.limits_met += 1;
            let said = ApiError::RateLimited { retry_after: reset_after, scope: Scope::User };
            Answer { said: Err(said), bucket: Some(bucket) }
        } else if self.chance.random_range(0..100) < self.injected {
            let scope = [Scope::User, Scope::Shared, Scope::Global, Scope::Address][self.chance.random_range(0..4)];
            limited(self.chance.random_range(0..90), scope, Some(bucket).filter(|_| scope != Scope::Address))
        } else {
            fine(Some(bucket))
        };
        if let Some((_, place)) = self.passes.get_mut(&job) {
            *place = Some(answer);
        }
        let way = self.chance.random_range(1..400);
        self.queue.push(Reverse((now + way, job, Next::Return)));
    }

    fn come_back(&mut self, job: usize, now: i64) {
        let Some((pass, Some(answer))) = self.passes.remove(&job) else { return };
        let path = self.paths[job % self.paths.len()].clone();
        let is_lost = self.chance.random_range(0..100) < self.lost;
        let mut is_done = false;
        if is_lost {
            drop(pass);
        } else {
            is_done = answer.said.is_ok();
            self.hear(&path, &answer, now);
            pass.answered(&answer, 0, at(now));
        }
        self.done += usize::from(is_done);
        if !is_done {
            self.queue.push(Reverse((now + 1, job, Next::Try)));
        }
        for asking in std::mem::take(&mut self.asking) {
            self.queue.push(Reverse((now, asking, Next::Try)));
        }
    }

    fn hear(&mut self, path: &str, answer: &Answer, now: i64) {
        if let Err(ApiError::RateLimited { retry_after, scope }) = answer.said {
            let until = now + i64::try_from(retry_after.as_millis()).unwrap();
            let closed = if scope.is_everything() { EVERYTHING.to_owned() } else { Self::bucket(path) };
            let known = self.heard.entry(closed).or_default();
            *known = until.max(*known);
        }
    }
}

fn world(seed: u64, lost: u32, injected: u32) -> World {
    let paths =
        ["/channels/1/messages", "/channels/2/messages", "/channels/1/messages/7/crosspost", "/channels/1/pins/7"];
    let paths = paths.into_iter().chain(["/channels/1/edits/7", "/channels/2/messages"]).map(str::to_owned).collect();
    World {
        chance: StdRng::seed_from_u64(seed),
        gate: Arc::default(),
        lost,
        injected,
        paths,
        counted: HashMap::new(),
        passes: HashMap::new(),
        asking: Vec::new(),
        queue: BinaryHeap::new(),
        heard: HashMap::new(),
        done: 0,
        limits_met: 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn as_long_as_answers_arrive_no_limit_is_ever_met(seed in any::<u64>()) {
        let world = world(seed, 0, 0).run(120);
        prop_assert_eq!(world.limits_met, 0);
    }

    #[test]
    fn whatever_discord_does_nothing_is_sent_too_early_and_all_is_sent_in_the_end(
        seed in any::<u64>(), lost in 0..30_u32, injected in 0..30_u32
    ) {
        world(seed, lost, injected).run(80);
    }
}
