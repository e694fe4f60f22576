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

/// The shortest password, characters (NIST SP 800-63B section 5.1.1.2 asks for 8 and no rules beside).
pub const MIN_PASSWORD_CHARS: usize = 10;
/// The longest, bytes: enough for any sentence, and too little to keep a processor busy.
const MAX_PASSWORD_BYTES: usize = 256;
/// Concurrent sign-ins: one that would wait longer than a second or two is refused instead.
const PLACES: usize = 32;

/// A password as it is hashed: without spaces and invisible characters around it, then normalized
/// as OpaqueString (RFC 8265 section 4.2), so that it is the same however a keyboard composes
/// letters.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Reads a newly chosen password: at least [`MIN_PASSWORD_CHARS`] characters.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is too short or too long, or has characters that passwords cannot have.
    pub fn chosen(typed: &str) -> Result<Self, InvalidInput> {
        let password = Self::of_elsewhere(typed)?;
        if password.0.chars().count() < MIN_PASSWORD_CHARS {
            return Err(InvalidInput::new(fields::PASSWORD, fields::TOO_SHORT_PASSWORD));
        }
        Ok(password)
    }

    /// Reads a password that was chosen elsewhere: 1 to 256 bytes.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is empty or too long, or has characters that passwords cannot have.
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

    /// Generates a password of 96 random bits.
    ///
    /// # Errors
    /// [`StoreError`] if there is no randomness.
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

/// Hashes and checks passwords with argon2id, a few at a time, off the threads that serve.
#[derive(Clone, Debug)]
pub struct Passwords {
    entropy: Arc<dyn Entropy>,
    threads: HashThreads,
    places: Arc<Semaphore>,
    /// Taken by hashing for a host or an administrator, so that an import leaves turns to sign-ins.
    setting: Arc<Semaphore>,
    /// What a password is checked against where there is no account, so that both take as long.
    nobody: Arc<str>,
}

/// A sign-in's place among those that may be under way at once.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

/// Whether a password is the one that was hashed.
#[derive(Debug)]
pub(super) enum Verdict {
    Right {
        /// The hash to store in place of the old one, whose password was not normalized.
        new_hash: Option<String>,
    },
    Wrong,
}

impl Passwords {
    /// Starts the threads that hash.
    ///
    /// # Errors
    /// [`StoreError`] if the threads cannot be started or there is no randomness.
    pub fn new(entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let nobody = hash(b"nobody has this password", &salt(&*entropy)?)?;
        Ok(Self {
            entropy,
            threads: HashThreads::start().map_err(failed)?,
            places: Arc::new(Semaphore::new(PLACES)),
            setting: Arc::new(Semaphore::new(1)),
            nobody: nobody.into(),
        })
    }

    /// A place for a sign-in; `None` if too many are under way.
    pub(super) fn place(&self) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Place { _permit: permit })
    }

    /// Hashes a password with argon2id.
    ///
    /// # Errors
    /// [`StoreError`] if hashing fails or there is no randomness.
    pub async fn hash(&self, password: &Password) -> Result<String, StoreError> {
        let _turn = self.setting.acquire().await.map_err(failed)?;
        let password = password.clone();
        let salt = salt(&*self.entropy)?;
        let hashed = self.threads.run(move || hash(password.0.as_bytes(), &salt)).await;
        hashed.map_err(failed)?
    }

    /// Checks a typed password. Without a hash it is wrong, and the check takes as long.
    ///
    /// A password that is wrong when normalized is tried once as it was typed, because hashes made
    /// elsewhere may be of that form.
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
        let hashed = hashed.unwrap_or(&self.nobody).to_owned();
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

/// The hash of a text as it is, as other programs make them.
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
    async fn a_password_is_known_again_and_nothing_else_is() {
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
    async fn ways_to_type_a_password_are_the_same() {
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
        // The last has no usual form.
        for old in [" cafe\u{301} au lait ", "café au lait\u{a0}", "a\u{7}bell in the middle"] {
            let hash = hash_of_raw(old);
            let place = passwords.place().unwrap();
            let verdict = passwords.verify(&place, old, Some(&hash)).await.unwrap();
            let Verdict::Right { new_hash } = verdict else { panic!("{old:?} is refused") };
            let Some(new_hash) = new_hash else {
                assert!(old.contains('\u{7}'), "{old:?} is not hashed anew");
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
    fn a_password_is_neither_short_nor_endless() {
        for refused in ["123456789", "  123456789  ", "", " ", &"x".repeat(257), "a\u{7}bell rings"]
        {
            assert!(Password::chosen(refused).is_err(), "{refused:?}");
        }
        assert!(Password::chosen("éééééééééé").is_ok());
        // 20 characters that are 10 letters.
        assert!(Password::chosen(&"e\u{301}".repeat(9)).is_err());
        let generated = Password::generated(&SystemEntropy).unwrap();
        assert!(Password::chosen(generated.expose()).is_ok());
        assert!(Password::of_elsewhere("1234").is_ok());
    }
}
