use super::attempts::{Attempts, Origin};
use super::password::{Passwords, Verdict};
use super::sign_in_name::SignInName;
use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use std::future::Future;
use zeroize::Zeroizing;

/// The number of seconds to wait if too many people sign in at once.
const BUSY_SECONDS: u32 = 2;

/// Checks passwords within the limits of [`Attempts`] for guesses and of [`Passwords`] for
/// concurrent checks.
#[derive(Clone, Debug)]
pub struct Gate {
    attempts: Attempts,
    passwords: Passwords,
}

/// An attempt to sign in.
#[derive(Debug)]
pub(crate) struct Guess {
    pub(crate) name: SignInName,
    pub(crate) origin: Origin,
    pub(crate) password: Zeroizing<String>,
}

/// The account whose password is checked, with its hash.
#[derive(Debug)]
pub(crate) struct Candidate<T> {
    pub(crate) who: T,
    pub(crate) hash: String,
}

/// The result of an attempt to sign in.
#[derive(Debug)]
pub enum Admission<T> {
    /// The password is right.
    Granted {
        /// Who signed in.
        who: T,
    },
    /// The password is wrong or the name is unknown.
    Denied,
    /// The password was not checked.
    Later(Later),
}

/// The reason why an attempt has to wait, with the number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// Too many passwords are being checked.
    Busy(u32),
    /// Too many wrong passwords were entered.
    TooMany(u32),
}

impl Later {
    /// Returns the number of seconds to wait.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Busy(seconds) | Self::TooMany(seconds) => seconds,
        }
    }
}

impl<T> Admission<T> {
    pub(crate) fn map<U>(self, map: impl FnOnce(T) -> U) -> Admission<U> {
        match self {
            Self::Granted { who } => Admission::Granted { who: map(who) },
            Self::Denied => Admission::Denied,
            Self::Later(later) => Admission::Later(later),
        }
    }
}

impl Gate {
    /// Returns a gate with these limits and passwords.
    #[must_use]
    pub const fn new(attempts: Attempts, passwords: Passwords) -> Self {
        Self { attempts, passwords }
    }

    /// Counts an attempt, looks up the person and checks the password. A right password is
    /// refunded. Takes the same time for an unknown person.
    ///
    /// Returns the person, and a new hash if the stored one was made from an unnormalized password.
    ///
    /// Runs to completion even if the caller drops the future, so that a second click does not
    /// count as a wrong password.
    pub(crate) async fn admit<T: Send + 'static>(
        &self,
        guess: Guess,
        look_up: impl Future<Output = Result<Option<Candidate<T>>, StoreError>> + Send + 'static,
    ) -> Result<Admission<(T, Option<String>)>, StoreError> {
        let Some(place) = self.passwords.place() else {
            return Ok(Admission::Later(Later::Busy(BUSY_SECONDS)));
        };
        let Self { attempts, passwords } = self.clone();
        let attempt = async move {
            let Guess { name, origin, password } = guess;
            let attempt = match attempts.reserve(&name, &origin).await? {
                Ok(attempt) => attempt,
                Err(seconds) => return Ok(Admission::Later(Later::TooMany(seconds))),
            };
            let found = look_up.await?;
            let hash = found.as_ref().map(|candidate| candidate.hash.as_str());
            let verdict = passwords.verify(&place, &password, hash).await?;
            let (Verdict::Right { new_hash }, Some(Candidate { who, .. })) = (verdict, found)
            else {
                return Ok(Admission::Denied);
            };
            attempts.succeeded(attempt).await?;
            Ok(Admission::Granted { who: (who, new_hash) })
        };
        let ended = tokio::spawn(attempt).await;
        ended.map_err(|error| {
            StoreError::new(StoreErrorKind::Unexpected, "passwords", "check").with_source(error)
        })?
    }
}

#[cfg(test)]
mod tests {
    use super::super::password::hash_of_raw;
    use super::*;
    use desktop_delivery::Timestamp;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::ManualClock;
    use desktop_delivery::token::SystemEntropy;
    use futures_util::future::join_all;
    use std::sync::{Arc, LazyLock};

    fn gate() -> Gate {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let attempts = Attempts::new(Arc::new(MemoryRegistry::new()), clock);
        Gate::new(attempts, Passwords::new(Arc::new(SystemEntropy)).unwrap())
    }

    fn guess(number: usize, password: &str) -> Guess {
        let network = format!("203.0.{}.{}", number / 250, number % 250).parse().unwrap();
        Guess {
            name: SignInName::staff("anne"),
            origin: Origin::Stranger(network),
            password: Zeroizing::new(password.to_owned()),
        }
    }

    async fn try_in(gate: &Gate, guess: Guess) -> Admission<&'static str> {
        static HASH: LazyLock<String> = LazyLock::new(|| hash_of_raw("a long sentence"));
        let candidate = Candidate { who: "anne", hash: HASH.clone() };
        let admission = gate.admit(guess, async { Ok(Some(candidate)) }).await;
        admission.unwrap().map(|(who, _)| who)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn five_of_many_concurrent_guesses_are_checked() {
        let gate = gate();
        let guesses = (0..100).map(|number| {
            let word = if number == 3 { "a long sentence" } else { "another sentence" };
            try_in(&gate, guess(0, word))
        });
        let (mut denied, mut granted) = (0, 0);
        for admission in join_all(guesses).await {
            match admission {
                Admission::Denied => denied += 1,
                Admission::Granted { .. } => granted += 1,
                Admission::Later(_) => {}
            }
        }
        assert!(denied <= 5 && granted <= 1, "{denied} denied, {granted} granted");
        assert!(denied + granted >= 5, "{denied} denied, {granted} granted");
        // The rest of the five attempts, and no more.
        for _ in denied..5 {
            assert!(matches!(try_in(&gate, guess(0, "x")).await, Admission::Denied));
        }
        let later = try_in(&gate, guess(0, "a long sentence")).await;
        assert!(matches!(later, Admission::Later(Later::TooMany(1..=900))), "{later:?}");
    }

    #[tokio::test]
    async fn excess_sign_ins_are_asked_to_retry_soon() {
        let gate = gate();
        let places: Vec<_> = std::iter::from_fn(|| gate.passwords.place()).collect();
        let later = try_in(&gate, guess(0, "a long sentence")).await;
        assert!(matches!(later, Admission::Later(Later::Busy(2))), "{later:?}");
        drop(places);
        // The refused sign-in did not count as an attempt.
        for number in 0..4 {
            assert!(matches!(try_in(&gate, guess(0, "x")).await, Admission::Denied), "{number}");
        }
        let granted = try_in(&gate, guess(0, "a long sentence")).await;
        assert!(matches!(granted, Admission::Granted { .. }), "{granted:?}");
    }
}
