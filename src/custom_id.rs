//! What a button, a select menu and a form carry: kind, version and key, as `kind:version:key`.
//!
//! It routes and never authorises: whoever uses it may have written it. The one thing that is decided here is which
//! staff domain a kind belongs to, so that no handler can forget to ask. Discord allows 100 characters
//! (<https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id>).

use std::fmt;
use std::str::FromStr;

use crate::config::Domain;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal v $version:literal for $who:expr),* $(,)?) => {
        /// Which flow a button, a select menu or a form belongs to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $($(#[$doc])* $variant),* }

        impl Kind {
            const ALL: &[Self] = &[$(Self::$variant),*];

            const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Raised when the meaning of the key changes; what carries another version is stale.
            const fn version(self) -> u8 {
                match self { $(Self::$variant => $version),* }
            }

            /// The staff domain that alone may use it; `None` for members.
            pub(crate) const fn domain(self) -> Option<Domain> {
                match self { $(Self::$variant => $who),* }
            }
        }
    };
}

/// Everybody in the server; whether it is the right member is the handler's to check.
const MEMBERS: Option<Domain> = None;

kinds! {
    /// `/ask`: answer with this article.
    AskPick = "ask-pick" v 1 for MEMBERS,
    /// `/ask`: of two days that can be meant it is this one, YYYY-MM-DD.
    AskDay = "ask-day" v 1 for MEMBERS,
    /// `/ask`: post this article's answer where everybody sees it.
    AskShare = "ask-share" v 1 for MEMBERS,
    /// `/ask`: this article helped.
    AskHelpful = "ask-helpful" v 1 for MEMBERS,
    /// `/ask`: this article did not help.
    AskNotHelpful = "ask-not-helpful" v 1 for MEMBERS,
    /// `/ask`: none of the meanings; the first of them.
    AskNone = "ask-none" v 1 for MEMBERS,
    /// `/ask`: open the form that puts the question to staff; the article that was nearest.
    AskStaff = "ask-staff" v 1 for MEMBERS,
    /// That form: `program:interaction` that opened it.
    AskStaffForm = "ask-staff-form" v 1 for MEMBERS,
    /// `/ask` without a question: another page of topics.
    AskTopics = "ask-topics" v 1 for MEMBERS,
    /// `/ask` without a question: the menu of topics.
    AskTopic = "ask-topic" v 1 for MEMBERS,
    /// `/ask` without a question: another page of a topic, `page:topic`.
    AskTopicPage = "ask-topic-page" v 1 for MEMBERS,
    /// `/ask` without a question: the menu of a topic's articles.
    AskArticle = "ask-article" v 1 for MEMBERS,
    /// `/officehours`: the next session of this series, for a calendar.
    HoursCalendar = "hours-calendar" v 1 for MEMBERS,
    /// `/dates`: all of them, for a calendar.
    DatesCalendar = "dates-calendar" v 1 for MEMBERS,
    /// `/officehours`: remind me of the next session of this series.
    HoursRemind = "hours-remind" v 1 for MEMBERS,
    /// Forget this reminder of mine.
    HoursForget = "hours-forget" v 1 for MEMBERS,
    /// `/officehours`: ask a question; which series, and with or without a name.
    QuestionAsk = "q-ask" v 1 for MEMBERS,
    /// Opens the form of a question with one's name, for this series.
    QuestionNamed = "q-named" v 1 for MEMBERS,
    /// Opens the form of an anonymous question, for this series.
    QuestionAnonymous = "q-anonymous" v 1 for MEMBERS,
    /// The form of a question: `series:interaction` that opened it.
    QuestionForm = "q-form" v 1 for MEMBERS,
    /// The form of an anonymous question: `series:receipt`.
    QuestionFormAnonymous = "q-form-anonymous" v 1 for MEMBERS,
    /// `/officehours`: the questions; of which series, where there are several.
    QuestionSeries = "q-series" v 1 for MEMBERS,
    /// A page of a series' questions: `page:series`.
    QuestionList = "q-list" v 1 for MEMBERS,
    /// An upvote, or taking it back: `yes:page:question` or `no:page:question`.
    QuestionVote = "q-vote" v 1 for MEMBERS,
    /// The menu of questions that are to be read whole.
    QuestionRead = "q-read" v 1 for MEMBERS,
    /// Withdraw a question of one's own: `ask:question`, and once it is meant `sure:question`.
    QuestionWithdraw = "q-withdraw" v 1 for MEMBERS,
    /// The same by receipt: `ask:receipt` or `sure:receipt`.
    QuestionWithdrawReceipt = "q-withdraw-receipt" v 1 for MEMBERS,
    /// `/me`: a page of one's own questions.
    QuestionOwn = "q-own" v 1 for MEMBERS,
    /// `/me`: take all of one's upvotes back.
    QuestionVotesErase = "q-votes-erase" v 1 for MEMBERS,
    /// Hosts: the open questions, `series:question` after which the next one is shown, or `series:`.
    HostsView = "q-hosts" v 1 for Some(Domain::Sessions),
    /// Hosts: this question was answered, `version:question`.
    HostsAnswered = "q-answered" v 1 for Some(Domain::Sessions),
    /// Hosts: take this question out of the list, `version:question`.
    HostsHide = "q-hide" v 1 for Some(Domain::Sessions),
    /// Hosts: this question is open again, `version:question`.
    HostsUndo = "q-undo" v 1 for Some(Domain::Sessions),
    /// Hosts: the menu of settled questions, one of which is to be open again.
    HostsReopen = "q-reopen" v 1 for Some(Domain::Sessions),
    /// Hosts: a recap of this series as a draft.
    HostsRecap = "q-recap" v 1 for Some(Domain::Sessions),
    /// “This answers…”: the menu of questions that the message can answer, `channel:message`.
    AnswersThis = "q-this" v 1 for Some(Domain::Sessions),
    /// “This answers…”: another page of that menu, `page:channel:message`.
    AnswersThisPage = "q-this-page" v 1 for Some(Domain::Sessions),
    /// `/announce compose`: the form, by the interaction that opened it.
    AnnounceWrite = "announce-write" v 1 for Some(Domain::Announce),
    /// A draft's preview: open the form again.
    AnnounceRewrite = "announce-rewrite" v 1 for Some(Domain::Announce),
    /// A draft's preview: that form.
    AnnounceRewritten = "announce-rewritten" v 1 for Some(Domain::Announce),
    /// A draft's preview: the channels.
    AnnounceChannels = "announce-channels" v 1 for Some(Domain::Announce),
    /// A draft's preview: the role that is pinged.
    AnnouncePing = "announce-ping" v 1 for Some(Domain::Announce),
    /// A draft's preview: whether it is published to followers.
    AnnounceFollowers = "announce-followers" v 1 for Some(Domain::Announce),
    /// A draft's preview: whether a thread is opened below it.
    AnnounceThread = "announce-thread" v 1 for Some(Domain::Announce),
    /// A draft's preview: whether it is pinned.
    AnnouncePin = "announce-pin" v 1 for Some(Domain::Announce),
    /// A draft's preview: the tags of its posts in forums.
    AnnounceTags = "announce-tags" v 1 for Some(Domain::Announce),
    /// A draft's preview: send it now.
    AnnounceSend = "announce-send" v 1 for Some(Domain::Announce),
    /// A draft's preview: open the form for a time.
    AnnouncePlan = "announce-plan" v 1 for Some(Domain::Announce),
    /// A draft's preview: that form.
    AnnouncePlanned = "announce-planned" v 1 for Some(Domain::Announce),
    /// A draft's preview: this of two instants is meant.
    AnnounceTime = "announce-time" v 2 for Some(Domain::Announce),
    /// A draft's preview: send it at the time that is shown.
    AnnounceConfirm = "announce-confirm" v 1 for Some(Domain::Announce),
    /// `/announce edit`: the form again, for money that is for the PSF or a sponsoree.
    AnnounceCorrectForUs = "announce-correct-us" v 1 for Some(Domain::Announce),
    /// A draft's preview: the money that it asks for is for the PSF or a sponsoree.
    AnnounceMoney = "announce-money" v 1 for Some(Domain::Announce),
    /// A draft's preview: give it up.
    AnnounceDiscard = "announce-discard" v 1 for Some(Domain::Announce),
    /// A scheduled announcement: take it back.
    AnnounceCancel = "announce-cancel" v 1 for Some(Domain::Announce),
    /// A scheduled announcement: take it back although it was posted meanwhile.
    AnnounceCancelSure = "announce-cancel-sure" v 1 for Some(Domain::Announce),
    /// `/announce edit`: the form.
    AnnounceCorrected = "announce-corrected" v 1 for Some(Domain::Announce),
    /// A draft's preview: the warnings were read, `draft.version.warnings`.
    AnnounceSure = "announce-sure" v 1 for Some(Domain::Announce),
    /// `/announce list`: another page, `page.state.channel.mine`.
    AnnounceList = "announce-list" v 1 for Some(Domain::Announce),
    /// `/announce list`: the menu of what a draft is to be a copy of.
    AnnounceCopyChosen = "announce-copy-one" v 1 for Some(Domain::Announce),
    /// `/announce history`: another page, `draft.page`.
    AnnounceHistory = "announce-history" v 1 for Some(Domain::Announce),
    /// `/announce history`: begin a draft as a copy.
    AnnounceCopy = "announce-copy" v 1 for Some(Domain::Announce),
    /// A card: approve this announcement.
    ApprovalYes = "approval-yes" v 1 for Some(Domain::Announce),
    /// A card: approve this announcement, whose time went by, and send it now.
    ApprovalNow = "approval-now" v 1 for Some(Domain::Announce),
    /// A card: open the form for another time.
    ApprovalTime = "approval-time" v 1 for Some(Domain::Announce),
    /// That form.
    ApprovalTimed = "approval-timed" v 1 for Some(Domain::Announce),
    /// Approve this announcement for this time, `approval.seconds`.
    ApprovalAt = "approval-at" v 1 for Some(Domain::Announce),
    /// A card: open the form that sends this announcement back.
    ApprovalBack = "approval-back" v 1 for Some(Domain::Announce),
    /// That form.
    ApprovalReturned = "approval-returned" v 1 for Some(Domain::Announce),
    /// `/announce panel`: post it, `channel.panel` with the panel that it replaces, or 0.
    AnnouncePanel = "announce-panel" v 1 for Some(Domain::Announce),
    /// `/announce panel`: remove it, likewise.
    AnnouncePanelAway = "announce-panel-away" v 1 for Some(Domain::Announce),
    /// The panel: open the form for a question.
    PanelAsk = "panel-ask" v 1 for MEMBERS,
    /// The panel: that form.
    PanelAskForm = "panel-ask-form" v 1 for MEMBERS,
    /// The panel: the next office hours.
    PanelHours = "panel-hours" v 1 for MEMBERS,
    /// The panel: which programme feedback is about.
    PanelFeedback = "panel-feedback" v 1 for MEMBERS,
    /// The panel: the menu of programmes, `named` or `anonymous`.
    PanelProgram = "panel-program" v 1 for MEMBERS,
    /// The panel: what one sent.
    PanelMine = "panel-mine" v 1 for MEMBERS,
    /// The panel: open the form for a receipt.
    PanelReceipt = "panel-receipt" v 1 for MEMBERS,
    /// The panel: that form.
    PanelReceiptForm = "panel-receipt-form" v 1 for MEMBERS,
    /// The form of `/feedback`: `program:interaction` that opened it.
    FeedbackForm = "feedback-form" v 1 for MEMBERS,
    /// The form of anonymous feedback: `program:receipt`.
    FeedbackAnonymous = "feedback-anonymous" v 1 for MEMBERS,
    /// A rating of one's own feedback: `rating:submission`.
    FeedbackRate = "feedback-rate" v 1 for MEMBERS,
    /// A rating of anonymous feedback: `rating:receipt`.
    FeedbackRateReceipt = "feedback-rate-receipt" v 1 for MEMBERS,
    /// Whether staff may write to the author: `yes:submission` or `no:submission`.
    FeedbackContact = "feedback-contact" v 1 for MEMBERS,
    /// `/me`: another page of one's own submissions, by number from 0.
    MePage = "me-page" v 1 for MEMBERS,
    /// `/me`: a menu of one's own submissions, one of which is to be erased.
    MeDelete = "me-delete" v 1 for MEMBERS,
    /// `/me`: it is meant, erase this submission of one's own.
    MeErase = "me-erase" v 1 for MEMBERS,
    /// `/me`: what was sent with this receipt is to be erased.
    MeDeleteReceipt = "me-delete-receipt" v 1 for MEMBERS,
    /// `/me`: it is meant, erase what was sent with this receipt.
    MeEraseReceipt = "me-erase-receipt" v 1 for MEMBERS,
    /// `/me`: the menu of one's own submissions that were answered.
    MeRead = "me-read" v 1 for MEMBERS,
    /// `/me`: what is stored about members.
    MeStored = "me-stored" v 1 for MEMBERS,
    /// `/me`: everything about oneself as a file.
    MeExport = "me-export" v 1 for MEMBERS,
    /// `/me`: what was sent with this receipt as a file.
    MeExportReceipt = "me-export-receipt" v 1 for MEMBERS,
    /// `/me`: is everything about oneself to be erased?
    MeForget = "me-forget" v 1 for MEMBERS,
    /// `/me`: it is.
    MeForgetSure = "me-forget-sure" v 1 for MEMBERS,
    /// `/me`: erase one's votes on answers.
    MeVotes = "me-votes" v 1 for MEMBERS,
    /// `/feeds add`: read this feed from now on.
    FeedKeep = "feed-keep" v 1 for Some(Domain::Feeds),
    /// `/feeds add`: give this feed up.
    FeedDiscard = "feed-discard" v 1 for Some(Domain::Feeds),
    /// A card: publish the post that waits, as `question.version`.
    FeedPublish = "feed-publish" v 1 for Some(Domain::Feeds),
    /// A card: open the form for other words.
    FeedRewrite = "feed-rewrite" v 1 for Some(Domain::Feeds),
    /// A card: that form.
    FeedRewritten = "feed-rewritten" v 1 for Some(Domain::Feeds),
    /// A card: skip the post that waits.
    FeedSkip = "feed-skip" v 1 for Some(Domain::Feeds),
    /// A card: post none of these.
    FeedKnown = "feed-known" v 1 for Some(Domain::Feeds),
    /// A card: post the newest of these.
    FeedNewest = "feed-newest" v 1 for Some(Domain::Feeds),
    /// A card: post all of these.
    FeedAll = "feed-all" v 1 for Some(Domain::Feeds),
    /// A card of something that needs staff: try all of it again; `delivery.part` is the first of it.
    TroubleRetry = "trouble-retry" v 1 for Some(Domain::Any),
    /// A card of events that Discord refused: try all of them again.
    EventRetry = "event-retry" v 1 for Some(Domain::Sessions),
    /// `/status`: the menu of what is to be tried again.
    TroubleChoose = "trouble-choose" v 1 for Some(Domain::Any),
    /// A card: somebody has read this submission.
    InboxAcknowledge = "inbox-acknowledge" v 1 for Some(Domain::Inbox),
    /// A card: there is nothing more to do about this submission.
    InboxResolve = "inbox-resolve" v 1 for Some(Domain::Inbox),
    /// A card: the whole text of this submission.
    InboxShow = "inbox-show" v 1 for Some(Domain::Inbox),
    /// A card: open the form that replies to this submission.
    InboxReply = "inbox-reply" v 1 for Some(Domain::Inbox),
    /// That form: `submission:replies seen:interaction` that opened it.
    InboxReplyForm = "inbox-reply-form" v 1 for Some(Domain::Inbox),
    /// A card: the menu of themes for this submission.
    InboxTag = "inbox-tag" v 1 for Some(Domain::Inbox),
    /// That menu: `version:submission`.
    InboxThemes = "inbox-themes" v 1 for Some(Domain::Inbox),
    /// Open the form for a new theme of this submission.
    InboxThemeNew = "inbox-theme-new" v 1 for Some(Domain::Inbox),
    /// That form.
    InboxThemeForm = "inbox-theme-form" v 1 for Some(Domain::Inbox),
    /// `/inbox list` of a theme: open the form for a text to everybody.
    InboxThemeReply = "inbox-theme-reply" v 1 for Some(Domain::Inbox),
    /// That form: `theme:interaction` that opened it.
    InboxThemeWritten = "inbox-theme-written" v 1 for Some(Domain::Inbox),
    /// Send it, as `text:texts sent before`.
    InboxThemeSend = "inbox-theme-send" v 1 for Some(Domain::Inbox),
    /// `/inbox themes`: the menu of what stands out, by period.
    TermOpen = "term-open" v 1 for Some(Domain::Inbox),
    /// What stands out: open the form for a theme's name, `period.term:what it begins with`.
    TermName = "term-name" v 1 for Some(Domain::Inbox),
    /// That form: `period.term`.
    TermNamed = "term-named" v 1 for Some(Domain::Inbox),
    /// Give the theme to all that hold it, `period.term:set:name`.
    TermTag = "term-tag" v 1 for Some(Domain::Inbox),
    /// The menu that gives it to some of them, `period.term:name`.
    TermSome = "term-some" v 1 for Some(Domain::Inbox),
    /// `/inbox list` of a theme: open the form for another name.
    ThemeRename = "theme-rename" v 1 for Some(Domain::Inbox),
    /// That form, `theme.version`.
    ThemeRenamed = "theme-renamed" v 1 for Some(Domain::Inbox),
    /// `/inbox list` of a theme: which other one does it go into?
    ThemeMerge = "theme-merge" v 1 for Some(Domain::Inbox),
    /// The menu of the others.
    ThemeInto = "theme-into" v 1 for Some(Domain::Inbox),
    /// Merge them, `theme.version:other.version`.
    ThemeMergeSure = "theme-merge-sure" v 1 for Some(Domain::Inbox),
    /// A card: is this submission on conduct?
    InboxConduct = "inbox-conduct" v 1 for Some(Domain::Inbox),
    /// It is.
    InboxConductSure = "inbox-conduct-sure" v 1 for Some(Domain::Inbox),
    /// `/inbox list`: another page, `page:filter`.
    InboxPage = "inbox-page" v 1 for Some(Domain::Inbox),
    /// `/inbox search`: another page, `page:words`.
    InboxFound = "inbox-found" v 1 for Some(Domain::Inbox),
    /// `/inbox list` and `search`: the menu that shows one whole.
    InboxOpen = "inbox-open" v 1 for Some(Domain::Inbox),
    /// `/knowledge gaps`: put this one aside, `gap:page`.
    GapClose = "gap-close" v 1 for Some(Domain::Knowledge),
    /// `/knowledge gaps`: another page.
    GapPage = "gap-page" v 1 for Some(Domain::Knowledge),
    /// `/knowledge add`, `edit` and `status`: the form, by the interaction that opened it and what its reader saw.
    KnowledgeWritten = "kb-form" v 1 for Some(Domain::Knowledge),
    /// `/sessions add` and `move`: this of two instants is meant; a change as [`Kind::SessionsConfirm`] carries it.
    SessionsTime = "session-time" v 1 for Some(Domain::Sessions),
    /// `/sessions`: make this change, `what.series.slot.start.changes before`.
    SessionsConfirm = "session-confirm" v 1 for Some(Domain::Sessions),
    /// A session's card: open its channel. Hosts need not be staff; the handler asks for their role.
    HostOpen = "host-open" v 1 for MEMBERS,
    /// A session's card: close its channel.
    HostClose = "host-close" v 1 for MEMBERS,
    /// The warning before a session's channel closes: later, `run.end`.
    HostExtend = "host-extend" v 1 for MEMBERS,
    /// The thanks after a session: open the form for feedback; the series.
    HostFeedback = "host-feedback" v 1 for MEMBERS,
    /// A draft for the knowledge base: open the form again.
    KnowledgeAgain = "kb-again" v 1 for Some(Domain::Knowledge),
    /// A draft for the knowledge base: that form.
    KnowledgeRewritten = "kb-rewritten" v 1 for Some(Domain::Knowledge),
    /// A draft for the knowledge base: make it a version.
    KnowledgeSave = "kb-save" v 1 for Some(Domain::Knowledge),
    /// A draft for the knowledge base: over what somebody else saved meanwhile.
    KnowledgeGoOn = "kb-go-on" v 1 for Some(Domain::Knowledge),
    /// A draft for the knowledge base: give it up.
    KnowledgeDiscard = "kb-discard" v 1 for Some(Domain::Knowledge),
    /// `/knowledge due`: the menu of what is due.
    KnowledgeDue = "kb-due" v 1 for Some(Domain::Knowledge),
    /// `/knowledge due`: it is still right.
    KnowledgeRight = "kb-right" v 1 for Some(Domain::Knowledge),
    /// `/knowledge due` and `status`: the form for what is shown.
    KnowledgeEdit = "kb-edit" v 1 for Some(Domain::Knowledge),
    /// `/knowledge status`: the menu of drafts, changes and programs.
    KnowledgeChoose = "kb-choose" v 1 for Some(Domain::Knowledge),
    /// `/knowledge status`: the file counts again.
    KnowledgeBack = "kb-back" v 1 for Some(Domain::Knowledge),
}

