use std::fmt;

/// The name of a value from outside: a stable code and a name in English.
///
/// Adapters and hosts define their own fields for values that only they accept.
///
/// # Example
/// ```
/// use desktop_delivery::input::InputField;
/// const SHELF: InputField = InputField::new("shelf", "shelf mark");
/// assert_eq!(SHELF.code(), "shelf");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InputField {
    code: &'static str,
    name: &'static str,
}

impl InputField {
    /// Creates a field from its code in kebab case and its name in English: a noun in lowercase
    /// without an article.
    #[must_use]
    pub const fn new(code: &'static str, name: &'static str) -> Self {
        Self { code, name }
    }

    /// Returns a stable identifier, such as `"agency-id"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the name in English, for logs and APIs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for InputField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InputField").field(&self.code).finish()
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = ($code:literal, $english:literal);)+) => {
        impl InputField {
            $($(#[$doc])* pub const $name: Self = Self::new($code, $english);)+

            /// All fields defined by this crate.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

fields! {
    /// The color of links and buttons on a library's pages.
    ACCENT = ("accent", "color of links and buttons");
    /// The library whose requests are listed.
    AGENCY = ("agency", "agency");
    /// The id of a library.
    AGENCY_ID = ("agency-id", "agency ID");
    /// The authors of a requested document.
    AUTHORS = ("authors", "authors");
    /// The key of a stored file.
    BLOB_KEY = ("blob-key", "file key");
    /// The id of a commit.
    COMMIT_ID = ("commit-id", "commit ID");
    /// The title of the journal or book that contains a requested document.
    CONTAINER_TITLE = ("container-title", "journal or book title");
    /// The borrowing library's statement about copyright.
    COPYRIGHT_COMPLIANCE = ("copyright-compliance", "copyright statement");
    /// The key of a counter.
    COUNTER_KEY = ("counter-key", "counter key");
    /// The lending library's description of a document.
    DESCRIPTION = ("description", "description");
    /// The SHA-256 of a file.
    DIGEST = ("digest", "digest");
    /// The address of a stored file.
    DIRECT_ADDRESS = ("direct-address", "direct address");
    /// An email address.
    EMAIL = ("email", "email address");
    /// The email addresses of a library.
    EMAILS = ("emails", "list of email addresses");
    /// The name under which a document is saved.
    FILE_NAME = ("file-name", "file name");
    /// The hash of an idempotency key.
    IDEMPOTENCY_HASH = ("idempotency-hash", "idempotency hash");
    /// The `Idempotency-Key` header.
    IDEMPOTENCY_KEY = ("idempotency-key", "Idempotency-Key");
    /// The ISBN of a requested document.
    ISBN = ("isbn", "ISBN");
    /// The ISSN of a requested document.
    ISSN = ("issn", "ISSN");
    /// The issue of a journal.
    ISSUE = ("issue", "issue");
    /// The language of a reader.
    LANGUAGE = ("language", "language");
    /// A library's logo.
    LOGO = ("logo", "logo");
    /// A message from one library to the other.
    NOTE = ("note", "note");
    /// The origin of a website.
    ORIGIN = ("origin", "origin");
    /// The requested pages.
    PAGES = ("pages", "pages");
    /// The id of a patron.
    PATRON_ID = ("patron-id", "patron ID");
    /// The name of a policy profile.
    POLICY_NAME = ("policy-name", "policy name");
    /// The date of publication of a requested document.
    PUBLICATION_DATE = ("publication-date", "date of publication");
    /// The address of the link pages.
    PUBLIC_ADDRESS = ("public-address", "public address");
    /// The reason for replacing a document or withdrawing a delivery.
    REASON = ("reason", "reason");
    /// The borrowing library of a request.
    REQUESTER = ("requester", "requester");
    /// The borrowing library's number for a request.
    REQUESTER_REQUEST_ID = ("requester-request-id", "requester's request number");
    /// The handle of a request.
    REQUEST_HANDLE = ("request-handle", "request handle");
    /// The host's id of a request.
    REQUEST_REFERENCE = ("request-reference", "request reference");
    /// The role of a library in a request.
    ROLE = ("role", "role");
    /// The service type of a request.
    SERVICE_TYPE = ("service-type", "service type");
    /// The source of the requested document.
    SOURCE = ("source", "source");
    /// The id of a staff member.
    STAFF_ID = ("staff-id", "staff ID");
    /// The lending library of a request.
    SUPPLIER = ("supplier", "supplier");
    /// The lending library's number for a request.
    SUPPLIER_REQUEST_ID = ("supplier-request-id", "supplier's request number");
    /// A time zone.
    TIME_ZONE = ("time-zone", "time zone");
    /// The title of a request.
    TITLE = ("title", "title");
    /// A file during its upload.
    UPLOAD = ("upload", "upload");
    /// The volume of a journal.
    VOLUME = ("volume", "volume");
    /// The id of a process that writes uploads.
    WRITER_ID = ("writer-id", "writer ID");
}
