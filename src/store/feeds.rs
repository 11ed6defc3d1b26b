//! Feeds and the entries that are known of them. What a poll found is recorded in one transaction: the keys, the
//! announcements and their deliveries, the edits; so that no crash leaves one without the other.

use chrono::{DateTime, Utc};
use url::Url;

use super::connections::Connection;
use super::{Store, StoreError, announcements};
use crate::announcements::Draft;
use crate::blog::{Fingerprint, KnownEntry, Seen};
use crate::ids::{AnnouncementId, FeedId};
use crate::message::Message;

/// What the configuration says of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSettings {
    /// Its short name.
    pub key: String,
    /// Its address.
    pub url: Url,
}

/// A feed that is to be polled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedState {
    /// Its row.
    pub id: FeedId,
    /// Its short name.
    pub key: String,
    /// Its address.
    pub url: Url,
    /// For the conditional request.
    pub etag: Option<String>,
    /// For the conditional request.
    pub last_modified: Option<String>,
    /// Polls that failed since the last good one.
    pub failures: i32,
    /// When it was last read before, well or not; `None` the first time.
    pub polled_at: Option<DateTime<Utc>>,
    /// What is known of it.
    pub seen: Seen,
}

/// What a good poll found, to be recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PollRecord {
    /// Whether the feed counts as seeded from now on.
    pub seeded: bool,
    /// Entries that are now known.
    pub learn: Vec<KnownEntry>,
    /// New announcements, each with the key of its entry.
    pub announce: Vec<(String, Draft)>,
    /// Newer texts of announced entries, by key.
    pub edit: Vec<(String, Message)>,
    /// Cards for staff.
    pub cards: Vec<Draft>,
    /// For the next conditional request; `None` when the answer was "not modified".
    pub validators: Option<(Option<String>, Option<String>)>,
    /// When to poll again.
    pub next_poll_at: DateTime<Utc>,
}

