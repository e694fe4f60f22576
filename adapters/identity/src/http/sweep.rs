use super::guess_limiter::GuessLimiter;
use crate::identity::Identity;
use desktop_delivery::error::ErrorChain;
use desktop_delivery::{Clock, Projections, Registry, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The interval between cleanups.
const PAUSE: Duration = Duration::from_secs(600);

/// The number of rows deleted at once.
const STEP: usize = 1_000;

/// Deletes expired sessions, windows, sign-ins at providers, counts of failed attempts and rows of the projections every
/// 10 minutes, until `stopping` changes. A failure is logged, and the next cleanup tries again.
pub async fn sweep_expired(
    identity: Identity,
    registry: Arc<dyn Registry>,
    projections: Arc<dyn Projections>,
    clock: Arc<dyn Clock>,
    mut stopping: watch::Receiver<bool>,
) {
    while !*stopping.borrow() {
        let swept = async {
            identity.sessions.sweep().await?;
            identity.windows.sweep().await?;
            identity.attempts.sweep().await?;
            identity.pending_sign_ins.sweep().await?;
            GuessLimiter::sweep(Arc::clone(&registry), clock.now()).await?;
            while projections.delete_expired(clock.now(), STEP).await? == STEP {}
            Ok::<_, StoreError>(())
        };
        if let Err(error) = swept.await {
            tracing::error!(error = %ErrorChain::of(&error), "could not delete what has expired");
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
    use desktop_delivery::memory::{MemoryProjections, MemoryRegistry};
    use desktop_delivery::projections::{NewRow, RowKey};
    use desktop_delivery::time::ManualClock;
    use desktop_delivery::token::CountingEntropy;

    #[tokio::test(start_paused = true)]
    async fn expired_sessions_are_deleted_at_the_next_cleanup() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let registry = Arc::new(MemoryRegistry::new());
        let entropy = Arc::new(CountingEntropy::default());
        let identity = Identity::new(registry.clone(), entropy, clock.clone()).unwrap();
        let who = Who::Staff { login: "anne".to_owned(), epoch: 0, provider: None };
        let (_, seconds) = identity.sessions.begin(who).await.unwrap();
        let projections = Arc::new(MemoryProjections::new());
        let row = NewRow::new(RowKey::new("log", "a").unwrap(), "1").unwrap();
        let row = row.with_expiry(clock.now().plus_seconds(seconds));
        projections.write(&row, 0, clock.now()).await.unwrap();
        let began = clock.now();
        let kinds = || async { registry.kinds().await.unwrap().len() };
        let (stop, stopping) = watch::channel(false);
        let sweeping = tokio::spawn(sweep_expired(
            identity,
            registry.clone(),
            projections.clone(),
            clock.clone(),
            stopping,
        ));
        tokio::time::sleep(PAUSE * 3 / 2).await;
        assert_eq!(kinds().await, 1, "the session is valid");
        clock.advance(seconds + 1);
        tokio::time::sleep(PAUSE).await;
        assert_eq!(kinds().await, 0);
        // As of the beginning, every row that is stored is valid.
        assert_eq!(projections.read(row.key(), began).await.unwrap(), None);
        stop.send(true).unwrap();
        sweeping.await.unwrap();
    }
}
