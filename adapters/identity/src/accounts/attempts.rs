use super::sign_in_name::SignInName;
use crate::hex::hex;
use crate::records::Records;
use desktop_delivery::{Clock, Registry, StoreError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Mutex;

const KIND: &str = "attempts";
/// The length of a counting window in seconds.
const WINDOW: i64 = 900;
/// The limit of wrong passwords for one name, from one network or one known browser.
const MAX_FOR_NAME_HERE: u32 = 5;
/// The limit of wrong passwords for one name from all unknown browsers together. Higher, so that
/// locking out a user takes many networks.
const MAX_FOR_NAME: u32 = 50;
/// The limit of wrong passwords from one network for any names. A campus may share one address.
const MAX_FROM_NETWORK: u32 = 100;

/// Limits password guesses across all servers that share a registry.
///
/// An attempt is counted durably *before* its password is checked, and refunded if the password is
/// right. However many guesses run concurrently, on however many servers, no more than the limit
/// are checked. Counts are kept in windows of 15 minutes, under hashes of names and networks.
#[derive(Clone, Debug)]
pub struct Attempts {
    records: Records<Count>,
    clock: Arc<dyn Clock>,
    turns: Arc<Mutex<()>>,
}

/// The origin of an attempt, which selects the limits that apply.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Origin {
    /// A browser in which this name has signed in before. Guesses from other browsers do not count
    /// against it, so the user cannot be locked out.
    KnownBrowser(String),
    /// A session of this name in which the password is asked for again.
    Session,
    /// An unknown browser, identified by its network.
    Stranger(IpAddr),
}

/// A counted attempt whose password may be checked.
#[derive(Debug)]
pub(super) struct Attempt {
    keys: Vec<String>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Count {
    attempts: u32,
}

impl Attempts {
    /// Returns the counts stored in a registry.
    #[must_use]
    pub fn new(registry: Arc<dyn Registry>, clock: Arc<dyn Clock>) -> Self {
        Self { records: Records::new(registry, KIND), clock, turns: Arc::default() }
    }

    /// Counts an attempt. If a limit is reached, counts nothing and returns the number of seconds
    /// to wait.
    pub(super) async fn reserve(
        &self,
        name: &SignInName,
        origin: &Origin,
    ) -> Result<Result<Attempt, u32>, StoreError> {
        let now = self.clock.now().as_seconds();
        let wait = u32::try_from(WINDOW - now.rem_euclid(WINDOW)).unwrap_or(u32::MAX);
        let buckets = self.buckets(now, name, origin);
        // Reading first spares writes during a flood.
        for (key, most) in &buckets {
            let held = self.records.read(key).await?;
            if held.is_some_and(|(count, _)| count.attempts >= *most) {
                return Ok(Err(wait));
            }
        }
        // Concurrent attempts share counters; taking turns avoids retried writes.
        let _turn = self.turns.lock().await;
        let mut attempt = Attempt { keys: Vec::with_capacity(buckets.len()) };
        for (key, most) in buckets {
            let one_more = |count: Option<Count>| {
                let attempts = count.map_or(0, |count| count.attempts);
                (attempts < most).then_some(Count { attempts: attempts + 1 })
            };
            if self.records.update(&key, one_more).await?.is_none() {
                self.take_back(&attempt.keys).await?;
                return Ok(Err(wait));
            }
            attempt.keys.push(key);
        }
        Ok(Ok(attempt))
    }

    /// Refunds an attempt whose password was right.
    pub(super) async fn succeeded(&self, attempt: Attempt) -> Result<(), StoreError> {
        let _turn = self.turns.lock().await;
        self.take_back(&attempt.keys).await
    }

    async fn take_back(&self, keys: &[String]) -> Result<(), StoreError> {
        for key in keys {
            let one_less = |count: Option<Count>| {
                count.map(|Count { attempts }| Count { attempts: attempts.saturating_sub(1) })
            };
            self.records.update(key, one_less).await?;
        }
        Ok(())
    }

    /// Removes the counts of past windows and returns how many were removed.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        self.records.remove_before(&window(self.clock.now().as_seconds())).await
    }

