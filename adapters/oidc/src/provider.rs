use crate::discovery::{Discovery, Metadata};
use crate::http_client::ProviderHttp;
use crate::options::{OidcOptions, OptionsError};
use crate::verification::{TokenFault, verify};
use async_trait::async_trait;
use desktop_delivery::Clock;
use desktop_delivery_identity::single_sign_on::{
    AttemptSecrets, Claims, IdentityProvider, ProviderAnswer, SignOnRefusal, VerifiedPerson,
};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreGenderClaim, CoreIdToken,
    CoreTokenResponse,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AuthType, AuthorizationCode, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SubjectIdentifier, TokenResponse as _,
    UserInfoClaims, UserInfoError,
};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// An OpenID Connect provider.
#[derive(Debug)]
pub struct OidcProvider {
    options: OidcOptions,
    http: ProviderHttp,
    discovery: Discovery,
    clock: Arc<dyn Clock>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The claims of the userinfo endpoint for which `openidconnect` has no fields.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct MoreClaims {
    #[serde(flatten)]
    claims: Map<String, Value>,
}

impl AdditionalClaims for MoreClaims {}

impl OidcProvider {
    /// Creates the client of a provider. The provider is contacted at the first sign-in.
    ///
    /// # Errors
    /// [`OptionsError`] if the issuer does not use HTTPS, or a root certificate is not valid.
    pub fn new(options: OidcOptions, clock: Arc<dyn Clock>) -> Result<Self, OptionsError> {
        let http = ProviderHttp::new(&options)?;
        if !http.allows(options.issuer.url()) {
            return Err(OptionsError::IssuerHttp);
        }
        Ok(Self { options, http, discovery: Discovery::new(Arc::clone(&clock)), clock })
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, SignOnRefusal> {
        self.discovery.metadata(&self.options, &self.http).await
    }

    fn client(&self, metadata: &Metadata, callback: &str) -> Result<Client, SignOnRefusal> {
        let callback = RedirectUrl::new(callback.to_owned());
        let callback = callback.map_err(|_| SignOnRefusal::ProviderError)?;
        let secret = self.options.secret.clone();
        let client_id = self.options.client_id.clone();
        let client = CoreClient::from_provider_metadata(metadata.clone(), client_id, secret);
        // `client_secret_basic` is the default (OpenID Connect Discovery §3).
        let methods = metadata.token_endpoint_auth_methods_supported();
        let takes = |method| methods.is_none_or(|methods| methods.contains(&method));
        let auth = match takes(CoreClientAuthMethod::ClientSecretBasic) {
            true => AuthType::BasicAuth,
            false => AuthType::RequestBody,
        };
        Ok(client.set_redirect_uri(callback).set_auth_type(auth))
    }

    async fn tokens(
        &self,
        client: &Client,
        code: String,
        verifier: String,
    ) -> Result<CoreTokenResponse, SignOnRefusal> {
        let issuer = self.options.issuer.as_str();
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|_| {
            tracing::warn!(issuer, "the provider has no token endpoint");
            SignOnRefusal::ProviderError
        })?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        request.request_async(&self.http).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => {
                let error = error_code(answer.error().as_ref());
                tracing::warn!(issuer, error, "the provider refused the code or the client");
                SignOnRefusal::CodeRefused
            }
            RequestTokenError::Request(error) => error.refusal(issuer),
            _ => {
                tracing::warn!(issuer, "the answer of the token endpoint cannot be read");
                SignOnRefusal::ProviderError
            }
        })
    }

    /// Verifies an ID token, with new keys if its key is unknown.
    async fn verify(
        &self,
        token: &CoreIdToken,
        nonce: &Nonce,
        metadata: &Metadata,
    ) -> Result<VerifiedPerson, SignOnRefusal> {
        let now = self.clock.now();
        let mut verified = verify(token, nonce, &self.options, metadata, now);
        if verified.as_ref().err() == Some(&TokenFault::UnknownKey)
            && let Some(metadata) = self.discovery.refreshed(&self.options, &self.http).await
        {
            verified = verify(token, nonce, &self.options, &metadata, now);
        }
        verified.map_err(|fault| {
            let refusal = match fault {
                TokenFault::UnknownKey => SignOnRefusal::TokenSignature,
                TokenFault::Refused(refusal) => refusal,
            };
            let issuer = self.options.issuer.as_str();
            tracing::warn!(issuer, code = refusal.code(), "an ID token was refused: {refusal}");
            refusal
        })
    }

    /// Returns the claims of the userinfo endpoint, or none if the provider has no such endpoint.
    async fn user_info(
        &self,
        client: &Client,
        token: AccessToken,
        subject: &str,
    ) -> Result<Claims, SignOnRefusal> {
        let issuer = self.options.issuer.as_str();
        let subject = SubjectIdentifier::new(subject.to_owned());
        let Ok(request) = client.user_info(token, Some(subject)) else {
            return Ok(Claims::default());
        };
        let answer = request.request_async(&self.http).await;
        let claims: UserInfoClaims<MoreClaims, CoreGenderClaim> = match answer {
            Ok(claims) => claims,
            Err(UserInfoError::Request(error)) => return Err(error.refusal(issuer)),
            Err(_) => {
                tracing::warn!(issuer, "the answer of the userinfo endpoint is not valid");
                return Err(SignOnRefusal::ProviderError);
            }
        };
        match serde_json::to_value(&claims) {
            Ok(Value::Object(claims)) => Ok(Claims::new(claims)),
            _ => Err(SignOnRefusal::ProviderError),
        }
    }
}

