//! One step of a session that is held: claimed, and recorded by the state that it leads to. What a role's exception was before
//! is stored before it is touched.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Row, Run, RunState};
use crate::announcements::Draft;
use crate::feedback::queue::Agenda;
use crate::ids::SessionRunId;
use crate::message::Message;
use crate::office_hours::Bits;
use crate::store::deliveries::AHEAD;
use crate::store::{EventKey, Store, StoreError, announcements, events, questions};

/// How long a claim lasts: longer than the requests of a step may take.
const CLAIM: TimeDelta = TimeDelta::seconds(45);

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

impl Store {
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
}
