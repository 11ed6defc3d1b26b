//! Each fault strikes each effect at each moment, once and again; in the end it is there once.

use sqlx::PgPool;

use super::effect::Effect;
use super::fault::{FAULTS, LONGEST_WAIT, MOMENTS};

async fn every_fault_at_every_moment(pool: PgPool, effect: Effect) {
    for fault in FAULTS {
        for moment in MOMENTS {
            for &times in fault.times() {
                let case = format!("{effect:?}, {fault:?} × {times}, {moment:?}");
                let mut server = effect.server(&pool).await;
                let due = effect.come_due(&mut server).await;
                let (method, path) = effect.request(&due);
                fault.strike(&server, method, &path, times).await;
                server.settle().await;
                moment.pass(&mut server).await;
                for _ in 0..times {
                    server.advance(LONGEST_WAIT).await;
                }
                effect.assert_once(&server, &due, &case).await;
                server.close().await;
            }
        }
    }
}

#[sqlx::test]
async fn a_message_is_created_once(pool: PgPool) {
    every_fault_at_every_moment(pool, Effect::Create).await;
}

#[sqlx::test]
async fn a_message_is_edited_once(pool: PgPool) {
    every_fault_at_every_moment(pool, Effect::Edit).await;
}

#[sqlx::test]
async fn a_message_is_published_once(pool: PgPool) {
    every_fault_at_every_moment(pool, Effect::Crosspost).await;
}

#[sqlx::test]
async fn an_event_is_made_once(pool: PgPool) {
    every_fault_at_every_moment(pool, Effect::Event).await;
}

#[sqlx::test]
async fn a_direct_message_is_sent_once(pool: PgPool) {
    every_fault_at_every_moment(pool, Effect::Direct).await;
}
