//! Newtypes for ids: numbers, ids assigned by the host, and generated ids.

use crate::model::input::{InputFault, InputField, InvalidInput};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use std::num::ParseIntError;
use std::str::FromStr;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// The maximum length of a host's id in bytes.
pub const MAX_ID_BYTES: usize = 128;

/// Normalizes an id for comparison: databases pad with blanks, people paste byte order marks, and
/// systems encode accents differently.
fn normalized(text: String) -> String {
    let trimmed =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
    match is_nfc_quick(trimmed.chars()) {
        IsNormalized::Yes if trimmed.len() == text.len() => text,
        IsNormalized::Yes => trimmed.to_owned(),
        _ => trimmed.nfc().collect(),
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $field:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Accepts a text of 1 to 128 bytes without control characters.
            ///
            /// White space and invisible characters at the ends are removed and accents composed
            /// (Unicode UAX #15, form C), so that ids that look the same are equal. The length
            /// applies to the normalized text.
            ///
            /// # Errors
            /// [`InvalidInput`] with the fault of the text.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidInput> {
                let text = normalized(text.into());
                if text.is_empty() {
                    return Err(InvalidInput::new(InputField::$field, InputFault::EMPTY));
                }
                if text.len() > MAX_ID_BYTES {
                    let fault = InputFault::TOO_LONG.with_limit(MAX_ID_BYTES);
                    return Err(InvalidInput::new(InputField::$field, fault));
                }
                if text.chars().any(char::is_control) {
                    let fault = InputFault::CONTROL_CHARACTER;
                    return Err(InvalidInput::new(InputField::$field, fault));
                }
                Ok(Self(text))
            }

            /// Returns the normalized text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidInput;
            fn try_from(text: String) -> Result<Self, InvalidInput> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        /// Normalizes the text, as `new` does.
        impl FromStr for $name {
            type Err = InvalidInput;
            fn from_str(text: &str) -> Result<Self, InvalidInput> {
                Self::new(text)
            }
        }
    };
}

text_id! {
    /// The host's id of an agency, for example `"ISIL:CA-BVAU"` (ISO 18626 agencyId).
    AgencyId, AGENCY_ID
}
text_id! {
    /// The host's id of a request, unique among all deliveries of a ledger.
    RequestReference, REQUEST_REFERENCE
}
text_id! {
    /// The host's id of a patron: opaque, and never a name or an address.
    PatronId, PATRON_ID
}
text_id! {
    /// The host's id of a staff member, for the history.
    StaffId, STAFF_ID
}
text_id! {
    /// The name of a policy profile, such as `"illume"`.
    PolicyName, POLICY_NAME
}

macro_rules! shown_id {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.0)
            }
        }
    )+};
}
shown_id!(AgencyId, RequestReference, PolicyName);

macro_rules! hidden_id {
    ($($name:ident),+) => {$(
        /// Prints a placeholder: hosts may use card numbers or email addresses as ids.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
hidden_id!(PatronId, StaffId);

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// Wraps the number.
            #[must_use]
            pub const fn new(number: $inner) -> Self {
                Self(number)
            }

            /// Returns the number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    };
}

number! {
    /// The number of an attachment within its request, from 1. Numbers are not reused.
    AttachmentNo(u16)
}
number! {
    /// The number of a version within its attachment, from 1.
    VersionNo(u16)
}
number! {
    /// The number of a link within its request, from 1.
    LinkNo(u16)
}
number! {
    /// The number of a claim within its request, from 1, across all attachments and links.
    ClaimNo(u32)
}
number! {
    /// The number of a notice within its request, from 1.
    NoticeNo(u32)
}
number! {
    /// The number of an upload within its request, from 1.
    UploadNo(u32)
}

impl PolicyName {
    /// Creates the name of a built-in profile.
    pub(crate) fn of(name: &'static str) -> Self {
        Self(name.to_owned())
    }
}

/// The identifier of a delivery in tokens and addresses: 64 random bits, unique in a ledger.
///
/// Displayed as 16 lowercase hexadecimal digits. It is not a secret: access requires a token's tag
/// or a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestHandle(u64);

impl RequestHandle {
    /// Wraps eight bytes, big-endian as in the token.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }

    /// Returns the eight bytes, big-endian as in the token.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    /// Parses 16 lowercase hexadecimal digits.
    ///
    /// # Errors
    /// [`InvalidInput`] for any other text.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        if text.len() != 16 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(InvalidInput::new(InputField::REQUEST_HANDLE, InputFault::NOT_A_HANDLE));
        }
        u64::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| InvalidInput::new(InputField::REQUEST_HANDLE, InputFault::NOT_A_HANDLE))
    }
}

impl fmt::Display for RequestHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for RequestHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestHandle({self})")
    }
}

