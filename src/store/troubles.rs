//! What needs staff: told by cards that follow how it stands, and tried again.
//!
//! Nothing marks a trouble as new: what staff were told is compared with how things stand, so that no crash, no restored
//! backup and no path through the program leaves a failure untold.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;

use super::connections::Connection;
use super::staff_announcements::retried;
use super::{Store, StoreError, announcements};
use crate::announcements::{Draft, Kind, Part, Posted, Trouble, TroubleKey};
use crate::ids::{AnnouncementId, ChannelId, DeliveryId, MessageId, UserId};
use crate::message::Message;

/// For how long what fails in the same channel for the same reason joins a card instead of making another.
const TOGETHER: TimeDelta = TimeDelta::hours(1);

/// How many troubles one transaction tells of; the next tick goes on.
const BATCH: i64 = 100;

/// A trouble that somebody wanted to be tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Retried {
    /// How it stands now.
    pub trouble: Trouble,
    /// Whether this call did it; else it had not failed any more, or is not his to retry.
    pub is_new: bool,
}

struct Row {
    delivery_id: i64,
    part: String,
    kind: String,
    channel_id: i64,
    message: Json<Message>,
    state: String,
    problem: Option<String>,
    tried_at: DateTime<Utc>,
    withdrawn: bool,
    message_id: Option<i64>,
    in_post: bool,
}

impl Row {
    fn into_trouble(self) -> Result<Trouble, StoreError> {
        let channel = ChannelId::from_db(self.channel_id).ok_or(StoreError::Corrupt("channel id"))?;
        let message = self.message_id.map(|id| MessageId::from_db(id).ok_or(StoreError::Corrupt("message id")));
        Ok(Trouble {
            key: TroubleKey { delivery: DeliveryId(self.delivery_id), part: self.part.parse()? },
            kind: self.kind.parse()?,
            channel,
            title: Trouble::title_of(&self.message.0),
            state: self.state.parse()?,
            problem: self.problem,
            tried_at: self.tried_at,
            withdrawn: self.withdrawn,
            message: message.transpose()?.map(|message| Posted::of(channel, message, self.in_post)),
        })
    }
}

