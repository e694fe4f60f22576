use crate::model::input::{InputFault, InputField, InvalidInput};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

/// The maximum length of an address in bytes (RFC 5321 §4.5.3.1.3, minus the angle brackets).
pub const MAX_EMAIL_BYTES: usize = 254;

/// An email address such as `carla.santos@example.org`.
///
/// Accepts the practical part of RFC 5321 and RFC 5322, with the non-ASCII characters added by RFC
/// 6531: a local part of at most 64 bytes without quotes, and a host name with at least one dot.
/// Display names, comments, quoted local parts, address literals such as `[192.0.2.1]` and lists
/// are rejected.
///
/// An address is personal data, so `Debug` prints a placeholder.
///
/// # Example
/// ```
/// # use desktop_delivery::participants::EmailAddress;
/// # fn main() -> Result<(), desktop_delivery::InvalidInput> {
/// let address = EmailAddress::new(" Carla.Santos@example.org\n")?;
/// assert_eq!(address.as_str(), "Carla.Santos@example.org");
/// assert_eq!(address.mask(), "C****@example.org");
/// assert!(EmailAddress::new("a@x.org; b@y.org").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Parses an address, ignoring white space around it.
    ///
    /// # Errors
    /// [`InvalidInput`] with the fault of the address, but never the address itself.
    pub fn new(text: &str) -> Result<Self, InvalidInput> {
        let text = text.trim();
        let wrong = |fault| Err(InvalidInput::new(InputField::EMAIL, fault));
        if text.is_empty() {
            return wrong(InputFault::EMPTY);
        }
        if text.len() > MAX_EMAIL_BYTES {
            return wrong(InputFault::TOO_LONG.with_limit(MAX_EMAIL_BYTES));
        }
        if is_more_than_an_address(text) {
            return wrong(InputFault::NOT_ONE_ADDRESS);
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || is_invisible(c)) {
            return wrong(InputFault::HIDDEN_CHARACTER);
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return wrong(InputFault::NO_AT_SIGN);
        };
        if local.contains('"') || !email_address::EmailAddress::is_valid_local_part(local) {
            return wrong(InputFault::NOT_A_MAILBOX);
        }
        if !is_host_name(domain) {
            return wrong(InputFault::NOT_A_MAIL_DOMAIN);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the `@` sign.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// Returns the part after the `@` sign.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Returns the address masked for staff and the history: `c****@example.org`.
    #[must_use]
    pub fn mask(&self) -> String {
        mask_email(&self.0)
    }

    /// Returns a `mailto:` link to the address (RFC 6068), safe in an HTML attribute.
    #[must_use]
    pub fn mailto(&self) -> String {
        let mut link = "mailto:".to_owned();
        for byte in self.0.bytes() {
            match byte {
                b'@' | b'-' | b'.' | b'_' | b'~' => link.push(char::from(byte)),
                _ if byte.is_ascii_alphanumeric() => link.push(char::from(byte)),
                // Writing to a string does not fail.
                _ => drop(write!(link, "%{byte:02X}")),
            }
        }
        link
    }
}

/// Returns whether a text is an address with a name or brackets, such as `Carla
/// <carla@example.org>`, or contains several addresses.
fn is_more_than_an_address(text: &str) -> bool {
    let is_bracketed = text.contains('<') && text.ends_with('>');
    let parts = text.split(|c: char| matches!(c, ',' | ';') || c.is_whitespace());
    text.contains('@') && (is_bracketed || parts.filter(|part| part.contains('@')).count() > 1)
}

/// Returns whether a text is a host name with a dot (RFC 1123 §2.1). Labels may contain letters,
/// digits and marks of any script (RFC 5890); the mail adapter converts them to A-labels.
fn is_host_name(domain: &str) -> bool {
    let is_in_label = |c: char| c == '-' || c.is_ascii_alphanumeric() || !c.is_ascii();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(is_in_label)
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && email_address::EmailAddress::is_valid_domain(domain)
        && domain.split('.').all(is_label)
        && !last.chars().all(|c| c.is_ascii_digit())
}

/// Returns whether a character has no width or changes the text direction.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Returns whether a text has no visible character: it is empty, or contains only white space and
/// characters without width.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    // U+2800 is a braille cell without dots.
    text.chars().all(|c| c.is_whitespace() || is_invisible(c) || c == '\u{2800}')
}