#[async_trait]
impl IdentityProvider for OidcProvider {
    async fn sign_in_address(
        &self,
        secrets: &AttemptSecrets,
        callback: &str,
    ) -> Result<String, SignOnRefusal> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata, callback)?;
        let verifier = PkceCodeVerifier::new(secrets.verifier.to_string());
        let (state, nonce) = (secrets.state.to_string(), secrets.nonce.to_string());
        let mut request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        );
        request =
            request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in &self.options.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        Ok(request.url().0.into())
    }

    async fn person(
        &self,
        answer: ProviderAnswer,
        secrets: &AttemptSecrets,
        callback: &str,
        claims: &[&str],
    ) -> Result<VerifiedPerson, SignOnRefusal> {
        let metadata = self.metadata().await?;
        // RFC 9207 §2.4.
        let names_issuer =
            metadata.additional_metadata().authorization_response_iss_parameter_supported;
        let is_of_issuer = match &answer.issuer {
            Some(issuer) => issuer == self.options.issuer.as_str(),
            None => !names_issuer,
        };
        if !is_of_issuer {
            tracing::warn!(
                issuer = self.options.issuer.as_str(),
                "a callback names another issuer"
            );
            return Err(SignOnRefusal::IssuerMismatch);
        }
        let client = self.client(&metadata, callback)?;
        let code = answer.code.to_string();
        let tokens = self.tokens(&client, code, secrets.verifier.to_string()).await?;
        let token = tokens.id_token().ok_or(SignOnRefusal::ProviderError)?;
        let nonce = Nonce::new(secrets.nonce.to_string());
        let mut person = self.verify(token, &nonce, &metadata).await?;
        if claims.iter().any(|name| !person.claims.has(name)) {
            let token = tokens.access_token().clone();
            let more = self.user_info(&client, token, &person.subject).await?;
            person.claims.complete_with(more);
        }
        Ok(person)
    }

    async fn sign_out_address(&self, return_to: &str) -> Option<String> {
        let metadata = self.metadata().await.ok()?;
        let mut address: Url = metadata.additional_metadata().end_session_endpoint.clone()?;
        // Without `id_token_hint`, which would have to be stored with the session. The provider may
        // therefore ask for confirmation (RP-Initiated Logout §2).
        address
            .query_pairs_mut()
            .append_pair("client_id", &self.options.client_id)
            .append_pair("post_logout_redirect_uri", return_to);
        Some(address.into())
    }
}

/// Returns an OAuth error code for the log, or a placeholder: a faulty provider could send any text.
fn error_code(text: &str) -> &str {
    let is_plain = text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_plain { text } else { "other" }
}
