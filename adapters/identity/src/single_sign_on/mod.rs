//! Single sign-on for staff and patrons at a provider, such as that of their university.
//!
//! [`SingleSignOn`] runs the sign-in. An [`IdentityProvider`] implements the protocol; the
//! package `desktop-delivery-oidc` implements OpenID Connect.

mod agency_rule;
mod claims;
mod identity_provider;
mod pending;
mod provider;
mod provider_id;
mod refusal;
mod rules;
mod sign_on;

pub use agency_rule::AgencyRule;
pub use claims::Claims;
pub use identity_provider::{
    AttemptSecrets, IdentityProvider, ProviderAnswer, VerifiedPerson, is_subject,
};
pub use pending::PendingSignIns;
pub use provider::{People, Provider, ProviderLabels};
pub use provider_id::ProviderId;
pub use refusal::{SignOnError, SignOnRefusal};
pub use rules::{PatronRules, RoleRule, StaffRules};
pub use sign_on::{BeginSignOn, Callback, SignedOn, SingleSignOn};
