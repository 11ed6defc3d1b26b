//! Feeds that staff add, stop and take away at run time, and what staff read of all feeds.

use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use super::connections::Connection;
use super::feeds::activate;
use super::{Store, StoreError};
use crate::blog::{Policy, Settings};
use crate::ids::{ChannelId, RoleId, StaffFeedId, UserId};

/// A feed that is read, as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedOverview {
    /// Its short name.
    pub key: String,
    /// Its address, as it was set.
    pub url: String,
    /// What it calls itself; empty before it was read.
    pub title: String,
    /// Where its address has moved for good.
    pub moved_to: Option<String>,
    /// Its settings where staff made them; the configuration wins all the same.
    pub staff: Option<Settings>,
    /// Since when it is stopped, and by whom.
    pub paused: Option<(DateTime<Utc>, UserId)>,
    /// When it was last read; a poll that failed is none.
    pub polled_at: Option<DateTime<Utc>>,
    /// When it is read next.
    pub next_poll_at: DateTime<Utc>,
    /// Failures in a row.
    pub failures: i32,
    /// What went wrong last.
    pub problem: Option<String>,
    /// Posts that are known of it.
    pub known: i64,
    /// Questions to staff that are open.
    pub open_questions: i64,
}

pub(super) struct Row {
    pub(super) key: String,
    pub(super) url: String,
    pub(super) channels: Vec<i64>,
    pub(super) poll_seconds: i64,
    pub(super) max_new: i32,
    pub(super) edit_seconds: i64,
    pub(super) announce_latest: bool,
    pub(super) categories: Vec<String>,
    pub(super) approve: bool,
    pub(super) ping_role_id: Option<i64>,
    pub(super) crosspost: bool,
    pub(super) thread: bool,
    pub(super) colour: Option<i32>,
}

impl Row {
    pub(super) fn into_settings(self) -> Result<Settings, StoreError> {
        let channels = self.channels.into_iter().map(ChannelId::from_db).collect::<Option<Vec<_>>>();
        let seconds = |seconds: i64| Duration::from_secs(seconds.unsigned_abs());
        Ok(Settings {
            key: self.key,
            url: self.url.parse().map_err(|_| StoreError::Corrupt("feed address"))?,
            channels: channels.ok_or(StoreError::Corrupt("channel id"))?,
            interval: seconds(self.poll_seconds),
            policy: Policy {
                max_new: usize::try_from(self.max_new).map_err(|_| StoreError::Corrupt("number of posts"))?,
                edit_window: seconds(self.edit_seconds),
                announce_latest: self.announce_latest,
                categories: self.categories,
            },
            approve: self.approve,
            ping: self.ping_role_id.map(|id| RoleId::from_db(id).ok_or(StoreError::Corrupt("role id"))).transpose()?,
            crosspost: self.crosspost,
            thread: self.thread,
            colour: self.colour.map(|colour| colour.unsigned_abs()),
        })
    }
}

/// The settings of a feed that staff made; `None` where there are none.
pub(super) async fn settings_of(tx: &mut Connection, key: &str) -> Result<Option<Settings>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT key, url, channels, poll_seconds, max_new, edit_seconds, announce_latest, categories, approve, ping_role_id,
                crosspost, thread, colour
         FROM staff_feed WHERE key = $1 AND state = 'kept'",
        key
    )
    .fetch_optional(tx)
    .await?;
    row.map(Row::into_settings).transpose()
}

