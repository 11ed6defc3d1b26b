//! Every column of every table, with what export and erasure do with it. A test compares this with the database, so whoever
//! adds a column says here whom it is about. What is called [`Treatment::Staff`] is exported and replaced by this list.

use std::collections::HashSet;

use crate::store::StoreError;
use crate::store::connections::Connection;

/// What export and erasure do with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It says nothing of a person.
    Nobody,
    /// Whose row it is: the row is exported, and deleted.
    Owner,
    /// Part of a row that belongs to somebody: it is exported, and goes with the row.
    Goes,
    /// What only whoever has the receipt, or can make the code again, leads to a person: it goes with its row.
    Anonymous,
    /// Who of the staff did something, and the column that says when: exported as a deed, and replaced by
    /// [`FORMER_STAFF`](crate::erasure::FORMER_STAFF).
    Staff {
        /// The column with the instant.
        at: &'static str,
    },
    /// The click of staff that opened a form, of whoever the named column names: replaced by the row's own number.
    Click {
        /// The column with the person.
        of: &'static str,
    },
    /// What is said in messages: where it is about a person's row it is written anew, what went to his direct messages is
    /// deleted, and his mention in cards is replaced.
    Rewritten,
    /// It stays, for this reason, which `docs/privacy.md` gives as well.
    Kept(&'static str),
}

use Treatment::{Anonymous, Click, Goes, Kept, Nobody, Owner, Rewritten, Staff};

/// A table's columns, in groups.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What is done with which columns, their names with spaces between.
    pub columns: &'static [(Treatment, &'static str)],
}

