use crate::model::input::LocalizedText;
use std::borrow::Cow;

/// The reason why a host's commit hook refused a change.
///
/// # Example
/// ```
/// use desktop_delivery::Language;
/// use desktop_delivery::hook::Veto;
/// use desktop_delivery::input::LocalizedText;
///
/// let reason = LocalizedText::new("the invoice of this request is closed")
///     .with(Language::FRENCH, "la facture de cette demande est close");
/// let veto = Veto::new("invoice-closed", reason);
/// assert_eq!(veto.code, "invoice-closed");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Veto {
    /// A stable identifier for programs, in kebab case, chosen by the host.
    pub code: Cow<'static, str>,
    /// The reason, shown to the person who made the change: a clause in lower case, without a
    /// period. It must not name a patron.
    pub reason: LocalizedText,
}

impl Veto {
    /// Creates a veto.
    #[must_use]
    pub fn new(code: impl Into<Cow<'static, str>>, reason: LocalizedText) -> Self {
        Self { code: code.into(), reason }
    }
}