impl FromStr for RequestHandle {
    type Err = InvalidInput;
    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RequestHandle {
    type Error = InvalidInput;
    fn try_from(text: String) -> Result<Self, InvalidInput> {
        Self::parse(&text)
    }
}

impl From<RequestHandle> for String {
    fn from(handle: RequestHandle) -> Self {
        handle.to_string()
    }
}

macro_rules! hex_bytes {
    ($(#[$doc:meta])* $name:ident($len:literal), $field:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $len]);

        impl $name {
            /// Wraps the bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// Parses lowercase hexadecimal digits, two per byte.
            ///
            /// # Errors
            /// [`InvalidInput`] for any other text.
            pub fn parse(text: &str) -> Result<Self, InvalidInput> {
                let mut bytes = [0; $len];
                parse_hex(text, &mut bytes).then_some(Self(bytes)).ok_or_else(|| {
                    InvalidInput::new(InputField::$field, InputFault::NOT_HEXADECIMAL)
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidInput;
            fn from_str(text: &str) -> Result<Self, InvalidInput> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidInput;
            fn try_from(text: String) -> Result<Self, InvalidInput> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}

hex_bytes! {
    /// The SHA-256 of a file (FIPS 180-4), displayed as 64 lowercase hexadecimal digits.
    Digest(32), DIGEST
}
hex_bytes! {
    /// The key of one attachment version's bytes in a [`BlobStore`](crate::BlobStore).
    ///
    /// 128 random bits, displayed as 32 lowercase hexadecimal digits. It never contains text from
    /// outside, so it is safe as a file name or an object key.
    BlobKey(16), BLOB_KEY
}
hex_bytes! {
    /// The id of a commit, with which its outcome can be looked up if the reply was lost.
    CommitId(16), COMMIT_ID
}
hex_bytes! {
    /// The id of a process that writes uploads, for the lifetime of the process: 128 random bits.
    WriterId(16), WRITER_ID
}
hex_bytes! {
    /// The key of a counter: a keyed hash of what is counted, so that a ledger contains no patron
    /// ids.
    CounterKey(16), COUNTER_KEY
}
hex_bytes! {
    /// A keyed hash of an `Idempotency-Key` with its caller, link and attachment.
    IdempotencyHash(16), IDEMPOTENCY_HASH
}

/// Writes two digits per byte. Formatting numbers one by one takes ten times longer, and every
/// commit writes several ids.
fn fmt_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().try_for_each(|byte| {
        f.write_char(DIGITS[usize::from(byte >> 4)])?;
        f.write_char(DIGITS[usize::from(byte & 0xf)])
    })
}

fn parse_hex(text: &str, bytes: &mut [u8]) -> bool {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    if text.len() != bytes.len() * 2 {
        return false;
    }
    text.as_bytes().chunks_exact(2).zip(bytes).all(|(pair, byte)| {
        match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => {
                *byte = high << 4 | low;
                true
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_round_trip_and_reject_other_text() {
        let handle = RequestHandle::from_bytes([0, 1, 2, 0xab, 4, 5, 6, 0xff]);
        assert_eq!(handle.to_string(), "000102ab040506ff");
        assert_eq!(RequestHandle::parse("000102ab040506ff"), Ok(handle));
        for text in
            ["", "000102AB040506ff", "000102ab040506f", "+00102ab040506ff", "é00102ab040506f"]
        {
            assert!(RequestHandle::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn blob_keys_round_trip_and_reject_other_text() {
        let key = BlobKey::from_bytes(*b"0123456789abcde\xff");
        assert_eq!(BlobKey::parse(&key.to_string()), Ok(key));
        assert!(BlobKey::parse(&"é".repeat(16)).is_err());
        assert!(BlobKey::parse(&"g".repeat(32)).is_err());
    }

    #[test]
    fn ids_parse_from_text() {
        assert_eq!("7".parse(), Ok(NoticeNo::new(7)));
        assert!("70000".parse::<LinkNo>().is_err() && "-1".parse::<AttachmentNo>().is_err());
        assert_eq!(" CA-BVAU ".parse(), AgencyId::new("CA-BVAU"));
        assert_eq!("000102ab040506ff".parse(), RequestHandle::parse("000102ab040506ff"));
        assert!("00".parse::<BlobKey>().is_err());
    }

    #[test]
    fn ids_reject_control_characters() {
        assert!(AgencyId::new("CA-BVAU").is_ok());
        for text in ["", "a\nb", "\u{1b}[31m", &"x".repeat(129)] {
            assert!(AgencyId::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn ids_that_look_the_same_are_equal() {
        let id = PatronId::new("Cafe\u{301} 7").unwrap();
        for same in [" Café 7", "Café 7\u{a0}  ", "\u{feff}Cafe\u{301} 7\u{200b}", "Café 7\r\n"]
        {
            assert_eq!(PatronId::new(same), Ok(id.clone()), "{same:?}");
        }
        assert_eq!(id.as_str(), "Café 7");
        for other in ["Cafe 7", "café 7", "Café  7", "Café7"] {
            assert_ne!(PatronId::new(other), Ok(id.clone()), "{other:?}");
        }
        let padded = RequestReference::new(format!("{:>200}", "R-1")).unwrap();
        assert_eq!(padded.as_str(), "R-1");
        assert!(AgencyId::new(" \u{feff}\t").is_err());
    }

    #[test]
    fn ids_that_may_name_a_person_are_not_printed() {
        let patron = PatronId::new("carla@example.org").unwrap();
        assert!(!format!("{patron:?}").contains("carla"));
    }
}
