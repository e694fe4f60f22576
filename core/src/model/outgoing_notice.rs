use crate::model::date::Date;
use crate::model::email_address::EmailAddress;
use crate::model::ids::{AttachmentNo, RequestHandle};
use crate::model::link_url::LinkUrl;
use crate::model::notice::{NoticeKind, Recipient};
use crate::model::participant::{Contact, Participant};
use crate::model::problem::ProblemKind;
use crate::model::timestamp::Timestamp;
use std::fmt;

/// The data from which a [`Notifier`](crate::Notifier) writes one message.
///
/// Created for each attempt from the current state and dropped afterwards, because it contains an
/// address and a token.
#[derive(Clone)]
#[non_exhaustive]
pub struct OutgoingNotice {
    /// The same for every attempt to send this notice to this address, and different for all others:
    /// `<handle>.<number>`, with a suffix for the address if there are several.
    pub id: String,
    /// The request.
    pub handle: RequestHandle,
    /// The event it reports.
    pub kind: NoticeKind,
    /// The recipient.
    pub to: Recipient,
    /// The address of this copy.
    pub address: EmailAddress,
    /// The person or library addressed.
    pub contact: Contact,
    /// The library in whose name it is sent, and to which replies go.
    pub from: Participant,
    /// The other library.
    pub other: Participant,
    /// The title of the requested document.
    pub title: String,
    /// The reader's number for the request.
    pub request_no: String,
    /// The files visible to the reader.
    pub files: Vec<NoticeFile>,
    /// The link, if the notice contains one.
    pub link: Option<LinkUrl>,
    /// The problems it concerns.
    pub problems: Vec<NoticeProblem>,
    /// The note of the person who asked for an extension, or the supplier's answer. Untrusted text.
    pub note: String,
}

impl OutgoingNotice {
    /// Creates a notice without a title, files, a link, problems or a note; their fields can be set
    /// afterwards. The core creates notices itself, and so do tests of a notifier.
    ///
    /// `contact` is the person or library addressed, with the address of this copy; `from` is the
    /// library in whose name it is sent, and `other` the other library.
    #[must_use]
    pub fn new(
        (id, handle): (impl Into<String>, RequestHandle),
        (kind, to): (NoticeKind, Recipient),
        (contact, address): (Contact, EmailAddress),
        from: Participant,
        other: Participant,
    ) -> Self {
        Self {
            id: id.into(),
            handle,
            kind,
            to,
            address,
            contact,
            from,
            other,
            title: String::new(),
            request_no: String::new(),
            files: Vec::new(),
            link: None,
            problems: Vec::new(),
            note: String::new(),
        }
    }
}

/// Prints the id of the notice, but none of its content.
impl fmt::Debug for OutgoingNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, kind, to, .. } = self;
        let mut shown = f.debug_struct("OutgoingNotice");
        shown.field("id", id).field("kind", kind).field("to", to).finish_non_exhaustive()
    }
}

/// A file in an [`OutgoingNotice`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoticeFile {
    /// The attachment's number.
    pub no: AttachmentNo,
    /// The name to save it under.
    pub file_name: String,
    /// The supplier's description; may be empty.
    pub description: String,
    /// Its length in bytes.
    pub size: u64,
    /// The number of downloads left to the reader.
    pub downloads_left: u32,
    /// The first instant at which the reader can download it; `None` if the reader can download it
    /// now, or never.
    pub available_from: Option<Timestamp>,
    /// The end of its terms, exclusive.
    pub expires_at: Option<Timestamp>,
    /// The last day of its terms in the library's time zone.
    pub last_day: Option<Date>,
    /// The day, in the library's time zone, on which a wrong version was replaced, so that the
    /// reader should delete earlier copies. `None` if there was no wrong version.
    pub recalled_on: Option<Date>,
}

impl NoticeFile {
    /// Creates a file without a description, downloads left, a future start or an end; their fields can be set
    /// afterwards.
    #[must_use]
    pub fn new(no: AttachmentNo, file_name: impl Into<String>, size: u64) -> Self {
        Self {
            no,
            file_name: file_name.into(),
            description: String::new(),
            size,
            downloads_left: 0,
            available_from: None,
            expires_at: None,
            last_day: None,
            recalled_on: None,
        }
    }
}

/// A problem with a document in an [`OutgoingNotice`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoticeProblem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// The reporter's note; may be empty. Untrusted text.
    pub note: String,
}

impl NoticeProblem {
    /// Creates a problem with the reporter's note, which may be empty.
    #[must_use]
    pub fn new(kind: ProblemKind, note: impl Into<String>) -> Self {
        Self { kind, note: note.into() }
    }
}
