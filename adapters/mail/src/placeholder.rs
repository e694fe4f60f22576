use desktop_delivery::notices::{NoticeKind, Recipient};

/// A placeholder that a library may use in its text of a notice, written `{name}`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placeholder {
    /// The lending library's answer to a problem report.
    Answer,
    /// The reply address.
    ContactEmail,
    /// The list of documents.
    Documents,
    /// A salutation with the recipient's name, if known.
    Greeting,
    /// The library in whose name the notice is sent.
    Library,
    /// The address of the download page.
    Link,
    /// The note of the person who made the request.
    Note,
    /// The other library.
    OtherLibrary,
    /// The patron's name.
    PatronName,
    /// The reported problems, in the reporter's words.
    Problems,
    /// The name of the library that receives the notice.
    RecipientName,
    /// The title and the number of the request.
    Request,
    /// The number of the request.
    RequestNumber,
    /// The title of the request.
    Title,
}

/// Where a placeholder may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Within a line, including the subject.
    Inline,
    /// Within a line of the text only.
    InText,
    /// On a line of its own, which may become several lines.
    Block,
}

impl Placeholder {
    const ALL: [Self; 14] = [
        Self::Greeting,
        Self::PatronName,
        Self::RecipientName,
        Self::Library,
        Self::OtherLibrary,
        Self::Title,
        Self::RequestNumber,
        Self::Request,
        Self::Documents,
        Self::Problems,
        Self::Note,
        Self::Answer,
        Self::Link,
        Self::ContactEmail,
    ];

    /// Returns the name between the braces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::ContactEmail => "contact_email",
            Self::Documents => "documents",
            Self::Greeting => "greeting",
            Self::Library => "library",
            Self::Link => "link",
            Self::Note => "note",
            Self::OtherLibrary => "other_library",
            Self::PatronName => "patron_name",
            Self::Problems => "problems",
            Self::RecipientName => "recipient_name",
            Self::Request => "request",
            Self::RequestNumber => "request_number",
            Self::Title => "title",
        }
    }

    /// Returns the placeholders available in a notice's text, in the order of an editor's list.
    #[must_use]
    pub fn of_text(kind: NoticeKind, to: Recipient) -> Vec<Self> {
        Self::ALL.into_iter().filter(|one| one.is_in(kind, to)).collect()
    }

    /// Returns the placeholders available in a notice's subject.
    #[must_use]
    pub fn of_subject(kind: NoticeKind, to: Recipient) -> Vec<Self> {
        let is_inline = |one: &Self| one.shape() == Shape::Inline || *one == Self::Request;
        Self::of_text(kind, to).into_iter().filter(is_inline).collect()
    }

    /// Returns whether a text for this recipient must contain the placeholder.
    #[must_use]
    pub fn is_required(self, to: Recipient) -> bool {
        self == Self::Link && carries_link(to)
    }

    /// Returns whether the placeholder needs a line of its own.
    #[must_use]
    pub const fn is_block(self) -> bool {
        matches!(self.shape(), Shape::Block)
    }

    const fn shape(self) -> Shape {
        match self {
            Self::Answer
            | Self::Documents
            | Self::Link
            | Self::Note
            | Self::Problems
            | Self::Request => Shape::Block,
            Self::ContactEmail | Self::Greeting => Shape::InText,
            Self::Library
            | Self::OtherLibrary
            | Self::PatronName
            | Self::RecipientName
            | Self::RequestNumber
            | Self::Title => Shape::Inline,
        }
    }

    fn is_in(self, kind: NoticeKind, to: Recipient) -> bool {
        match self {
            Self::Answer => kind == NoticeKind::ProblemAnswered,
            Self::Link => carries_link(to),
            Self::Note => {
                matches!(kind, NoticeKind::CancelRequested | NoticeKind::MoreRequested)
            }
            Self::Documents => kind != NoticeKind::CancelRequested,
            Self::PatronName => to == Recipient::Patron,
            Self::RecipientName => to != Recipient::Patron,
            Self::Problems => {
                matches!(kind, NoticeKind::ProblemAnswered | NoticeKind::ProblemReported)
            }
            _ => true,
        }
    }
}

/// Returns whether notices to this recipient contain a link. Staff sign in and do not need one.
pub(crate) const fn carries_link(to: Recipient) -> bool {
    matches!(to, Recipient::Partner | Recipient::Patron)
}
