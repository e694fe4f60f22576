use crate::problem::Failure;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// The application's only secret, from which it derives a key for each purpose.
pub(crate) struct Secret([u8; 32]);

impl Secret {
    /// Reads the file, creating it for its owner only if it is missing.
    pub(crate) fn load_or_make(path: &Path) -> Result<Self, Failure> {
        match std::fs::read(path) {
            Ok(bytes) => {
                let bytes = bytes.try_into().map_err(|_| "the file of the secret is damaged")?;
                Ok(Self(bytes))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes)?;
                let mut options = OpenOptions::new();
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = options.write(true).create_new(true).open(path)?;
                file.write_all(&bytes)?;
                file.sync_all()?;
                Ok(Self(bytes))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the key for a purpose.
    pub(crate) fn key(&self, purpose: &str) -> [u8; 32] {
        mac(&self.0, purpose.as_bytes()).finalize().into_bytes().into()
    }

    /// Returns the hash to store for a password. All passwords come from
    /// [`password`](Self::password) and have 96 random bits, so a slow hash would add nothing.
    pub(crate) fn of_password(&self, account: &str, password: &str) -> Vec<u8> {
        let text = format!("{account}\0{password}");
        mac(&self.key("passwords"), text.as_bytes()).finalize().into_bytes().to_vec()
    }

    pub(crate) fn password() -> Result<String, Failure> {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Signs a short text, such as a session.
    pub(crate) fn sign(&self, text: &str) -> String {
        let tag = mac(&self.key("sessions"), text.as_bytes()).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(tag)
    }

    pub(crate) fn is_signed(&self, text: &str, tag: &str) -> bool {
        let tag = URL_SAFE_NO_PAD.decode(tag).unwrap_or_default();
        mac(&self.key("sessions"), text.as_bytes()).verify_slice(&tag).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

fn mac(key: &[u8; 32], text: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length").chain_update(text)
}
