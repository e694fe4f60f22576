//! Sentences about values of the core: reasons for refusals, contents of files.

use crate::texts::Texts;
use desktop_delivery::content::FileKind;
use desktop_delivery::error::{ArchiveProblem, Limit, QuotaKind, UnsupportedFile};
use desktop_delivery::hook::Veto;
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::views::FileWarning;
use desktop_delivery::{InvalidInput, Refusal, Timestamp, Zone};

/// Returns the last second before an exclusive end.
const fn last_second(end: Timestamp) -> Timestamp {
    end.plus_seconds(-1)
}

impl Texts {
    /// Returns a sentence that explains a refusal and its remedy to staff. Dates are in this zone.
    #[must_use]
    pub fn refusal(&self, refusal: &Refusal, zone: &Zone) -> String {
        let key = format!("refusal-{}", refusal.code());
        let mut message = self.message(&key);
        match refusal {
            Refusal::Cancelled { since }
            | Refusal::Ended { since }
            | Refusal::Purged { since }
            | Refusal::Removed { since }
            | Refusal::Replaced { since }
            | Refusal::Revoked { since }
            | Refusal::Withdrawn { since } => {
                message = message.set("day", self.day_of(*since, zone))
            }
            Refusal::Expired { since: end } | Refusal::PastEnd { end } => {
                message = message.set("day", self.day_of(last_second(*end), zone));
            }
            Refusal::NotYetValid { from } => message = message.set("from", self.start(*from, zone)),
            Refusal::Exhausted { limit, .. } => message = message.set("limit", *limit),
            Refusal::OverLimit { what, limit } => {
                message = message.set("most", self.at_most(*what, *limit));
            }
            Refusal::NeverFits { limit } => message = message.set("limit", self.size(*limit)),
            // The quota of stored bytes has no period after which it resets.
            Refusal::OverQuota { what: QuotaKind::SupplierBytes, used, limit, .. } => {
                let message =
                    self.message("refusal-over-quota-bytes").set("used", self.size(*used));
                return message.set("limit", self.size(*limit)).to_string();
            }
            Refusal::OverQuota { what, used, limit, frees_at } => {
                let what = self.quota(*what);
                message = message.set("what", what).set("used", *used).set("limit", *limit);
                let moment = frees_at.map(|at| self.moment(at, zone)).unwrap_or_default();
                message = message.set("moment", moment);
            }
            Refusal::TooManyResends { limit, from } => {
                message = message.set("limit", *limit).set("moment", self.moment(*from, zone));
            }
            Refusal::TooLarge { limit } => message = message.set("size", self.size(*limit)),
            Refusal::UnsupportedType(file) => return self.unsupported(file),
            Refusal::Inspected { reason } | Refusal::Vetoed(Veto { reason, .. }) => {
                message = message.set("reason", reason.in_language(self.language()));
            }
            _ => {}
        }
        message.to_string()
    }

    /// Returns a heading and a sentence that explain a refusal to readers of a link's page.
    ///
    /// `is_patron` selects whom to contact: patrons contact their own library, libraries contact
    /// the lending library.
    #[must_use]
    pub fn refusal_on_page(
        &self,
        refusal: &Refusal,
        zone: &Zone,
        is_patron: bool,
    ) -> (String, String) {
        let code = match refusal {
            Refusal::Exhausted { since: None, .. } => "none-allowed",
            Refusal::OverQuota { frees_at: None, .. } => "busy",
            _ => refusal.code(),
        };
        let key = self.problem_key(code, is_patron);
        let (mut heading_key, mut message) = (key.clone(), self.message(&key));
        heading_key.push_str(".heading");
        let mut heading = self.message(&heading_key);
        let day = |at: Timestamp| self.day_of(at, zone);
        match refusal {
            Refusal::Cancelled { since }
            | Refusal::Ended { since }
            | Refusal::Purged { since }
            | Refusal::Removed { since }
            | Refusal::Replaced { since }
            | Refusal::Revoked { since }
            | Refusal::Withdrawn { since } => message = message.set("day", day(*since)),
            Refusal::Expired { since: end } | Refusal::PastEnd { end } => {
                message = message.set("day", day(last_second(*end)));
            }
            Refusal::NotYetValid { from } => message = message.set("from", self.start(*from, zone)),
            Refusal::Exhausted { limit, since: Some(since) } => {
                heading = heading.set("limit", *limit);
                message = message.set("day", day(*since));
            }
            Refusal::OverQuota { frees_at: Some(at), .. } => {
                message = message.set("moment", self.moment(*at, zone));
            }
            Refusal::OverLimit { what, limit } => {
                message = message.set("most", self.at_most(*what, *limit));
            }
            Refusal::TooManyResends { limit, from } => {
                message = message.set("limit", *limit).set("moment", self.moment(*from, zone));
            }
            Refusal::Inspected { reason } | Refusal::Vetoed(Veto { reason, .. }) => {
                message = message.set("reason", reason.in_language(self.language()));
            }
            _ => {}
        }
        (heading.to_string(), message.to_string())
    }

