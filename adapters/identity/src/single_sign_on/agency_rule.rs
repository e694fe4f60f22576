use super::claims::Claims;
use super::refusal::SignOnRefusal;
use desktop_delivery::AgencyId;
use std::collections::BTreeMap;

/// Determines the library of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgencyRule {
    /// Everyone at the provider belongs to one library.
    Fixed(AgencyId),
    /// A claim contains the id of the library.
    Id {
        /// The name of the claim.
        claim: String,
    },
    /// The values of a claim stand for libraries.
    Table {
        /// The name of the claim.
        claim: String,
        /// The libraries by value. Other values are ignored.
        agencies: BTreeMap<String, AgencyId>,
    },
}

impl AgencyRule {
    /// Returns the library of a person.
    ///
    /// # Errors
    /// [`SignOnRefusal::NoLibrary`] if the claims contain no library, or several.
    pub fn agency(&self, claims: &Claims) -> Result<AgencyId, SignOnRefusal> {
        let mut found: Vec<AgencyId> = match self {
            Self::Fixed(agency) => return Ok(agency.clone()),
            Self::Id { claim } => {
                let texts = claims.texts(claim).into_iter();
                texts.filter_map(|text| AgencyId::new(text).ok()).collect()
            }
            Self::Table { claim, agencies } => {
                let texts = claims.texts(claim).into_iter();
                texts.filter_map(|text| agencies.get(&text).cloned()).collect()
            }
        };
        found.sort();
        found.dedup();
        match <[AgencyId; 1]>::try_from(found) {
            Ok([agency]) => Ok(agency),
            Err(_) => Err(SignOnRefusal::NoLibrary),
        }
    }

    /// Returns the name of the claim that is needed, if any.
    pub(super) fn claim(&self) -> Option<&str> {
        match self {
            Self::Fixed(_) => None,
            Self::Id { claim } | Self::Table { claim, .. } => Some(claim),
        }
    }

    /// Returns whether people of this library can sign in.
    pub(super) fn serves(&self, library: &AgencyId) -> bool {
        match self {
            Self::Fixed(agency) => agency == library,
            Self::Id { .. } => true,
            Self::Table { agencies, .. } => agencies.values().any(|agency| agency == library),
        }
    }
}
