use crate::api_keys::hex;
use crate::records::Records;
use desktop_delivery::{Clock, Registry, StoreError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::sync::Arc;

const KIND: &str = "attempts";
/// How long failures are remembered together, seconds.
const WINDOW: i64 = 900;
/// Failures of one name from one network.
const MAX_FOR_NAME_HERE: u32 = 5;
/// Failures of one name from anywhere: more, so that nobody can lock somebody out so easily.
const MAX_FOR_NAME: u32 = 50;
/// Failures from one network, whatever the names: a campus may share one address.
const MAX_FROM_NETWORK: u32 = 100;

/// Limits how often somebody may guess a password, over all servers that share a registry.
///
/// Failures are counted in windows of 15 minutes, under hashes of names and networks.
#[derive(Clone, Debug)]
pub(crate) struct Attempts {
    records: Records<Count>,
    clock: Arc<dyn Clock>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Count {
    failures: u32,
}

impl Attempts {
    pub(crate) fn new(registry: Arc<dyn Registry>, clock: Arc<dyn Clock>) -> Self {
        Self { records: Records::new(registry, KIND), clock }
    }

    /// Whether somebody with this name and network may try now; else, in how many seconds.
    pub(crate) async fn wait(
        &self,
        name: &str,
        network: IpAddr,
    ) -> Result<Option<u32>, StoreError> {
        for (key, most) in self.keys(name, network) {
            let failures = self.records.read(&key).await?.map_or(0, |(count, _)| count.failures);
            if failures >= most {
                let now = self.clock.now().as_seconds();
                return Ok(u32::try_from(WINDOW - now.rem_euclid(WINDOW)).ok());
            }
        }
        Ok(None)
    }

    /// Counts a failure.
    pub(crate) async fn failed(&self, name: &str, network: IpAddr) -> Result<(), StoreError> {
        for (key, _) in self.keys(name, network) {
            let more = |count: Option<Count>| {
                let failures = count.map_or(0, |count| count.failures).saturating_add(1);
                Some(Count { failures })
            };
            self.records.update(&key, more).await?;
        }
        Ok(())
    }

    /// Forgets windows that are over.
    pub(crate) async fn sweep(&self) -> Result<usize, StoreError> {
        self.records.remove_before(&self.window()).await
    }

    /// The number of the current window, so that keys sort by it.
    fn window(&self) -> String {
        format!("{:012x}", self.clock.now().as_seconds().div_euclid(WINDOW))
    }

    fn keys(&self, name: &str, network: IpAddr) -> [(String, u32); 3] {
        let key = |parts: &[&str]| {
            let mut hash = Sha256::new();
            for part in parts {
                hash.update(part.as_bytes());
                hash.update([0]);
            }
            format!("{}-{}", self.window(), hex(&hash.finalize()))
        };
        let network = network.to_string();
        [
            (key(&["name here", name, &network]), MAX_FOR_NAME_HERE),
            (key(&["name", name]), MAX_FOR_NAME),
            (key(&["network", &network]), MAX_FROM_NETWORK),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::{ManualClock, MemoryRegistry, Timestamp};

    #[tokio::test]
    async fn after_five_failures_a_name_waits_there_and_not_elsewhere() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let attempts = Attempts::new(Arc::new(MemoryRegistry::new()), clock.clone());
        let (here, there) = ("203.0.113.9".parse().unwrap(), "198.51.100.7".parse().unwrap());
        for _ in 0..5 {
            assert_eq!(attempts.wait("anne", here).await.unwrap(), None);
            attempts.failed("anne", here).await.unwrap();
        }
        let wait = attempts.wait("anne", here).await.unwrap().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
        assert_eq!(attempts.wait("anne", there).await.unwrap(), None);
        assert_eq!(attempts.wait("paul", here).await.unwrap(), None);
        clock.set(clock.now().plus_seconds(i64::from(wait)));
        assert_eq!(attempts.wait("anne", here).await.unwrap(), None);
        assert_eq!(attempts.sweep().await.unwrap(), 3);
    }
}
