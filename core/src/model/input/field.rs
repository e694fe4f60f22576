use crate::model::participant::Language;
use std::fmt;

/// The name of a value from outside: a stable code, and a name in each language.
///
/// Adapters and hosts make their own for the values that only they accept.
///
/// # Example
/// ```
/// # use desktop_delivery::input::InputField;
/// const SHELF: InputField = InputField::new("shelf", "shelf mark", "cote");
/// assert_eq!(SHELF.code(), "shelf");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InputField {
    code: &'static str,
    english: &'static str,
    french: &'static str,
}

impl InputField {
    /// A field with its code in kebab case and its names: a noun without an article, in lower
    /// case where the language writes it so.
    #[must_use]
    pub const fn new(code: &'static str, english: &'static str, french: &'static str) -> Self {
        Self { code, english, french }
    }

    /// A stable name for programs, such as `"agency-id"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Its name in a language.
    #[must_use]
    pub const fn in_words(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::French => self.french,
        }
    }
}

impl fmt::Debug for InputField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InputField").field(&self.code).finish()
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = ($code:literal, $english:literal, $french:literal);)+) => {
        impl InputField {
            $($(#[$doc])* pub const $name: Self = Self::new($code, $english, $french);)+

            /// Every field of this crate.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

fields! {
    /// The library for which a list is asked.
    AGENCY = ("agency", "agency", "bibliothèque");
    /// The id of a library.
    AGENCY_ID = ("agency-id", "agency id", "identifiant de la bibliothèque");
    /// The name of a stored file.
    BLOB_KEY = ("blob-key", "blob key", "clé de fichier");
    /// The id of a commit.
    COMMIT_ID = ("commit-id", "commit id", "identifiant d’enregistrement");
    /// The key of a counter.
    COUNTER_KEY = ("counter-key", "counter key", "clé de compteur");
    /// What the lending library writes about a document.
    DESCRIPTION = ("description", "description", "description");
    /// The SHA-256 of a file.
    DIGEST = ("digest", "digest", "empreinte");
    /// The address of a stored file.
    DIRECT_ADDRESS = ("direct-address", "direct address", "adresse directe");
    /// A mail address.
    EMAIL = ("email", "email address", "adresse de courriel");
    /// The mail addresses of a library.
    EMAILS = ("emails", "list of email addresses", "liste des adresses de courriel");
    /// The name under which a document is saved.
    FILE_NAME = ("file-name", "file name", "nom du fichier");
    /// The hash of an idempotency key.
    IDEMPOTENCY_HASH =
        ("idempotency-hash", "idempotency hash", "empreinte de la clé d’idempotence");
    /// The `Idempotency-Key` header.
    IDEMPOTENCY_KEY = ("idempotency-key", "Idempotency-Key", "Idempotency-Key");
    /// A library's logo.
    LOGO = ("logo", "logo", "logo");
    /// The id of a patron.
    PATRON_ID = ("patron-id", "patron id", "identifiant de l’usager");
    /// The name of a profile.
    POLICY_NAME = ("policy-name", "policy name", "nom du profil");
    /// The address of the link pages.
    PUBLIC_ADDRESS = ("public-address", "public address", "adresse publique");
    /// Why a document was replaced or a delivery withdrawn.
    REASON = ("reason", "reason", "motif");
    /// The borrowing library of a request.
    REQUESTER = ("requester", "requester", "bibliothèque emprunteuse");
    /// The borrowing library's number for a request.
    REQUESTER_REQUEST_ID = (
        "requester-request-id",
        "requester's request id",
        "numéro de demande de la bibliothèque emprunteuse"
    );
    /// The handle of a request.
    REQUEST_HANDLE = ("request-handle", "request handle", "code de la demande");
    /// The host's name for a request.
    REQUEST_REFERENCE = ("request-reference", "request reference", "référence de la demande");
    /// The side on which a library stands.
    ROLE = ("role", "role", "rôle");
    /// The service type of a request.
    SERVICE_TYPE = ("service-type", "service type", "type de service");
    /// Where the requested work appeared.
    SOURCE = ("source", "source", "source");
    /// The id of a member of staff.
    STAFF_ID = ("staff-id", "staff id", "identifiant du membre du personnel");
    /// The lending library of a request.
    SUPPLIER = ("supplier", "supplier", "bibliothèque prêteuse");
    /// The lending library's number for a request.
    SUPPLIER_REQUEST_ID = (
        "supplier-request-id",
        "supplier's request id",
        "numéro de demande de la bibliothèque prêteuse"
    );
    /// A time zone.
    TIME_ZONE = ("time-zone", "time zone", "fuseau horaire");
    /// The title of a request.
    TITLE = ("title", "title", "titre");
    /// A file while it is uploaded.
    UPLOAD = ("upload", "upload", "fichier déposé");
    /// The id of a process that writes uploads.
    WRITER_ID = ("writer-id", "writer id", "identifiant du processus de dépôt");
}
