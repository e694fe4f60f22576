use super::identity_provider::{ProviderAnswer, VerifiedPerson, is_subject};
use super::pending::SECONDS;
use super::provider::{People, Provider};
use super::provider_id::ProviderId;
use super::refusal::{SignOnError, SignOnRefusal};
use super::rules::{PatronRules, StaffRules};
use crate::accounts::{LinkedAccount, Who};
use crate::identity::Identity;
use desktop_delivery::{AgencyId, Contact, Directory as _, Entropy, Participant, PublicAddress};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Signs in people who come from a provider.
#[derive(Clone, Debug)]
pub struct SingleSignOn {
    identity: Identity,
    address: PublicAddress,
    entropy: Arc<dyn Entropy>,
    providers: Arc<[Provider]>,
}

/// A sign-in that has begun: where to send the browser, and the cookie to set.
pub struct BeginSignOn {
    /// The address of the provider's sign-in page.
    pub address: String,
    /// The name of the cookie, without a prefix.
    pub cookie_name: String,
    /// The value of the cookie, a secret.
    pub cookie: Zeroizing<String>,
    /// The lifetime of the cookie in seconds: 600.
    pub seconds: i64,
}

/// The query with which a provider sends the browser back.
#[derive(Clone, Copy, Default)]
pub struct Callback<'a> {
    /// `state`.
    pub state: Option<&'a str>,
    /// `code`.
    pub code: Option<&'a str>,
    /// `error`.
    pub error: Option<&'a str>,
    /// `iss` (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// A person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedOn {
    /// Who it is, for [`Sessions::begin`](crate::accounts::Sessions::begin).
    pub who: Who,
    /// The page to return to, as passed to [`SingleSignOn::begin`].
    pub next: String,
}

impl SingleSignOn {
    /// Creates the sign-in at these providers, for browsers that use this public address.
    #[must_use]
    pub fn new(
        identity: Identity,
        address: PublicAddress,
        entropy: Arc<dyn Entropy>,
        providers: impl Into<Arc<[Provider]>>,
    ) -> Self {
        Self { identity, address, entropy, providers: providers.into() }
    }

