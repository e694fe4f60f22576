use crate::model::attachment::ReplaceReason;
use crate::model::event_document::EventDocument;
use crate::model::ids::{
    AgencyId, AttachmentNo, ClaimNo, Digest, LinkNo, NoticeNo, PatronId, RequestHandle, StaffId,
    UploadNo, VersionNo,
};
use crate::model::link::Audience;
use crate::model::notice::{NoticeKind, NoticeState, Recipient};
use crate::model::problem::ProblemKind;
use crate::model::terms::Terms;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Names who does something.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Actor {
    /// The host system, which answers for what it tells.
    Host,
    /// Whoever holds a link; who that is, nobody knows.
    // In an event these stand beside the fields of what happened, which may have a link too.
    LinkHolder {
        /// The link.
        #[serde(rename = "by_link")]
        link: LinkNo,
        /// For whom it was made.
        #[serde(rename = "by_audience")]
        audience: Audience,
    },
    /// A patron, as the host's sign-in vouches. In a history, what a patron does is by [`Self::System`]:
    /// the history outlives what is known of a patron.
    Patron {
        /// The library whose patron they are.
        agency: AgencyId,
        /// Who they are.
        id: PatronId,
    },
    /// A member of staff, as the host's authorizer vouches.
    Staff {
        /// The agency for which they act.
        agency: AgencyId,
        /// Who they are.
        id: StaffId,
    },
    /// This system, when something falls due.
    System,
}

impl Actor {
    /// A member of staff.
    #[must_use]
    pub const fn staff(agency: AgencyId, id: StaffId) -> Self {
        Self::Staff { agency, id }
    }

    /// A patron of a library.
    #[must_use]
    pub const fn patron(agency: AgencyId, id: PatronId) -> Self {
        Self::Patron { agency, id }
    }
}

/// Records one thing that happened to a request, for the audit.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    #[serde(flatten)]
    pub actor: Actor,
    /// What happened.
    #[serde(flatten)]
    pub what: EventKind,
    /// The version of the document that it is about, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<EventDocument>,
}

impl Event {
    /// An event that is not about a document.
    #[must_use]
    pub const fn new(at: Timestamp, actor: Actor, what: EventKind) -> Self {
        Self { at, actor, what, document: None }
    }

    /// The same event, about a version of a document.
    #[must_use]
    pub fn with_document(mut self, document: EventDocument) -> Self {
        self.document = Some(document);
        self
    }

    /// Puts together what a ledger stored apart.
    #[must_use]
    pub fn from_parts(at: Timestamp, actor: Actor, detail: EventDetail<'_>) -> Self {
        let EventDetail { what, document } = detail;
        let document = document.map(Cow::into_owned);
        Self { at, actor, what: what.into_owned(), document }
    }

    /// Everything but the time and the actor, as ledgers store it.
    #[must_use]
    pub fn detail(&self) -> EventDetail<'_> {
        let document = self.document.as_ref().map(Cow::Borrowed);
        EventDetail { what: Cow::Borrowed(&self.what), document }
    }
}

/// What happened and the document that it is about: the part of an [`Event`] that ledgers store in one
/// piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "it is made of an event and made into one")]
pub struct EventDetail<'a> {
    /// What happened.
    #[serde(flatten)]
    pub what: Cow<'a, EventKind>,
    /// The version of the document that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Cow<'a, EventDocument>>,
}