impl Store {
    /// Tells staff of what they have not been told as it stands: a card for what is new, an edited one for what was told.
    /// `make` makes a card out of its troubles. How many were told.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn tell_troubles(
        &self,
        make: impl Fn(&[Trouble]) -> Draft + Send,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let mut tx = self.pool.begin().await?;
        // One after the other: two processes that tell at once would each make a card.
        sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('trouble')) IS NULL AS locked").fetch_one(&mut *tx).await?;
        let untold = untold(&mut tx).await?;
        let mut cards = BTreeSet::new();
        for trouble in &untold {
            let card = match standing_card(&mut tx, trouble.key).await? {
                None if trouble.is_open() => match common_card(&mut tx, trouble, now).await? {
                    Some(card) => Some(card),
                    None => Some(announcements::insert(&mut tx, &make(std::slice::from_ref(trouble)), now).await?.0),
                },
                card => card,
            };
            note_told(&mut tx, trouble, card, now).await?;
            cards.extend(card);
        }
        for card in cards {
            let troubles = of_card(&mut tx, card).await?;
            announcements::revise(&mut tx, AnnouncementId(card), &make(&troubles).message, now).await?;
        }
        tx.commit().await?;
        Ok(untold.len())
    }

    /// Lets what was chosen be tried again at once, with what else is open on its cards, as far as it is of these kinds. Of
    /// two who do so at once one does it. How each of them stands now.
    ///
    /// What was due long ago is looked for in its channel first, as after every long wait; what was cancelled is looked for
    /// only.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn retry_troubles(
        &self,
        chosen: &[TroubleKey],
        kinds: &[Kind],
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Retried>, StoreError> {
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        let mut tx = self.pool.begin().await?;
        let together = together(&mut tx, chosen).await?;
        let (ids, parts) = columns(&together);
        let mut done: BTreeSet<(i64, String)> = BTreeSet::new();
        let messages = sqlx::query_scalar!(
            "UPDATE delivery d SET state = 'pending', next_attempt_at = $3, problem = NULL
             FROM unnest($1::BIGINT[], $2::TEXT[]) AS chosen (id, part), announcement a
             WHERE d.id = chosen.id AND chosen.part = 'message' AND a.id = d.announcement_id AND a.kind = ANY($4)
               AND d.state IN ('held', 'failed') AND d.problem IS NOT NULL
             RETURNING d.id",
            &ids,
            &parts,
            now,
            &kinds,
        )
        .fetch_all(&mut *tx)
        .await?;
        done.extend(messages.into_iter().map(|id| (id, Part::Message.to_string())));
        let steps = sqlx::query!(
            "UPDATE delivery_step s SET state = 'pending', next_attempt_at = $3, problem = NULL
             FROM unnest($1::BIGINT[], $2::TEXT[]) AS chosen (id, part), delivery d, announcement a
             WHERE s.delivery_id = chosen.id AND s.step = chosen.part AND d.id = s.delivery_id
               AND a.id = d.announcement_id AND a.kind = ANY($4) AND s.state = 'failed'
             RETURNING s.delivery_id, s.step",
            &ids,
            &parts,
            now,
            &kinds,
        )
        .fetch_all(&mut *tx)
        .await?;
        done.extend(steps.into_iter().map(|row| (row.delivery_id, row.step)));
        let tried: Vec<i64> = done.iter().map(|(id, _)| *id).collect();
        let of_staff = sqlx::query!(
            "SELECT announcement_id, array_agg(DISTINCT channel_id) AS \"channels!\" FROM delivery WHERE id = ANY($1) GROUP BY announcement_id",
            &tried
        )
        .fetch_all(&mut *tx)
        .await?;
        for row in of_staff {
            retried(&mut tx, AnnouncementId(row.announcement_id), by, &row.channels, now).await?;
        }
        let troubles = read(&mut tx, &together).await?;
        tx.commit().await?;
        let is_new = |trouble: &Trouble| done.contains(&(trouble.key.delivery.0, trouble.key.part.to_string()));
        Ok(troubles.into_iter().map(|trouble| Retried { is_new: is_new(&trouble), trouble }).collect())
    }

    /// What waits for staff, newest first, at most `limit`; and how many there are in all. Cards that could not be posted
    /// are among them.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn open_troubles(&self, limit: i64) -> Result<(Vec<Trouble>, usize), StoreError> {
        let mut connection = self.pool.begin().await?;
        let rows = sqlx::query!(
            r#"SELECT delivery_id AS "delivery_id!", part AS "part!", count(*) OVER () AS "troubled!"
               FROM delivery_part WHERE state IN ('held', 'failed') AND problem IS NOT NULL
               ORDER BY delivery_id DESC, part LIMIT $1"#,
            limit
        )
        .fetch_all(&mut *connection)
        .await?;
        let troubled = rows.first().map_or(0, |row| row.troubled);
        let keys = rows
            .into_iter()
            .map(|row| Ok(TroubleKey { delivery: DeliveryId(row.delivery_id), part: row.part.parse()? }))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let mut troubles = read(&mut connection, &keys).await?;
        troubles.reverse();
        Ok((troubles, usize::try_from(troubled).unwrap_or_default()))
    }
}

fn columns(keys: &[TroubleKey]) -> (Vec<i64>, Vec<String>) {
    keys.iter().map(|key| (key.delivery.0, key.part.to_string())).unzip()
}

/// How these stand, oldest first.
async fn read(connection: &mut Connection, keys: &[TroubleKey]) -> Result<Vec<Trouble>, StoreError> {
    let (ids, parts) = columns(keys);
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT p.delivery_id AS "delivery_id!", p.part AS "part!", a.kind, d.channel_id, a.message AS "message: Json<Message>",
                  p.state AS "state!", p.problem, p.tried_at AS "tried_at!", d.withdrawn, d.message_id, d.in_post
           FROM unnest($1::BIGINT[], $2::TEXT[]) AS chosen (id, part)
           JOIN delivery_part p ON p.delivery_id = chosen.id AND p.part = chosen.part
           JOIN delivery d ON d.id = p.delivery_id JOIN announcement a ON a.id = d.announcement_id
           ORDER BY p.delivery_id, p.part"#,
        &ids,
        &parts,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_trouble).collect()
}

