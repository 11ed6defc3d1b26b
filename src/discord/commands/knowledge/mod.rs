//! `/knowledge`: what staff do for the knowledge base.

mod gaps;

pub(in crate::discord) use gaps::{close_gap, gaps_page};

use super::{AppContext, Error};
use crate::config::Domain;

/// See to the answers of /ask: what is asked and has no good one
#[poise::command(
    slash_command,
    subcommands("gaps::gaps"),
    subcommand_required,
    category = "help-staff",
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Knowledge"
)]
pub(in crate::discord) async fn knowledge(_ctx: AppContext<'_>) -> Result<(), Error> {
    Ok(())
}
