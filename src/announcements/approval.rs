//! A second member of staff's word on an announcement: what exactly it is given for, and who may not give it.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use super::{ApprovalState, DraftState, StaffDraft, Wording};
use crate::ids::{AnnouncementId, ApprovalId, ChannelId, UserId};
use crate::message::{Message, Ping};

/// What a second member of staff is asked, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Its row.
    pub id: ApprovalId,
    /// The draft as it is stored.
    pub draft: StaffDraft,
    /// Another wording for what is posted already; `None` where all of it waits.
    pub correction: Option<Wording>,
    /// What is approved, as [`StaffDraft::digest`] has it.
    pub digest: Vec<u8>,
    /// How far it is.
    pub state: ApprovalState,
    /// Who asked, and when.
    pub asked: Asked,
    /// Who said something, and when; without a name where a change did.
    pub settled: Option<(Option<UserId>, DateTime<Utc>)>,
    /// Why it was sent back; empty where nobody wrote why.
    pub reason: String,
    /// The card that asks.
    pub card: Option<AnnouncementId>,
}

/// Who asked, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Makes the cards about approvals, and says where they stand.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalDesk {
    /// The card that asks, as it is to read at this time.
    pub card: fn(&Approval, DateTime<Utc>) -> Message,
    /// What the author is told when it is sent back.
    pub returned: fn(&Approval) -> Message,
    /// What the author is told when its end went by while it waited.
    pub missed: fn(&Approval) -> Message,
    /// Where they stand.
    pub staff_channel: ChannelId,
}

impl Approval {
    /// The draft as it is once it is approved.
    #[must_use]
    pub fn proposed(&self) -> StaffDraft {
        self.draft.clone().corrected(self.correction.as_ref())
    }

    /// Whether what would be approved is what was asked about.
    #[must_use]
    pub fn is_as_asked(&self) -> bool {
        self.proposed().digest()[..] == self.digest[..]
    }

    /// Whether it is somebody's own: he asked, or wrote it, or worded it last. Of a correction only who asked counts. Where
    /// one of them was erased nobody can tell any more, so it is nobody's to approve: it is sent back, and asked about anew.
    #[must_use]
    pub fn is_own(&self, user: UserId) -> bool {
        let StaffDraft { author, changed_by, .. } = &self.draft;
        let wrote = author.may_be(user) || changed_by.is_some_and(|by| by.may_be(user));
        self.asked.by.may_be(user) || (self.correction.is_none() && wrote)
    }

    /// The time that went by while it waited.
    #[must_use]
    pub fn missed_time(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let planned = self.correction.is_none() && self.draft.state == DraftState::Scheduled;
        self.draft.scheduled_for.filter(|&at| planned && at <= now)
    }

    /// Whether its end has gone by.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.correction.is_none() && self.draft.expires_at.is_some_and(|at| at <= now)
    }
}

impl StaffDraft {
    /// With another wording, where there is one.
    #[must_use]
    pub fn corrected(self, correction: Option<&Wording>) -> Self {
        match correction {
            None => self,
            Some(wording) => Self { wording: wording.clone(), ..self },
        }
    }

    /// A fingerprint of what members would meet: content, picture, ping, thread and pin, channels, followers, tags, time, end.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let message = self.message();
        let image = message.embed.as_ref().and_then(|embed| embed.image.as_ref());
        let mut channels: Vec<String> = self.channels.iter().map(ToString::to_string).collect();
        channels.sort_unstable();
        let pings = match &message.ping {
            Ping::Nobody => String::new(),
            Ping::Roles(roles) => roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            Ping::Everyone => "everyone".to_owned(),
        };
        let time = |at: Option<DateTime<Utc>>| {
            at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default()
        };
        let planned = self.scheduled_for.filter(|_| self.state == DraftState::Scheduled);
        let parts = [
            message.content.clone(),
            image.map(|image| image.url.to_string()).unwrap_or_default(),
            image.and_then(|image| image.alt.clone()).unwrap_or_default(),
            pings,
            message.thread.clone().unwrap_or_default(),
            format!("{} {} {}", message.thread.is_some(), message.pin, self.crosspost),
            channels.join(","),
            time(planned),
            time(self.expires_at),
        ];
        // Only where there are any: what waits since before there were tags is still what was asked about.
        let tags: Vec<String> = self.tags.iter().map(|tag| tag.id.to_string()).collect();
        let tags = (!tags.is_empty()).then(|| tags.join(","));
        let mut hash = Sha256::new();
        for part in parts.into_iter().chain(tags) {
            // With its length, so that nothing moves from one part into the next.
            hash.update(format!("{}:{part}\n", part.len()));
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Contact, Pinged, PostTag};
    use super::*;
    use crate::ids::{DraftId, RoleId, Snowflake};

    fn draft() -> StaffDraft {
        let (user, channel) = (UserId::new(7).unwrap(), ChannelId::new(5).unwrap());
        let wording = Wording::typed("Title", "Text", "python.org", "https://example.org/a.png", "A box");
        StaffDraft {
            state: DraftState::Scheduled,
            scheduled_for: Some(DateTime::UNIX_EPOCH),
            ..StaffDraft::begun(DraftId(1), user, wording, vec![channel])
        }
    }

    #[test]
    fn whatever_members_would_meet_is_part_of_what_is_approved() {
        type Alter = fn(&mut StaffDraft);
        let alterations: [(&str, Alter); 15] = [
            ("title", |draft| draft.wording.title.push('!')),
            ("body", |draft| draft.wording.body.push('!')),
            ("link", |draft| draft.wording.link.clear()),
            ("image", |draft| draft.wording.image.push('x')),
            ("image_alt", |draft| draft.wording.image_alt.push('!')),
            ("contact", |draft| {
                draft.wording.contact = Some(Contact { name: "PSF".into(), address: "psf@python.org".into() });
            }),
            ("channels", |draft| draft.channels.push(ChannelId::new(6).unwrap())),
            ("role", |draft| draft.ping = RoleId::new(21).map(Pinged::Role)),
            ("everyone", |draft| draft.ping = Some(Pinged::Everyone)),
            ("followers", |draft| draft.crosspost = !draft.crosspost),
            ("thread", |draft| draft.thread = true),
            ("pin", |draft| draft.pin = true),
            ("tags", |draft| {
                let id = Snowflake::new(9).unwrap();
                draft.tags.push(PostTag { id, name: "News".into(), forum: ChannelId::new(5).unwrap() });
            }),
            ("time", |draft| draft.scheduled_for = Some(DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(1))),
            ("end", |draft| draft.expires_at = Some(DateTime::UNIX_EPOCH)),
        ];
        let mut digests = vec![draft().digest()];
        for (part, alter) in alterations {
            let mut altered = draft();
            alter(&mut altered);
            assert!(!digests.contains(&altered.digest()), "{part}");
            digests.push(altered.digest());
        }
        let untouched = StaffDraft { version: 9, changed_by: UserId::new(8), confirmed: vec!["x".into()], ..draft() };
        assert_eq!(
            untouched.digest(),
            digests[0],
            "who changed it and what was confirmed is nothing that members meet"
        );
    }
}
