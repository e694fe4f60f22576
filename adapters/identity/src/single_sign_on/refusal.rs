use desktop_delivery::StoreError;
use std::fmt;

/// The reason why a person who came from a provider is not signed in.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignOnRefusal {
    /// The person or the provider declined.
    AccessDenied,
    /// The account is disabled.
    AccountDisabled,
    /// The attempt began more than 10 minutes ago.
    AttemptExpired,
    /// The attempt did not begin in this browser.
    AttemptUnknown,
    /// The attempt has ended.
    AttemptUsed,
    /// The provider does not accept the authorization code or this client.
    CodeRefused,
    /// The callback names another issuer.
    IssuerMismatch,
    /// No account is linked to the person, and the provider may not create one.
    NoAccount {
        /// The identifier of the person at the provider, for the administrator who links it.
        subject: String,
    },
    /// The claims contain no library, or several, or one that does not exist.
    NoLibrary,
    /// The claims contain no patron number.
    NoNumber,
    /// The claims contain no role.
    NoRole,
    /// The patron is unknown, and the provider may not create one.
    PatronUnknown,
    /// The provider reported an error, or its answer cannot be read.
    ProviderError,
    /// There is no such provider.
    ProviderUnknown,
    /// The provider does not answer.
    ProviderUnreachable,
    /// The ID token is signed with an algorithm that is not allowed, or not at all.
    TokenAlgorithm,
    /// The ID token is for another client.
    TokenAudience,
    /// The ID token has expired, or is not valid yet.
    TokenExpired,
    /// The ID token is from another issuer.
    TokenIssuer,
    /// The ID token is for another attempt.
    TokenNonce,
    /// The signature of the ID token is wrong.
    TokenSignature,
}

impl SignOnRefusal {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.parts().0
    }

    /// Returns a remedy for the operator.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.parts().2
    }

    const fn parts(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AccessDenied => {
                ("access-denied", "the sign-in was declined at the provider", "sign in again")
            }
            Self::AccountDisabled => (
                "account-disabled",
                "the account is disabled",
                "an administrator of the library can enable the account",
            ),
            Self::AttemptExpired => {
                ("attempt-expired", "the sign-in took longer than 10 minutes", "sign in again")
            }
            Self::AttemptUnknown => (
                "attempt-unknown",
                "the sign-in did not begin in this browser",
                "sign in again, in a browser that accepts cookies",
            ),
            Self::AttemptUsed => ("attempt-used", "the sign-in has already ended", "sign in again"),
            Self::CodeRefused => (
                "code-refused",
                "the provider refused the code or the client",
                "sign in again; if all fail, check the client id, the secret and the redirect URI",
            ),
            Self::IssuerMismatch => (
                "issuer-mismatch",
                "the answer names another issuer",
                "sign in again; if all fail, check the issuer in the settings",
            ),
            Self::NoAccount { .. } => (
                "no-account",
                "no account is linked to the person",
                "link an account with desk account link, or allow the provider to create accounts",
            ),
            Self::NoLibrary => (
                "no-library",
                "the claims lead to no participating library, or to several",
                "check the claims that the provider sends, and the rule for the library",
            ),
            Self::NoNumber => (
                "no-number",
                "the claims contain no patron number",
                "check the claims that the provider sends, and the name of the claim",
            ),
            Self::NoRole => (
                "no-role",
                "the claims lead to no role",
                "check the claims that the provider sends, and the rule for the role",
            ),
            Self::PatronUnknown => (
                "patron-unknown",
                "the patron is unknown",
                "add the patron, or allow the provider to create patrons",
            ),
            Self::ProviderError => (
                "provider-error",
                "the provider reported an error, or sent an answer that cannot be read",
                "try again later; the log has more details",
            ),
            Self::ProviderUnknown => (
                "provider-unknown",
                "there is no such provider",
                "check the address, or add the provider to the settings",
            ),
            Self::ProviderUnreachable => (
                "provider-unreachable",
                "the provider does not answer",
                "try again later; check that the server reaches the issuer",
            ),
            Self::TokenAlgorithm => (
                "token-algorithm",
                "the ID token is not signed with an asymmetric algorithm",
                "have the provider sign ID tokens with RS256 or ES256",
            ),
            Self::TokenAudience => (
                "token-audience",
                "the ID token is for another client",
                "check the client id in the settings",
            ),
            Self::TokenExpired => (
                "token-expired",
                "the ID token has expired or is not valid yet",
                "check the clocks of the provider and of this server",
            ),
            Self::TokenIssuer => (
                "token-issuer",
                "the ID token is from another issuer",
                "check the issuer in the settings",
            ),
            Self::TokenNonce => {
                ("token-nonce", "the ID token is for another attempt", "sign in again")
            }
            Self::TokenSignature => (
                "token-signature",
                "the signature of the ID token is wrong",
                "try again in a minute; if all fail, check the keys of the provider",
            ),
        }
    }
}

/// Omits the subject.
impl fmt::Debug for SignOnRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignOnRefusal").field(&self.code()).finish()
    }
}

impl fmt::Display for SignOnRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.parts().1)
    }
}

impl std::error::Error for SignOnRefusal {}

/// The error of a sign-in at a provider.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignOnError {
    /// The person is not signed in.
    #[error(transparent)]
    Refused(#[from] SignOnRefusal),
    /// The registry failed.
    #[error("a record of the sign-in could not be read or written")]
    Store(#[from] StoreError),
}
