use crate::address::{ascii_domain, needs_utf8};
use crate::error::SettingsError;
use lettre::Address;
use std::fmt;

/// Says in whose name an installation mails: one address for all libraries, which its mail server
/// lets it use (SPF, DKIM and DMARC judge this one). The library itself is in the display name and
/// in Reply-To.
#[derive(Clone, PartialEq, Eq)]
pub struct Sender {
    pub(crate) from: Address,
    pub(crate) envelope: Address,
    pub(crate) domain: String,
}

impl Sender {
    /// Mails from this address; bounces come to it too, and its domain is that of message ids.
    ///
    /// # Errors
    /// [`SettingsError`] where it is no mail address.
    pub fn new(address: &str) -> Result<Self, SettingsError> {
        let from = parse(address)?;
        let domain = from.domain().to_owned();
        Ok(Self { envelope: from.clone(), from, domain })
    }

    /// Has bounces come to another address (RFC 5321 section 4.4, Return-Path).
    ///
    /// # Errors
    /// [`SettingsError`] where it is no mail address.
    pub fn with_envelope(mut self, address: &str) -> Result<Self, SettingsError> {
        self.envelope = parse(address)?;
        Ok(self)
    }

    /// Sets the domain on the right of message ids, where it is not the address's.
    ///
    /// # Errors
    /// [`SettingsError`] where it is no domain.
    pub fn with_message_id_domain(mut self, domain: &str) -> Result<Self, SettingsError> {
        let ascii = ascii_domain(domain);
        let made = ascii.and_then(|domain| Address::new("postmaster", domain).ok());
        let address =
            made.ok_or(SettingsError::new("the domain of message ids is not a domain"))?;
        self.domain = address.domain().to_owned();
        Ok(self)
    }
}

/// Not the addresses: an operator's may be a person's.
impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("domain", &self.domain).finish_non_exhaustive()
    }
}

fn parse(address: &str) -> Result<Address, SettingsError> {
    let wrong = SettingsError::new("the sender's address is not a mail address");
    // Unlike that of a library, it may be on a host without a domain, such as `desk@localhost`.
    let parts = address.trim().rsplit_once('@');
    let parsed = parts.and_then(|(local, domain)| Address::new(local, ascii_domain(domain)?).ok());
    let address = parsed.ok_or(wrong)?;
    if needs_utf8(&address) {
        return Err(SettingsError::new(
            "the sender's address has letters beyond ASCII before the @ sign, which many mail servers \
             reject; use another address",
        ));
    }
    Ok(address)
}
