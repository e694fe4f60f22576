use super::guess_limiter::GuessLimiter;
use crate::identity::Identity;
use desktop_delivery::error::ErrorChain;
use desktop_delivery::{Clock, Registry};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The interval between cleanups.
const PAUSE: Duration = Duration::from_secs(600);

/// Deletes expired sessions and counts of failed attempts every 10 minutes, until `stopping`
/// changes. Failures are logged, and repeated with the next cleanup.
pub async fn sweep_expired(
    identity: Identity,
    registry: Arc<dyn Registry>,
    clock: Arc<dyn Clock>,
    mut stopping: watch::Receiver<bool>,
) {
    while !*stopping.borrow() {
        let swept = async {
            identity.sessions.sweep().await?;
            identity.attempts.sweep().await?;
            GuessLimiter::sweep(Arc::clone(&registry), clock.now()).await
        };
        if let Err(error) = swept.await {
            tracing::error!(error = %ErrorChain::of(&error), "could not delete expired sessions");
        }
        if let Ok(Err(_)) = tokio::time::timeout(PAUSE, stopping.changed()).await {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Who;
    use desktop_delivery::Timestamp;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::ManualClock;
    use desktop_delivery::token::CountingEntropy;

    #[tokio::test(start_paused = true)]
    async fn expired_sessions_are_deleted_at_the_next_cleanup() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let registry = Arc::new(MemoryRegistry::new());
        let entropy = Arc::new(CountingEntropy::default());
        let identity = Identity::new(registry.clone(), entropy, clock.clone()).unwrap();
        let who = Who::Staff { login: "anne".to_owned(), epoch: 0 };
        let (_, seconds) = identity.sessions.begin(who).await.unwrap();
        let kinds = || async { registry.kinds().await.unwrap().len() };
        let (stop, stopping) = watch::channel(false);
        let sweeping =
            tokio::spawn(sweep_expired(identity, registry.clone(), clock.clone(), stopping));
        tokio::time::sleep(PAUSE * 3 / 2).await;
        assert_eq!(kinds().await, 1, "the session is valid");
        clock.advance(seconds + 1);
        tokio::time::sleep(PAUSE).await;
        assert_eq!(kinds().await, 0);
        stop.send(true).unwrap();
        sweeping.await.unwrap();
    }
}
