//! `/help`: what the bot can do, by task. Made from the command definitions, so that it can't promise what is not there.

use super::{AppContext, Data, Error};
use crate::config::Domain;
use crate::discord::interactions::{Caller, Reply, answer};
use crate::texts::{text, text_with};

type Command = poise::Command<Data, Error>;

/// The tasks, in the order in which they are shown: the `category` of a command, and the text that heads it. First those of
/// members, then those of staff.
const TASKS: [&str; 6] = ["help-find", "help-tell", "help-announce", "help-sessions", "help-answers", "help-watch"];

/// What I can do for you
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn help(ctx: AppContext<'_>) -> Result<(), Error> {
    let caller = Caller::of_command(ctx.interaction);
    let commands = &ctx.framework().options().commands;
    let is_staff = |domain| caller.as_ref().is_some_and(|caller| caller.is_staff(ctx.data(), domain));
    let content = by_task(commands, is_staff);
    answer(ctx, async { Ok(Reply::new(content)) }).await
}

fn by_task(commands: &[Command], is_staff: impl Fn(Domain) -> bool) -> String {
    let is_for_caller =
        |command: &&Command| command.custom_data.downcast_ref::<Domain>().is_none_or(|&domain| is_staff(domain));
    let sections = TASKS.iter().filter_map(|&task| {
        let lines: Vec<String> = commands
            .iter()
            .filter(is_for_caller)
            .filter(|command| command.category.as_deref() == Some(task))
            .flat_map(lines)
            .collect();
        (!lines.is_empty()).then(|| format!("**{}**\n{}", text(task), lines.join("\n")))
    });
    let parts: Vec<String> =
        std::iter::once(text("help-title")).chain(sections).chain(std::iter::once(text("help-end"))).collect();
    parts.join("\n\n")
}

/// A line for a command, which names its subcommands: a line for each would outgrow a message. A message's menu is named as
/// such.
fn lines(command: &Command) -> Vec<String> {
    let description = command.description.as_deref().unwrap_or_default();
    if let Some(menu) = &command.context_menu_name {
        return vec![format!(
            "- {}",
            text_with("help-menu", [("name", menu.to_string()), ("what", description.to_owned())])
        )];
    }
    if command.subcommands.is_empty() {
        return vec![format!("- `/{}`: {description}", command.name)];
    }
    let names: Vec<&str> = command.subcommands.iter().map(|sub| sub.name.as_ref()).collect();
    vec![format!("- `/{}` {}: {description}", command.name, names.join(", "))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discord::commands::all;
    use crate::message::{length, limits};

    #[test]
    fn every_command_belongs_to_a_task() {
        for command in all() {
            let task = command.category.as_deref().unwrap_or_default();
            assert!(TASKS.contains(&task), "{} has no category of {TASKS:?}", command.name);
            let is_staffs = command.custom_data.is::<Domain>();
            assert_eq!(is_staffs, !["help-find", "help-tell"].contains(&task), "{}", command.name);
            assert!(!command.description.as_deref().unwrap_or_default().is_empty(), "{} says nothing", command.name);
            assert_eq!(
                is_staffs,
                !command.default_member_permissions.is_empty(),
                "{} is hidden or is not",
                command.name
            );
        }
    }

    #[test]
    fn the_help_of_staff_fits_a_message_and_holds_more_than_the_members() {
        let (staff, member) = (by_task(&all(), |_| true), by_task(&all(), |_| false));
        assert!(length(&staff) <= limits::CONTENT, "{}", length(&staff));
        assert!(staff.contains("/status") && !member.contains("/status") && member.contains("`/ask`"));
    }
}
