use crate::ports::StoreError;
use crate::ports::entropy::Entropy;
use std::fmt;
use zeroize::Zeroizing;

/// A secret of 256 bits. Wiped on drop, never printed.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// Creates a key from 32 unguessable bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Generates a random key.
    ///
    /// # Errors
    /// [`StoreError`] if no random bytes are available.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// Returns the bytes. Store them in a safe place only.
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
