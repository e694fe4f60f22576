use crate::records::Records;
use desktop_delivery::{Clock, Registry, StoreError, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

const KIND: &str = "setup";

/// How long another process may take before it is considered dead, in seconds.
const TIMEOUT_SECONDS: i64 = 60;
/// The interval between checks of another process's progress.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
enum State {
    /// A process has begun the setup and not finished it.
    Begun {
        at: Timestamp,
    },
    Done,
}

/// A setup that completes once among all processes on one registry, such as the creation of the
/// first API key.
///
/// A setup that was interrupted is repeated by the next process that claims it, so its steps must
/// be repeatable.
#[derive(Clone, Debug)]
pub struct OneTimeSetup {
    states: Records<State>,
    name: &'static str,
}

/// The right to perform a [`OneTimeSetup`].
#[derive(Debug)]
pub struct SetupClaim {
    version: u64,
}

impl OneTimeSetup {
    /// Returns the setup with this name, the key of its registry entry.
    pub fn new(registry: Arc<dyn Registry>, name: &'static str) -> Self {
        Self { states: Records::new(registry, KIND), name }
    }

    /// Claims the setup, or returns `None` if it is done.
    ///
    /// `is_shared` states whether other processes may be performing it at the same time. The method
    /// then waits until they finish, for at most 60 seconds. Otherwise, an unfinished setup was
    /// interrupted.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or the entry cannot be decoded.
    pub async fn claim(
        &self,
        clock: &dyn Clock,
        is_shared: bool,
    ) -> Result<Option<SetupClaim>, StoreError> {
        loop {
            let (now, stored) = (clock.now(), self.states.read(self.name).await?);
            match stored {
                Some((State::Done, _)) => return Ok(None),
                Some((State::Begun { at }, _))
                    if is_shared && now < at.plus_seconds(TIMEOUT_SECONDS) =>
                {
                    tokio::time::sleep(PAUSE).await;
                }
                _ => {
                    let version = stored.map_or(0, |(_, version)| version);
                    let begun = State::Begun { at: now };
                    if self.states.write(self.name, &begun, version).await?
                        && let Some((_, version)) = self.states.read(self.name).await?
                    {
                        return Ok(Some(SetupClaim { version }));
                    }
                }
            }
        }
    }

    /// Records that the setup is done, unless another process has claimed it in the meantime.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn finish(&self, claim: SetupClaim) -> Result<(), StoreError> {
        self.states.write(self.name, &State::Done, claim.version).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::ManualClock;

    fn setup() -> (OneTimeSetup, ManualClock) {
        let clock = ManualClock::at(Timestamp::from_seconds(1_795_466_792));
        (OneTimeSetup::new(Arc::new(MemoryRegistry::new()), "first start"), clock)
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupted_setup_is_repeated_and_a_finished_one_is_not() {
        let (setup, clock) = setup();
        assert!(setup.claim(&clock, false).await.unwrap().is_some());
        let again = setup.claim(&clock, false).await.unwrap().unwrap();
        setup.finish(again).await.unwrap();
        assert!(setup.claim(&clock, false).await.unwrap().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn another_process_waits_and_takes_over_after_a_minute() {
        let (setup, clock) = setup();
        let first = setup.claim(&clock, true).await.unwrap().unwrap();
        let limit = Duration::from_secs(10);
        let waited = tokio::time::timeout(limit, setup.claim(&clock, true)).await;
        assert!(waited.is_err(), "the first has not finished");
        clock.advance(TIMEOUT_SECONDS);
        let second = setup.claim(&clock, true).await.unwrap().unwrap();
        // The first one was only slow.
        setup.finish(first).await.unwrap();
        setup.finish(second).await.unwrap();
        assert!(setup.claim(&clock, true).await.unwrap().is_none());
    }
}