/// Tells what happened.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum EventKind {
    /// A file was attached.
    Attached {
        /// The attachment.
        attachment: AttachmentNo,
        /// The first version's length, bytes.
        size: u64,
        /// The first version's SHA-256.
        digest: Digest,
    },
    /// A cancel was answered.
    CancelAnswered {
        /// Whether the request is cancelled.
        accepted: bool,
    },
    /// The requester asked to cancel.
    CancelRequested,
    /// The request was cancelled.
    Cancelled,
    /// A download was counted.
    Claimed {
        /// The claim.
        claim: ClaimNo,
        /// The attachment.
        attachment: AttachmentNo,
        /// Its version.
        version: VersionNo,
        /// The link that it came by.
        link: LinkNo,
        /// For whom the link was made.
        audience: Audience,
        /// The version of the copyright notice that the page showed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copyright_version: Option<u32>,
    },
    /// The host told of a new request.
    Created,
    /// A description was changed.
    Described {
        /// The attachment.
        attachment: AttachmentNo,
        /// The description from then on.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        description: String,
    },
    /// An attachment's terms ended.
    Expired {
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// The patron's id was dropped and their links were revoked: they were erased, or nothing is kept
    /// for them any longer.
    Forgotten,
    /// A count was given back, because our side failed before the first byte.
    Refunded {
        /// The claim.
        claim: ClaimNo,
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// More was granted.
    Granted {
        /// The attachment.
        attachment: AttachmentNo,
        /// The extra downloads.
        downloads: u32,
        /// The new end of the terms, if it moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// A link was issued.
    LinkIssued {
        /// The link.
        link: LinkNo,
        /// For whom.
        audience: Audience,
    },
    /// A link was revoked.
    LinkRevoked {
        /// The link.
        link: LinkNo,
    },
    /// The holder of a link asked for more.
    MoreRequested {
        /// The attachment.
        attachment: AttachmentNo,
        /// The link.
        link: LinkNo,
    },
    /// A notice went on, or not.
    NoticeTried {
        /// The notice.
        notice: NoticeNo,
        /// What it is about.
        kind: NoticeKind,
        /// How far it got.
        state: NoticeState,
    },
    /// Staff looked at the pages as images, which is free.
    Previewed {
        /// The attachment.
        attachment: AttachmentNo,
        /// Its version.
        version: VersionNo,
    },
    /// The supplier answered the problems that waited with an attachment.
    ProblemAnswered {
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// The requester's staff reported that something is wrong.
    ProblemReported {
        /// The attachment.
        attachment: AttachmentNo,
        /// Its version.
        version: VersionNo,
        /// What is wrong.
        kind: ProblemKind,
    },
    /// The bytes of an attachment are gone because its time was over.
    Purged {
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// Something that had fallen due failed, and waits.
    Backoff {
        /// Until when.
        until: Timestamp,
    },
    /// The request was received.
    Received,
    /// An attachment was removed.
    Removed {
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// The host sent an unfilled request to a supplier again.
    Reopened,
    /// The attachments were put in another order.
    Reordered,
    /// A file took the place of another.
    Replaced {
        /// The attachment.
        attachment: AttachmentNo,
        /// The new version.
        version: VersionNo,
        /// Why.
        reason: ReplaceReason,
        /// The new version's length, bytes.
        size: u64,
        /// The new version's SHA-256.
        digest: Digest,
    },
    /// The request was shipped.
    Shipped {
        /// The attachments that the requester now sees.
        attachments: u32,
    },
    /// The supplier's staff took a copy, which is free.
    StaffRead {
        /// The attachment.
        attachment: AttachmentNo,
        /// Its version.
        version: VersionNo,
    },
    /// Bytes that nobody can reach any more were deleted.
    Swept {
        /// How many blobs.
        blobs: u32,
    },
    /// The host's news changed what is known of the request.
    Synced,
    /// An attachment's terms were changed.
    TermsChanged {
        /// The attachment.
        attachment: AttachmentNo,
        /// The terms before.
        before: Terms,
        /// The terms now.
        after: Terms,
        /// Why, in the words of whoever changed them.
        why: String,
    },
    /// Staff had somebody's link sent once more.
    Resent {
        /// The notice.
        notice: NoticeNo,
        /// Who gets it.
        to: Recipient,
    },
    /// The supplier cannot supply.
    Unfilled,
    /// An upload was begun.
    UploadBegun {
        /// The upload.
        upload: UploadNo,
    },
    /// An upload was given up.
    UploadEnded {
        /// The upload.
        upload: UploadNo,
    },
    /// The supplier withdrew the delivery.
    Withdrawn {
        /// Why, in the supplier's words.
        why: String,
    },
}

impl EventKind {
    /// The attachment that it is about.
    #[must_use]
    pub const fn attachment(&self) -> Option<AttachmentNo> {
        match self {
            Self::Attached { attachment, .. }
            | Self::Claimed { attachment, .. }
            | Self::Described { attachment, .. }
            | Self::Expired { attachment }
            | Self::Refunded { attachment, .. }
            | Self::Granted { attachment, .. }
            | Self::MoreRequested { attachment, .. }
            | Self::Previewed { attachment, .. }
            | Self::ProblemAnswered { attachment }
            | Self::ProblemReported { attachment, .. }
            | Self::Purged { attachment }
            | Self::Removed { attachment }
            | Self::Replaced { attachment, .. }
            | Self::StaffRead { attachment, .. }
            | Self::TermsChanged { attachment, .. } => Some(*attachment),
            _ => None,
        }
    }

    /// The version that it names itself.
    pub(crate) const fn version(&self) -> Option<VersionNo> {
        match self {
            Self::Claimed { version, .. }
            | Self::Previewed { version, .. }
            | Self::ProblemReported { version, .. }
            | Self::Replaced { version, .. }
            | Self::StaffRead { version, .. } => Some(*version),
            _ => None,
        }
    }

    /// Whether it is about attachments, which are the supplier's own until they are shipped.
    pub(crate) const fn is_of_supplier(&self) -> bool {
        matches!(
            self,
            Self::Attached { .. }
                | Self::Described { .. }
                | Self::Previewed { .. }
                | Self::Purged { .. }
                | Self::Backoff { .. }
                | Self::Removed { .. }
                | Self::Reordered
                | Self::Replaced { .. }
                | Self::StaffRead { .. }
                | Self::Swept { .. }
                | Self::TermsChanged { .. }
                | Self::UploadBegun { .. }
                | Self::UploadEnded { .. }
        )
    }
}

/// Points behind an event in a request's history, so that the next page goes on there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a position is made by every ledger")]
pub struct EventPosition {
    /// The revision that the event's commit made.
    pub revision: u64,
    /// Its place within the commit, from 0.
    pub index: u32,
}

/// An event with its place in the request's history.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a record is made by every ledger")]
pub struct RecordedEvent {
    /// The request.
    pub handle: RequestHandle,
    /// Its place.
    pub position: EventPosition,
    /// The event.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::attachment::ReplaceReason;
    use crate::model::file_name::FileName;

    fn everything() -> Vec<EventKind> {
        let (attachment, version) = (AttachmentNo::new(1), VersionNo::new(2));
        let (claim, link, upload) = (ClaimNo::new(3), LinkNo::new(4), UploadNo::new(5));
        let (size, digest, until) = (6, Digest::from_bytes([7; 32]), Timestamp::MAX);
        let (audience, why) = (Audience::Partner, "as agreed".to_owned());
        let (before, after) = (Terms::new(5, 90), Terms::new(2, 7).with_not_before(until));
        let (notice, state) = (NoticeNo::new(8), NoticeState::Sent { at: until });
        let kind = NoticeKind::Shipped;
        let reason = ReplaceReason::Other;
        vec![
            EventKind::Attached { attachment, size, digest },
            EventKind::CancelAnswered { accepted: true },
            EventKind::CancelRequested,
            EventKind::Cancelled,
            EventKind::Claimed {
                claim,
                attachment,
                version,
                link,
                audience,
                copyright_version: None,
            },
            EventKind::Claimed {
                claim,
                attachment,
                version,
                link,
                audience,
                copyright_version: Some(13),
            },
            EventKind::Created,
            EventKind::Described { attachment, description: String::new() },
            EventKind::Described { attachment, description: "Part 1".to_owned() },
            EventKind::Expired { attachment },
            EventKind::Forgotten,
            EventKind::Refunded { claim, attachment },
            EventKind::Granted { attachment, downloads: 9, expires_at: Some(until) },
            EventKind::LinkIssued { link, audience },
            EventKind::LinkRevoked { link },
            EventKind::MoreRequested { attachment, link },
            EventKind::NoticeTried { notice, kind, state },
            EventKind::Previewed { attachment, version },
            EventKind::ProblemAnswered { attachment },
            EventKind::ProblemReported { attachment, version, kind: ProblemKind::Unreadable },
            EventKind::Purged { attachment },
            EventKind::Backoff { until },
            EventKind::Received,
            EventKind::Removed { attachment },
            EventKind::Reopened,
            EventKind::Reordered,
            EventKind::Replaced { attachment, version, reason, size, digest },
            EventKind::Shipped { attachments: 10 },
            EventKind::StaffRead { attachment, version },
            EventKind::Swept { blobs: 11 },
            EventKind::Synced,
            EventKind::TermsChanged { attachment, before, after, why: why.clone() },
            EventKind::Resent { notice, to: Recipient::Patron },
            EventKind::Unfilled,
            EventKind::UploadBegun { upload },
            EventKind::UploadEnded { upload },
            EventKind::Withdrawn { why },
        ]
    }

    #[test]
    fn whoever_does_whatever_reads_back_from_json() {
        let staff = || StaffId::new("s-17").unwrap();
        let actors = [
            Actor::Host,
            Actor::LinkHolder { link: LinkNo::new(12), audience: Audience::Patron },
            Actor::staff(AgencyId::new("CA-OTU").unwrap(), staff()),
            Actor::System,
        ];
        let file_name = FileName::new("ice-ages.pdf").unwrap();
        let (attachment, version) = (AttachmentNo::new(1), VersionNo::new(3));
        let named = Some(EventDocument { attachment, version, file_name });
        for actor in actors {
            for what in everything() {
                for document in [None, named.clone()] {
                    let event = Event::new(Timestamp::EPOCH, actor.clone(), what.clone());
                    let event = Event { document, ..event };
                    let text = serde_json::to_string(&event).unwrap();
                    assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
                    let text = serde_json::to_string(&event.detail()).unwrap();
                    let detail: EventDetail<'static> = serde_json::from_str(&text).unwrap();
                    let read = Event::from_parts(event.at, event.actor.clone(), detail);
                    assert_eq!(read, event, "{text}");
                }
            }
        }
    }
}
