use super::SigningKeys;
use super::key_file::Stamp;
use super::keys::Keys;
use crate::problem::Problem;
use desktop_delivery::{Desk, KeyRing, SigningKey};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use zeroize::Zeroizing;

/// How often the keys are looked at.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a key is known to every server that shares a database before it signs, seconds: several
/// looks, one of which may fail.
pub(super) const SETTLING_SECONDS: i64 = 10;

/// Puts the signing keys in use that an operator's command wrote, until the server stops.
///
/// Keys that cannot be read change nothing: those in use stay.
pub(crate) async fn watch(
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
            Err(problem) => tracing::error!(%problem, "the keys in use stay"),
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
    async fn again(&mut self) -> Result<(), Problem> {
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
