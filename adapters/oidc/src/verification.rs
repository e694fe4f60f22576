use crate::discovery::Metadata;
use crate::options::OidcOptions;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use desktop_delivery::Timestamp;
use desktop_delivery_identity::single_sign_on::{Claims, SignOnRefusal, VerifiedPerson};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm as Algorithm};
use openidconnect::{ClaimsVerificationError, Nonce, SignatureVerificationError};

/// How far the clocks of provider and server may differ, in seconds.
const SKEW_SECONDS: i64 = 60;

/// The algorithms that are accepted: asymmetric ones. With HMAC, anyone who knows the secret of the
/// client could issue ID tokens.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// The reason why an ID token is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// The provider may have new keys.
    UnknownKey,
    Refused(SignOnRefusal),
}

/// Verifies an ID token (OpenID Connect Core §3.1.3.7) and returns the person.
pub(crate) fn verify(
    token: &CoreIdToken,
    nonce: &Nonce,
    options: &OidcOptions,
    metadata: &Metadata,
    now: Timestamp,
) -> Result<VerifiedPerson, TokenFault> {
    let time = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let now = now.as_seconds();
    // A client without a secret accepts no HMAC, whatever the allowed algorithms are.
    let verifier = CoreIdTokenVerifier::new_public_client(
        options.client_id.clone(),
        options.issuer.clone(),
        metadata.jwks().clone(),
    )
    .set_allowed_algs(ALGORITHMS)
    .set_time_fn(move || time(now - SKEW_SECONDS))
    .set_issue_time_verifier_fn(move |issued| match issued > time(now + SKEW_SECONDS) {
        true => Err(ISSUED_LATER.to_owned()),
        false => Ok(()),
    });
    let claims = token.claims(&verifier, nonce).map_err(|error| fault(&error))?;
    let (issuer, subject) = (claims.issuer().to_string(), claims.subject().to_string());
    let malformed = || TokenFault::Refused(SignOnRefusal::ProviderError);
    let claims = all_claims(token).ok_or_else(malformed)?;
    // `nbf` is a claim of JWT (RFC 7519 §4.1.5), which ID tokens may have.
    let begins = claims.text("nbf").and_then(|text| text.parse::<i64>().ok());
    if begins.is_some_and(|begins| begins > now + SKEW_SECONDS) {
        return Err(TokenFault::Refused(SignOnRefusal::TokenExpired));
    }
    Ok(VerifiedPerson { issuer, subject, claims })
}

const ISSUED_LATER: &str = "issued later";

/// Returns all claims of a verified ID token, including those without a field in `openidconnect`.
fn all_claims(token: &CoreIdToken) -> Option<Claims> {
    let text = token.to_string();
    let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok().map(Claims::new)
}

fn fault(error: &ClaimsVerificationError) -> TokenFault {
    use ClaimsVerificationError as Wrong;
    use SignatureVerificationError as Signature;
    TokenFault::Refused(match error {
        Wrong::Expired(_) => SignOnRefusal::TokenExpired,
        Wrong::InvalidAudience(_) => SignOnRefusal::TokenAudience,
        Wrong::InvalidIssuer(_) => SignOnRefusal::TokenIssuer,
        Wrong::InvalidNonce(_) => SignOnRefusal::TokenNonce,
        Wrong::SignatureVerification(Signature::NoMatchingKey) => return TokenFault::UnknownKey,
        Wrong::SignatureVerification(
            Signature::DisallowedAlg(_) | Signature::NoSignature | Signature::UnsupportedAlg(_),
        ) => SignOnRefusal::TokenAlgorithm,
        Wrong::SignatureVerification(_) => SignOnRefusal::TokenSignature,
        Wrong::Other(reason) if reason.contains(ISSUED_LATER) => SignOnRefusal::TokenExpired,
        _ => SignOnRefusal::ProviderError,
    })
}
