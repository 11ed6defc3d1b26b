//! feed_client
