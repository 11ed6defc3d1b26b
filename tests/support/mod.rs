//! What the tests run on: the app against the sandbox, over real HTTP and WebSocket, and a real PostgreSQL.

mod app;
pub(crate) mod ics;
pub(crate) mod process;
pub(crate) mod proxy;

pub(crate) use app::{HOUR, MINUTE, TOKEN, TestServer, assert_in_time, dump};
