//! Parsers for arguments of several commands.

use clap::ValueEnum;
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::participants::{Channel, EmailAddresses};
use desktop_delivery::{Audience, FileName, InvalidInput, Status, Zone};
use desktop_delivery_identity::single_sign_on::is_subject;
use desktop_delivery_identity::{MAX_LIBRARY_NAME_BYTES, check_name};
use std::error::Error;
use std::fmt;

/// An invalid value together with its remedy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Invalid(InvalidInput);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.0, self.0.fault().remedy())
    }
}

impl Error for Invalid {}

/// Wraps a parser so that its errors include the remedy.
pub(super) fn with_remedy<T>(
    read: fn(&str) -> Result<T, InvalidInput>,
) -> impl Fn(&str) -> Result<T, Invalid> + Clone {
    move |text| read(text).map_err(Invalid)
}

pub(super) fn zone(text: &str) -> Result<Zone, InvalidInput> {
    Zone::new(text)
}

/// Parses the name of a library.
pub(super) fn library_name(text: &str) -> Result<String, InvalidInput> {
    check_name(text, MAX_LIBRARY_NAME_BYTES).map(ToOwned::to_owned)
}

/// One address or several.
pub(super) fn emails(text: &str) -> Result<EmailAddresses, InvalidInput> {
    let emails = EmailAddresses::parse(text)?;
    let empty = InvalidInput::new(InputField::EMAIL, InputFault::EMPTY);
    if emails.is_empty() { Err(empty) } else { Ok(emails) }
}

/// Parses the identifier of a person at a provider.
pub(super) fn subject(text: &str) -> Result<String, &'static str> {
    let wrong = "it is not 1 to 255 visible ASCII characters; copy it exactly as the page shows it";
    is_subject(text).then(|| text.to_owned()).ok_or(wrong)
}

/// Returns the name under which a file with this path is attached.
pub(super) fn file_name(path: &std::path::Path) -> Result<FileName, InvalidInput> {
    FileName::new(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// The audience of a link.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum AudienceArg {
    /// A borrowing library without an account.
    Partner,
    /// The person for whom the document was requested.
    Patron,
}

impl From<AudienceArg> for Audience {
    fn from(arg: AudienceArg) -> Self {
        match arg {
            AudienceArg::Partner => Self::Partner,
            AudienceArg::Patron => Self::Patron,
        }
    }
}

/// How a borrowing library is reached.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ChannelArg {
    /// Its staff sign in here.
    Account,
    /// It gets the link by email when a request is shipped.
    Email,
}

impl From<ChannelArg> for Channel {
    fn from(arg: ChannelArg) -> Self {
        match arg {
            ChannelArg::Account => Self::Account,
            ChannelArg::Email => Self::Email,
        }
    }
}

/// Whether something is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    /// Enabled.
    On,
    /// Disabled.
    Off,
}

/// The status of a request.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum StatusArg {
    /// Not yet shipped by the lending library.
    Pending,
    /// Shipped.
    Shipped,
    /// Received.
    Received,
    /// Cancelled before it was shipped.
    Cancelled,
    /// The lending library cannot supply.
    Unfilled,
    /// Withdrawn after it was shipped.
    Withdrawn,
}

impl From<StatusArg> for Status {
    fn from(arg: StatusArg) -> Self {
        match arg {
            StatusArg::Pending => Self::Pending,
            StatusArg::Shipped => Self::Shipped,
            StatusArg::Received => Self::Received,
            StatusArg::Cancelled => Self::Cancelled,
            StatusArg::Unfilled => Self::Unfilled,
            StatusArg::Withdrawn => Self::Withdrawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::participants::EmailAddress;

    #[test]
    fn errors_include_the_remedy() {
        let error =
            with_remedy(EmailAddress::new)("Carla <carla@example.org>").unwrap_err().to_string();
        let said = "email address is not a single address; enter one address only, such as \
                    name@example.org, without a name, brackets or a second address";
        assert_eq!(error, said);
        let error = with_remedy(zone)("Mars").unwrap_err().to_string();
        assert!(error.contains("IANA") && error.contains("America/Vancouver"), "{error}");
    }

    #[test]
    fn addresses_need_a_local_part_and_a_domain() {
        assert_eq!(
            EmailAddress::new(" carla@example.org\n").unwrap().as_str(),
            "carla@example.org"
        );
        assert_eq!(emails("a@example.org, b@example.org").unwrap().len(), 2);
        assert!(emails(",").is_err() && emails("a@example.org, b").is_err());
        for text in ["", "carla", "@example.org", "carla@", "a b@example.org", "a@b\r\nBcc: c@d"] {
            assert!(EmailAddress::new(text).is_err(), "{text:?}");
        }
    }
}
