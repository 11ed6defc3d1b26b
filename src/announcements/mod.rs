//! What is to be said and how it gets there, as decisions without side effects.
//!
//! Owns the words of a delivery (state, nonce, reference), what an attempt must do first, and what follows from its
//! outcome. Refuses to know SQL and Discord's library: `store` keeps what is decided here, `jobs` carries it out.

mod approval;
mod attempt;
mod channel_kind;
mod contact;
mod deed;
mod delivery;
mod fundraising;
mod pinged;
mod staff_draft;
mod trouble;
mod warning;
mod when;
mod wording;
mod zone;

pub use approval::{Approval, ApprovalDesk, Asked};
pub use attempt::{
    Attempt, Outcome, Settlement, UNDER_WAY, as_sent, plan_attempt, retry_delay, settle, settle_post, settle_step,
};
pub use channel_kind::{ChannelKind, PostTag, Posted};
pub use contact::Contact;
pub use deed::{Change as DeedChange, changes};
pub use delivery::{
    ApprovalState, Deed, Delivery, DeliveryState, Draft, DraftState, Kind, Nonce, Reference, Step, UnknownWord,
};
pub use fundraising::money_for_others;
pub use pinged::Pinged;
pub use staff_draft::{MOST_CHANNELS, Obstacle, Rules, StaffDraft};
pub use trouble::{Part, Trouble, TroubleKey};
pub use warning::{LATELY, Warning, are_alike, fingerprint};
pub use when::{When, WhenProblem, read_when, wall_time};
pub use wording::{Wording, fields};
pub use zone::read_zone;