    /// Returns the counters of an attempt with their limits.
    fn buckets(&self, now: i64, name: &SignInName, origin: &Origin) -> Vec<(String, u32)> {
        let key = |parts: &[&str]| {
            let mut hash = Sha256::new();
            for part in parts {
                hash.update(part.as_bytes());
                hash.update([0]);
            }
            format!("{}-{}", window(now), hex(&hash.finalize()))
        };
        let name = name.as_str();
        match origin {
            Origin::KnownBrowser(id) => vec![(key(&["browser", name, id]), MAX_FOR_NAME_HERE)],
            Origin::Session => vec![(key(&["session", name]), MAX_FOR_NAME_HERE)],
            Origin::Stranger(network) => {
                let network = network.to_string();
                vec![
                    (key(&["name here", name, &network]), MAX_FOR_NAME_HERE),
                    (key(&["name", name]), MAX_FOR_NAME),
                    (key(&["network", &network]), MAX_FROM_NETWORK),
                ]
            }
        }
    }
}

/// Returns the number of a window, formatted so that keys sort by it.
fn window(now: i64) -> String {
    format!("{:012x}", now.div_euclid(WINDOW))
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Timestamp;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::ManualClock;
    use futures_util::future::join_all;

    fn attempts() -> (Attempts, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        (Attempts::new(Arc::new(MemoryRegistry::new()), clock.clone()), clock)
    }

    fn from(address: &str) -> Origin {
        Origin::Stranger(address.parse().unwrap())
    }

    #[tokio::test]
    async fn five_failures_block_a_name_on_that_network_only() {
        let (attempts, clock) = attempts();
        let (here, there) = (from("203.0.113.9"), from("198.51.100.7"));
        let (anne, paul) = (SignInName::staff("anne"), SignInName::staff("paul"));
        for _ in 0..5 {
            attempts.reserve(&anne, &here).await.unwrap().unwrap();
        }
        let wait = attempts.reserve(&anne, &here).await.unwrap().unwrap_err();
        assert!((1..=900).contains(&wait), "{wait}");
        attempts.reserve(&anne, &there).await.unwrap().unwrap();
        attempts.reserve(&paul, &here).await.unwrap().unwrap();
        clock.set(clock.now().plus_seconds(i64::from(wait)));
        attempts.reserve(&anne, &here).await.unwrap().unwrap();
        // Counters of the past window: three of names per network, two of names, two of networks.
        assert_eq!(attempts.sweep().await.unwrap(), 7);
    }

    #[tokio::test]
    async fn five_of_many_concurrent_attempts_on_two_servers_proceed() {
        let (one, clock) = attempts();
        let other = Attempts { turns: Arc::default(), ..one.clone() };
        let (anne, here) = (SignInName::staff("anne"), from("203.0.113.9"));
        let at_once = (0..200).map(|number| {
            let server = if number % 2 == 0 { &one } else { &other };
            server.reserve(&anne, &here)
        });
        let mut reserved: Vec<Attempt> =
            join_all(at_once).await.into_iter().filter_map(|tried| tried.unwrap().ok()).collect();
        assert_eq!(reserved.len(), 5);
        // A right password refunds exactly its own attempt.
        one.succeeded(reserved.pop().unwrap()).await.unwrap();
        other.reserve(&anne, &here).await.unwrap().unwrap();
        assert!(one.reserve(&anne, &here).await.unwrap().is_err());
        clock.set(clock.now().plus_seconds(WINDOW));
        one.reserve(&anne, &here).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn guesses_from_elsewhere_do_not_lock_out_a_known_browser() {
        let (attempts, _) = attempts();
        let anne = SignInName::staff("anne");
        let mut tried = 0;
        for number in 0..60 {
            let from = from(&format!("203.0.113.{number}"));
            tried += u32::from(attempts.reserve(&anne, &from).await.unwrap().is_ok());
        }
        assert_eq!(tried, MAX_FOR_NAME);
        let known = Origin::KnownBrowser("1".to_owned());
        for _ in 0..5 {
            attempts.reserve(&anne, &known).await.unwrap().unwrap();
        }
        assert!(attempts.reserve(&anne, &known).await.unwrap().is_err(), "it may guess no more");
        attempts.reserve(&anne, &Origin::Session).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_network_may_guess_a_hundred_times_in_all() {
        let (attempts, _) = attempts();
        let here = from("203.0.113.9");
        let mut tried = 0;
        for number in 0..120 {
            let name = SignInName::staff(&format!("name{number}"));
            tried += u32::from(attempts.reserve(&name, &here).await.unwrap().is_ok());
        }
        assert_eq!(tried, MAX_FROM_NETWORK);
        // Refused attempts did not count against the name.
        let last = SignInName::staff("name119");
        for _ in 0..5 {
            attempts.reserve(&last, &from("198.51.100.7")).await.unwrap().unwrap();
        }
    }
}
