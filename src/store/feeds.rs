//! Feeds and the entries that are known of them. What a poll found is recorded in one transaction: the keys, the
//! announcements and their deliveries, the edits; so that no crash leaves one without the other.

use chrono::{DateTime, Utc};
use url::Url;

use super::connections::Connection;
use super::feed_questions::{QuestionCard, ask, insert_in_turn, refresh};
use super::staff_feeds::settings_of;
use super::{Store, StoreError, announcements};
use crate::announcements::Draft;
use crate::blog::{Entry, Fingerprint, KnownEntry, NewQuestion, OnCards, Seen, Settings};
use crate::ids::{AnnouncementId, FeedId};
use crate::message::Message;

/// A feed that is to be polled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedState {
    /// Its row.
    pub id: FeedId,
    /// Its short name.
    pub key: String,
    /// Its address, as it was set.
    pub url: Url,
    /// Where that has moved for good, by its server's word.
    pub moved_to: Option<Url>,
    /// Its settings where staff made them; the configuration wins.
    pub staff: Option<Settings>,
    /// For the conditional request.
    pub etag: Option<String>,
    /// For the conditional request.
    pub last_modified: Option<String>,
    /// Polls that failed since the last good one.
    pub failures: i32,
    /// When it was last read before; `None` the first time. A poll that failed is none.
    pub polled_at: Option<DateTime<Utc>>,
    /// What is known of it.
    pub seen: Seen,
}

/// What is known of a feed, to look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedStanding {
    /// Its entries.
    pub seen: Seen,
    /// What staff's cards say of them.
    pub cards: OnCards,
    /// Its settings where staff made them; the configuration wins.
    pub staff: Option<Settings>,
    /// Where it is read.
    pub url: Url,
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
    /// What staff are asked.
    pub ask: Vec<NewQuestion>,
    /// What the feed calls itself and all that it has; `None` when the answer was "not modified".
    pub read: Option<(String, Vec<Entry>)>,
    /// Where its address has moved for good, once that is known.
    pub moved_to: Option<Url>,
    /// Cards for staff.
    pub cards: Vec<Draft>,
    /// For the next conditional request; `None` when the answer was "not modified".
    pub validators: Option<(Option<String>, Option<String>)>,
    /// When to poll again.
    pub next_poll_at: DateTime<Utc>,
}