const fn table(name: &'static str, columns: &'static [(Treatment, &'static str)]) -> Table {
    Table { name, columns }
}

/// Published by the PSF, or agreed on by its staff.
const OF_THE_PSF: Treatment =
    Kept("it is the work of the staff, and what the PSF said: announcements, answers, themes, sessions");

/// All of them, and the columns of migrations to come: what the database does not have is passed over.
pub const COLUMNS: &[Table] = &[
    table("agenda", &[(Nobody, "announcement_id title more")]),
    table("agenda_question", &[(Nobody, "announcement_id place question_id")]),
    table("announcement", &[(Nobody, "id kind revision crosspost created_at updated_at"), (Rewritten, "message")]),
    // Numbers, programmes and themes.
    table("announcement_picture", &[(Nobody, "announcement_id place name alt png")]),
    table(
        "approval",
        &[
            (Staff { at: "asked_at" }, "asked_by"),
            (Staff { at: "settled_at" }, "settled_by"),
            (OF_THE_PSF, "correction reason"),
            (Nobody, "id draft_id digest state asked_at settled_at card_id late_at"),
        ],
    ),
    table("card_round", &[(Nobody, "one due_at")]),
    table(
        "closed_bucket",
        &[
            (Kept("the channel of a limit of Discord's, for the seconds or the hour that it lasts"), "major"),
            (Nobody, "route until reason"),
        ],
    ),
    // Of a personal message all of this goes once the message is deleted.
    table(
        "delivery",
        &[
            (Goes, "channel_id message_id looked_until due_at delivered_at removed_at"),
            (
                Nobody,
                "id announcement_id state nonce reference next_attempt_at attempts claimed_until revision problem expires_at look_first in_post withdrawn",
            ),
        ],
    ),
    table("delivery_step", &[(Nobody, "delivery_id step state next_attempt_at attempts problem")]),
    table("digest", &[(Nobody, "week announcement_id made_at")]),
    table(
        "draft",
        &[
            (Staff { at: "created_at" }, "author_id"),
            (Staff { at: "updated_at" }, "changed_by"),
            (Click { of: "author_id" }, "opened_by"),
            // Those that were not sent go.
            (OF_THE_PSF, "title body link image image_alt contact"),
            (
                Nobody,
                "id channels ping_role_id crosspost state version scheduled_for announcement_id created_at updated_at money_confirmed confirmed thread pin tags expires_at warned_at",
            ),
        ],
    ),
    // The words of drafts that were not sent go with the draft.
    table(
        "draft_deed",
        &[(Staff { at: "at" }, "by_id"), (OF_THE_PSF, "before after"), (Nobody, "id draft_id deed at")],
    ),
    table(
        "entry",
        &[(
            Nobody,
            "id feed_id key url title published_at fingerprint first_seen_at announced_at alias_of announcement_id",
        )],
    ),
    table("erasure", &[(Kept("a random number, so that an erasure is not carried out twice"), "id")]),
    table(
        "feed",
        &[
            (Staff { at: "paused_at" }, "paused_by"),
            (
                Nobody,
                "id key url active seeded_at etag last_modified next_poll_at failures problem polled_at title moved_to paused_at",
            ),
        ],
    ),
    table(
        "feed_question",
        &[
            (Staff { at: "settled_at" }, "settled_by"),
            (Staff { at: "asked_at" }, "rewritten_by"),
            (Nobody, "id feed_id kind recognised choice version card_id asked_at settled_at"),
        ],
    ),
    table(
        "feed_question_post",
        &[(OF_THE_PSF, "edited_title edited_summary"), (Nobody, "question_id position entry_key entry is_gone")],
    ),
    table(
        "gap",
        &[
            (Kept("nobody knows whose words they are"), "question"),
            (Staff { at: "closed_at" }, "closed_by"),
            (Nobody, "id asked reason nearest first_asked_on last_asked_on closed_at"),
        ],
    ),
    table("gateway_holder", &[(Nobody, "one process since")]),
    table("gateway_identify", &[(Nobody, "id at")]),
    table(
        "knowledge_draft",
        &[
            (Staff { at: "created_at" }, "author_id"),
            (Click { of: "author_id" }, "opened_by"),
            // Those that were not saved go.
            (OF_THE_PSF, "typed"),
            (Nobody, "id subject key kind base base_hash base_content state version saved_as created_at updated_at"),
        ],
    ),
    table("knowledge_revision", &[(Nobody, "one number")]),
    table(
        "knowledge_version",
        &[
            (Staff { at: "made_at" }, "staff_id"),
            (OF_THE_PSF, "content"),
            (Nobody, "id subject key number based_on kind file_hash made_at"),
        ],
    ),
    table(
        "panel",
        &[(Staff { at: "posted_at" }, "staff_id"), (Nobody, "channel_id announcement_id posted_at replaced")],
    ),
    table(
        "personal_reminder",
        &[(Owner, "user_id"), (Goes, "id series starts_at ends_at announcement_id told_at overtaken_at")],
    ),
    table(
        "queued_question",
        &[
            (Owner, "author_id"),
            (
                Goes,
                "id series text asked_on opened_by asked_at state settled_at answer_channel_id answer_message_id announcement_id told_at recap_id",
            ),
            (Anonymous, "receipt_hash"),
            (Staff { at: "settled_at" }, "settled_by"),
            (Nobody, "awaits_round withdrawn version"),
        ],
    ),
    table("queued_question_vote", &[(Anonymous, "voter"), (Goes, "question_id")]),
    table("reminder", &[(Nobody, "id subject key starts_at lead_seconds announcement_id withdrawn_at overtaken_at")]),
    table(
        "reply",
        &[
            // It belongs to the submission, and goes with it.
            (Goes, "submission_id text written_at announcement_id told_at"),
            (Staff { at: "written_at" }, "author_id"),
            (Click { of: "author_id" }, "opened_by"),
            (Nobody, "id theme_reply_id"),
        ],
    ),
    table(
        "scheduled_event",
        &[(Nobody, "id series starts_at ends_at state reference event_id next_attempt_at attempts problem moved_from")],
    ),
    table(
        "session_change",
        &[(Staff { at: "made_at" }, "staff_id"), (Nobody, "id series slot number state starts_at made_at")],
    ),
    table("session_revision", &[(Nobody, "one number")]),
    table(
        "session_run",
        &[
            (Staff { at: "opened_at" }, "opened_by"),
            (
                Nobody,
                "id series slot starts_at ends_at channel_id role_id automatic state before_allow before_deny opened_at warned_at closed_at card_id warning_id next_attempt_at claimed_until attempts problem openings",
            ),
        ],
    ),
    table(
        "staff_feed",
        &[
            (Staff { at: "added_at" }, "added_by"),
            (Staff { at: "changed_at" }, "changed_by"),
            (
                Nobody,
                "id state key url channels poll_seconds max_new edit_seconds announce_latest categories approve ping_role_id crosspost thread colour added_at changed_at",
            ),
        ],
    ),
    table("staff_zone", &[(Owner, "user_id"), (Goes, "zone updated_at")]),
    table("rewording", &[(Owner, "user_id"), (Goes, "wording typed_at"), (Nobody, "draft_id version")]),
    table(
        "submission",
        &[
            (Owner, "author_id"),
            (
                Goes,
                "id kind program went_well to_change question form words rating submitted_on opened_by submitted_at may_contact state acknowledged_at resolved_at conduct_at announcement_id",
            ),
            (Anonymous, "receipt_hash"),
            (Staff { at: "acknowledged_at" }, "acknowledged_by"),
            (Staff { at: "resolved_at" }, "resolved_by"),
            (Staff { at: "conduct_at" }, "conduct_by"),
            (Nobody, "shown_rating awaits_round themes_version"),
        ],
    ),
    table(
        "submission_deed",
        &[(Goes, "submission_id done_at what theme_id"), (Staff { at: "done_at" }, "done_by"), (Nobody, "id")],
    ),
    table("submission_theme", &[(Goes, "submission_id theme_id")]),
    table(
        "theme",
        &[
            (OF_THE_PSF, "name"),
            (Staff { at: "made_at" }, "made_by"),
            (Staff { at: "changed_at" }, "changed_by"),
            (Nobody, "id made_at version changed_at"),
        ],
    ),
    table(
        "theme_reply",
        &[
            (Staff { at: "written_at" }, "author_id"),
            (Staff { at: "sent_at" }, "sent_by"),
            (Click { of: "author_id" }, "opened_by"),
            // Those that were not sent go.
            (OF_THE_PSF, "text"),
            (Nobody, "id theme_id written_at sent_at"),
        ],
    ),
    table("trouble", &[(Nobody, "delivery_id part state problem tried_at announcement_id told_at")]),
    table("vote", &[(Anonymous, "voter"), (Goes, "article helpful voted_on"), (Nobody, "counted")]),
];

/// Table and column of everything in this database that is treated so, with what the treatment says.
pub(super) async fn each(
    tx: &mut Connection,
    wanted: impl Fn(Treatment) -> bool,
) -> Result<Vec<(&'static str, &'static str, Treatment)>, StoreError> {
    let there = sqlx::query!(
        r#"SELECT c.relname::TEXT AS "table!", a.attname::TEXT AS "column!" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
           WHERE c.relnamespace = current_schema()::REGNAMESPACE AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"#
    )
    .fetch_all(tx)
    .await?;
    let there: HashSet<(String, String)> = there.into_iter().map(|row| (row.table, row.column)).collect();
    let groups = COLUMNS.iter().flat_map(|table| table.columns.iter().map(|(how, names)| (table.name, *how, *names)));
    Ok(groups
        .filter(|(_, how, _)| wanted(*how))
        .flat_map(|(table, how, names)| names.split_whitespace().map(move |column| (table, column, how)))
        .filter(|(table, column, _)| there.contains(&((*table).to_owned(), (*column).to_owned())))
        .collect())
}
