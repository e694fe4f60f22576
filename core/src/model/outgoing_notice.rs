use crate::model::date::Date;
use crate::model::email_address::EmailAddress;
use crate::model::ids::{AttachmentNo, RequestHandle};
use crate::model::link_url::LinkUrl;
use crate::model::notice::{NoticeKind, Recipient};
use crate::model::participant::{Contact, Participant};
use crate::model::problem::ProblemKind;
use crate::model::timestamp::Timestamp;
use std::fmt;

/// Carries everything that a [`Notifier`](crate::Notifier) needs to write one message.
///
/// Made anew for each try from the current state, and dropped after it: it holds an address and a
/// token.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "tests of notifiers make it")]
pub struct OutgoingNotice {
    /// The same for every try of this notice at this address, and for no other notice:
    /// `<handle>.<number>`, with a part for the address where a library has several.
    pub id: String,
    /// The request.
    pub handle: RequestHandle,
    /// What it is about.
    pub kind: NoticeKind,
    /// Who gets it.
    pub to: Recipient,
    /// Where this copy goes.
    pub address: EmailAddress,
    /// The person or library that it is written to.
    pub contact: Contact,
    /// The library in whose name it is written: its name, and where answers go.
    pub from: Participant,
    /// The other library.
    pub other: Participant,
    /// What was asked for, in words.
    pub title: String,
    /// The request's number as the reader knows it.
    pub request_no: String,
    /// The files that the reader can see.
    pub files: Vec<NoticeFile>,
    /// The link, where the notice carries one.
    pub link: Option<LinkUrl>,
    /// The problems that it is about.
    pub problems: Vec<NoticeProblem>,
    /// What the person who asked for more wrote, or the supplier answered; text from outside.
    pub note: String,
}

/// Prints which notice it is, and nothing that it says.
impl fmt::Debug for OutgoingNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, kind, to, .. } = self;
        let mut shown = f.debug_struct("OutgoingNotice");
        shown.field("id", id).field("kind", kind).field("to", to).finish_non_exhaustive()
    }
}

/// Describes a file in a [`OutgoingNotice`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "tests of notifiers make it")]
pub struct NoticeFile {
    /// The attachment's number.
    pub no: AttachmentNo,
    /// The name to save it under.
    pub file_name: String,
    /// What the supplier wrote about it; may be empty.
    pub description: String,
    /// Its length, bytes.
    pub size: u64,
    /// Downloads left to the reader.
    pub downloads_left: u32,
    /// The end of its terms, exclusive.
    pub expires_at: Option<Timestamp>,
    /// The last day in the library's zone.
    pub last_day: Option<Date>,
    /// The day, in the library's zone, on which a wrong document was replaced, so that the reader should
    /// delete earlier copies; `None` if that never happened.
    pub recalled_on: Option<Date>,
}

/// Describes a problem with a document in a [`OutgoingNotice`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "tests of notifiers make it")]
pub struct NoticeProblem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// What whoever reported it wrote; text from outside, may be empty.
    pub note: String,
}