    /// Returns the providers.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// Returns a provider, or `None` if there is none with this name.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id.as_str() == id)
    }

    /// Returns whether patrons of a library can sign in at a provider.
    #[must_use]
    pub fn serves_patrons_of(&self, library: &AgencyId) -> bool {
        self.providers.iter().any(|provider| !provider.is_for_staff() && provider.serves(library))
    }

    /// Returns the redirect URI of a provider, which must be registered there.
    #[must_use]
    pub fn redirect_uri(&self, id: &ProviderId) -> String {
        format!("{}/sign-in/callback/{id}", self.address.as_str())
    }

    /// Returns the name of the cookie for the attempt with this state. Each attempt has its own, so
    /// that a person can sign in in two tabs.
    #[must_use]
    pub fn cookie_name(state: &str) -> String {
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        format!("desk_sign_on_{}", state.chars().filter(is_plain).take(8).collect::<String>())
    }

    /// Begins a sign-in. `next` is the page to return to.
    ///
    /// # Errors
    /// [`SignOnError`] if the provider is unknown or does not answer, or the registry fails.
    pub async fn begin(&self, id: &str, next: &str) -> Result<BeginSignOn, SignOnError> {
        let provider = self.provider(id).ok_or(SignOnRefusal::ProviderUnknown)?;
        let attempt = self.identity.pending_sign_ins.begin(&provider.id, next).await?;
        let callback = self.redirect_uri(&provider.id);
        let address = provider.client.sign_in_address(&attempt.secrets, &callback).await?;
        let cookie_name = Self::cookie_name(&attempt.secrets.state);
        Ok(BeginSignOn { address, cookie_name, cookie: attempt.cookie, seconds: SECONDS })
    }

    /// Ends a sign-in, with the cookie of the attempt.
    ///
    /// # Errors
    /// [`SignOnError`] if the person is not signed in, or the registry fails.
    pub async fn finish(
        &self,
        id: &str,
        callback: Callback<'_>,
        cookie: Option<&str>,
    ) -> Result<SignedOn, SignOnError> {
        let provider = self.provider(id).ok_or(SignOnRefusal::ProviderUnknown)?;
        let (Some(state), Some(cookie)) = (callback.state, cookie) else {
            return Err(SignOnRefusal::AttemptUnknown.into());
        };
        let attempt = self.identity.pending_sign_ins.end(&provider.id, cookie, state).await?;
        let code = match (callback.error, callback.code) {
            (Some("access_denied"), _) => return Err(SignOnRefusal::AccessDenied.into()),
            (None, Some(code)) if !code.is_empty() => code,
            (error, _) => {
                let (provider, error) = (id, error.map_or("none", error_code));
                tracing::warn!(provider, error, "a provider sent no authorization code");
                return Err(SignOnRefusal::ProviderError.into());
            }
        };
        let answer = ProviderAnswer {
            code: Zeroizing::new(code.to_owned()),
            issuer: callback.issuer.map(ToOwned::to_owned),
        };
        let redirect_uri = self.redirect_uri(&provider.id);
        let (secrets, claims) = (&attempt.secrets, provider.claims());
        let person = provider.client.person(answer, secrets, &redirect_uri, &claims).await?;
        if !is_subject(&person.subject) {
            tracing::warn!("a provider identifies a person by an invalid `sub`");
            return Err(SignOnRefusal::ProviderError.into());
        }
        let who = match &provider.people {
            People::Staff(rules) => self.staff(provider, rules, &person).await?,
            People::Patrons(rules) => self.patron(provider, rules, &person).await?,
        };
        Ok(SignedOn { who, next: attempt.next })
    }

    /// Returns the address of the provider's sign-out page, which leads back to this path.
    pub async fn sign_out_address(&self, id: &str, return_to: &str) -> Option<String> {
        let return_to = format!("{}{return_to}", self.address.as_str());
        self.provider(id)?.client.sign_out_address(&return_to).await
    }

    async fn staff(
        &self,
        provider: &Provider,
        rules: &StaffRules,
        person: &VerifiedPerson,
    ) -> Result<Who, SignOnError> {
        let claimed = rules.apply(&person.claims)?;
        self.library(&claimed.agency).await?;
        let linked = LinkedAccount {
            issuer: &person.issuer,
            subject: &person.subject,
            agency: &claimed.agency,
            name: claimed.name.as_deref(),
            role: claimed.role,
        };
        let accounts = &self.identity.accounts;
        let found = match accounts.sign_in_linked(&linked).await? {
            None if provider.creates => {
                accounts.create_linked(&linked, claimed.login.as_ref()).await?
            }
            found => found,
        };
        let (login, account) =
            found.ok_or_else(|| SignOnRefusal::NoAccount { subject: person.subject.clone() })?;
        if account.disabled {
            return Err(SignOnRefusal::AccountDisabled.into());
        }
        let provider = Some(provider.id.to_string());
        Ok(Who::Staff { login: login.to_string(), epoch: account.epoch, provider })
    }

    async fn patron(
        &self,
        provider: &Provider,
        rules: &PatronRules,
        person: &VerifiedPerson,
    ) -> Result<Who, SignOnError> {
        let claimed = rules.apply(&person.claims)?;
        let library = self.library(&claimed.agency).await?;
        let (agency, patron) = (claimed.agency, claimed.number);
        let directory = &self.identity.directory;
        if directory.patrons().find(&agency, &patron).await?.is_none() {
            if !provider.creates {
                return Err(SignOnRefusal::PatronUnknown.into());
            }
            let email = claimed.email.as_ref().map_or("", |email| email.as_str());
            let contact = Contact::new(claimed.name.unwrap_or_default(), email)
                .with_language(library.language);
            directory.put_patron(&agency, &patron, &contact).await?;
        }
        let stamp = directory.patrons().provider_stamp(&agency, &patron, &*self.entropy).await?;
        let stamp = stamp.ok_or(SignOnRefusal::PatronUnknown)?;
        Ok(Who::Patron { agency, patron, stamp, provider: Some(provider.id.to_string()) })
    }

    async fn library(&self, agency: &AgencyId) -> Result<Participant, SignOnError> {
        let found = self.identity.directory.participant(agency).await?;
        Ok(found.ok_or(SignOnRefusal::NoLibrary)?)
    }
}

/// Returns an OAuth error code for the log, or a placeholder: anyone can open the callback with any
/// text.
fn error_code(text: &str) -> &str {
    let is_plain = text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_plain { text } else { "other" }
}

impl fmt::Debug for BeginSignOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BeginSignOn(..)")
    }
}

impl fmt::Debug for Callback<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback(..)")
    }
}
