use std::borrow::Cow;
use std::fmt;

/// The fault of a value from outside: a stable code, and a clause and a remedy in English.
///
/// Adapters and hosts define their own faults for values that only they accept. Pages use their own
/// texts, selected by the code; the English texts are for logs, APIs and programs without texts of
/// their own.
///
/// # Example
/// ```
/// # use desktop_delivery::input::InputFault;
/// const NOT_ON_A_SHELF: InputFault =
///     InputFault::new("not-on-a-shelf", "is on no shelf", "look it up in the catalog");
/// assert_eq!(NOT_ON_A_SHELF.clause(), "is on no shelf");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InputFault {
    code: &'static str,
    clause: &'static str,
    remedy: &'static str,
    limit: Option<usize>,
}

impl InputFault {
    /// Creates a fault from its code in kebab case and two texts without a full stop: a clause that
    /// follows the field's name, such as "is empty", and what the person who entered the value can
    /// do. `{n}` stands for the [limit](Self::with_limit).
    #[must_use]
    pub const fn new(code: &'static str, clause: &'static str, remedy: &'static str) -> Self {
        Self { code, clause, remedy, limit: None }
    }

    /// Sets the limit that replaces `{n}` in the texts.
    #[must_use]
    pub const fn with_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Returns a stable identifier, such as `"too-long"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the limit that was exceeded, if there is one.
    #[must_use]
    pub const fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Returns a clause in English that follows the field's name.
    #[must_use]
    pub fn clause(&self) -> Cow<'static, str> {
        self.filled(self.clause)
    }

    /// Returns in English what the person who entered the value can do.
    #[must_use]
    pub fn remedy(&self) -> Cow<'static, str> {
        self.filled(self.remedy)
    }

    fn filled(&self, text: &'static str) -> Cow<'static, str> {
        self.limit
            .map_or(Cow::Borrowed(text), |limit| text.replace("{n}", &limit.to_string()).into())
    }
}

impl fmt::Debug for InputFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("InputFault");
        shown.field(&self.code);
        self.limit.iter().for_each(|limit| {
            shown.field(limit);
        });
        shown.finish()
    }
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = ($code:literal, $clause:literal, $remedy:literal);)+) => {
        impl InputFault {
            $($(#[$doc])* pub const $name: Self = Self::new($code, $clause, $remedy);)+

            /// All faults defined by this crate.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

faults! {
    /// The value contains a control character.
    CONTROL_CHARACTER = ("control-character", "contains a control character", "remove line breaks, tabs and other invisible characters");
    /// The text is empty.
    EMPTY = ("empty", "is empty", "enter a value");
    /// The file has no bytes.
    EMPTY_FILE = ("empty-file", "is empty", "choose a file that is not empty");
    /// The email address contains white space or an invisible character.
    HIDDEN_CHARACTER = ("hidden-character", "contains a space or an invisible character", "type the address again");
    /// The address contains a character that is not allowed in links.
    LINK_CHARACTER = ("link-character", "contains a character that a link cannot have", "use only letters, digits, dots, hyphens and slashes");
    /// The file is longer than the stated length.
    LONGER_THAN_STATED = ("longer-than-stated", "is longer than the stated length", "upload the file again");
    /// A required value is missing.
    MISSING = ("missing", "is missing", "enter a value");
    /// A query by patron has a role other than the borrowing library's.
    MUST_BE_REQUESTER = ("must-be-requester", "must be requester when a patron is given", "leave out the patron, or set role=requester");
    /// The address has no host.
    NO_HOST = ("no-host", "has no host", "add the host name");
    /// The address has no host, or has a user name before the host.
    NO_HOST_ALONE = ("no-host-alone", "has no host, or has a username before the host", "enter only the host, without a username");
    /// The value is not a color.
    NOT_A_COLOR = ("not-a-color", "is not a color in the form #rrggbb", "enter # and six hexadecimal digits, such as #0b5394");
    /// The value is not a language tag.
    NOT_A_LANGUAGE = ("not-a-language", "is not a language tag (BCP 47)", "enter a tag such as en, fr-CA or es");
    /// The email address has no `@` sign.
    NO_AT_SIGN = ("no-at-sign", "has no @ sign", "enter one complete address, such as name@example.org");
    /// The address does not begin with `http://` or `https://`.
    NO_SCHEME = ("no-scheme", "does not begin with http:// or https://", "enter the complete address");
    /// The value is not the origin of one website.
    NOT_AN_ORIGIN = ("not-an-origin", "is not a scheme, a host and a port", "write it like https://ill.example.org, without a wildcard or a path");
    /// The logo is not a `data:` address of a picture.
    NOT_A_DATA_ADDRESS = ("not-a-data-address", "is not in the form data:image/png;base64,… (or jpeg, or webp)", "choose a PNG, JPEG or WebP picture");
    /// The email address comes with a name or another address.
    NOT_ONE_ADDRESS = ("not-one-address", "is not a single address", "enter one address only, such as name@example.org, without a name, brackets or a second address");
    /// The value is not one of the profiles of this desk.
    NOT_A_PROFILE = ("not-a-profile", "is not a policy of this service", "choose a configured policy");
    /// The role is neither side of a request.
    NOT_A_ROLE = ("not-a-role", "is not supplier or requester", "set role=supplier or role=requester");
    /// The value is not 16 hexadecimal digits.
    NOT_A_HANDLE = ("not-a-handle", "is not 16 hexadecimal digits", "copy it exactly as the service returned it");
    /// The value is not the expected number of hexadecimal digits.
    NOT_HEXADECIMAL = ("not-hexadecimal", "is not lowercase hexadecimal of the expected length", "copy it exactly as the service returned it");
    /// The text after the host's colon is not a port.
    NOT_A_PORT = ("not-a-port", "has no valid port after the colon", "enter a port up to 65535, or remove the colon");
    /// The part of the email address before the `@` sign is not valid.
    NOT_A_MAILBOX = ("not-a-mailbox", "is not valid before the @ sign", "enter one address without quotation marks, brackets or a name");
    /// The part of the email address after the `@` sign is not valid.
    NOT_A_MAIL_DOMAIN = ("not-a-mail-domain", "is not valid after the @ sign", "enter one address that ends in a domain name, such as example.org");
    /// The logo's bytes are not a picture of the type in its `data:` address.
    NOT_THE_PICTURE = ("not-the-picture", "is not a picture of the stated type", "choose a PNG, JPEG or WebP picture");
    /// The value contains a character other than visible ASCII.
    NOT_VISIBLE_ASCII = ("not-visible-ascii", "contains a character that is not visible ASCII", "percent-encode the other characters");
    /// The file ended before its stated length.
    SHORTER_THAN_STATED = ("shorter-than-stated", "is shorter than the stated length", "upload the file again");
    /// The text is longer than allowed.
    TOO_LONG = ("too-long", "is longer than {n} bytes", "shorten the text");
    /// The picture is larger than allowed.
    TOO_LARGE_PICTURE = ("too-large-picture", "is larger than {n} bytes", "choose a smaller picture");
    /// The list has more entries than allowed.
    TOO_MANY = ("too-many", "has more than {n} entries", "remove some of the entries");
    /// The color has too little contrast with white.
    TOO_PALE = ("too-pale", "is too light: white text on it would be hard to read", "choose a darker color");
    /// The upload did not finish in time.
    TOO_SLOW = ("too-slow", "took too long", "upload the file again over a faster connection");
    /// No library has this id.
    UNKNOWN_PARTICIPANT = ("unknown-participant", "is not a known library", "check the ID, or add the library first");
    /// The value is not in the time zone database.
    UNKNOWN_ZONE = ("unknown-zone", "is not in the IANA time zone database", "use a name such as America/Vancouver");
    /// The host of the address stands for all addresses of a machine.
    UNSPECIFIED_HOST = ("unspecified-host", "has a host that stands for all addresses of this machine", "enter the host name under which others reach it");
    /// The key is empty or too long.
    WRONG_KEY_LENGTH = ("wrong-key-length", "is not 1 to {n} bytes long", "send a value of that length");
}
