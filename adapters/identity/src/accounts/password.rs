use super::hash_threads::HashThreads;
use crate::fields;
use crate::identifiers::trimmed;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::input::InputFault;
use desktop_delivery::{Entropy, InvalidInput, StoreError};
use precis_profiles::OpaqueString;
use precis_profiles::precis_core::profile::PrecisFastInvocation as _;
use std::fmt;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

/// The minimum length of a password in characters. NIST SP 800-63B §5.1.1.2 requires 8 and advises
/// against composition rules.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// The maximum length in bytes: enough for any sentence, short enough to hash quickly.
const MAX_PASSWORD_BYTES: usize = 256;
/// The number of concurrent sign-ins. More would have to wait longer than a second or two and are
/// refused instead.
const PLACES: usize = 32;

/// A password in the form that is hashed: trimmed of spaces and invisible characters, then
/// normalized as an OpaqueString (RFC 8265 §4.2), so that it does not depend on how a keyboard
/// composes letters.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Parses a newly chosen password of at least [`MIN_PASSWORD_CHARS`] characters.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is too short or too long, or contains characters not allowed in
    /// passwords.
    pub fn chosen(typed: &str) -> Result<Self, InvalidInput> {
        let password = Self::of_elsewhere(typed)?;
        if password.0.chars().count() < MIN_PASSWORD_CHARS {
            return Err(InvalidInput::new(fields::PASSWORD, fields::TOO_SHORT_PASSWORD));
        }
        Ok(password)
    }

    /// Parses a password that was chosen elsewhere: 1 to 256 bytes.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is empty or too long, or contains characters not allowed in
    /// passwords.
    pub fn of_elsewhere(typed: &str) -> Result<Self, InvalidInput> {
        if typed.len() > MAX_PASSWORD_BYTES {
            return Err(InvalidInput::new(fields::PASSWORD, InputFault::TOO_LONG.with_limit(256)));
        }
        if trimmed(typed).is_empty() {
            return Err(InvalidInput::new(fields::PASSWORD, InputFault::EMPTY));
        }
        let text = OpaqueString::enforce(trimmed(typed))
            .map_err(|_| InvalidInput::new(fields::PASSWORD, fields::UNUSABLE_IN_PASSWORD))?;
        Ok(Self(Zeroizing::new(text.into_owned())))
    }

    /// Generates a password with 96 bits of entropy.
    ///
    /// # Errors
    /// [`StoreError`] if no random bytes are available.
    pub fn generated(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut random = Zeroizing::new([0_u8; 12]);
        entropy.fill(random.as_mut())?;
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(*random))))
    }

    /// Returns the text, to be shown once to the owner of the account.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Hashes and checks passwords with argon2id on a few dedicated threads.
#[derive(Clone, Debug)]
pub struct Passwords {
    entropy: Arc<dyn Entropy>,
    threads: HashThreads,
    places: Arc<Semaphore>,
    /// Limits hashing for hosts and administrators, so that an import leaves room for sign-ins.
    setting: Arc<Semaphore>,
    /// The hash that is checked when there is no account, so that both cases take the same time.
    decoy: Arc<str>,
}

/// A slot for one of the concurrent sign-ins.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

/// The result of checking a password.
#[derive(Debug)]
pub(super) enum Verdict {
    Right {
        /// A hash to replace the old one, whose password was not normalized.
        new_hash: Option<String>,
    },
    Wrong,
}

impl Passwords {
    /// Starts the hashing threads.
    ///
    /// # Errors
    /// [`StoreError`] if the threads cannot be started or no random bytes are available.
    pub fn new(entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let decoy = hash(b"nobody has this password", &salt(&*entropy)?)?;
        Ok(Self {
            entropy,
            threads: HashThreads::start().map_err(failed)?,
            places: Arc::new(Semaphore::new(PLACES)),
            setting: Arc::new(Semaphore::new(1)),
            decoy: decoy.into(),
        })
    }

    /// Reserves a slot for a sign-in, or returns `None` if too many are running.
    pub(super) fn place(&self) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Place { _permit: permit })
    }

    /// Hashes a password with argon2id.
    ///
    /// # Errors
    /// [`StoreError`] if hashing fails or no random bytes are available.
    pub async fn hash(&self, password: &Password) -> Result<String, StoreError> {
        let _turn = self.setting.acquire().await.map_err(failed)?;
        let password = password.clone();
        let salt = salt(&*self.entropy)?;
        let hashed = self.threads.run(move || hash(password.0.as_bytes(), &salt)).await;
        hashed.map_err(failed)?
    }

    /// Checks a typed password. Without a hash, the answer is "wrong" after the same time.
    ///
    /// If the normalized password is wrong, the password is tried once as typed, because hashes
    /// made elsewhere may be of unnormalized passwords.
    pub(super) async fn verify(
        &self,
        _place: &Place,
        typed: &str,
        hashed: Option<&str>,
    ) -> Result<Verdict, StoreError> {
        if typed.len() > MAX_PASSWORD_BYTES {
            return Ok(Verdict::Wrong);
        }
        let usual = Password::of_elsewhere(typed).ok();
        let typed = Zeroizing::new(typed.to_owned());
        let is_known = hashed.is_some();
        let hashed = hashed.unwrap_or(&self.decoy).to_owned();
        let salt = salt(&*self.entropy)?;
        let check = move || {
            let is = |text: &str| {
                Argon2::default().verify_password(text.as_bytes(), &*hashed).is_ok() && is_known
            };
            if usual.as_ref().is_some_and(|usual| is(&usual.0)) {
                return Ok(Verdict::Right { new_hash: None });
            }
            if usual.as_ref().is_some_and(|usual| *usual.0 == *typed) || !is(&typed) {
                return Ok(Verdict::Wrong);
            }
            let new_hash = usual.map(|usual| hash(usual.0.as_bytes(), &salt)).transpose()?;
            Ok(Verdict::Right { new_hash })
        };
        self.threads.run(check).await.map_err(failed)?
    }
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

