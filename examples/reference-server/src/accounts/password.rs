use crate::fields;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::{Entropy, InputFault, InvalidInput, StoreError, StoreErrorKind};
use std::sync::Arc;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// The shortest password, characters (NIST SP 800-63B section 5.1.1.2 asks for 8 and no rules beside).
pub(crate) const MIN_PASSWORD_CHARS: usize = 10;
/// The longest, bytes: enough for any sentence, and too little to keep a processor busy.
const MAX_PASSWORD_BYTES: usize = 256;
/// Passwords hashed at once: each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;

/// Hashes and checks passwords with argon2id, a few at a time, off the threads that serve.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    entropy: Arc<dyn Entropy>,
    turns: Arc<Semaphore>,
    /// What a password is checked against where there is no account, so that both take as long.
    nobody: Arc<str>,
}

impl Passwords {
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let nobody = hash(b"nobody has this password", &salt(&*entropy)?)?;
        Ok(Self { entropy, turns: Arc::new(Semaphore::new(AT_ONCE)), nobody: nobody.into() })
    }

    /// Refuses a password that is too short or too long.
    pub(crate) fn check(password: &str) -> Result<(), InvalidInput> {
        if password.chars().count() < MIN_PASSWORD_CHARS {
            return Err(InvalidInput::new(fields::PASSWORD, fields::TOO_SHORT_PASSWORD));
        }
        Self::check_length(password)
    }

    /// Refuses a password that is too long to check, however somebody else chose it.
    pub(crate) fn check_length(password: &str) -> Result<(), InvalidInput> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(InvalidInput::new(fields::PASSWORD, InputFault::TOO_LONG.with_limit(256)));
        }
        Ok(())
    }

    pub(crate) async fn hash(&self, password: &str) -> Result<String, StoreError> {
        let password = Zeroizing::new(password.to_owned());
        let salt = salt(&*self.entropy)?;
        self.take_turns(move || hash(password.as_bytes(), &salt)).await?
    }

    /// Whether a password is the one that was hashed; where there is no hash, as slowly, not.
    pub(crate) async fn verify(
        &self,
        password: &str,
        hash: Option<&str>,
    ) -> Result<bool, StoreError> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Ok(false);
        }
        let is_known = hash.is_some();
        let password = Zeroizing::new(password.to_owned());
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let is_right = self
            .take_turns(move || {
                Argon2::default().verify_password(password.as_bytes(), &*hash).is_ok()
            })
            .await?;
        Ok(is_right && is_known)
    }

    async fn take_turns<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(failed)?;
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(failed)
    }
}

/// A password that nobody thought of, for whoever gets an account: 96 random bits.
pub(crate) fn generated(entropy: &dyn Entropy) -> Result<Zeroizing<String>, StoreError> {
    let mut random = Zeroizing::new([0_u8; 12]);
    entropy.fill(random.as_mut())?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(*random)))
}

fn salt(entropy: &dyn Entropy) -> Result<[u8; 16], StoreError> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    Ok(salt)
}

fn hash(password: &[u8], salt: &[u8]) -> Result<String, StoreError> {
    let hash = Argon2::default().hash_password_with_salt(password, salt);
    hash.map(|hash| hash.to_string()).map_err(failed)
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::new(StoreErrorKind::Unexpected, "passwords", "hash").with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::SystemEntropy;

    #[tokio::test]
    async fn a_password_is_known_again_and_nothing_else_is() {
        let passwords = Passwords::new(Arc::new(SystemEntropy)).unwrap();
        let hash = passwords.hash("a long sentence").await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert_ne!(hash, passwords.hash("a long sentence").await.unwrap(), "salted");
        assert!(passwords.verify("a long sentence", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("another sentence", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("nobody has this password", None).await.unwrap());
        assert!(!passwords.verify("x", Some("no hash")).await.unwrap());
    }

    #[test]
    fn a_password_is_neither_short_nor_endless() {
        assert!(Passwords::check("123456789").is_err());
        assert!(Passwords::check("éééééééééé").is_ok());
        assert!(Passwords::check(&"x".repeat(257)).is_err());
        assert!(Passwords::check(&generated(&SystemEntropy).unwrap()).is_ok());
    }
}
