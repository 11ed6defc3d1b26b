//! Sessions while they are held: planned, claimed, each step recorded by the state that it leads to. What a role's exception
//! was before is stored before it is touched.

use chrono::{DateTime, TimeDelta, Utc};

use super::is_current;
use crate::announcements::Draft;
use crate::feedback::queue::Agenda;
use crate::ids::{AnnouncementId, ChannelId, RoleId, SessionRunId, UserId};
use crate::message::Message;
use crate::office_hours::Bits;
use crate::store::connections::Connection;
use crate::store::deliveries::AHEAD;
use crate::store::{EventKey, Store, StoreError, announcements, events, questions};

/// How long a claim lasts: longer than the requests of a step may take.
const CLAIM: TimeDelta = TimeDelta::seconds(45);

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// Not opened yet.
    Waiting,
    /// To be opened, perhaps half done.
    Opening,
    /// Members may write.
    Open,
    /// To be closed, perhaps half done.
    Closing,
    /// Closed again.
    Closed,
    /// Never opened.
    Skipped,
}

impl RunState {
    const ALL: [Self; 6] = [Self::Waiting, Self::Opening, Self::Open, Self::Closing, Self::Closed, Self::Skipped];

    /// The word for it, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
            Self::Skipped => "skipped",
        }
    }
}

/// A session that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Short name of its series.
    pub series: String,
    /// When it was to begin at first.
    pub slot: DateTime<Utc>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// The channel that is opened.
    pub channel: ChannelId,
    /// For whom.
    pub role: RoleId,
    /// Whether by itself.
    pub automatic: bool,
}

/// A session that is held, or is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its row.
    pub id: SessionRunId,
    /// What it is of.
    pub session: NewRun,
    /// How far it is.
    pub state: RunState,
    /// The role's exception before it was touched, and `Some(None)` where there was none; `None` while nothing was touched.
    pub before: Option<Option<Bits>>,
    /// When it was opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// Who opened it; `None` when it opened by itself.
    pub opened_by: Option<UserId>,
    /// Whether members were warned that it closes.
    pub warned: bool,
    /// The card that asks hosts to open it.
    pub card: Option<AnnouncementId>,
    /// The warning.
    pub warning: Option<AnnouncementId>,
    /// What went wrong last, which staff were told.
    pub problem: Option<String>,
    /// Until when this process may act on it.
    pub claimed_until: DateTime<Utc>,
    /// How often it was opened.
    pub openings: i32,
}

/// What a step came to: all of it is recorded, or nothing.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// The state that it leads to; the one before unless said otherwise.
    pub state: Option<RunState>,
    /// When there is something to be done again.
    pub next: DateTime<Utc>,
    /// What went wrong.
    pub problem: Option<String>,
    /// A new card for hosts.
    pub card: Option<Draft>,
    /// A new warning.
    pub warning: Option<Draft>,
    /// What else is posted.
    pub posts: Vec<Draft>,
    /// The agenda that is posted, and what it holds.
    pub agenda: Option<(Draft, Agenda)>,
    /// What the card for hosts says now.
    pub card_text: Option<Message>,
    /// What the warning says now.
    pub warning_text: Option<Message>,
}

/// What came of a wish to hold a session longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extended {
    /// It ends at this time by now.
    Until(DateTime<Utc>),
    /// Somebody was faster: it ends at this time.
    Already(DateTime<Utc>),
    /// It is not open any more.
    Over,
}

struct Row {
    id: i64,
    series: String,
    slot: DateTime<Utc>,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    channel_id: i64,
    role_id: i64,
    automatic: bool,
    state: String,
    before_allow: Option<String>,
    before_deny: Option<String>,
    opened_at: Option<DateTime<Utc>>,
    opened_by: Option<i64>,
    warned_at: Option<DateTime<Utc>>,
    card_id: Option<i64>,
    warning_id: Option<i64>,
    problem: Option<String>,
    claimed_until: Option<DateTime<Utc>>,
    openings: i32,
}

