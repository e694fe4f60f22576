use crate::http_client::{HttpError, ProviderHttp};
use crate::options::OidcOptions;
use desktop_delivery::{Clock, Timestamp};
use desktop_delivery_identity::single_sign_on::SignOnRefusal;
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, ProviderMetadata};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Mutex;

/// How long metadata and keys are used, in seconds.
const FRESH_SECONDS: i64 = 3_600;
/// The shortest time between two requests for keys, in seconds.
const REFRESH_SECONDS: i64 = 30;
/// The pause after a provider did not answer, in seconds. Without it, many people who sign in during
/// an outage would wait for each other's timeouts.
const PAUSE_SECONDS: i64 = 5;

/// Metadata that `openidconnect` does not have: RP-Initiated Logout §2.1 and RFC 9207 §3.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct More {
    #[serde(default)]
    pub(crate) end_session_endpoint: Option<reqwest::Url>,
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

pub(crate) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The metadata and keys of a provider, fetched when they are needed.
#[derive(Debug)]
pub(crate) struct Discovery {
    held: Mutex<Held>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Default)]
struct Held {
    metadata: Option<Arc<Metadata>>,
    /// When the metadata were fetched.
    fetched: Option<Timestamp>,
    /// When they were last requested, with or without success.
    requested: Option<Timestamp>,
}

impl Discovery {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { held: Mutex::default(), clock }
    }

    /// Returns the metadata, which are at most an hour old if the provider answers.
    pub(crate) async fn metadata(
        &self,
        options: &OidcOptions,
        http: &ProviderHttp,
    ) -> Result<Arc<Metadata>, SignOnRefusal> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        let is_fresh =
            |at: Option<Timestamp>, seconds| at.is_some_and(|at| now < at.plus_seconds(seconds));
        if let Some(metadata) = &held.metadata
            && (is_fresh(held.fetched, FRESH_SECONDS) || is_fresh(held.requested, REFRESH_SECONDS))
        {
            return Ok(Arc::clone(metadata));
        }
        if held.metadata.is_none() && is_fresh(held.requested, PAUSE_SECONDS) {
            return Err(SignOnRefusal::ProviderUnreachable);
        }
        match (held.fetch(options, http, &*self.clock).await, &held.metadata) {
            (Ok(metadata), _) => Ok(metadata),
            // Outdated metadata are better than no sign-in.
            (Err(_), Some(earlier)) => Ok(Arc::clone(earlier)),
            (Err(refusal), None) => Err(refusal),
        }
    }

    /// Returns the metadata with current keys, after a token had an unknown key. Returns `None` if
    /// they were requested less than 30 seconds ago.
    pub(crate) async fn refreshed(
        &self,
        options: &OidcOptions,
        http: &ProviderHttp,
    ) -> Option<Arc<Metadata>> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if held.requested.is_some_and(|at| now < at.plus_seconds(REFRESH_SECONDS)) {
            return None;
        }
        held.fetch(options, http, &*self.clock).await.ok()
    }
}

impl Held {
    async fn fetch(
        &mut self,
        options: &OidcOptions,
        http: &ProviderHttp,
        clock: &dyn Clock,
    ) -> Result<Arc<Metadata>, SignOnRefusal> {
        let metadata = Metadata::discover_async(options.issuer.clone(), http).await;
        let now = clock.now();
        self.requested = Some(now);
        let metadata = metadata.map_err(|error| refusal(&error, options))?;
        let endpoints = [
            Some(metadata.authorization_endpoint().url()),
            metadata.token_endpoint().map(|endpoint| endpoint.url()),
            metadata.additional_metadata().end_session_endpoint.as_ref(),
        ];
        if !endpoints.into_iter().flatten().all(|url| http.allows(url)) {
            let issuer = options.issuer.as_str();
            tracing::warn!(issuer, "an endpoint of the provider is not https");
            return Err(SignOnRefusal::ProviderError);
        }
        let metadata = Arc::new(metadata);
        (self.metadata, self.fetched) = (Some(Arc::clone(&metadata)), Some(now));
        Ok(metadata)
    }
}

fn refusal(error: &DiscoveryError<HttpError>, options: &OidcOptions) -> SignOnRefusal {
    let issuer = options.issuer.as_str();
    let reason = match error {
        DiscoveryError::Request(error) => return error.refusal(issuer),
        DiscoveryError::Response(status, ..) if !status.is_success() => {
            let status = status.as_u16();
            tracing::warn!(issuer, status, "the provider does not answer with its metadata");
            return SignOnRefusal::ProviderUnreachable;
        }
        DiscoveryError::Validation(_) => "they name another issuer",
        _ => "they cannot be read",
    };
    tracing::warn!(issuer, reason, "the provider's metadata are not valid");
    SignOnRefusal::ProviderError
}
