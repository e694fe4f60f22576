use super::identity_provider::IdentityProvider;
use super::provider_id::ProviderId;
use super::rules::{PatronRules, StaffRules};
use desktop_delivery::{AgencyId, Language};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A provider, and the people who sign in there.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The name of the provider in settings and addresses.
    pub id: ProviderId,
    /// The name of the provider on pages.
    pub labels: ProviderLabels,
    /// The people who sign in there.
    pub people: People,
    /// Whether a person without an account or patron record gets one at the first sign-in.
    pub creates: bool,
    /// The client of the provider.
    pub client: Arc<dyn IdentityProvider>,
}

/// The people who sign in at a provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum People {
    /// Patrons, who follow their requests.
    Patrons(PatronRules),
    /// Staff.
    Staff(StaffRules),
}

/// The name of a provider in one or more languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderLabels {
    default: String,
    by_language: BTreeMap<Language, String>,
}

impl Provider {
    /// Returns whether staff sign in there.
    #[must_use]
    pub const fn is_for_staff(&self) -> bool {
        matches!(self.people, People::Staff(_))
    }

    /// Returns whether people of this library can sign in there.
    #[must_use]
    pub fn serves(&self, library: &AgencyId) -> bool {
        match &self.people {
            People::Patrons(rules) => rules.agency.serves(library),
            People::Staff(rules) => rules.agency.serves(library),
        }
    }

    pub(super) fn claims(&self) -> Vec<&str> {
        match &self.people {
            People::Patrons(rules) => rules.claims(),
            People::Staff(rules) => rules.claims(),
        }
    }
}

impl ProviderLabels {
    /// Creates a name for all languages.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self { default: label.into(), by_language: BTreeMap::new() }
    }

    /// Sets the name in one language.
    #[must_use]
    pub fn with(mut self, language: Language, label: impl Into<String>) -> Self {
        self.by_language.insert(language, label.into());
        self
    }

    /// Returns the name in a language, or else in a more general one (`fr` for `fr-CA`), or else the
    /// name for all languages.
    #[must_use]
    pub fn label(&self, language: Language) -> &str {
        let found = language.fallbacks().find_map(|language| self.by_language.get(&language));
        found.unwrap_or(&self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_chosen_by_language() {
        let labels =
            ProviderLabels::new("McGill University").with(Language::FRENCH, "Université McGill");
        assert_eq!(labels.label("fr-CA".parse().unwrap()), "Université McGill");
        assert_eq!(labels.label("es".parse().unwrap()), "McGill University");
    }
}
