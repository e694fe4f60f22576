use crate::address::{ascii_domain, needs_utf8};
use crate::error::SettingsError;
use lettre::Address;
use std::fmt;

/// The sender address of an installation. One address is used for all libraries, and the mail
/// server must be authorized to send for it (SPF, DKIM and DMARC check this address). The library
/// appears in the display name and in Reply-To.
#[derive(Clone, PartialEq, Eq)]
pub struct Sender {
    pub(crate) from: Address,
    pub(crate) envelope: Address,
    pub(crate) domain: String,
}

impl Sender {
    /// Sets the sender address. Bounces return to it, and its domain is used in message ids.
    ///
    /// # Errors
    /// [`SettingsError`] if it is not a valid address.
    pub fn new(address: &str) -> Result<Self, SettingsError> {
        let from = parse(address)?;
        let domain = from.domain().to_owned();
        Ok(Self { envelope: from.clone(), from, domain })
    }

    /// Sets the envelope sender, to which bounces return (RFC 5321 §4.4, Return-Path). Default: the
    /// sender address.
    ///
    /// # Errors
    /// [`SettingsError`] if it is not a valid address.
    pub fn with_envelope(mut self, address: &str) -> Result<Self, SettingsError> {
        self.envelope = parse(address)?;
        Ok(self)
    }

    /// Sets the domain in message ids. Default: the domain of the sender address.
    ///
    /// # Errors
    /// [`SettingsError`] if it is not a domain.
    pub fn with_message_id_domain(mut self, domain: &str) -> Result<Self, SettingsError> {
        let ascii = ascii_domain(domain);
        let made = ascii.and_then(|domain| Address::new("postmaster", domain).ok());
        let address = made.ok_or(SettingsError::new("the domain of message ids is not valid"))?;
        self.domain = address.domain().to_owned();
        Ok(self)
    }
}

/// Omits the addresses, which may be a person's.
impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("domain", &self.domain).finish_non_exhaustive()
    }
}

fn parse(address: &str) -> Result<Address, SettingsError> {
    let wrong = SettingsError::new("the sender's address is not a valid email address");
    // Unlike a library's address, this one may have a host without a dot, such as `desk@localhost`.
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
