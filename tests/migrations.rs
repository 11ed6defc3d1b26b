//! The migrations: from nothing, and over a filled database.

use psfbot::announcements::{Draft, Kind};
use psfbot::ids::ChannelId;
use psfbot::message::Message;
use psfbot::store::Store;
use sqlx::PgPool;

#[sqlx::test(migrations = false)]
async fn they_make_an_empty_database_usable(pool: PgPool) {
    let store = Store::new(pool);
    assert!(store.missing_migrations().await.unwrap() > 0);
    store.migrate().await.unwrap();
    assert_eq!(store.missing_migrations().await.unwrap(), 0);
}

#[sqlx::test]
async fn applying_them_again_keeps_what_is_stored(pool: PgPool) {
    let store = Store::new(pool);
    let now = chrono::DateTime::UNIX_EPOCH;
    let draft = Draft {
        kind: Kind::Staff,
        message: Message::default(),
        crosspost: false,
        origin: None,
        channels: vec![ChannelId::new(1).unwrap()],
        due_at: now,
    };
    let id = store.announce(&draft, now).await.unwrap();
    store.migrate().await.unwrap();
    psfbot::jobs::migrate(&store).await.unwrap();
    assert_eq!(store.delivery_states(id).await.unwrap().len(), 1);
}

#[sqlx::test]
async fn the_database_itself_refuses_what_cannot_be(pool: PgPool) {
    let refused = [
        "INSERT INTO announcement (kind, message, created_at, updated_at) VALUES ('gossip', '{}', now(), now())",
        "INSERT INTO delivery (announcement_id, channel_id, state, nonce, reference, due_at, next_attempt_at) VALUES (1, 1, 'pending', 'n', 'k7m2q9xd', now(), now())",
        "INSERT INTO feed (key, url, next_poll_at, failures) VALUES ('a', 'b', now(), -1)",
    ];
    for statement in refused {
        assert!(sqlx::raw_sql(statement).execute(&pool).await.is_err(), "{statement}");
    }
}

#[sqlx::test(migrations = false)]
async fn a_database_from_the_future_is_refused_with_a_sentence(pool: PgPool) {
    let store = Store::new(pool.clone());
    store.migrate().await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99999999999999, 'later', TRUE, '', 0)").execute(&pool).await.unwrap();
    let error = store.migrate().await.unwrap_err().to_string();
    assert!(error.contains("migrated by a newer psfbot"), "{error}");
}
