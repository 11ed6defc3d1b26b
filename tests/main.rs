//! The integration tests, one binary.

#![expect(clippy::unwrap_used, reason = "a test that fails says where by panicking")]

mod ask;
mod knowledge;
