use crate::ports::StoreError;
use crate::ports::entropy::Entropy;
use std::fmt;
use zeroize::Zeroizing;

/// Holds 256 secret bits; wiped when dropped, never printed.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// Takes 32 bytes that nobody can guess.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Makes a key from random bytes.
    ///
    /// # Errors
    /// [`StoreError`] where the system has none to give.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// The bytes, for storing them in a safe place alone.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}