impl Store {
    /// Makes the table agree with the configuration: new feeds are added and due at once, changed addresses taken
    /// over, feeds that are gone put to rest with what is known of them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn configure_feeds(&self, feeds: &[FeedSettings], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let keys: Vec<String> = feeds.iter().map(|feed| feed.key.clone()).collect();
        sqlx::query!("UPDATE feed SET active = FALSE WHERE active AND key <> ALL($1)", &keys).execute(&mut *tx).await?;
        for feed in feeds {
            sqlx::query!(
                "INSERT INTO feed (key, url, next_poll_at) VALUES ($1, $2, $3)
                 ON CONFLICT (key) DO UPDATE SET active = TRUE, url = $2,
                     etag = CASE WHEN feed.url = $2 THEN feed.etag END,
                     last_modified = CASE WHEN feed.url = $2 THEN feed.last_modified END,
                     next_poll_at = CASE WHEN feed.url = $2 AND feed.active THEN feed.next_poll_at ELSE $3 END",
                feed.key,
                feed.url.as_str(),
                now,
            )
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Claims a feed that is due and among the `known` keys, by moving its next poll to `claimed_until`; else `None`.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn claim_feed(
        &self,
        id: FeedId,
        known: &[String],
        now: DateTime<Utc>,
        claimed_until: DateTime<Utc>,
    ) -> Result<Option<FeedState>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let row = sqlx::query!(
            "UPDATE feed SET next_poll_at = $3 WHERE id = $1 AND active AND next_poll_at <= $2 AND key = ANY($4)
             RETURNING key, url, etag, last_modified, failures, seeded_at, polled_at",
            id.0,
            now,
            claimed_until,
            known,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let entries = known_entries(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Some(FeedState {
            id,
            key: row.key,
            url: row.url.parse().map_err(|_| StoreError::Corrupt("feed address"))?,
            etag: row.etag,
            last_modified: row.last_modified,
            failures: row.failures,
            polled_at: row.polled_at,
            seen: Seen { seeded: row.seeded_at.is_some(), entries },
        }))
    }

    /// Gives a claimed feed back, so that another process may poll it at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn release_feed(
        &self,
        id: FeedId,
        claimed_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query!("UPDATE feed SET next_poll_at = $3 WHERE id = $1 AND next_poll_at = $2", id.0, claimed_until, now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Records a good poll: all of it or nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_poll(&self, id: FeedId, record: &PollRecord, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        // Two processes that polled at once are put in order here; the second then finds the keys of the first.
        sqlx::query!("SELECT id FROM feed WHERE id = $1 FOR UPDATE", id.0).fetch_one(&mut *tx).await?;
        for (key, draft) in &record.announce {
            let entry = record
                .learn
                .iter()
                .find(|entry| entry.key == *key)
                .ok_or(StoreError::Corrupt("plan: an entry is announced that is not learnt"))?;
            if learn_once(&mut tx, id, entry, now).await? {
                let announcement = announcements::insert(&mut tx, draft, now).await?;
                link(&mut tx, id, key, announcement).await?;
            }
        }
        for entry in &record.learn {
            learn(&mut tx, id, entry, now).await?;
        }
        for (key, message) in &record.edit {
            if let Some(announcement) = announcement_of(&mut tx, id, key).await? {
                announcements::revise(&mut tx, announcement, message, now).await?;
            }
        }
        for card in &record.cards {
            announcements::insert(&mut tx, card, now).await?;
        }
        finish(&mut tx, id, record, now).await?;
        Ok(tx.commit().await?)
    }

    /// Records a failed poll; nothing that is known is lost.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_poll_failure(
        &self,
        id: FeedId,
        problem: &str,
        next_poll_at: DateTime<Utc>,
        card: Option<&Draft>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            // Not `polled_at`: what an entry without a date is looked for from is the last poll that showed it was not there.
            "UPDATE feed SET failures = failures + 1, problem = $2, next_poll_at = $3 WHERE id = $1",
            id.0,
            problem,
            next_poll_at,
        )
        .execute(&mut *tx)
        .await?;
        if let Some(card) = card {
            announcements::insert(&mut tx, card, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

async fn known_entries(tx: &mut Connection, id: FeedId) -> Result<Vec<KnownEntry>, StoreError> {
    let rows = sqlx::query!(
        "SELECT key, url, title, published_at, fingerprint, announced_at, alias_of FROM entry WHERE feed_id = $1 ORDER BY id",
        id.0
    )
    .fetch_all(tx)
    .await?;
    let entries = rows.into_iter().map(|row| KnownEntry {
        key: row.key,
        url: row.url.and_then(|url| url.parse().ok()),
        title: row.title,
        published: row.published_at,
        fingerprint: Fingerprint::from_stored(row.fingerprint),
        announced: row.announced_at,
        alias_of: row.alias_of,
    });
    Ok(entries.collect())
}

/// Stores an entry that is to be announced; whether it was not known before.
async fn learn_once(
    tx: &mut Connection,
    id: FeedId,
    entry: &KnownEntry,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query!(
        "INSERT INTO entry (feed_id, key, title, fingerprint, first_seen_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (feed_id, key) DO NOTHING",
        id.0,
        entry.key,
        entry.title,
        entry.fingerprint.as_str(),
        now,
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

async fn learn(tx: &mut Connection, id: FeedId, entry: &KnownEntry, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO entry (feed_id, key, url, title, published_at, fingerprint, first_seen_at, announced_at, alias_of)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (feed_id, key) DO UPDATE SET url = $3, title = $4, published_at = $5, fingerprint = $6, announced_at = $8, alias_of = $9",
        id.0,
        entry.key,
        entry.url.as_ref().map(Url::as_str),
        entry.title,
        entry.published,
        entry.fingerprint.as_str(),
        now,
        entry.announced,
        entry.alias_of,
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn link(tx: &mut Connection, id: FeedId, key: &str, announcement: AnnouncementId) -> Result<(), StoreError> {
    sqlx::query!("UPDATE entry SET announcement_id = $3 WHERE feed_id = $1 AND key = $2", id.0, key, announcement.0)
        .execute(tx)
        .await?;
    Ok(())
}

async fn announcement_of(tx: &mut Connection, id: FeedId, key: &str) -> Result<Option<AnnouncementId>, StoreError> {
    let found = sqlx::query_scalar!("SELECT announcement_id FROM entry WHERE feed_id = $1 AND key = $2", id.0, key)
        .fetch_optional(tx)
        .await?;
    Ok(found.flatten().map(AnnouncementId))
}

async fn finish(tx: &mut Connection, id: FeedId, record: &PollRecord, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (etag, last_modified) = record.validators.clone().unwrap_or_default();
    sqlx::query!(
        "UPDATE feed SET failures = 0, problem = NULL, polled_at = $2, next_poll_at = $3,
                seeded_at = CASE WHEN $4 THEN COALESCE(seeded_at, $2) ELSE seeded_at END,
                etag = CASE WHEN $5 THEN $6 ELSE etag END, last_modified = CASE WHEN $5 THEN $7 ELSE last_modified END
         WHERE id = $1",
        id.0,
        now,
        record.next_poll_at,
        record.seeded,
        record.validators.is_some(),
        etag,
        last_modified,
    )
    .execute(tx)
    .await?;
    Ok(())
}
