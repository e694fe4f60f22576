use super::SigningKeys;
use super::error::KeysError;
use super::key_file::Stamp;
use super::keys::Keys;
use desktop_delivery::error::ErrorChain;
use desktop_delivery::token::SigningKey;
use desktop_delivery::{Desk, KeyRing};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use zeroize::Zeroizing;

/// The interval between checks of the keys.
const PAUSE: Duration = Duration::from_secs(1);

/// Checks the stored keys every second and passes changed keys to the desk, until `stopping` is
/// `true`.
///
/// If loading fails, the failure is logged and the current keys stay in use.
pub async fn watch(
    desk: Arc<Desk>,
    signing_keys: SigningKeys,
    mut stopping: watch::Receiver<bool>,
) {
    let mut watcher = Watcher { signing_keys, seen: None, keys: None };
    while !*stopping.borrow() {
        match watcher.reload().await {
            Ok(()) => {
                if let Some(keys) = &watcher.keys {
                    take(&desk, keys.in_use(desk.now()));
                }
            }
            Err(error) => {
                tracing::error!(error = %ErrorChain::of(&error), "could not load the signing keys; the current keys stay in use");
            }
        }
        // A change of the channel means that the server is stopping.
        let _ = tokio::time::timeout(PAUSE, stopping.changed()).await;
    }
}

/// The last seen state of the keys.
struct Watcher {
    signing_keys: SigningKeys,
    seen: Option<Option<Stamp>>,
    keys: Option<Keys>,
}

impl Watcher {
    /// Loads the keys if they may have changed.
    async fn reload(&mut self) -> Result<(), KeysError> {
        if let SigningKeys::File(file) = &self.signing_keys {
            // Read before the keys, so that a change in between is noticed at the next check.
            let stamp = Some(file.stamp());
            if self.seen == stamp {
                return Ok(());
            }
            self.seen = stamp;
        }
        self.keys = Some(self.signing_keys.load().await?);
        Ok(())
    }
}

fn take(desk: &Desk, ring: KeyRing) {
    if secrets(&ring) == secrets(&desk.keys()) {
        return;
    }
    let (signs, verify) = (ring.current().id(), ring.previous().len());
    tracing::info!(signs, verify, "the signing keys have changed");
    desk.set_keys(ring);
}

fn secrets(ring: &KeyRing) -> Vec<(u8, Zeroizing<[u8; 32]>)> {
    let secret = |key: &SigningKey| (key.id(), Zeroizing::new(*key.secret().expose()));
    std::iter::once(ring.current()).chain(ring.previous()).map(secret).collect()
}
