//! Feeds over a real web server: what staff decide, what the web does, months of posting.

mod approval;
mod commands;
mod flood;
mod mutate;
mod polling;
mod replay;
mod site;