/// A parsed `custom_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CustomId {
    pub(crate) kind: Kind,
    pub(crate) key: String,
}

/// It was made by another version, or by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a button of another version, or made by hand")]
pub(crate) struct Stale;

impl CustomId {
    pub(crate) fn new(kind: Kind, key: impl fmt::Display) -> Self {
        Self { kind, key: key.to_string() }
    }
}

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.kind.word(), self.kind.version(), self.key)
    }
}

impl FromStr for CustomId {
    type Err = Stale;

    fn from_str(text: &str) -> Result<Self, Stale> {
        let mut parts = text.splitn(3, ':');
        let (Some(word), Some(version), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Stale);
        };
        let kind = Kind::ALL.iter().copied().find(|kind| kind.word() == word).ok_or(Stale)?;
        if version.parse() == Ok(kind.version()) { Ok(Self::new(kind, key)) } else { Err(Stale) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for &kind in Kind::ALL {
            let id = CustomId::new(kind, "grants-status:with:colons");
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn no_two_kinds_share_a_word() {
        let words: std::collections::HashSet<_> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), Kind::ALL.len());
    }

    #[test]
    fn anything_else_is_stale() {
        for text in ["", "ask-pick", "ask-pick:1", "ask-pick:2:x", "ask-pick:one:x", "delete:1:x"] {
            assert_eq!(text.parse::<CustomId>(), Err(Stale), "{text}");
        }
    }
}