impl Row {
    fn into_run(self) -> Result<Run, StoreError> {
        let bits = |text: &str| text.parse::<u64>().map_err(|_| StoreError::Corrupt("permission"));
        let before = match (self.before_allow.as_deref(), self.before_deny.as_deref()) {
            (None, _) | (_, None) => None,
            (Some(""), _) | (_, Some("")) => Some(None),
            (Some(allow), Some(deny)) => Some(Some(Bits { allow: bits(allow)?, deny: bits(deny)? })),
        };
        let state = RunState::ALL.into_iter().find(|state| state.as_str() == self.state);
        let opened_by = self.opened_by.map(|id| UserId::from_db(id).ok_or(StoreError::Corrupt("user id")));
        Ok(Run {
            id: SessionRunId(self.id),
            session: NewRun {
                series: self.series,
                slot: self.slot,
                starts_at: self.starts_at,
                ends_at: self.ends_at,
                channel: ChannelId::from_db(self.channel_id).ok_or(StoreError::Corrupt("channel id"))?,
                role: RoleId::from_db(self.role_id).ok_or(StoreError::Corrupt("role id"))?,
                automatic: self.automatic,
            },
            state: state.ok_or(StoreError::Corrupt("state of a session"))?,
            before,
            opened_at: self.opened_at,
            opened_by: opened_by.transpose()?,
            warned: self.warned_at.is_some(),
            card: self.card_id.map(AnnouncementId),
            warning: self.warning_id.map(AnnouncementId),
            problem: self.problem,
            claimed_until: self.claimed_until.unwrap_or_default(),
            openings: self.openings,
        })
    }
}

