use crate::startup_error::StartupError;
use desktop_delivery_mail::Sender;
use serde::Deserialize;
use std::num::NonZeroU32;

/// The sender of emails.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MailSettings {
    /// The sender address.
    pub from: String,
    /// The address to which bounces return. Default: `from`.
    pub envelope: Option<String>,
    /// How long a server leases a notice while sending it, in seconds, at least 1. If the server
    /// dies, another one sends the notice after this time. Must exceed the time that the mail
    /// server may take to respond; otherwise some notices are sent twice.
    pub lease_seconds: NonZeroU32,
}

const LEASE_SECONDS: NonZeroU32 = NonZeroU32::new(900).expect("it is not 0");

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            from: "desktop-delivery@localhost".to_owned(),
            envelope: None,
            lease_seconds: LEASE_SECONDS,
        }
    }
}

impl MailSettings {
    /// Returns the sender of emails.
    pub(crate) fn sender(&self) -> Result<Sender, StartupError> {
        let wrong = |error| StartupError::new("mail.from or mail.envelope is not valid", error);
        let sender = Sender::new(&self.from).map_err(wrong)?;
        match &self.envelope {
            Some(envelope) => sender.with_envelope(envelope).map_err(wrong),
            None => Ok(sender),
        }
    }
}
