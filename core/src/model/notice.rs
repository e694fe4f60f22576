use crate::model::date::Date;
use crate::model::email_address::EmailAddress;
use crate::model::event::EventDocument;
use crate::model::ids::{AttachmentNo, IdempotencyHash, LinkNo, NoticeNo, RequestHandle};
use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::participant::{Contact, Participant};
use crate::model::problem::ProblemKind;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// Tells what a notice is about.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// To the supplier: the requester asks to cancel.
    CancelRequested,
    /// To whoever asked: more downloads were granted.
    MoreGranted,
    /// To the supplier: the holder of a link asks for more downloads or time.
    MoreRequested,
    /// To the requester's staff: the supplier answered the problem that they reported.
    ProblemAnswered,
    /// To the supplier: the requester's staff report that something is wrong with a document.
    ProblemReported,
    /// To the patron: received, with attachments.
    Received,
    /// To the holder of a link, and to staff who reported a problem: a document was replaced by a
    /// better one.
    Replaced,
    /// To a partner without an account: shipped, here is the link.
    Shipped,
}

/// Tells who gets a notice.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipient {
    /// The requester's staff, as a partner without an account.
    Partner,
    /// The patron.
    Patron,
    /// The requester's staff.
    RequesterStaff,
    /// The supplier's staff.
    SupplierStaff,
}

/// Records a notice: what, to whom in general, and how far it got; never an address or a token.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its number within the request.
    pub no: NoticeNo,
    /// What it is about.
    pub kind: NoticeKind,
    /// Who gets it.
    pub to: Recipient,
    /// The link that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkNo>,
    /// The attachment that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<AttachmentNo>,
    /// The version that was current when it was written or renewed, for the history; `None` once it
    /// is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<EventDocument>,
    /// When it was written, or renewed.
    pub written_at: Timestamp,
    /// How often it was renewed before it was sent, because its event happened again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub renewed: u32,
    /// Whether staff asked for it, so that it goes out also where the library silenced its kind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked_for: bool,
    /// Whether staff asked for it after an earlier one had gone out, so that it counts toward the
    /// resends of the hour.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resent: bool,
    /// How far it got.
    pub state: NoticeState,
    /// Where it went, mask_email, such as `c****@example.org`, with commas between several addresses;
    /// empty until known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub masked_address: String,
    /// How far it got at each address, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<NoticeCopy>,
}

/// The copy of a notice for one of several addresses.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCopy {
    /// A keyed hash of the address, to recognize it in a later try.
    pub address: IdempotencyHash,
    /// The address, masked.
    pub masked_address: String,
    /// How far it got.
    pub state: NoticeState,
}

const fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Tells how far a notice got.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum NoticeState {
    /// Given up: the address is missing or refused, or the tries are used up.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: NoticeFailure,
    },
    /// Handed over to the mail server, which took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// Not sent, because what it says no longer holds, or because the library silenced its kind.
    Skipped {
        /// When.
        at: Timestamp,
    },
    /// Waiting for its next try.
    Waiting {
        /// Tries that failed so far.
        tries: u32,
    },
}

/// Tells why a notice was given up.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeFailure {
    /// The stored address is not valid.
    InvalidAddress,
    /// There is nobody to write to.
    NoAddress,
    /// The mail server refused it for good.
    Refused,
    /// The mail server could not be reached for days.
    TooManyTries,
    /// The address has letters before its `@` sign that the mail server cannot handle (RFC 6531).
    UnsupportedAddress,
}

/// Carries a link's address; a secret, so it prints as a placeholder and is wiped after use.
#[derive(Clone)]
pub struct LinkUrl(Zeroizing<String>);

impl LinkUrl {
    /// Takes the address.
    #[must_use]
    pub fn new(url: String) -> Self {
        Self(Zeroizing::new(url))
    }

    /// The address, for the message's text alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LinkUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkUrl(..)")
    }
}

/// Says where the link pages are, as people reach them: `https://ill.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress(String);

impl PublicAddress {
    /// Takes an `http` or `https` address, with a path or without, and drops a slash at its end.
    ///
    /// # Errors
    /// [`InvalidInput`] where it is no such address, or has a character that partner systems
    /// split addresses on (comma, `#`, `|`, `\`, white space), or a query.
    pub fn new(url: &str) -> Result<Self, InvalidInput> {
        let wrong = |fault| Err(InvalidInput::new(InputField::PUBLIC_ADDRESS, fault));
        let url = url.strip_suffix('/').unwrap_or(url);
        let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))
        else {
            return wrong(InputFault::NO_SCHEME);
        };
        if rest.is_empty() || rest.starts_with('/') {
            return wrong(InputFault::NO_HOST);
        }
        if rest.chars().any(|c| !c.is_ascii_graphic() || ",#|\\?@\"<>".contains(c)) {
            return wrong(InputFault::LINK_CHARACTER);
        }
        Ok(Self(url.to_owned()))
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path, without a slash at its end; empty at the root of a host name.
    #[must_use]
    pub fn path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |at| at + 3);
        self.0[after_scheme..].find('/').map_or("", |at| &self.0[after_scheme + at..])
    }
}

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

/// Masks a mail address for staff and audit: `c****@example.org`.
#[must_use]
pub fn mask_email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}****@{domain}")
        }
        None => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_keeps_one_letter() {
        assert_eq!(mask_email("carla.santos@example.org"), "c****@example.org");
        assert_eq!(mask_email("nonsense"), "****");
    }

    #[test]
    fn a_public_address_holds_nothing_that_partners_split_on() {
        assert_eq!(
            PublicAddress::new("https://ill.example.org/").unwrap().as_str(),
            "https://ill.example.org"
        );
        for text in
            ["ill.example.org", "https://", "https://a b", "https://a,b", "ftp://a", "http:///x"]
        {
            assert!(PublicAddress::new(text).is_err(), "{text}");
        }
    }
}
