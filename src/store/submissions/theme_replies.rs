//! One text to everybody who said the same ("you said, we did"): written, looked at with how many it reaches, and sent once.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{Record, Store, StoreError, history, lock_tagged, user};
use crate::announcements::{Draft, Kind};
use crate::feedback::{Move, Reach, ReplyText, Sender, Theme, ThemeName, ThemeText, Touched, What};
use crate::ids::{AnnouncementId, ChannelId, ReplyId, Snowflake, ThemeId, ThemeReplyId, UserId};
use crate::message::Message;
use crate::store::announcements;
use crate::store::connections::Connection;

/// What came of sending a text to a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It is sent to so many.
    Now(Reach),
    /// It was sent before.
    Before(Touched),
    /// Another text was sent to the theme since this one was looked at; nothing was sent.
    Overtaken,
}

impl Store {
    /// Keeps a text to a theme, unsent. A form that is sent twice keeps its first text.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn write_to_theme(
        &self,
        theme: ThemeId,
        by: UserId,
        opened_by: Snowflake,
        text: &ReplyText,
        now: DateTime<Utc>,
    ) -> Result<Option<ThemeText>, StoreError> {
        let id = sqlx::query_scalar!(
            "INSERT INTO theme_reply (theme_id, author_id, opened_by, text, written_at)
             SELECT id, $2, $3, $4, $5 FROM theme WHERE id = $1
             ON CONFLICT (author_id, opened_by) DO UPDATE SET opened_by = theme_reply.opened_by RETURNING id",
            theme.0,
            by.to_db(),
            opened_by.to_db(),
            text.as_str(),
            now,
        )
        .fetch_optional(&self.pool)
        .await?;
        match id {
            Some(id) => self.theme_text(ThemeReplyId(id)).await,
            None => Ok(None),
        }
    }

    /// A text to a theme, whom it reaches if it is sent now, and what was sent to the theme before.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn theme_text(&self, id: ThemeReplyId) -> Result<Option<ThemeText>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT r.theme_id, r.text, r.sent_by, r.sent_at, t.name,
                      (SELECT count(*) FROM theme_reply o WHERE o.theme_id = r.theme_id AND o.sent_at IS NOT NULL) AS "sent!"
               FROM theme_reply r JOIN theme t ON t.id = r.theme_id WHERE r.id = $1"#,
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let reach = sqlx::query!(
            r#"SELECT count(DISTINCT s.author_id) FILTER (WHERE s.may_contact) AS "told!",
                      count(DISTINCT s.author_id) FILTER (WHERE NOT s.may_contact AND NOT EXISTS
                          (SELECT FROM submission o JOIN submission_theme ot ON ot.submission_id = o.id
                           WHERE ot.theme_id = $1 AND o.author_id = s.author_id AND o.may_contact AND o.conduct_at IS NULL)) AS "reading!",
                      count(*) FILTER (WHERE s.author_id IS NULL) AS "anonymous!"
               FROM submission s JOIN submission_theme st ON st.submission_id = s.id
               WHERE st.theme_id = $1 AND s.conduct_at IS NULL AND NOT (s.awaits_round AND s.announcement_id IS NULL)"#,
            row.theme_id,
        )
        .fetch_one(&self.pool)
        .await?;
        let sent = match row.sent_by.zip(row.sent_at) {
            Some((by, at)) => Some(Touched { by: user(by)?, at }),
            None => None,
        };
        Ok(Some(ThemeText {
            id,
            theme: Theme { id: ThemeId(row.theme_id), name: ThemeName::stored(row.name) },
            text: ReplyText::stored(row.text),
            sent,
            earlier: row.sent,
            reach: Reach { told: reach.told, reading: reach.reading, anonymous: reach.anonymous },
        }))
    }

    /// Sends a text to a theme, if no more were sent before it than `earlier`: a reply to each of its submissions, and for
    /// each member who may be written to one message, which [`Store::address_reply`] directs. All of it, or nothing.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn send_to_theme(
        &self,
        id: ThemeReplyId,
        earlier: i64,
        by: UserId,
        words: impl Fn(&Record, &ReplyText) -> Message,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Sent>, StoreError> {
        let mut tx = self.pool.begin().await?;
        super::theme_changes::steady(&mut tx).await?;
        let text = match unsent(&mut tx, id, earlier).await? {
            Ok(text) => text,
            Err(otherwise) => return Ok(otherwise),
        };
        let touched = Touched { by, at: now };
        let records = lock_tagged(&mut tx, text.theme).await?;
        let reach = answer_all(&mut tx, &records, &text, words, touched).await?;
        for record in &records {
            if let Some((announcement, record)) = record.card.zip(super::lock(&mut tx, record.id).await?) {
                announcements::revise(&mut tx, announcement, &card(&record), now).await?;
            }
        }
        sqlx::query!("UPDATE theme_reply SET sent_by = $2, sent_at = $3 WHERE id = $1", id.0, by.to_db(), now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Some(Sent::Now(reach)))
    }

    /// The replies of a text to a theme whose direct message has no channel yet, with whom they are for.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn unaddressed(&self, id: ThemeReplyId) -> Result<Vec<(ReplyId, UserId)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT r.id, s.author_id AS "author_id!" FROM reply r JOIN submission s ON s.id = r.submission_id
               WHERE r.theme_reply_id = $1 AND r.announcement_id IS NOT NULL AND r.told_at IS NULL AND s.author_id IS NOT NULL
                 AND NOT EXISTS (SELECT FROM delivery d WHERE d.announcement_id = r.announcement_id) ORDER BY r.id"#,
            id.0,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|row| Ok((ReplyId(row.id), user(row.author_id)?))).collect()
    }

    /// Directs a reply to the channel of a member's direct messages, unless that was done or the member has read it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn address_reply(&self, id: ReplyId, channel: ChannelId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let row = sqlx::query!(
            r#"SELECT announcement_id AS "announcement!", submission_id, theme_reply_id FROM reply
               WHERE id = $1 AND told_at IS NULL AND announcement_id IS NOT NULL FOR UPDATE"#,
            id.0,
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(row) = row {
            let origin = format!("theme-reply\n{}\n{}", row.theme_reply_id.unwrap_or_default(), row.submission_id);
            announcements::address(&mut tx, AnnouncementId(row.announcement), channel, Some(&origin), now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// A text that is being sent.
struct Sending {
    id: ThemeReplyId,
    theme: ThemeId,
    opened_by: i64,
    text: ReplyText,
}

/// The text, if it can be sent; else what is to be said, which is nothing where there is none. Texts to one theme are sent
/// one after the other: its row is locked, though not against themes being given.
async fn unsent(
    tx: &mut Connection,
    id: ThemeReplyId,
    earlier: i64,
) -> Result<Result<Sending, Option<Sent>>, StoreError> {
    let row = sqlx::query!(
        "SELECT t.id, r.text, r.opened_by, r.sent_by, r.sent_at FROM theme_reply r JOIN theme t ON t.id = r.theme_id
         WHERE r.id = $1 FOR NO KEY UPDATE",
        id.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(Err(None)) };
    if let Some((by, at)) = row.sent_by.zip(row.sent_at) {
        return Ok(Err(Some(Sent::Before(Touched { by: user(by)?, at }))));
    }
    let sent = sqlx::query_scalar!(
        r#"SELECT count(*) AS "sent!" FROM theme_reply WHERE theme_id = $1 AND sent_at IS NOT NULL"#,
        row.id
    )
    .fetch_one(&mut *tx)
    .await?;
    if sent != earlier {
        return Ok(Err(Some(Sent::Overtaken)));
    }
    let (theme, text) = (ThemeId(row.id), ReplyText::stored(row.text));
    Ok(Ok(Sending { id, theme, opened_by: row.opened_by, text }))
}

/// A reply to each; and for each member who may be written to, one message, in answer to the newest of his. Whom that
/// reaches.
async fn answer_all(
    tx: &mut Connection,
    records: &[Record],
    sending: &Sending,
    words: impl Fn(&Record, &ReplyText) -> Message,
    touched: Touched,
) -> Result<Reach, StoreError> {
    let mut newest_first: Vec<&Record> = records.iter().collect();
    newest_first.sort_by_key(|record| match record.sender {
        Sender::Named { at, .. } => (std::cmp::Reverse(Some(at)), record.id),
        Sender::Anonymous => (std::cmp::Reverse(None), record.id),
    });
    let (mut told, mut named, mut anonymous) = (HashSet::new(), HashSet::new(), 0);
    for record in newest_first {
        match record.sender {
            Sender::Anonymous => anonymous += 1,
            Sender::Named { author, .. } => {
                named.insert(author);
            }
        }
        let message = record.reachable().filter(|&member| told.insert(member)).map(|_| words(record, &sending.text));
        answer(tx, record, sending, message, touched).await?;
    }
    let count = |members: usize| i64::try_from(members).unwrap_or(i64::MAX);
    Ok(Reach { told: count(told.len()), reading: count(named.difference(&told).count()), anonymous })
}

/// Stores one reply of a text to a theme; with the message that its author gets, where that is the one that he gets.
async fn answer(
    tx: &mut Connection,
    record: &Record,
    sending: &Sending,
    message: Option<Message>,
    touched: Touched,
) -> Result<(), StoreError> {
    let announcement = match message {
        Some(message) => {
            let draft = Draft {
                kind: Kind::Personal,
                message,
                crosspost: false,
                origin: None,
                channels: Vec::new(),
                due_at: touched.at,
            };
            Some(announcements::insert(&mut *tx, &draft, touched.at).await?.0)
        }
        None => None,
    };
    sqlx::query!(
        "INSERT INTO reply (submission_id, author_id, opened_by, text, written_at, announcement_id, theme_reply_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        record.id.0,
        touched.by.to_db(),
        sending.opened_by,
        sending.text.as_str(),
        touched.at,
        announcement,
        sending.id.0,
    )
    .execute(&mut *tx)
    .await?;
    if Move::Acknowledge.is_open_to(record.state) {
        sqlx::query!(
            "UPDATE submission SET state = 'acknowledged', acknowledged_by = $2, acknowledged_at = $3 WHERE id = $1",
            record.id.0,
            touched.by.to_db(),
            touched.at,
        )
        .execute(&mut *tx)
        .await?;
    }
    history::note(tx, record.id, What::Reply, None, touched).await
}
