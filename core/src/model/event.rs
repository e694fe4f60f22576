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

/// The person or system behind an event.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Actor {
    /// The host system, which is responsible for what it reports.
    Host,
    /// The holder of a link, whose identity is unknown.
    // Flattened into an event, these names must not collide with fields of the event.
    LinkHolder {
        /// The link.
        #[serde(rename = "by_link")]
        link: LinkNo,
        /// The audience of the link.
        #[serde(rename = "by_audience")]
        audience: Audience,
    },
    /// A patron, authenticated by the host's sign-in. The history records a patron's actions under
    /// [`Self::System`], because it is kept after the patron's data is erased.
    Patron {
        /// The library whose patron they are.
        agency: AgencyId,
        /// The id.
        id: PatronId,
    },
    /// A staff member, authenticated by the host's authorizer.
    Staff {
        /// The agency for which they act.
        agency: AgencyId,
        /// Their id.
        id: StaffId,
    },
    /// This system, when work becomes due.
    System,
}

impl Actor {
    /// Creates the actor of a staff member.
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

/// An event in a request's history.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The time of the event.
    pub at: Timestamp,
    /// Who caused it.
    #[serde(flatten)]
    pub actor: Actor,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
    /// The document version concerned, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<EventDocument>,
}

impl Event {
    /// Creates an event that does not concern a document.
    #[must_use]
    pub const fn new(at: Timestamp, actor: Actor, kind: EventKind) -> Self {
        Self { at, actor, kind, document: None }
    }

    /// Sets the document version concerned.
    #[must_use]
    pub fn with_document(mut self, document: EventDocument) -> Self {
        self.document = Some(document);
        self
    }

    /// Assembles an event from the parts stored by a ledger.
    #[must_use]
    pub fn from_parts(at: Timestamp, actor: Actor, detail: EventDetail<'_>) -> Self {
        let EventDetail { kind, document } = detail;
        let document = document.map(Cow::into_owned);
        Self { at, actor, kind: kind.into_owned(), document }
    }

    /// Returns everything except the time and the actor, for storage by a ledger.
    #[must_use]
    pub fn detail(&self) -> EventDetail<'_> {
        let document = self.document.as_ref().map(Cow::Borrowed);
        EventDetail { kind: Cow::Borrowed(&self.kind), document }
    }
}

/// The part of an [`Event`] that ledgers store as one value: what happened, and the document
/// concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "it is made of an event and made into one")]
pub struct EventDetail<'a> {
    /// What happened.
    #[serde(flatten)]
    pub kind: Cow<'a, EventKind>,
    /// The document version concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Cow<'a, EventDocument>>,
}

