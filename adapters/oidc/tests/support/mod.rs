//! A provider that does as it is told, and a server that signs people in there.

mod fake_provider;
mod log;
mod signer;

pub(crate) use fake_provider::{Behavior, FakeProvider, SECRET, SUBJECT};
pub(crate) use log::Log;
pub(crate) use signer::{Signer, hs256, unsigned};

use desktop_delivery::memory::MemoryRegistry;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{Actor, AgencyId, Clock as _, Participant, PublicAddress, Timestamp};
use desktop_delivery_identity::Identity;
use desktop_delivery_identity::accounts::Role;
use desktop_delivery_identity::single_sign_on::{
    AgencyRule, BeginSignOn, Callback, People, Provider, ProviderId, ProviderLabels, RoleRule,
    SignOnError, SignedOn, SingleSignOn, StaffRules,
};
use desktop_delivery_oidc::{OidcOptions, OidcProvider};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// A server with one provider for staff.
pub(crate) struct Site {
    pub(crate) sign_on: SingleSignOn,
    pub(crate) identity: Identity,
    pub(crate) clock: Arc<ManualClock>,
}

/// A person who is at the provider's sign-in page.
pub(crate) struct Visit {
    pub(crate) begun: BeginSignOn,
    /// The query of the provider's page.
    pub(crate) query: HashMap<String, String>,
}

impl Site {
    pub(crate) async fn new(provider: &FakeProvider) -> Self {
        Self::with(provider, |options| options).await
    }

    pub(crate) async fn with(
        provider: &FakeProvider,
        change: impl FnOnce(OidcOptions) -> OidcOptions,
    ) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let entropy = Arc::new(SystemEntropy);
        let registry = Arc::new(MemoryRegistry::new());
        let identity =
            Identity::new(registry, entropy.clone(), clock.clone()).expect("the parts are valid");
        let library = AgencyId::new("CA-OTU").expect("the parts are valid");
        let participant = Participant::new(library.clone(), "Toronto University Library");
        let directory = &identity.directory;
        directory
            .put_participant(&participant, &Actor::System, clock.now())
            .await
            .expect("the parts are valid");
        let options = OidcOptions::new(&provider.issuer, "desk").expect("the parts are valid");
        let options = options.with_secret(SECRET.to_owned()).with_scopes(["profile"]);
        let client =
            OidcProvider::new(change(options), clock.clone()).expect("the parts are valid");
        let roles = [("ill-staff", Role::Staff), ("ill-admins", Role::Administrator)];
        let roles = roles.map(|(value, role)| (value.to_owned(), role)).into();
        let rules = StaffRules {
            agency: AgencyRule::Fixed(library),
            role: RoleRule::Table { claim: "groups".to_owned(), roles },
            name_claim: "name".to_owned(),
            login_claim: "preferred_username".to_owned(),
        };
        let campus = Provider {
            id: ProviderId::new("campus").expect("the parts are valid"),
            labels: ProviderLabels::new("Campus"),
            people: People::Staff(rules),
            creates: true,
            client: Arc::new(client),
        };
        let address =
            PublicAddress::new("https://ill.example.org/desk").expect("the parts are valid");
        let sign_on = SingleSignOn::new(identity.clone(), address, entropy, [campus]);
        Self { sign_on, identity, clock }
    }

    /// Leads a person to the provider, which remembers the visit.
    pub(crate) async fn visit(&self, provider: &FakeProvider) -> Visit {
        let begun =
            self.sign_on.begin("campus", "/supply?page=2").await.expect("the parts are valid");
        let url = reqwest::Url::parse(&begun.address).expect("the parts are valid");
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        provider.expect_visit(&query, self.clock.now().as_seconds());
        Visit { begun, query }
    }

    /// Leads a person to the provider and back.
    pub(crate) async fn sign_in(&self, provider: &FakeProvider) -> Result<SignedOn, SignOnError> {
        let visit = self.visit(provider).await;
        let state = &visit.query["state"];
        let callback = Callback { state: Some(state), code: Some(CODE), ..Callback::default() };
        self.finish(&visit, callback).await
    }

    pub(crate) async fn finish(
        &self,
        visit: &Visit,
        callback: Callback<'_>,
    ) -> Result<SignedOn, SignOnError> {
        self.sign_on.finish("campus", callback, Some(&visit.begun.cookie)).await
    }
}

/// The code that the provider issues.
pub(crate) const CODE: &str = "a-secret-code";

/// Returns the code of a refusal.
#[track_caller]
pub(crate) fn refusal(result: Result<SignedOn, SignOnError>) -> &'static str {
    match result {
        Err(SignOnError::Refused(refusal)) => refusal.code(),
        other => panic!("it is refused: {other:?}"),
    }
}

/// The timeout of requests in tests of a provider that does not answer.
pub(crate) const SHORT: Duration = Duration::from_millis(300);