    /// Returns a heading and a sentence for a problem that is not a refusal, by its code. An
    /// unknown code yields the texts of a server error.
    #[must_use]
    pub fn problem(&self, code: &str, is_patron: bool) -> (String, String) {
        let key = self.problem_key(code, is_patron);
        (self.text(&format!("{key}.heading")), self.text(&key))
    }

    fn problem_key(&self, code: &str, is_patron: bool) -> String {
        let for_libraries = format!("problem-{code}-library");
        if !is_patron && self.has(&for_libraries) {
            return for_libraries;
        }
        let key = format!("problem-{code}");
        if self.has(&key) { key } else { "problem-internal".to_owned() }
    }

    /// Returns two sentences: the fault of an invalid value and its remedy.
    #[must_use]
    pub fn invalid_input(&self, input: &InvalidInput) -> String {
        let message = self.message("invalid-input");
        let message = message.set("field", capitalized(&self.field(input.field())));
        let message = message.set("fault", self.fault(input.fault()));
        message.set("remedy", capitalized(&self.fault_remedy(input.fault()))).to_string()
    }

    /// Returns the name of a field. A field without a message has its English name from the code.
    fn field(&self, field: &InputField) -> String {
        let key = format!("field-{}", field.code());
        if self.has(&key) { self.text(&key) } else { field.name().to_owned() }
    }

    fn fault(&self, fault: &InputFault) -> String {
        let key = format!("fault-{}", fault.code());
        self.of_fault(&key, fault).unwrap_or_else(|| fault.clause().into_owned())
    }

    fn fault_remedy(&self, fault: &InputFault) -> String {
        let key = format!("fault-{}.remedy", fault.code());
        self.of_fault(&key, fault).unwrap_or_else(|| fault.remedy().into_owned())
    }

    fn of_fault(&self, key: &str, fault: &InputFault) -> Option<String> {
        let limit = fault.limit().map_or(0, |limit| u64::try_from(limit).unwrap_or(u64::MAX));
        let message = || self.message(key).set("n", self.number(limit)).to_string();
        self.has(key).then(message)
    }

    /// Returns a limit as a phrase: "at most 5 extra downloads".
    #[must_use]
    pub fn at_most(&self, what: Limit, limit: u64) -> String {
        self.message(&format!("limit-{}", what.code())).set("n", limit).to_string()
    }

    /// Returns what a quota counts: "uploads by this library today".
    #[must_use]
    pub fn quota(&self, what: QuotaKind) -> String {
        self.text(&format!("quota-{}", what.code()))
    }

    /// Returns what a file contains, to complete "the file contains …".
    #[must_use]
    pub fn file_kind(&self, kind: &FileKind) -> String {
        let key = format!("content-{}", kind.code());
        match kind {
            FileKind::Other(media_type) => self.message(&key).set("type", media_type).to_string(),
            _ => self.text(&key),
        }
    }

    /// Returns a sentence that explains why a file cannot be attached, with the remedy.
    #[must_use]
    pub fn unsupported(&self, file: &UnsupportedFile) -> String {
        let key = format!("refusal-unsupported-{}", file.code());
        if !self.has(&key) {
            return self.text("refusal-unsupported-type");
        }
        let message = self.message(&key);
        match file {
            UnsupportedFile::Archive(ArchiveProblem::Nested { entry })
            | UnsupportedFile::Inside { entry } => message.set("entry", entry),
            UnsupportedFile::Content { kind } | UnsupportedFile::Macros { kind } => {
                message.set("kind", self.file_kind(kind))
            }
            UnsupportedFile::Mismatch { ending, kind } => {
                message.set("ending", ending).set("kind", self.file_kind(kind))
            }
            UnsupportedFile::Name { ending } => message.set("ending", ending),
            _ => message,
        }
        .to_string()
    }

    /// Returns a warning about an attached file as a sentence.
    #[must_use]
    pub fn warning(&self, warning: &FileWarning) -> String {
        let key = format!("warning-{}", warning.code());
        let message = self.message(&key);
        match warning {
            FileWarning::NameEnding { usual } => message.set("ending", usual),
            FileWarning::SameBytes { attachment, file_name, .. } => {
                message.set("name", file_name.as_str()).set("n", attachment.get())
            }
            FileWarning::Unchanged { file_name } => message.set("name", file_name.as_str()),
            _ => message,
        }
        .to_string()
    }
}

fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
