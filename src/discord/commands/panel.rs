//! The panel: what its buttons do. They open for members what `/ask`, `/officehours`, `/feedback` and `/me` open, in channels
//! in which nobody can use a command because nobody can write.

use poise::serenity_prelude as serenity;
use serenity::{
    CreateActionRow, CreateButton, CreateInputText, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, InputTextStyle,
};

use super::{Error, feedback, me};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Opening, Reply, Turn};
use crate::message::{ActionButton, ButtonStyle, Message, cut, limits};
use crate::texts::text;

/// The fields of its forms.
const QUESTION: &str = "question";
const RECEIPT: &str = "receipt";

/// Longest question, in characters: as long as that of `/ask`.
const LONGEST_QUESTION: u16 = 500;

/// Longest text that can be typed for a receipt.
const LONGEST_RECEIPT: u16 = 100;

/// The message that is posted.
pub(super) fn message() -> Message {
    let button =
        |kind, label, style| ActionButton { label: text(label), custom_id: CustomId::new(kind, "").to_string(), style };
    let buttons = vec![
        button(Kind::PanelAsk, "panel-ask", ButtonStyle::Primary),
        button(Kind::PanelHours, "panel-hours", ButtonStyle::Secondary),
        button(Kind::PanelFeedback, "panel-feedback", ButtonStyle::Secondary),
        button(Kind::PanelMine, "panel-mine", ButtonStyle::Secondary),
    ];
    // Nobody's phone rings for it.
    Message { content: text("panel-words"), buttons, silent: true, ..Message::default() }.fit()
}

/// The form for a question.
pub(in crate::discord) async fn open_question(_turn: &Turn<'_>) -> Result<Opening, Error> {
    let field = (QUESTION, "panel-ask-field", "panel-ask-hint", LONGEST_QUESTION, InputTextStyle::Paragraph);
    Ok(Opening::Form(form(Kind::PanelAskForm, "panel-ask-form", field, false)))
}

/// What was typed into that form.
pub(in crate::discord) fn question(turn: &Turn<'_>) -> String {
    turn.field(QUESTION).to_owned()
}

/// Which programme the feedback is about, with or without a name.
pub(in crate::discord) async fn choose_program(turn: &Turn<'_>) -> Result<Reply, Error> {
    let programs = &turn.data.config.programs;
    if programs.is_empty() {
        return Ok(Reply::aside(text("feedback-no-programs")));
    }
    let menu = |how: &str, placeholder: &str| {
        let option =
            |(title, key): (&str, &str)| CreateSelectMenuOption::new(cut(title, limits::OPTION_LABEL), key.to_owned());
        let options = programs.iter().take(limits::OPTIONS).map(|program| option((&program.title, &program.key)));
        let kind = CreateSelectMenuKind::String { options: options.collect() };
        let id = CustomId::new(Kind::PanelProgram, how).to_string();
        CreateActionRow::SelectMenu(CreateSelectMenu::new(id, kind).placeholder(text(placeholder)))
    };
    let menus = vec![menu(NAMED, "panel-feedback-named"), menu(ANONYMOUS, "panel-feedback-anonymous")];
    Ok(Reply::new(text("panel-feedback-which")).rows(menus))
}

const NAMED: &str = "named";
const ANONYMOUS: &str = "anonymous";

/// The form of the programme that was chosen.
pub(in crate::discord) async fn open_feedback(turn: &Turn<'_>) -> Result<Opening, Error> {
    let chosen = turn.values.first().map(String::as_str).unwrap_or_default();
    feedback::about(turn, chosen, turn.key == ANONYMOUS)
}

/// What one sent, with a way to what was sent with a receipt.
pub(in crate::discord) async fn mine(turn: &Turn<'_>) -> Result<Reply, Error> {
    let id = CustomId::new(Kind::PanelReceipt, "").to_string();
    let receipt = CreateButton::new(id).label(text("panel-receipt")).style(serenity::ButtonStyle::Secondary);
    let own = me::own(turn).await?;
    Ok(own.room_for(CreateActionRow::Buttons(vec![receipt])))
}

/// The form for a receipt.
pub(in crate::discord) async fn open_receipt(_turn: &Turn<'_>) -> Result<Opening, Error> {
    let field = (RECEIPT, "panel-receipt-field", "panel-receipt-hint", LONGEST_RECEIPT, InputTextStyle::Short);
    Ok(Opening::Form(form(Kind::PanelReceiptForm, "panel-receipt-form", field, true)))
}

/// What was sent with the receipt that was typed.
pub(in crate::discord) async fn by_receipt(turn: &Turn<'_>) -> Result<Reply, Error> {
    me::by_receipt(turn.data, turn.field(RECEIPT)).await
}

fn form(kind: Kind, title: &str, field: (&str, &str, &str, u16, InputTextStyle), required: bool) -> CreateModal {
    let (name, label, hint, longest, style) = field;
    let input =
        CreateInputText::new(style, text(label), name).placeholder(text(hint)).required(required).max_length(longest);
    CreateModal::new(CustomId::new(kind, "").to_string(), text(title))
        .components(vec![CreateActionRow::InputText(input)])
}