impl Store {
    /// Plans that a session is opened. One that waits already is brought to what the configuration says, and one that was opened
    /// and closed before it was moved begins anew; nothing happens when staff changed the schedule since the `revision` that it was planned by.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn plan_run(&self, new: &NewRun, revision: Option<i64>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        if !is_current(&mut tx, revision).await? {
            return Ok(());
        }
        sqlx::query!(
            "INSERT INTO session_run AS r (series, slot, starts_at, ends_at, channel_id, role_id, automatic, next_attempt_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT ON CONSTRAINT session_run_once_a_session DO UPDATE
             SET channel_id = $5, role_id = $6, automatic = $7, starts_at = $3, ends_at = $4, next_attempt_at = $8, state = 'waiting',
                 before_allow = NULL, before_deny = NULL, opened_at = NULL, opened_by = NULL, warned_at = NULL, closed_at = NULL,
                 card_id = CASE WHEN r.state <> 'closed' THEN r.card_id END, warning_id = NULL, problem = NULL
             WHERE r.state = 'skipped' OR (r.state = 'closed' AND r.starts_at <> $3) OR (r.state = 'waiting'
               AND (r.channel_id, r.role_id, r.automatic, r.starts_at, r.ends_at) IS DISTINCT FROM ($5, $6, $7, $3, $4))",
            new.series,
            new.slot,
            new.starts_at,
            new.ends_at,
            new.channel.to_db(),
            new.role.to_db(),
            new.automatic,
            now,
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Claims a session that something is to be done about; `None` when there is nothing, or somebody else has it.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn claim_run(&self, id: SessionRunId, now: DateTime<Utc>) -> Result<Option<Run>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "UPDATE session_run SET claimed_until = $3, attempts = attempts + 1
             WHERE id = $1 AND state NOT IN ('closed', 'skipped') AND next_attempt_at <= $2
               AND (claimed_until IS NULL OR claimed_until <= $2 OR claimed_until > $4)
             RETURNING id, series, slot, starts_at, ends_at, channel_id, role_id, automatic, state, before_allow, before_deny,
                       opened_at, opened_by, warned_at, card_id, warning_id, problem, claimed_until, openings",
            id.0,
            now,
            now + CLAIM,
            now + AHEAD,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::into_run).transpose()
    }

    /// Whether no other session has this one's channel open for the same role, or is closing it: what stands there then would
    /// be taken for how it was before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_door_free(&self, run: &Run) -> Result<bool, StoreError> {
        let free = sqlx::query_scalar!(
            r#"SELECT NOT EXISTS (SELECT FROM session_run o WHERE o.id <> $1 AND o.channel_id = $2 AND o.role_id = $3
                 AND o.before_allow IS NOT NULL AND o.state IN ('opening', 'open', 'closing')) AS "free!""#,
            run.id.0,
            run.session.channel.to_db(),
            run.session.role.to_db(),
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(free)
    }

    /// Stores what the role's exception was before it is touched; `false` when the session is not to be opened any more, or
    /// somebody else has it or its channel.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_before(&self, run: &Run, before: Option<Bits>) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        // One session of a channel at a time: of two that both saw it free, the second sees the first.
        sqlx::query!("SELECT pg_advisory_xact_lock($1)", run.session.channel.to_db()).execute(&mut *tx).await?;
        let noted = sqlx::query!(
            "UPDATE session_run r SET before_allow = COALESCE(before_allow, $3::TEXT), before_deny = COALESCE(before_deny, $4::TEXT)
             WHERE id = $1 AND claimed_until = $2 AND state = 'opening'
               AND NOT EXISTS (SELECT FROM session_run o WHERE o.id <> r.id AND o.channel_id = r.channel_id AND o.role_id = r.role_id
                 AND o.before_allow IS NOT NULL AND o.state IN ('opening', 'open', 'closing'))",
            run.id.0,
            run.claimed_until,
            before.map(|bits| bits.allow.to_string()).unwrap_or_default(),
            before.map(|bits| bits.deny.to_string()).unwrap_or_default(),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(noted.rows_affected() > 0)
    }

    /// Records what a step came to, with all that is posted for it, unless a host decided something else meanwhile: then that
    /// is looked at next. What stood before is forgotten when the session is not open any more, or was certainly not opened.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_run(&self, run: &Run, done: &Recorded, now: DateTime<Utc>) -> Result<(), StoreError> {
        let state = done.state.unwrap_or(run.state);
        let mut tx = self.pool.begin().await?;
        let recorded = sqlx::query!(
            "UPDATE session_run SET state = $4, next_attempt_at = $5, problem = $6, claimed_until = NULL, attempts = CASE WHEN state = $4 THEN attempts ELSE 0 END,
                 opened_at = CASE WHEN $4 = 'open' THEN COALESCE(opened_at, $7) ELSE opened_at END,
                 openings = openings + CASE WHEN state = 'opening' AND $4 = 'open' THEN 1 ELSE 0 END,
                 closed_at = CASE WHEN $4 IN ('closed', 'skipped') THEN $7::TIMESTAMPTZ END,
                 warned_at = CASE WHEN $8::BOOLEAN THEN $7 ELSE warned_at END
             WHERE id = $1 AND claimed_until = $2 AND state = $3 AND ends_at = $9",
            run.id.0,
            run.claimed_until,
            run.state.as_str(),
            state.as_str(),
            done.next,
            done.problem,
            now,
            done.warning.is_some(),
            run.session.ends_at,
        )
        .execute(&mut *tx)
        .await?;
        if recorded.rows_affected() == 0 {
            sqlx::query!(
                "UPDATE session_run SET claimed_until = NULL, next_attempt_at = LEAST(next_attempt_at, $3) WHERE id = $1 AND claimed_until = $2",
                run.id.0,
                run.claimed_until,
                now,
            )
            .execute(&mut *tx)
            .await?;
            return Ok(tx.commit().await?);
        }
        if state == RunState::Closed && run.session.starts_at <= now && now < run.session.ends_at {
            let session = EventKey { series: run.session.series.clone(), starts_at: run.session.starts_at };
            events::end_at(&mut tx, &session, now, now).await?;
        }
        for (id, text) in [(run.card, &done.card_text), (run.warning, &done.warning_text)] {
            if let (Some(id), Some(text)) = (id, text) {
                announcements::revise(&mut tx, id, text, now).await?;
            }
        }
        for post in &done.posts {
            announcements::insert(&mut tx, post, now).await?;
        }
        if let Some((draft, agenda)) = &done.agenda {
            questions::post_agenda(&mut tx, agenda, draft, now).await?;
        }
        if let Some(card) = &done.card {
            let card = announcements::insert(&mut tx, card, now).await?;
            sqlx::query!("UPDATE session_run SET card_id = $2 WHERE id = $1", run.id.0, card.0)
                .execute(&mut *tx)
                .await?;
        }
        if let Some(warning) = &done.warning {
            let warning = announcements::insert(&mut tx, warning, now).await?;
            sqlx::query!("UPDATE session_run SET warning_id = $2 WHERE id = $1", run.id.0, warning.0)
                .execute(&mut *tx)
                .await?;
            sqlx::query!(
                "UPDATE delivery SET expires_at = $2 WHERE announcement_id = $1",
                warning.0,
                run.session.ends_at
            )
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Sessions that can be opened, or are open: those that begin before `soon`, and those that are not closed yet.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn runs(&self, soon: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<Run>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, series, slot, starts_at, ends_at, channel_id, role_id, automatic, state, before_allow, before_deny,
                    opened_at, opened_by, warned_at, card_id, warning_id, problem, claimed_until, openings
             FROM session_run
             WHERE state IN ('opening', 'open', 'closing') OR (state IN ('waiting', 'closed') AND starts_at <= $1 AND ends_at > $2)
             ORDER BY starts_at, id",
            soon,
            now,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Row::into_run).collect()
    }

    /// One session.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn run(&self, id: SessionRunId) -> Result<Option<Run>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "SELECT id, series, slot, starts_at, ends_at, channel_id, role_id, automatic, state, before_allow, before_deny,
                    opened_at, opened_by, warned_at, card_id, warning_id, problem, claimed_until, openings
             FROM session_run WHERE id = $1",
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::into_run).transpose()
    }

    /// A session is to be opened, or opened again after it was closed too early; whether it was for this call to say so.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_run(&self, id: SessionRunId, by: UserId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let opened = sqlx::query!(
            "UPDATE session_run SET state = 'opening', next_attempt_at = $3, opened_by = $2, opened_at = NULL, closed_at = NULL, warned_at = NULL,
                 before_allow = NULL, before_deny = NULL, problem = NULL
             WHERE id = $1 AND state IN ('waiting', 'closed') AND ends_at > $3",
            id.0,
            by.to_db(),
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(opened.rows_affected() > 0)
    }

    /// A session is to be closed now; whether it was for this call to say so. One of which nothing was touched yet is not
    /// opened.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close_run(&self, id: SessionRunId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let closed = sqlx::query!(
            "UPDATE session_run SET next_attempt_at = $2, state = CASE WHEN before_allow IS NULL THEN 'closed' ELSE 'closing' END
             WHERE id = $1 AND state IN ('opening', 'open')",
            id.0,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(closed.rows_affected() > 0)
    }

    /// A session that is open, and ends at `known`, is to end later. Its warning says so, and another one follows.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn extend_run(
        &self,
        id: SessionRunId,
        known: DateTime<Utc>,
        until: DateTime<Utc>,
        warning: &Message,
        now: DateTime<Utc>,
    ) -> Result<Extended, StoreError> {
        let mut tx = self.pool.begin().await?;
        let extended = sqlx::query!(
            "UPDATE session_run SET ends_at = $3, warned_at = NULL, next_attempt_at = $4
             WHERE id = $1 AND state = 'open' AND ends_at = $2 AND ends_at > $4 RETURNING warning_id, series, starts_at",
            id.0,
            known,
            until,
            now,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(extended) = extended else { return self.not_extended(&mut tx, id, now).await };
        let session = EventKey { series: extended.series, starts_at: extended.starts_at };
        events::end_at(&mut tx, &session, until, now).await?;
        if let Some(old) = extended.warning_id {
            announcements::revise(&mut tx, AnnouncementId(old), warning, now).await?;
            sqlx::query!(
                "UPDATE delivery SET state = 'cancelled' WHERE announcement_id = $1 AND state = 'pending' AND attempts = 0",
                old
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(Extended::Until(until))
    }

    async fn not_extended(
        &self,
        tx: &mut Connection,
        id: SessionRunId,
        now: DateTime<Utc>,
    ) -> Result<Extended, StoreError> {
        let open = sqlx::query_scalar!(
            "SELECT ends_at FROM session_run WHERE id = $1 AND state = 'open' AND ends_at > $2",
            id.0,
            now
        )
        .fetch_optional(tx)
        .await?;
        Ok(open.map_or(Extended::Over, Extended::Already))
    }
}
