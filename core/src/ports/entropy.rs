use crate::ports::{StoreError, StoreErrorKind};
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

/// The source of random bytes. No other part of the library generates them.
pub trait Entropy: Debug + Send + Sync {
    /// Fills `bytes` with cryptographically secure random bytes.
    ///
    /// # Errors
    /// [`StoreError`] if none are available.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError>;
}

/// The operating system's random number generator.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
        getrandom::fill(bytes).map_err(|error| {
            StoreError::new(StoreErrorKind::Unavailable, "system", "random bytes")
                .with_source(error)
        })
    }
}

/// A counter that yields the same bytes in every run and never repeats within one. For tests only.
#[derive(Debug, Default)]
pub struct CountingEntropy(AtomicU64);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
        for chunk in bytes.chunks_mut(8) {
            // Multiplying by the golden ratio spreads consecutive numbers over all eight bytes, one
            // to one.
            let number = self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
            chunk.copy_from_slice(&spread[..chunk.len()]);
        }
        Ok(())
    }
}
