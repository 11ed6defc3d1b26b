//! blog