impl Store {
    /// Stores a feed that somebody wants to add, until he has looked at it; those of earlier days that nobody kept are
    /// forgotten.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn propose_feed(
        &self,
        feed: &Settings,
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<StaffFeedId, StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            "DELETE FROM staff_feed WHERE state = 'proposed' AND added_at < $1",
            now - chrono::TimeDelta::days(1)
        )
        .execute(&mut *tx)
        .await?;
        let seconds = |length: Duration| i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
        let channels: Vec<i64> = feed.channels.iter().map(|channel| channel.to_db()).collect();
        let id = sqlx::query_scalar!(
            "INSERT INTO staff_feed (state, key, url, channels, poll_seconds, max_new, edit_seconds, announce_latest, categories,
                                     approve, ping_role_id, crosspost, thread, colour, added_by, added_at)
             VALUES ('proposed', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id",
            feed.key,
            feed.url.as_str(),
            &channels,
            seconds(feed.interval),
            i32::try_from(feed.policy.max_new).unwrap_or(i32::MAX),
            seconds(feed.policy.edit_window),
            feed.policy.announce_latest,
            &feed.policy.categories,
            feed.approve,
            feed.ping.map(|role| role.to_db()),
            feed.crosspost,
            feed.thread,
            feed.colour.map(u32::cast_signed),
            by.to_db(),
            now,
        )
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(StaffFeedId(id))
    }

    /// Who proposed a feed, and its key; `None` for a proposal that is gone.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn proposer(&self, id: StaffFeedId) -> Result<Option<(UserId, String)>, StoreError> {
        let row =
            sqlx::query!("SELECT added_by, key FROM staff_feed WHERE id = $1", id.0).fetch_optional(&self.pool).await?;
        row.map(|row| Ok((UserId::from_db(row.added_by).ok_or(StoreError::Corrupt("user id"))?, row.key))).transpose()
    }

    /// Reads a proposed feed from now on, in place of an earlier one of its key; its settings. Made twice, it is made once.
    /// `None` when the proposal was given up, or another one has taken its place.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn keep_feed(
        &self,
        id: StaffFeedId,
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<Option<Settings>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let found = sqlx::query!("SELECT state, key FROM staff_feed WHERE id = $1 FOR UPDATE", id.0)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(found) = found else { return Ok(None) };
        if found.state == "proposed" {
            sqlx::query!(
                "UPDATE staff_feed SET state = 'removed', changed_by = $2, changed_at = $3 WHERE key = $1 AND state = 'kept'",
                found.key,
                by.to_db(),
                now,
            )
            .execute(&mut *tx)
            .await?;
            sqlx::query!(
                "UPDATE staff_feed SET state = 'kept', changed_by = $2, changed_at = $3 WHERE id = $1",
                id.0,
                by.to_db(),
                now,
            )
            .execute(&mut *tx)
            .await?;
        } else if found.state != "kept" {
            return Ok(None);
        }
        let settings = settings_of(&mut tx, &found.key).await?.ok_or(StoreError::Corrupt("feed of staff"))?;
        if found.state == "proposed" {
            activate(&mut tx, &settings.key, &settings.url, now).await?;
            sqlx::query!("UPDATE feed SET paused_at = NULL, paused_by = NULL WHERE key = $1", settings.key)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(Some(settings))
    }

    /// Gives a proposed feed up; whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn discard_proposal(&self, id: StaffFeedId) -> Result<bool, StoreError> {
        let done = sqlx::query!("DELETE FROM staff_feed WHERE id = $1 AND state = 'proposed'", id.0)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes away what staff set of a feed; whether there was anything. The feed is read no longer, unless it is among
    /// the `configured` keys. Its posts stay known.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_feed(
        &self,
        key: &str,
        configured: &[String],
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let removed = sqlx::query!(
            "UPDATE staff_feed SET state = 'removed', changed_by = $2, changed_at = $3 WHERE key = $1 AND state = 'kept'",
            key,
            by.to_db(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        if removed.rows_affected() > 0 {
            sqlx::query!(
                "UPDATE feed SET active = FALSE, paused_at = NULL, paused_by = NULL WHERE key = $1 AND key <> ALL($2)",
                key,
                configured,
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(removed.rows_affected() > 0)
    }

    /// Stops reading a feed, or goes on: then it is read at once. `None` when there is no such feed, else whether that
    /// changed anything.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pause_feed(
        &self,
        key: &str,
        paused_by: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Option<bool>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let was = sqlx::query_scalar!(
            r#"SELECT paused_at IS NOT NULL AS "paused!" FROM feed WHERE key = $1 AND active FOR UPDATE"#,
            key
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(was) = was else { return Ok(None) };
        if was == paused_by.is_some() {
            return Ok(Some(false));
        }
        sqlx::query!(
            "UPDATE feed SET paused_by = $2, paused_at = CASE WHEN $2::BIGINT IS NOT NULL THEN $3::TIMESTAMPTZ END,
                    next_poll_at = CASE WHEN $2::BIGINT IS NULL THEN $3::TIMESTAMPTZ ELSE next_poll_at END
             WHERE key = $1",
            key,
            paused_by.map(|by| by.to_db()),
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(true))
    }

    /// What staff keep, by key; for the keys that the configuration names as well, it wins.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn staff_feeds(&self) -> Result<Vec<Settings>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "SELECT key, url, channels, poll_seconds, max_new, edit_seconds, announce_latest, categories, approve, ping_role_id,
                    crosspost, thread, colour
             FROM staff_feed WHERE state = 'kept' ORDER BY key"
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Row::into_settings).collect()
    }

    /// Every feed that is read, by key.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn feeds(&self) -> Result<Vec<FeedOverview>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let rows = sqlx::query!(
            r#"SELECT key, url, title, moved_to, paused_at, paused_by, polled_at, next_poll_at, failures, problem,
                      (SELECT count(*) FROM entry e WHERE e.feed_id = feed.id AND e.alias_of IS NULL) AS "known!",
                      (SELECT count(*) FROM feed_question q WHERE q.feed_id = feed.id AND q.choice IS NULL) AS "open_questions!"
               FROM feed WHERE active ORDER BY key"#
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut feeds = Vec::new();
        for row in rows {
            feeds.push(FeedOverview {
                staff: settings_of(&mut tx, &row.key).await?,
                paused: row.paused_at.zip(row.paused_by.and_then(UserId::from_db)),
                key: row.key,
                url: row.url,
                title: row.title,
                moved_to: row.moved_to,
                polled_at: row.polled_at,
                next_poll_at: row.next_poll_at,
                failures: row.failures,
                problem: row.problem,
                known: row.known,
                open_questions: row.open_questions,
            });
        }
        Ok(feeds)
    }

    /// The key of the feed that is read at an address, if there is one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn feed_at(&self, url: &Url) -> Result<Option<String>, StoreError> {
        let found = sqlx::query_scalar!(
            "SELECT key FROM feed WHERE active AND (url = $1 OR moved_to = $1) ORDER BY id LIMIT 1",
            url.as_str()
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found)
    }

    /// Keys of feeds that hold what was `typed`, at most as many as an autocomplete can offer.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn feed_keys(&self, typed: &str) -> Result<Vec<String>, StoreError> {
        let typed = typed.trim().to_lowercase();
        let found = sqlx::query_scalar!(
            "SELECT key FROM feed WHERE active AND strpos(key, $1) > 0 ORDER BY key LIMIT 25",
            typed
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(found)
    }
}
