use crate::model::participant::Language;

/// A limit of a policy profile, or of this software, for one request.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Attachments of a request.
    Attachments,
    /// Days of availability.
    Days,
    /// Days of availability; the last must come after the first.
    DaysAfterStart,
    /// Downloads of an attachment, at least 1.
    Downloads,
    /// Downloads granted on top of the terms.
    ExtraDownloads,
    /// Links of a request.
    Links,
    /// Bytes of a note.
    NoteBytes,
    /// Versions of an attachment.
    Versions,
}

impl Limit {
    /// The limit as a clause: "at most 5 downloads".
    #[must_use]
    pub fn at_most(self, limit: u64, language: Language) -> String {
        match language {
            Language::English => format!("at most {limit} {}", self.in_english()),
            Language::French => format!("au plus {limit} {}", self.in_french()),
        }
    }

    const fn in_english(self) -> &'static str {
        match self {
            Self::Attachments => "documents",
            Self::Days => "days",
            Self::DaysAfterStart => "days, and the last must come after the first",
            Self::Downloads => "downloads, and at least 1",
            Self::ExtraDownloads => "extra downloads",
            Self::Links => "links",
            Self::NoteBytes => "bytes of text",
            Self::Versions => "versions",
        }
    }

    const fn in_french(self) -> &'static str {
        match self {
            Self::Attachments => "documents",
            Self::Days => "jours",
            Self::DaysAfterStart => "jours, et le dernier doit suivre le premier",
            Self::Downloads => "téléchargements, et au moins 1",
            Self::ExtraDownloads => "téléchargements supplémentaires",
            Self::Links => "liens",
            Self::NoteBytes => "octets de texte",
            Self::Versions => "versions",
        }
    }
}

/// A quota across requests.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaKind {
    /// Downloads of a patron in a day.
    PatronClaims,
    /// Attachments that a member of staff previews in a day.
    StaffPreviews,
    /// Bytes stored by a lending library.
    SupplierBytes,
    /// Uploads of a lending library in a day.
    SupplierUploads,
}

impl QuotaKind {
    /// What is counted: "uploads of this library today".
    #[must_use]
    pub const fn in_words(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::PatronClaims, Language::English) => "downloads of this patron today",
            (Self::PatronClaims, Language::French) => "téléchargements de cet usager aujourd’hui",
            (Self::StaffPreviews, Language::English) => "previews of this member of staff today",
            (Self::StaffPreviews, Language::French) => {
                "aperçus de ce membre du personnel aujourd’hui"
            }
            (Self::SupplierBytes, Language::English) => "bytes stored by this library",
            (Self::SupplierBytes, Language::French) => "octets conservés par cette bibliothèque",
            (Self::SupplierUploads, Language::English) => "uploads of this library today",
            (Self::SupplierUploads, Language::French) => "dépôts de cette bibliothèque aujourd’hui",
        }
    }
}
