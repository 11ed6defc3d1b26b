//! What happens to a submission that is kept: its sender rates it, staff move it on.

use chrono::{DateTime, Utc};

use super::{Proof, Record, Store, StoreError, history, lock, lock_own, round};
use crate::feedback::{Move, Rating, Sender, State, SubmissionId, Touched, What};
use crate::ids::UserId;
use crate::message::Message;
use crate::store::announcements;
use crate::store::connections::Connection;

/// What came of a step of the staff.
#[derive(Debug, Clone, PartialEq)]
pub struct Triaged {
    /// As it is kept now.
    pub record: Record,
    /// Whether this step changed it; otherwise somebody was first.
    pub moved: bool,
}

impl Store {
    /// Moves a submission on, with its card, in one transaction; `None` when there is none.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn triage(
        &self,
        id: SubmissionId,
        step: Move,
        by: UserId,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Triaged>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(mut record) = lock(&mut tx, id).await? else { return Ok(None) };
        if !step.is_open_to(record.state) {
            return Ok(Some(Triaged { record, moved: false }));
        }
        record.state = step.leads_to();
        match step {
            Move::Acknowledge => record.acknowledged = Some(Touched { by, at: now }),
            Move::Resolve => record.resolved = Some(Touched { by, at: now }),
        }
        sqlx::query!(
            "UPDATE submission SET state = $2, acknowledged_by = $3, acknowledged_at = $4, resolved_by = $5, resolved_at = $6 WHERE id = $1",
            id.0,
            record.state.as_str(),
            record.acknowledged.map(|touched| touched.by.to_db()),
            record.acknowledged.map(|touched| touched.at),
            record.resolved.map(|touched| touched.by.to_db()),
            record.resolved.map(|touched| touched.at),
        )
        .execute(&mut *tx)
        .await?;
        let what = match step {
            Move::Acknowledge => What::Acknowledge,
            Move::Resolve => What::Resolve,
        };
        history::note(&mut tx, id, what, None, Touched { by, at: now }).await?;
        revise(&mut tx, &record, card, now).await?;
        tx.commit().await?;
        Ok(Some(Triaged { record, moved: true }))
    }

    /// Finds a submission to be a matter of conduct: its text is for its sender alone from then on, and there is nothing
    /// more to do about it here. With its card, in one transaction; `None` when there is none.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn leave_to_conduct(
        &self,
        id: SubmissionId,
        by: UserId,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Triaged>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(mut record) = lock(&mut tx, id).await? else { return Ok(None) };
        if record.conduct.is_some() {
            return Ok(Some(Triaged { record, moved: false }));
        }
        let touched = Touched { by, at: now };
        record.conduct = Some(touched);
        record.state = State::Resolved;
        record.resolved = record.resolved.or(Some(touched));
        sqlx::query!(
            "UPDATE submission SET conduct_by = $2, conduct_at = $3, state = 'resolved',
                    resolved_by = coalesce(resolved_by, $2), resolved_at = coalesce(resolved_at, $3) WHERE id = $1",
            id.0,
            by.to_db(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        history::note(&mut tx, id, What::Conduct, None, touched).await?;
        revise(&mut tx, &record, card, now).await?;
        tx.commit().await?;
        Ok(Some(Triaged { record, moved: true }))
    }

    /// Notes how good something was, for whoever has the right to say so; `None` for anybody else.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn rate(
        &self,
        proof: &Proof,
        rating: Rating,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Record>, StoreError> {
        let mut tx = self.pool.begin().await?;
        if matches!(proof, Proof::Receipt(..)) {
            // Before the row is locked, in the order in which a round locks the two.
            round::plan(&mut tx, now).await?;
        }
        let Some(mut record) = lock_own(&mut tx, proof).await? else { return Ok(None) };
        if record.rating == Some(rating) {
            return Ok(Some(record));
        }
        record.rating = Some(rating);
        if record.sender != Sender::Anonymous {
            record.shown_rating = Some(rating);
        }
        record.awaits_round = record.sender == Sender::Anonymous;
        sqlx::query!(
            "UPDATE submission SET rating = $2, awaits_round = $3 WHERE id = $1",
            record.id.0,
            i16::from(rating.get()),
            record.awaits_round,
        )
        .execute(&mut *tx)
        .await?;
        if !record.awaits_round {
            revise(&mut tx, &record, card, now).await?;
        }
        tx.commit().await?;
        Ok(Some(record))
    }

    /// Notes whether staff may write to the author of a named submission; `None` for anybody but the author.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn allow_contact(
        &self,
        id: SubmissionId,
        caller: UserId,
        agreed: bool,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Record>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(mut record) = lock_own(&mut tx, &Proof::Author(id, caller)).await? else { return Ok(None) };
        let Sender::Named { may_contact, .. } = &mut record.sender else { return Ok(None) };
        *may_contact = agreed;
        sqlx::query!("UPDATE submission SET may_contact = $2 WHERE id = $1", id.0, agreed).execute(&mut *tx).await?;
        revise(&mut tx, &record, card, now).await?;
        tx.commit().await?;
        Ok(Some(record))
    }
}

/// Brings the card up to date, where there is one.
async fn revise(
    tx: &mut Connection,
    record: &Record,
    card: impl Fn(&Record) -> Message,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match record.card {
        Some(announcement) => announcements::revise(tx, announcement, &card(record), now).await,
        None => Ok(()),
    }
}