impl FromStr for EmailAddress {
    type Err = InvalidInput;
    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::new(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidInput;
    fn try_from(text: String) -> Result<Self, InvalidInput> {
        Self::new(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

/// Masks a mail address for staff and audit: `c****@example.org`.
#[must_use]
pub fn mask_email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}****@{domain}")
        }
        None => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_keeps_one_letter() {
        assert_eq!(mask_email("carla.santos@example.org"), "c****@example.org");
        assert_eq!(mask_email("nonsense"), "****");
    }

    #[test]
    fn addresses_that_mail_is_sent_to_are_taken() {
        for text in [
            "a@x.org",
            "o'brien+ill@lib.example.org",
            "first.last@sub-domain.example.co.uk",
            "user_%!#$&*/=?^`{|}~-x@example.org",
            "1234567890@example.org",
            "prêt@exemple.org",
            "a@exämple.org",
            "用户@例子.广告",
            "a@xn--exmple-cua.org",
            "संपर्क@डाटामेल.भारत",
            &format!("{}@example.org", "l".repeat(64)),
        ] {
            assert_eq!(EmailAddress::new(text).map(String::from).as_deref(), Ok(text));
        }
        assert_eq!(EmailAddress::new("\u{a0}a@x.org\r\n").unwrap().as_str(), "a@x.org");
    }

    #[test]
    fn invalid_addresses_are_refused_with_a_reason() {
        for text in [
            "",
            " ",
            "bad",
            "@example.org",
            "carla@",
            "carla@example",
            "a@x.org; b@y.org",
            "a@x.org,b@y.org",
            "a@x.org b@y.org",
            "a@b@x.org",
            "a b@example.org",
            "a@b.org\r\nBcc: c@d.org",
            "Carla <carla@example.org>",
            "<carla@example.org>",
            "\"quoted\"@example.org",
            ".a@example.org",
            "a.@example.org",
            "a..b@example.org",
            "a@.example.org",
            "a@example.org.",
            "a@example..org",
            "a@-example.org",
            "a@example-.org",
            "a@exa_mple.org",
            "a@[192.0.2.1]",
            "a@192.0.2.1",
            "a(comment)@example.org",
            "a@example.org?subject=x",
            "a\u{200b}@example.org",
            "a@exam\u{202e}ple.org",
            "mailto:a@example.org",
            &format!("{}@example.org", "l".repeat(65)),
            &format!("a@{}.org", "l".repeat(64)),
            &format!("a@{}org", "abcdefgh.".repeat(28)),
        ] {
            let refused = EmailAddress::new(text).expect_err(text).to_string();
            assert!(refused.starts_with("email address "), "{refused}");
            let is_repeated = refused.replace("name@example.org", "").contains(text.trim());
            assert!(text.trim().is_empty() || !is_repeated, "{refused}");
        }
    }

    #[test]
    fn names_and_lists_are_refused_with_a_specific_remedy() {
        for text in [
            "a@x.org; b@y.org",
            "a@x.org,b@y.org",
            "a@x.org b@y.org",
            "a@x.org\r\nBcc: b@y.org",
            "A <a@x.org>",
            "\"Santos, Carla\" <carla@example.org>",
            "<a@x.org>",
        ] {
            let refused = EmailAddress::new(text).expect_err(text);
            assert_eq!(refused.fault(), &InputFault::NOT_ONE_ADDRESS, "{text}");
        }
        for (text, fault) in [
            ("a b@example.org", InputFault::HIDDEN_CHARACTER),
            ("bad", InputFault::NO_AT_SIGN),
            ("a; b", InputFault::HIDDEN_CHARACTER),
            ("a@b@x.org", InputFault::NOT_A_MAILBOX),
        ] {
            assert_eq!(EmailAddress::new(text).expect_err(text).fault(), &fault, "{text}");
        }
    }

    #[test]
    fn a_mailto_link_is_safe_in_any_page() {
        let link = |text: &str| EmailAddress::new(text).unwrap().mailto();
        assert_eq!(link("carla.santos@example.org"), "mailto:carla.santos@example.org");
        assert_eq!(link("a&b?c=d+e@x.org"), "mailto:a%26b%3Fc%3Dd%2Be@x.org");
        assert_eq!(link("prêt@exämple.org"), "mailto:pr%C3%AAt@ex%C3%A4mple.org");
    }

    #[test]
    fn an_address_is_not_printed() {
        let address = EmailAddress::new("carla@example.org").unwrap();
        assert_eq!(format!("{address:?}"), "EmailAddress(..)");
    }
}
