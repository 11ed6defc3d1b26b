//! Sessions while they are held: planned and read here, worked on in `steps`, and what hosts wish of them in `wishes`.

mod steps;
mod wishes;

use chrono::{DateTime, Utc};

pub use steps::Recorded;
pub use wishes::Extended;

use super::is_current;
use crate::ids::{AnnouncementId, ChannelId, RoleId, SessionRunId, UserId};
use crate::office_hours::Bits;
use crate::store::{Store, StoreError};

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
}
