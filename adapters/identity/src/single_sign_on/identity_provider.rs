use super::claims::Claims;
use super::refusal::SignOnRefusal;
use async_trait::async_trait;
use std::fmt;
use zeroize::Zeroizing;

/// A provider at which people sign in.
///
/// # Contract
/// An implementation verifies that the response is from this provider, for this client and for this
/// attempt. It writes no tokens, codes or claims to logs and errors.
#[async_trait]
pub trait IdentityProvider: fmt::Debug + Send + Sync {
    /// Returns the address to which the browser is sent to sign in.
    ///
    /// # Errors
    /// [`SignOnRefusal::ProviderUnreachable`] if the provider does not answer.
    async fn sign_in_address(
        &self,
        secrets: &AttemptSecrets,
        callback: &str,
    ) -> Result<String, SignOnRefusal>;

    /// Returns the person who signed in, with those of the named claims that the provider has.
    ///
    /// # Errors
    /// [`SignOnRefusal`] if the provider does not answer, or its answer is not genuine.
    async fn person(
        &self,
        answer: ProviderAnswer,
        secrets: &AttemptSecrets,
        callback: &str,
        claims: &[&str],
    ) -> Result<VerifiedPerson, SignOnRefusal>;

    /// Returns the address of the provider's sign-out page, which leads back to `return_to`; `None`
    /// if the provider has no such page or does not answer.
    async fn sign_out_address(&self, return_to: &str) -> Option<String>;
}

/// The secrets of one attempt, each 43 characters of base64url.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptSecrets {
    /// The value that the provider returns in the callback (RFC 6749 §10.12).
    pub state: Zeroizing<String>,
    /// The value that the provider includes in the ID token (OpenID Connect Core §3.1.2.1).
    pub nonce: Zeroizing<String>,
    /// The PKCE code verifier (RFC 7636 §4.1).
    pub verifier: Zeroizing<String>,
}

/// The answer of a provider, from the query of the callback.
pub struct ProviderAnswer {
    /// The authorization code.
    pub code: Zeroizing<String>,
    /// The issuer (RFC 9207).
    pub issuer: Option<String>,
}

/// A person that a provider has verified.
#[derive(Clone)]
pub struct VerifiedPerson {
    /// The issuer.
    pub issuer: String,
    /// The identifier of the person at the issuer, which never changes.
    pub subject: String,
    /// The claims.
    pub claims: Claims,
}

/// Returns whether a text can be the identifier of a person: 1 to 255 bytes of ASCII (OpenID Connect
/// Core §2) without control characters. Otherwise, everyone whose provider sends an empty one would
/// be the same person.
#[must_use]
pub fn is_subject(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
redacted!(AttemptSecrets, ProviderAnswer, VerifiedPerson);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_short_ascii_text_that_is_not_empty() {
        for subject in ["f3c1", "Ada Lovelace", &"x".repeat(255)] {
            assert!(is_subject(subject), "{subject}");
        }
        for subject in ["", "a\0b", "ad\u{e9}", &"x".repeat(256)] {
            assert!(!is_subject(subject), "{subject}");
        }
    }
}