/// Hashes a text without normalizing it, as other programs do.
#[cfg(test)]
pub(crate) fn hash_of_raw(text: &str) -> String {
    hash(text.as_bytes(), &[7; 16]).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::token::SystemEntropy;

    fn passwords() -> Passwords {
        Passwords::new(Arc::new(SystemEntropy)).unwrap()
    }

    async fn is_right(passwords: &Passwords, typed: &str, hash: Option<&str>) -> bool {
        let place = passwords.place().unwrap();
        let verdict = passwords.verify(&place, typed, hash).await.unwrap();
        matches!(verdict, Verdict::Right { new_hash: None })
    }

    #[tokio::test]
    async fn only_the_same_password_matches() {
        let passwords = passwords();
        let password = Password::chosen("a long sentence").unwrap();
        let hash = passwords.hash(&password).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert_ne!(hash, passwords.hash(&password).await.unwrap(), "salted");
        assert!(is_right(&passwords, "a long sentence", Some(&hash)).await);
        assert!(!is_right(&passwords, "another sentence", Some(&hash)).await);
        assert!(!is_right(&passwords, "nobody has this password", None).await);
        assert!(!is_right(&passwords, "x", Some("no hash")).await);
        assert!(!is_right(&passwords, "", Some(&hash)).await);
    }

    #[tokio::test]
    async fn equivalent_forms_of_a_password_match() {
        let passwords = passwords();
        let password = Password::chosen("Crème brûlée, s'il vous plaît").unwrap();
        let hash = passwords.hash(&password).await.unwrap();
        for typed in [
            "Cre\u{300}me bru\u{302}le\u{301}e, s'il vous plai\u{302}t",
            " Crème brûlée, s'il vous plaît ",
            "Crème\u{a0}brûlée, s'il\u{3000}vous plaît\n",
            "\u{feff}Crème brûlée, s'il vous plaît\u{200b}",
        ] {
            assert!(is_right(&passwords, typed, Some(&hash)).await, "{typed:?}");
        }
        for other in ["crème brûlée, s'il vous plaît", "Creme brulee, s'il vous plait"] {
            assert!(!is_right(&passwords, other, Some(&hash)).await, "{other:?}");
        }
    }

    #[tokio::test]
    async fn a_hash_of_an_unnormalized_password_is_replaced_once() {
        let passwords = passwords();
        // The last one cannot be normalized.
        for old in [" cafe\u{301} au lait ", "café au lait\u{a0}", "a\u{7}bell in the middle"] {
            let hash = hash_of_raw(old);
            let place = passwords.place().unwrap();
            let verdict = passwords.verify(&place, old, Some(&hash)).await.unwrap();
            let Verdict::Right { new_hash } = verdict else { panic!("{old:?} is refused") };
            let Some(new_hash) = new_hash else {
                assert!(old.contains('\u{7}'), "{old:?} was not rehashed");
                continue;
            };
            assert!(is_right(&passwords, old, Some(&new_hash)).await, "{old:?}");
            assert!(is_right(&passwords, "café au lait", Some(&new_hash)).await, "{old:?}");
        }
    }

    #[tokio::test]
    async fn concurrent_sign_ins_are_limited() {
        let passwords = passwords();
        let places: Vec<_> = std::iter::from_fn(|| passwords.place()).collect();
        assert_eq!(places.len(), PLACES);
        drop(places);
        assert!(passwords.place().is_some());
    }

    #[test]
    fn passwords_have_a_minimum_and_a_maximum_length() {
        for refused in ["123456789", "  123456789  ", "", " ", &"x".repeat(257), "a\u{7}bell rings"]
        {
            assert!(Password::chosen(refused).is_err(), "{refused:?}");
        }
        assert!(Password::chosen("éééééééééé").is_ok());
        // 9 letters in 18 code points: too short.
        assert!(Password::chosen(&"e\u{301}".repeat(9)).is_err());
        let generated = Password::generated(&SystemEntropy).unwrap();
        assert!(Password::chosen(generated.expose()).is_ok());
        assert!(Password::of_elsewhere("1234").is_ok());
    }
}