impl Store {
    /// Makes the table agree with the configuration and with what staff keep: new feeds are added and due at once, changed
    /// addresses taken over, feeds that are gone put to rest with what is known of them.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn configure_feeds(&self, configured: &[Settings], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let keys: Vec<String> = configured.iter().map(|feed| feed.key.clone()).collect();
        sqlx::query!(
            "UPDATE feed SET active = FALSE WHERE active AND key <> ALL($1)
             AND NOT EXISTS (SELECT FROM staff_feed s WHERE s.key = feed.key AND s.state = 'kept')",
            &keys
        )
        .execute(&mut *tx)
        .await?;
        let staffs = sqlx::query!("SELECT key, url FROM staff_feed WHERE state = 'kept' AND key <> ALL($1)", &keys)
            .fetch_all(&mut *tx)
            .await?;
        for feed in staffs {
            let url: Url = feed.url.parse().map_err(|_| StoreError::Corrupt("feed address"))?;
            activate(&mut tx, &feed.key, &url, now).await?;
        }
        for feed in configured {
            activate(&mut tx, &feed.key, &feed.url, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Claims a feed that is due and among the `known` keys or kept by staff, by moving its next poll to `claimed_until`; else `None`.
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
            "UPDATE feed SET next_poll_at = $3 WHERE id = $1 AND active AND paused_at IS NULL AND next_poll_at <= $2
               AND (key = ANY($4) OR EXISTS (SELECT FROM staff_feed s WHERE s.key = feed.key AND s.state = 'kept'))
             RETURNING key, url, moved_to, etag, last_modified, failures, seeded_at, polled_at",
            id.0,
            now,
            claimed_until,
            known,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let entries = known_entries(&mut tx, id).await?;
        let staff = settings_of(&mut tx, &row.key).await?;
        tx.commit().await?;
        Ok(Some(FeedState {
            id,
            key: row.key,
            url: row.url.parse().map_err(|_| StoreError::Corrupt("feed address"))?,
            moved_to: row.moved_to.and_then(|url| url.parse().ok()),
            staff,
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

    /// What is known of a feed; `None` where it is not read.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn seen_of(&self, key: &str) -> Result<Option<FeedStanding>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let row = sqlx::query!(
            "SELECT id, coalesce(moved_to, url) AS \"url!\", seeded_at FROM feed WHERE key = $1 AND active",
            key
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let seen = Seen { seeded: row.seeded_at.is_some(), entries: known_entries(&mut tx, FeedId(row.id)).await? };
        let url = row.url.parse().map_err(|_| StoreError::Corrupt("feed address"))?;
        let cards = on_cards(&mut tx, FeedId(row.id)).await?;
        Ok(Some(FeedStanding { seen, cards, staff: settings_of(&mut tx, key).await?, url }))
    }

    /// Records a good poll: all of it or nothing. Nothing, and `false`, when staff have stopped the feed since it began.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_poll(
        &self,
        id: FeedId,
        record: &PollRecord,
        card: QuestionCard<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        // Two processes that polled at once are put in order here; the second then finds the keys of the first.
        let is_read = sqlx::query_scalar!(
            r#"SELECT active AND paused_at IS NULL AS "read!" FROM feed WHERE id = $1 FOR UPDATE"#,
            id.0
        )
        .fetch_one(&mut *tx)
        .await?;
        if !is_read {
            return Ok(false);
        }
        announce(&mut tx, id, record, now).await?;
        let questions = ask_of_new(&mut tx, id, record, now).await?;
        for entry in &record.learn {
            learn(&mut tx, id, entry, now).await?;
        }
        for (key, message) in &record.edit {
            if let Some(announcement) = announcement_of(&mut tx, id, key).await? {
                announcements::revise(&mut tx, announcement, message, now).await?;
            }
        }
        for draft in &record.cards {
            announcements::insert(&mut tx, draft, now).await?;
        }
        finish(&mut tx, id, record, now).await?;
        if let Some((_, entries)) = &record.read {
            refresh(&mut tx, id, entries, card, now).await?;
        }
        for question in &questions {
            ask(&mut tx, id, question, card, now).await?;
        }
        tx.commit().await?;
        Ok(true)
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

/// Reads a feed from now on; at once, where it was not read before or its address is another.
pub(super) async fn activate(tx: &mut Connection, key: &str, url: &Url, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO feed (key, url, next_poll_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET active = TRUE, url = $2,
             etag = CASE WHEN feed.url = $2 THEN feed.etag END,
             last_modified = CASE WHEN feed.url = $2 THEN feed.last_modified END,
             moved_to = CASE WHEN feed.url = $2 THEN feed.moved_to END,
             next_poll_at = CASE WHEN feed.url = $2 AND feed.active THEN feed.next_poll_at ELSE $3 END",
        key,
        url.as_str(),
        now,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Announces what another process has not announced before.
async fn announce(tx: &mut Connection, id: FeedId, record: &PollRecord, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut place = 0;
    for (key, draft) in &record.announce {
        if learn_once(tx, id, learnt(record, key)?, now).await? {
            let announcement = insert_in_turn(tx, draft, place, now).await?;
            link(tx, id, key, announcement).await?;
            place += 1;
        }
    }
    Ok(())
}

/// The questions about what another process has not learnt before.
async fn ask_of_new(
    tx: &mut Connection,
    id: FeedId,
    record: &PollRecord,
    now: DateTime<Utc>,
) -> Result<Vec<NewQuestion>, StoreError> {
    let mut questions = Vec::new();
    for question in &record.ask {
        let mut posts = Vec::new();
        for entry in &question.posts {
            if learn_once(tx, id, learnt(record, &entry.key)?, now).await? {
                posts.push(entry.clone());
            }
        }
        if !posts.is_empty() {
            questions.push(NewQuestion { posts, ..question.clone() });
        }
    }
    Ok(questions)
}

fn learnt<'a>(record: &'a PollRecord, key: &str) -> Result<&'a KnownEntry, StoreError> {
    let found = record.learn.iter().find(|entry| entry.key == *key);
    found.ok_or(StoreError::Corrupt("plan: what is announced or asked is not learnt"))
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

/// A known entry under another name is left out: its card is no question of whether it is posted at all.
async fn on_cards(tx: &mut Connection, id: FeedId) -> Result<OnCards, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT p.entry_key, q.choice IS NULL AS "waits!"
           FROM feed_question q JOIN feed_question_post p ON p.question_id = q.id
           JOIN entry e ON e.feed_id = q.feed_id AND e.key = p.entry_key AND e.alias_of IS NULL
           WHERE q.feed_id = $1 AND (q.choice IS NULL OR e.announcement_id IS NOT NULL)"#,
        id.0
    )
    .fetch_all(tx)
    .await?;
    let mut cards = OnCards::default();
    for row in rows {
        let keys = if row.waits { &mut cards.waiting } else { &mut cards.posted };
        keys.insert(row.entry_key);
    }
    Ok(cards)
}

/// Stores an entry that is to be announced or asked about; whether it was not known before.
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
         ON CONFLICT (feed_id, key) DO UPDATE SET url = $3, title = $4, published_at = $5, fingerprint = $6,
             announced_at = coalesce($8, entry.announced_at), alias_of = $9",
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
                etag = CASE WHEN $5 THEN $6 ELSE etag END, last_modified = CASE WHEN $5 THEN $7 ELSE last_modified END,
                title = coalesce($8, title), moved_to = coalesce($9, moved_to)
         WHERE id = $1",
        id.0,
        now,
        record.next_poll_at,
        record.seeded,
        record.validators.is_some(),
        etag,
        last_modified,
        record.read.as_ref().map(|(title, _)| title),
        record.moved_to.as_ref().map(Url::as_str),
    )
    .execute(tx)
    .await?;
    Ok(())
}
