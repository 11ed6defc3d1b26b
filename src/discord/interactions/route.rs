//! Which handler a button, a select menu or a form belongs to: one line a kind.

use super::given_back::given_back;
use super::reply::{Manner, Reply};
use super::turn::{Arrived, Turn};
use crate::blog::Choice;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{
    Data, announce, ask, calendar, feedback, feeds, inbox, knowledge, me, office_hours, panel, questions, remind,
    retry, sessions,
};
use crate::feedback::Move;
use crate::texts::text;

/// Finds out who wants what, refuses what is not his to want, and answers.
pub(super) async fn route(arrived: Arrived<'_>, data: &Data) {
    let id = arrived.custom_id.parse::<CustomId>();
    let (kind, key) = match id {
        Ok(id) => (Some(id.kind), id.key),
        Err(_stale) => (None, String::new()),
    };
    let turn = match arrived.turn(data, key) {
        Ok(turn) => turn,
        Err(exchange) => return exchange.answer(Manner::Private, refuse("error-wrong-guild")).await,
    };
    let Some(kind) = kind else { return turn.exchange.answer(Manner::Private, stale(&turn)).await };
    if kind.domain().is_some_and(|domain| !turn.caller.is_staff(data, domain)) {
        return turn.exchange.answer(Manner::Private, refuse("error-staff-only")).await;
    }
    match kind {
        Kind::AskPick => turn.exchange.answer(Manner::Private, ask::pick(&turn)).await,
        Kind::AskDay => turn.exchange.answer(Manner::Private, ask::choose_day(&turn)).await,
        Kind::AskShare => turn.exchange.answer(Manner::Private, ask::share(&turn)).await,
        Kind::AskHelpful => turn.exchange.answer(Manner::Private, ask::helpful(&turn)).await,
        Kind::AskNotHelpful => turn.exchange.answer(Manner::Private, ask::not_helpful(&turn)).await,
        Kind::AskNone => ask::none_of_these(&turn).await,
        Kind::AskStaff => turn.exchange.open(ask::ask_staff(&turn)).await,
        Kind::AskStaffForm => turn.exchange.answer(Manner::Private, ask::submit(&turn)).await,
        Kind::AskTopics => turn.exchange.answer(Manner::Update, ask::topics(&turn)).await,
        Kind::AskTopic => turn.exchange.answer(Manner::Update, ask::topic(&turn)).await,
        Kind::AskTopicPage => turn.exchange.answer(Manner::Update, ask::topic_page(&turn)).await,
        Kind::AskArticle => turn.exchange.answer(Manner::Private, ask::article(&turn)).await,
        Kind::HoursRemind => turn.exchange.answer(Manner::Private, remind::remind(&turn)).await,
        Kind::HoursForget => turn.exchange.answer(Manner::Update, remind::forget(&turn)).await,
        Kind::HoursCalendar => turn.exchange.answer(Manner::Private, office_hours::add_to_calendar(&turn)).await,
        Kind::DatesCalendar => turn.exchange.answer(Manner::Private, calendar::add_dates(&turn)).await,
        Kind::QuestionAsk => turn.exchange.answer(Manner::Private, questions::ask(&turn)).await,
        Kind::QuestionNamed => turn.exchange.open(questions::open_named(&turn)).await,
        Kind::QuestionAnonymous => turn.exchange.open(questions::open_anonymous(&turn)).await,
        Kind::QuestionForm => turn.exchange.answer(Manner::Private, questions::submit_named(&turn)).await,
        Kind::QuestionFormAnonymous => turn.exchange.answer(Manner::Private, questions::submit_anonymous(&turn)).await,
        Kind::QuestionSeries => turn.exchange.answer(Manner::Private, questions::which_series(&turn)).await,
        Kind::QuestionList => turn.exchange.answer(Manner::Update, questions::list(&turn)).await,
        Kind::QuestionVote => turn.exchange.answer(Manner::Update, questions::vote(&turn)).await,
        Kind::QuestionRead => turn.exchange.answer(Manner::Private, questions::read(&turn)).await,
        Kind::QuestionWithdraw => turn.exchange.answer(Manner::Update, questions::withdraw(&turn)).await,
        Kind::QuestionWithdrawReceipt => {
            turn.exchange.answer(Manner::Update, questions::withdraw_by_receipt(&turn)).await;
        }
        Kind::QuestionOwn => turn.exchange.answer(Manner::Update, questions::own(&turn)).await,
        Kind::QuestionVotesErase => turn.exchange.answer(Manner::Update, questions::erase_votes(&turn)).await,
        Kind::HostsView => turn.exchange.answer(Manner::Update, questions::hosts(&turn)).await,
        Kind::HostsAnswered => turn.exchange.answer(Manner::Update, questions::answered(&turn)).await,
        Kind::HostsHide => turn.exchange.answer(Manner::Update, questions::hide(&turn)).await,
        Kind::HostsUndo => turn.exchange.answer(Manner::Update, questions::undo(&turn)).await,
        Kind::HostsReopen => turn.exchange.answer(Manner::Update, questions::reopen(&turn)).await,
        Kind::HostsRecap => turn.exchange.answer(Manner::Private, questions::recap(&turn)).await,
        Kind::AnswersThis => turn.exchange.answer(Manner::Update, questions::choose_question(&turn)).await,
        Kind::AnswersThisPage => turn.exchange.answer(Manner::Update, questions::another_page(&turn)).await,
        Kind::AnnounceWrite => turn.exchange.answer(Manner::Private, announce::written(&turn)).await,
        Kind::AnnounceRewrite => turn.exchange.open(announce::rewrite(&turn)).await,
        Kind::AnnounceRewritten => turn.exchange.answer(turn.in_place(), announce::rewritten(&turn)).await,
        Kind::AnnounceChannels => turn.exchange.answer(Manner::Update, announce::choose_channels(&turn)).await,
        Kind::AnnouncePing => turn.exchange.answer(Manner::Update, announce::choose_ping(&turn)).await,
        Kind::AnnounceFollowers => turn.exchange.answer(Manner::Update, announce::switch_followers(&turn)).await,
        Kind::AnnounceThread => turn.exchange.answer(Manner::Update, announce::switch_thread(&turn)).await,
        Kind::AnnouncePin => turn.exchange.answer(Manner::Update, announce::switch_pin(&turn)).await,
        Kind::AnnounceTags => turn.exchange.answer(Manner::Update, announce::choose_tags(&turn)).await,
        Kind::AnnounceCorrectForUs => turn.exchange.open(announce::correct_for_us(&turn)).await,
        Kind::AnnounceMoney => turn.exchange.answer(Manner::Update, announce::confirm_money(&turn)).await,
        Kind::AnnounceSend => turn.exchange.answer(Manner::Update, announce::send(&turn)).await,
        Kind::AnnouncePlan => turn.exchange.open(announce::plan(&turn)).await,
        Kind::AnnouncePlanned => turn.exchange.answer(turn.in_place(), announce::planned(&turn)).await,
        Kind::AnnounceTime => turn.exchange.answer(Manner::Update, announce::choose_time(&turn)).await,
        Kind::AnnounceConfirm => turn.exchange.answer(Manner::Update, announce::confirm(&turn)).await,
        Kind::AnnounceDiscard => turn.exchange.answer(Manner::Update, announce::discard(&turn)).await,
        Kind::AnnounceCancel => turn.exchange.answer(Manner::Update, announce::take_back(&turn)).await,
        Kind::AnnounceCancelSure => turn.exchange.answer(Manner::Update, announce::take_back_surely(&turn)).await,
        Kind::AnnounceCorrected => turn.exchange.answer(Manner::Private, announce::corrected(&turn)).await,
        Kind::AnnounceSure => turn.exchange.answer(Manner::Update, announce::confirm_warnings(&turn)).await,
        Kind::AnnounceList => turn.exchange.answer(Manner::Update, announce::list_page(&turn)).await,
        Kind::AnnounceCopyChosen => turn.exchange.answer(Manner::Private, announce::copy_chosen(&turn)).await,
        Kind::AnnounceHistory => turn.exchange.answer(Manner::Update, announce::history_page(&turn)).await,
        Kind::AnnounceCopy => turn.exchange.answer(Manner::Private, announce::copy(&turn)).await,
        Kind::ApprovalYes => turn.exchange.answer(Manner::Private, announce::approve(&turn)).await,
        Kind::ApprovalNow => turn.exchange.answer(Manner::Private, announce::approve_now(&turn)).await,
        Kind::ApprovalTime => turn.exchange.open(announce::another_time(&turn)).await,
        Kind::ApprovalTimed => turn.exchange.answer(Manner::Private, announce::timed(&turn)).await,
        Kind::ApprovalAt => turn.exchange.answer(Manner::Update, announce::approve_at(&turn)).await,
        Kind::ApprovalBack => turn.exchange.open(announce::back(&turn)).await,
        Kind::ApprovalReturned => turn.exchange.answer(Manner::Private, announce::sent_back(&turn)).await,
        Kind::AnnouncePanel => turn.exchange.answer(Manner::Update, announce::post_panel(&turn)).await,
        Kind::AnnouncePanelAway => turn.exchange.answer(Manner::Update, announce::remove_panel(&turn)).await,
        Kind::PanelAsk => turn.exchange.open(panel::open_question(&turn)).await,
        Kind::PanelAskForm => ask::ask_from(&turn, &panel::question(&turn)).await,
        Kind::PanelHours => turn.exchange.answer(Manner::Private, office_hours::next(&turn)).await,
        Kind::PanelFeedback => turn.exchange.answer(Manner::Private, panel::choose_program(&turn)).await,
        Kind::PanelProgram => turn.exchange.open(panel::open_feedback(&turn)).await,
        Kind::PanelMine => turn.exchange.answer(Manner::Private, panel::mine(&turn)).await,
        Kind::PanelReceipt => turn.exchange.open(panel::open_receipt(&turn)).await,
        Kind::PanelReceiptForm => turn.exchange.answer(Manner::Private, panel::by_receipt(&turn)).await,
        Kind::FeedbackForm => turn.exchange.answer(Manner::Private, feedback::submit_named(&turn)).await,
        Kind::FeedbackAnonymous => turn.exchange.answer(Manner::Private, feedback::submit_anonymous(&turn)).await,
        Kind::FeedbackRate => turn.exchange.answer(Manner::Update, feedback::rate(&turn)).await,
        Kind::FeedbackRateReceipt => turn.exchange.answer(Manner::Update, feedback::rate_by_receipt(&turn)).await,
        Kind::FeedbackContact => turn.exchange.answer(Manner::Update, feedback::contact(&turn)).await,
        Kind::MePage => turn.exchange.answer(Manner::Update, me::turn_page(&turn)).await,
        Kind::MeDelete => turn.exchange.answer(Manner::Private, me::ask_before_erasing(&turn)).await,
        Kind::MeErase => turn.exchange.answer(Manner::Update, me::erase(&turn)).await,
        Kind::MeDeleteReceipt => turn.exchange.answer(Manner::Private, me::ask_before_erasing_by_receipt(&turn)).await,
        Kind::MeEraseReceipt => turn.exchange.answer(Manner::Update, me::erase_by_receipt(&turn)).await,
        Kind::MeRead => turn.exchange.answer(Manner::Private, me::read(&turn)).await,
        Kind::MeStored => turn.exchange.answer(Manner::Private, me::stored(&turn)).await,
        Kind::MeExport => turn.exchange.answer(Manner::Private, me::export(&turn)).await,
        Kind::MeExportReceipt => turn.exchange.answer(Manner::Private, me::export_by_receipt(&turn)).await,
        Kind::MeForget => turn.exchange.answer(Manner::Private, me::ask_before_forgetting(&turn)).await,
        Kind::MeForgetSure => turn.exchange.answer(Manner::Update, me::forget(&turn)).await,
        Kind::MeVotes => turn.exchange.answer(Manner::Private, ask::erase_votes(&turn)).await,
        Kind::FeedKeep => turn.exchange.answer(Manner::Update, feeds::keep(&turn)).await,
        Kind::FeedDiscard => turn.exchange.answer(Manner::Update, feeds::discard(&turn)).await,
        Kind::FeedRewrite => turn.exchange.open(feeds::rewrite(&turn)).await,
        Kind::FeedRewritten => turn.exchange.answer(Manner::Private, feeds::rewritten(&turn)).await,
        Kind::FeedSkip | Kind::FeedKnown => {
            turn.exchange.answer(Manner::Private, feeds::settle(&turn, Choice::Known)).await;
        }
        Kind::FeedNewest => turn.exchange.answer(Manner::Private, feeds::settle(&turn, Choice::Newest)).await,
        Kind::FeedPublish | Kind::FeedAll => {
            turn.exchange.answer(Manner::Private, feeds::settle(&turn, Choice::All)).await;
        }
        Kind::TroubleRetry | Kind::TroubleChoose => turn.exchange.answer(Manner::Private, retry::retry(&turn)).await,
        Kind::EventRetry => turn.exchange.answer(Manner::Private, retry::retry_events(&turn)).await,
        Kind::InboxAcknowledge => turn.exchange.answer(Manner::Private, inbox::step(&turn, Move::Acknowledge)).await,
        Kind::InboxResolve => turn.exchange.answer(Manner::Private, inbox::step(&turn, Move::Resolve)).await,
        Kind::InboxShow => turn.exchange.answer(Manner::Private, inbox::show(&turn)).await,
        Kind::InboxReply => turn.exchange.open(inbox::reply(&turn)).await,
        Kind::InboxReplyForm => turn.exchange.answer(Manner::Private, inbox::replied(&turn)).await,
        Kind::InboxTag => turn.exchange.answer(Manner::Private, inbox::tag(&turn)).await,
        Kind::InboxThemes => turn.exchange.answer(Manner::Update, inbox::chosen(&turn)).await,
        Kind::InboxThemeNew => turn.exchange.open(inbox::name(&turn)).await,
        Kind::InboxThemeForm => turn.exchange.answer(turn.in_place(), inbox::named(&turn)).await,
        Kind::InboxThemeReply => turn.exchange.open(inbox::write(&turn)).await,
        Kind::InboxThemeWritten => turn.exchange.answer(Manner::Private, inbox::written(&turn)).await,
        Kind::InboxThemeSend => turn.exchange.answer(Manner::Update, inbox::send(&turn)).await,
        Kind::TermOpen => turn.exchange.answer(Manner::Private, inbox::open_term(&turn)).await,
        Kind::TermName => turn.exchange.open(inbox::name_term(&turn)).await,
        Kind::TermNamed => turn.exchange.answer(turn.in_place(), inbox::named_term(&turn)).await,
        Kind::TermTag => turn.exchange.answer(Manner::Update, inbox::tag_term(&turn)).await,
        Kind::TermSome => turn.exchange.answer(Manner::Update, inbox::tag_some(&turn)).await,
        Kind::ThemeRename => turn.exchange.open(inbox::rename(&turn)).await,
        Kind::ThemeRenamed => turn.exchange.answer(Manner::Private, inbox::renamed(&turn)).await,
        Kind::ThemeMerge => turn.exchange.answer(Manner::Private, inbox::merge(&turn)).await,
        Kind::ThemeInto => turn.exchange.answer(Manner::Update, inbox::into(&turn)).await,
        Kind::ThemeMergeSure => turn.exchange.answer(Manner::Update, inbox::merge_meant(&turn)).await,
        Kind::InboxConduct => turn.exchange.answer(Manner::Private, inbox::conduct(&turn)).await,
        Kind::InboxConductSure => turn.exchange.answer(Manner::Update, inbox::conduct_meant(&turn)).await,
        Kind::InboxPage => turn.exchange.answer(Manner::Update, inbox::list_page(&turn)).await,
        Kind::InboxFound => turn.exchange.answer(Manner::Update, inbox::found_page(&turn)).await,
        Kind::InboxOpen => turn.exchange.answer(Manner::Private, inbox::open(&turn)).await,
        Kind::GapClose => turn.exchange.answer(Manner::Update, knowledge::close_gap(&turn)).await,
        Kind::GapPage => turn.exchange.answer(Manner::Update, knowledge::gaps_page(&turn)).await,
        Kind::SessionsTime => turn.exchange.answer(Manner::Update, sessions::choose_time(&turn)).await,
        Kind::SessionsConfirm => turn.exchange.answer(Manner::Update, sessions::confirm(&turn)).await,
        Kind::HostOpen => turn.exchange.answer(Manner::Private, sessions::open_now(&turn)).await,
        Kind::HostClose => turn.exchange.answer(Manner::Private, sessions::close_now(&turn)).await,
        Kind::HostExtend => turn.exchange.answer(Manner::Private, sessions::extend(&turn)).await,
        Kind::HostFeedback => turn.exchange.open(feedback::after_session(&turn)).await,
        Kind::KnowledgeWritten => turn.exchange.answer(Manner::Private, knowledge::written(&turn)).await,
        Kind::KnowledgeAgain => turn.exchange.open(knowledge::again(&turn)).await,
        Kind::KnowledgeRewritten => turn.exchange.answer(turn.in_place(), knowledge::rewritten(&turn)).await,
        Kind::KnowledgeSave => turn.exchange.answer(Manner::Update, knowledge::save(&turn)).await,
        Kind::KnowledgeGoOn => turn.exchange.answer(Manner::Update, knowledge::go_on(&turn)).await,
        Kind::KnowledgeDiscard => turn.exchange.answer(Manner::Update, knowledge::discard(&turn)).await,
        Kind::KnowledgeDue => turn.exchange.answer(Manner::Update, knowledge::choose_due(&turn)).await,
        Kind::KnowledgeRight => turn.exchange.answer(Manner::Update, knowledge::still_right(&turn)).await,
        Kind::KnowledgeEdit => turn.exchange.open(knowledge::edit_this(&turn)).await,
        Kind::KnowledgeChoose => turn.exchange.answer(Manner::Private, knowledge::choose(&turn)).await,
        Kind::KnowledgeBack => turn.exchange.answer(Manner::Update, knowledge::back_to_file(&turn)).await,
    }
}

/// A button can be made anew; what was written into a form is given back.
async fn stale(turn: &Turn<'_>) -> Result<Reply, crate::discord::commands::Error> {
    let written: Vec<(String, &str)> = turn.written().map(|text| (String::new(), text)).collect();
    let why = text(if written.is_empty() { "error-stale-button" } else { "form-stale" });
    Ok(given_back(&why, "your-text.txt", &written))
}

async fn refuse(id: &'static str) -> Result<Reply, crate::discord::commands::Error> {
    Ok(Reply::aside(text(id)))
}
