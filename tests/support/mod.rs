//! What the tests run on: the app against the sandbox, over real HTTP and WebSocket, and a real PostgreSQL.

mod app;
pub(crate) mod ics;
pub(crate) mod process;
pub(crate) mod proxy;
mod screen;

pub(crate) use app::{HOUR, MINUTE, TOKEN, TestServer, approving, assert_in_time, dump};
pub(crate) use screen::{direct_messages, press};

/// Makes empty cards, for tests of the store in which no card counts.
pub(crate) fn no_desk() -> psfbot::announcements::ApprovalDesk {
    psfbot::announcements::ApprovalDesk {
        card: |_, _| psfbot::message::Message::default(),
        returned: |_| psfbot::message::Message::default(),
        missed: |_| psfbot::message::Message::default(),
        staff_channel: psfbot::ids::ChannelId::new(sandbox::world::demo::STAFF).unwrap(),
    }
}