async fn untold(tx: &mut Connection) -> Result<Vec<Trouble>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT delivery_id AS "delivery_id!", part AS "part!" FROM untold_trouble ORDER BY 1, 2 LIMIT $1"#,
        BATCH
    )
    .fetch_all(&mut *tx)
    .await?;
    let keys = rows
        .into_iter()
        .map(|row| Ok(TroubleKey { delivery: DeliveryId(row.delivery_id), part: row.part.parse()? }))
        .collect::<Result<Vec<_>, StoreError>>()?;
    read(tx, &keys).await
}

/// The card that told of it, unless somebody deleted that.
async fn standing_card(tx: &mut Connection, key: TroubleKey) -> Result<Option<i64>, StoreError> {
    let card = sqlx::query_scalar!(
        r#"SELECT t.announcement_id AS "card!" FROM trouble t JOIN delivery c ON c.announcement_id = t.announcement_id
           WHERE t.delivery_id = $1 AND t.part = $2 AND c.removed_at IS NULL"#,
        key.delivery.0,
        key.part.as_str(),
    )
    .fetch_optional(tx)
    .await?;
    Ok(card)
}

/// A recent card of the same part, channel and reason.
async fn common_card(tx: &mut Connection, trouble: &Trouble, now: DateTime<Utc>) -> Result<Option<i64>, StoreError> {
    let card = sqlx::query_scalar!(
        r#"SELECT t.announcement_id AS "card!" FROM trouble t JOIN delivery d ON d.id = t.delivery_id
           JOIN announcement a ON a.id = t.announcement_id JOIN delivery c ON c.announcement_id = a.id
           WHERE d.channel_id = $1 AND t.part = $2 AND t.problem = $3 AND t.state IN ('held', 'failed')
             AND a.created_at > $4 AND c.removed_at IS NULL
           ORDER BY a.id DESC LIMIT 1"#,
        trouble.channel.to_db(),
        trouble.key.part.as_str(),
        trouble.problem,
        now - TOGETHER,
    )
    .fetch_optional(tx)
    .await?;
    Ok(card)
}

async fn note_told(
    tx: &mut Connection,
    trouble: &Trouble,
    card: Option<i64>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO trouble (delivery_id, part, state, problem, announcement_id, told_at, tried_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (delivery_id, part) DO UPDATE SET state = $3, problem = $4, announcement_id = $5, told_at = $6, tried_at = $7",
        trouble.key.delivery.0,
        trouble.key.part.as_str(),
        trouble.state.as_str(),
        trouble.problem,
        card,
        now,
        trouble.tried_at,
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn of_card(tx: &mut Connection, card: i64) -> Result<Vec<Trouble>, StoreError> {
    let rows = sqlx::query!("SELECT delivery_id, part FROM trouble WHERE announcement_id = $1", card)
        .fetch_all(&mut *tx)
        .await?;
    let keys = rows
        .into_iter()
        .map(|row| Ok(TroubleKey { delivery: DeliveryId(row.delivery_id), part: row.part.parse()? }))
        .collect::<Result<Vec<_>, StoreError>>()?;
    read(tx, &keys).await
}

/// What was chosen, and what else stands on the same cards.
async fn together(tx: &mut Connection, chosen: &[TroubleKey]) -> Result<Vec<TroubleKey>, StoreError> {
    let (ids, parts) = columns(chosen);
    let rows = sqlx::query!(
        "SELECT other.delivery_id, other.part FROM unnest($1::BIGINT[], $2::TEXT[]) AS chosen (id, part)
         JOIN trouble t ON t.delivery_id = chosen.id AND t.part = chosen.part
         JOIN trouble other ON other.announcement_id = t.announcement_id",
        &ids,
        &parts,
    )
    .fetch_all(tx)
    .await?;
    let mut all: BTreeSet<TroubleKey> = chosen.iter().copied().collect();
    for row in rows {
        all.insert(TroubleKey { delivery: DeliveryId(row.delivery_id), part: row.part.parse()? });
    }
    Ok(all.into_iter().collect())
}