/// What happened in an event.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum EventKind {
    /// A file was attached.
    Attached {
        /// The attachment.
        attachment: AttachmentNo,
        /// The length of the first version in bytes.
        size: u64,
        /// The SHA-256 of the first version.
        digest: Digest,
    },
    /// A cancellation request was answered.
    CancelAnswered {
        /// Whether the request was cancelled.
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
        /// The link used.
        link: LinkNo,
        /// The audience of the link.
        audience: Audience,
        /// The version of the copyright notice that was shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copyright_version: Option<u32>,
    },
    /// The host reported a new request.
    Created,
    /// A description was changed.
    Described {
        /// The attachment.
        attachment: AttachmentNo,
        /// The new description.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        description: String,
    },
    /// The terms of an attachment ended.
    Expired {
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// The patron's id was removed and their links were revoked, because they were erased or
    /// nothing is kept for them any longer.
    Forgotten,
    /// A claim was refunded because our side failed before the first byte.
    Refunded {
        /// The claim.
        claim: ClaimNo,
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// An extension was granted.
    Granted {
        /// The attachment.
        attachment: AttachmentNo,
        /// The number of extra downloads.
        downloads: u32,
        /// The new end of the terms, if it changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// A link was issued.
    LinkIssued {
        /// The link.
        link: LinkNo,
        /// The audience.
        audience: Audience,
    },
    /// A link was revoked.
    LinkRevoked {
        /// The link.
        link: LinkNo,
    },
    /// The holder of a link asked for an extension.
    MoreRequested {
        /// The attachment.
        attachment: AttachmentNo,
        /// The link.
        link: LinkNo,
    },
    /// An attempt to send a notice was made.
    NoticeTried {
        /// The notice.
        notice: NoticeNo,
        /// The kind of notice.
        kind: NoticeKind,
        /// The resulting state.
        state: NoticeState,
    },
    /// Staff previewed pages as images, which is free.
    Previewed {
        /// The attachment.
        attachment: AttachmentNo,
        /// Its version.
        version: VersionNo,
    },
    /// The supplier answered the open problems with an attachment.
    ProblemAnswered {
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// The requester's staff reported a problem.
    ProblemReported {
        /// The attachment.
        attachment: AttachmentNo,
        /// Its version.
        version: VersionNo,
        /// The kind of problem.
        kind: ProblemKind,
    },
    /// The bytes of an attachment were purged after its terms had ended.
    Purged {
        /// The attachment.
        attachment: AttachmentNo,
    },
    /// Due work failed and will be retried.
    Backoff {
        /// The time of the next attempt.
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
    /// The attachments were reordered.
    Reordered,
    /// A file was replaced.
    Replaced {
        /// The attachment.
        attachment: AttachmentNo,
        /// The new version.
        version: VersionNo,
        /// The reason.
        reason: ReplaceReason,
        /// The length of the new version in bytes.
        size: u64,
        /// The SHA-256 of the new version.
        digest: Digest,
    },
    /// The request was shipped.
    Shipped {
        /// The number of attachments now visible to the requester.
        attachments: u32,
    },
    /// The supplier's staff downloaded a copy, which is free.
    StaffRead {
        /// The attachment.
        attachment: AttachmentNo,
        /// Its version.
        version: VersionNo,
    },
    /// Unreachable bytes were deleted.
    Swept {
        /// The number of blobs.
        blobs: u32,
    },
    /// An update from the host changed the facts of the request.
    Synced,
    /// An attachment's terms were changed.
    TermsChanged {
        /// The attachment.
        attachment: AttachmentNo,
        /// The previous terms.
        before: Terms,
        /// The new terms.
        after: Terms,
        /// The reason, in the words of the person who changed them.
        why: String,
    },
    /// Staff resent a link.
    Resent {
        /// The notice.
        notice: NoticeNo,
        /// The recipient.
        to: Recipient,
    },
    /// The supplier cannot supply.
    Unfilled,
    /// An upload was begun.
    UploadBegun {
        /// The upload.
        upload: UploadNo,
    },
    /// An upload was abandoned.
    UploadEnded {
        /// The upload.
        upload: UploadNo,
    },
    /// The supplier withdrew the delivery.
    Withdrawn {
        /// The reason, in the supplier's words.
        why: String,
    },
}

impl EventKind {
    /// Returns the attachment concerned.
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

    /// Returns the attachment version contained in the event itself.
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

    /// Returns whether the event concerns attachments, which only the supplier sees until they are
    /// shipped.
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

/// The position of an event in a request's history, after which the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a position is made by every ledger")]
pub struct EventPosition {
    /// The revision created by the event's commit.
    pub revision: u64,
    /// The index of the event within its commit, from 0.
    pub index: u32,
}

/// An event with its position in the request's history.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a record is made by every ledger")]
pub struct RecordedEvent {
    /// The request.
    pub handle: RequestHandle,
    /// Its position.
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
    fn all_events_round_trip_through_json() {
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
            for kind in everything() {
                for document in [None, named.clone()] {
                    let event = Event::new(Timestamp::EPOCH, actor.clone(), kind.clone());
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
