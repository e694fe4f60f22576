use super::stored::LONGEST_SECONDS;
use crate::hex::hex;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::{Entropy, StoreError, Timestamp};
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// The length of a window's id in characters.
const ID: usize = 24;
/// The number of characters of an id that state its last moment.
const END: usize = 10;

/// The id of a window: 24 hexadecimal digits. It is no secret.
///
/// ```text
/// | last moment, seconds in hexadecimal | random |
/// |                 10                  |   14   |
/// ```
///
/// Ids sort by their last moment, so that the cost of sweeping depends only on what has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowId(String);

impl WindowId {
    pub(super) fn generate(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut random = [0_u8; 7];
        entropy.fill(&mut random)?;
        let end = now.plus_seconds(LONGEST_SECONDS);
        Ok(Self(format!("{}{}", Self::start(end), hex(&random))))
    }

    /// Parses an id, or returns `None` if the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == ID && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// Returns the first characters of the ids with this last moment.
    pub(super) fn start(end: Timestamp) -> String {
        format!("{:010x}", end.as_seconds())
    }

    /// Returns when the window ends at the latest, exclusive.
    pub(super) fn end(&self) -> Timestamp {
        let seconds = i64::from_str_radix(&self.0[..END], 16).unwrap_or_default();
        Timestamp::from_seconds(seconds)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WindowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The secret in the address of an offered window: its id, followed by 256 random bits.
pub(super) struct WindowCode(Zeroizing<String>);

impl WindowCode {
    pub(super) fn generate(id: &WindowId, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        Ok(Self(Zeroizing::new(format!("{id}{}", *secret(entropy)?))))
    }

    pub(super) fn into_text(self) -> Zeroizing<String> {
        self.0
    }

    pub(super) fn hash(&self) -> String {
        hash(&self.0)
    }
}

/// Returns the id of the window that a code opens, and the hash of the code.
pub(super) fn read_code(code: &str) -> Option<(WindowId, String)> {
    let id = WindowId::parse(code.get(..ID)?)?;
    (code.len() < 100).then(|| (id, hash(code)))
}

/// Returns 256 random bits as text.
pub(super) fn secret(entropy: &dyn Entropy) -> Result<Zeroizing<String>, StoreError> {
    let mut random = Zeroizing::new([0_u8; 32]);
    entropy.fill(random.as_mut())?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(*random)))
}

pub(super) fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_states_its_last_moment() {
        let now = Timestamp::from_seconds(1_795_466_792);
        let entropy = desktop_delivery::token::CountingEntropy::default();
        let id = WindowId::generate(now, &entropy).unwrap();
        assert_eq!(id.end(), now.plus_seconds(LONGEST_SECONDS));
        assert_eq!(WindowId::parse(id.as_str()), Some(id.clone()));
        let code = WindowCode::generate(&id, &entropy).unwrap();
        assert_eq!(read_code(&code.0), Some((id, code.hash())));
        for text in
            ["", "00", "0000000000000000000000zz", "é00000000000000000000000", "../../etc/passwd"]
        {
            assert_eq!(WindowId::parse(text), None, "{text}");
            assert_eq!(read_code(text), None, "{text}");
        }
        assert_eq!(read_code(&"0".repeat(200)), None);
    }
}
