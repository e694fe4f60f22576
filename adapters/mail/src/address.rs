//! Email addresses for SMTP.

use crate::error::Failure;
use desktop_delivery::participants::EmailAddress;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use lettre::Address;

/// Returns the address with its domain as A-labels (RFC 5891), which every mail server accepts.
///
/// A non-ASCII local part has no ASCII form and requires SMTPUTF8 (RFC 6531) on every server along
/// the way.
pub(crate) fn for_the_wire(address: &EmailAddress) -> Result<Address, Failure> {
    let domain = ascii_domain(address.domain()).ok_or(Failure::NotAnAddress)?;
    Address::new(address.local_part(), domain).map_err(|_| Failure::NotAnAddress)
}

/// Returns the ASCII form of a domain, or `None` if it is not a host name.
pub(crate) fn ascii_domain(domain: &str) -> Option<String> {
    let (deny, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    let ascii = Uts46::new().to_ascii(domain.as_bytes(), deny, hyphens, DnsLength::Verify);
    ascii.ok().map(std::borrow::Cow::into_owned)
}

/// Returns whether the local part of an address requires SMTPUTF8.
pub(crate) fn needs_utf8(address: &Address) -> bool {
    !address.user().is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(text: &str) -> Option<String> {
        let address = EmailAddress::new(text).ok()?;
        for_the_wire(&address).ok().map(|address| address.to_string())
    }

    #[test]
    fn domains_are_sent_in_ascii() {
        for (text, on_the_wire) in [
            ("a@exämple.org", "a@xn--exmple-cua.org"),
            ("A.b@Bibliothèque.Québec", "A.b@xn--bibliothque-59a.xn--qubec-csa"),
            ("a@faß.de", "a@xn--fa-hia.de"),
            ("a@例子.广告", "a@xn--fsqu00a.xn--4rr70v"),
            ("a@xn--exmple-cua.org", "a@xn--exmple-cua.org"),
            ("a@EXAMPLE.org", "a@example.org"),
            ("josé@exämple.org", "josé@xn--exmple-cua.org"),
        ] {
            assert_eq!(wire(text).as_deref(), Some(on_the_wire), "{text}");
        }
        for text in ["a@xn--a.org", "a@\u{5d0}1a.org", "a@⒈.org"] {
            assert_eq!(wire(text), None, "{text}");
        }
    }
}
