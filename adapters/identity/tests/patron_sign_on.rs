//! Patrons who sign in at a provider.

use async_trait::async_trait;
use desktop_delivery::memory::MemoryRegistry;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{
    Actor, AgencyId, Clock as _, Contact, Language, Participant, PatronId, PublicAddress,
};
use desktop_delivery_identity::Identity;
use desktop_delivery_identity::accounts::Who;
use desktop_delivery_identity::single_sign_on::{
    AgencyRule, AttemptSecrets, Callback, Claims, IdentityProvider, PatronRules, People, Provider,
    ProviderAnswer, ProviderId, ProviderLabels, SignOnError, SignOnRefusal, SingleSignOn,
    VerifiedPerson,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// A provider at which everyone has these claims. The state is in its address.
#[derive(Debug)]
struct Everyone(Value);

#[async_trait]
impl IdentityProvider for Everyone {
    async fn sign_in_address(
        &self,
        secrets: &AttemptSecrets,
        _: &str,
    ) -> Result<String, SignOnRefusal> {
        Ok(secrets.state.to_string())
    }

    async fn person(
        &self,
        _: ProviderAnswer,
        _: &AttemptSecrets,
        _: &str,
        _: &[&str],
    ) -> Result<VerifiedPerson, SignOnRefusal> {
        let Value::Object(claims) = self.0.clone() else { unreachable!("claims are an object") };
        let (issuer, subject) = ("https://login.example.org".to_owned(), "1f2e".to_owned());
        Ok(VerifiedPerson { issuer, subject, claims: Claims::new(claims) })
    }

    async fn sign_out_address(&self, _: &str) -> Option<String> {
        None
    }
}

struct Library {
    identity: Identity,
    id: AgencyId,
}

impl Library {
    async fn new() -> Self {
        let registry = Arc::new(MemoryRegistry::new());
        let identity = Identity::new(registry, Arc::new(SystemEntropy), Arc::new(SystemClock));
        let (identity, id) = (
            identity.expect("the parts are valid"),
            AgencyId::new("CA-QMU").expect("the parts are valid"),
        );
        let library = Participant::new(id.clone(), "McGill University Library");
        let library = library.with_language(Language::FRENCH);
        let now = SystemClock.now();
        identity
            .directory
            .put_participant(&library, &Actor::System, now)
            .await
            .expect("the parts are valid");
        Self { identity, id }
    }

    /// Signs a patron in with these claims.
    async fn sign_in(&self, claims: Value, creates: bool) -> Result<Who, &'static str> {
        let rules = PatronRules {
            agency: AgencyRule::Id { claim: "library".to_owned() },
            number_claim: "card".to_owned(),
            name_claim: "name".to_owned(),
            email_claim: "email".to_owned(),
            trusts_email: false,
        };
        let provider = Provider {
            id: ProviderId::new("card").expect("the parts are valid"),
            labels: ProviderLabels::new("your card"),
            people: People::Patrons(rules),
            creates,
            client: Arc::new(Everyone(claims)),
        };
        let address = PublicAddress::new("https://ill.example.org").expect("the parts are valid");
        let entropy = Arc::new(SystemEntropy);
        let sign_on = SingleSignOn::new(self.identity.clone(), address, entropy, [provider]);
        let begun = sign_on.begin("card", "/track/requests").await.expect("the parts are valid");
        let (state, code) = (Some(&*begun.address), Some("code"));
        let callback = Callback { state, code, ..Callback::default() };
        match sign_on.finish("card", callback, Some(&begun.cookie)).await {
            Ok(signed) => Ok(signed.who),
            Err(SignOnError::Refused(refusal)) => Err(refusal.code()),
            Err(error) => panic!("{error}"),
        }
    }

    async fn contact(&self, patron: &PatronId) -> Option<Contact> {
        self.identity.directory.contact(&self.id, patron).await.expect("the parts are valid")
    }
}

fn carla() -> Value {
    json!({
        "library": "CA-QMU", "card": "p-2041", "name": "Carla Santos",
        "email": "carla@example.org", "email_verified": true,
    })
}

#[tokio::test]
async fn a_known_patron_signs_in_and_keeps_the_contact_that_the_host_stored() {
    let library = Library::new().await;
    let patron = PatronId::new("p-2041").unwrap();
    assert_eq!(library.sign_in(carla(), false).await, Err("patron-unknown"));
    let directory = &library.identity.directory;
    let contact = Contact::new("C. Santos", "santos@example.org");
    directory.put_patron(&library.id, &patron, &contact).await.unwrap();
    let who = library.sign_in(carla(), true).await.unwrap();
    let Who::Patron { stamp, provider, .. } = &who else { panic!("it is a patron") };
    assert_eq!(provider.as_deref(), Some("card"));
    assert!(library.contact(&patron).await == Some(contact.clone()));

    // The session survives a new password, and ends with the record.
    let patrons = directory.patrons();
    let allows = async |provider: Option<&str>| {
        let stored = patrons.find(&library.id, &patron).await.unwrap();
        stored.is_some_and(|stored| stored.allows_session(stamp, provider))
    };
    patrons.set_tracking_password(&library.id, &patron, Some("hash")).await.unwrap();
    directory.put_patron(&library.id, &patron, &contact).await.unwrap();
    assert!(allows(Some("card")).await && !allows(None).await);
    assert_eq!(library.sign_in(carla(), false).await, Ok(who.clone()));
    directory.remove_patron(&library.id, &patron).await.unwrap();
    directory.put_patron(&library.id, &patron, &contact).await.unwrap();
    assert!(!allows(Some("card")).await, "the earlier session is over");
    assert!(library.sign_in(carla(), false).await.unwrap() != who);
}

#[tokio::test]
async fn a_new_patron_gets_a_verified_address_and_the_language_of_the_library() {
    let library = Library::new().await;
    let patron = PatronId::new("p-2041").unwrap();
    library.sign_in(carla(), true).await.unwrap();
    let contact = library.contact(&patron).await.unwrap();
    let expected = Contact::new("Carla Santos", "carla@example.org");
    assert!(contact == expected.with_language(Language::FRENCH));

    let mut unverified = carla();
    (unverified["card"], unverified["email_verified"]) = (json!("p-2042"), json!(false));
    library.sign_in(unverified, true).await.unwrap();
    let contact = library.contact(&PatronId::new("p-2042").unwrap()).await.unwrap();
    assert_eq!(contact.emails.to_text(), "");

    for (name, value, code) in [
        ("library", json!("CA-OTU"), "no-library"),
        ("library", json!(null), "no-library"),
        ("card", json!(null), "no-number"),
    ] {
        let mut claims = carla();
        claims[name] = value;
        assert_eq!(library.sign_in(claims, true).await, Err(code));
    }
}
