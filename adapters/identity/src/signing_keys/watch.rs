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

/// How often the keys are checked.
const PAUSE: Duration = Duration::from_secs(1);
/// How long every server of a shared database has a key before it signs, seconds: several checks, one
/// of which may fail.
pub(super) const SETTLING_SECONDS: i64 = 10;

/// Checks the stored keys every second and hands changed ones to the desk, until `stopping` is `true`.
///
/// If the keys cannot be loaded, the failure is logged and those in use stay.
pub async fn watch(
    desk: Arc<Desk>,
    signing_keys: SigningKeys,
    mut stopping: watch::Receiver<bool>,
) {
    let mut look = Look { signing_keys, seen: None, keys: None };
    while !*stopping.borrow() {
        match look.again().await {
            Ok(()) => {
                if let Some(keys) = &look.keys {
                    take(&desk, keys.in_use(desk.now()));
                }
            }
            Err(error) => {
                tracing::error!(error = %ErrorChain::of(&error), "the keys in use stay");
            }
        }
        // A change of the channel means: stop.
        let _ = tokio::time::timeout(PAUSE, stopping.changed()).await;
    }
}

/// What was seen last.
struct Look {
    signing_keys: SigningKeys,
    seen: Option<Option<Stamp>>,
    keys: Option<Keys>,
}

impl Look {
    /// Loads the keys where they may have changed.
    async fn again(&mut self) -> Result<(), KeysError> {
        if let SigningKeys::File(file) = &self.signing_keys {
            // Before the keys are read: what changes in between is then seen the next time.
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
    tracing::info!(signs, verify, "other signing keys are in use from now on");
    desk.set_keys(ring);
}

fn secrets(ring: &KeyRing) -> Vec<(u8, Zeroizing<[u8; 32]>)> {
    let secret = |key: &SigningKey| (key.id(), Zeroizing::new(*key.secret().expose()));
    std::iter::once(ring.current()).chain(ring.previous()).map(secret).collect()
}
