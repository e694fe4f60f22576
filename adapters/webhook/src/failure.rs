use desktop_delivery::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why an attempt to deliver failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FailureReason {
    /// The host has only addresses that are not allowed, or plain HTTP is not allowed for it.
    AddressNotAllowed,
    /// The response is not valid HTTP, or the connection broke.
    BadResponse,
    /// The name of the host could not be resolved.
    NameNotResolved,
    /// The receiver answered with a status other than 2xx.
    Status,
    /// The receiver did not answer in time.
    TimedOut,
    /// The TLS handshake failed, for example because of the certificate.
    TlsFailed,
    /// No connection could be opened.
    Unreachable,
}

impl FailureReason {
    /// Returns a stable identifier in kebab case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AddressNotAllowed => "address-not-allowed",
            Self::BadResponse => "bad-response",
            Self::NameNotResolved => "name-not-resolved",
            Self::Status => "status",
            Self::TimedOut => "timed-out",
            Self::TlsFailed => "tls-failed",
            Self::Unreachable => "unreachable",
        }
    }
}

impl fmt::Display for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failed attempt, without anything that the receiver sent except its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// When the attempt ended.
    pub at: Timestamp,
    /// The `webhook-id` of the delivery.
    pub delivery: String,
    /// Why it failed.
    pub reason: FailureReason,
    /// The status that the receiver answered with, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}
