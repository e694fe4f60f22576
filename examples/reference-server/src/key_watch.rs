use crate::signing_keys;
use desktop_delivery::{Desk, KeyRing};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the file is looked at.
const PAUSE: Duration = Duration::from_secs(1);

/// Puts the signing keys in use that an operator's command wrote, until the server stops.
///
/// Keys that cannot be read change nothing: those in use stay.
pub(crate) async fn watch(desk: Arc<Desk>, folder: PathBuf, mut stopping: watch::Receiver<bool>) {
    let path = signing_keys::path(&folder);
    // Loaded once more at first: they may have changed since the server loaded them.
    let mut seen = None;
    while !*stopping.borrow() {
        // Before the keys are read: what changes in between is then seen the next time.
        let stamp = stamp(&path);
        if seen != Some(stamp) {
            seen = Some(stamp);
            match signing_keys::load(&path) {
                Ok(ring) => take(&desk, ring),
                Err(problem) => tracing::error!(%problem, "the keys in use stay"),
            }
        }
        // A change of the channel means: stop.
        let _ = tokio::time::timeout(PAUSE, stopping.changed()).await;
    }
}

fn take(desk: &Desk, ring: KeyRing) {
    if ids(&ring) != ids(&desk.keys()) {
        let (signs, verify) = (ring.current().id(), ring.previous().len());
        tracing::info!(signs, verify, "other signing keys are in use from now on");
    }
    desk.set_keys(ring);
}

fn ids(ring: &KeyRing) -> Vec<u8> {
    std::iter::once(ring.current()).chain(ring.previous()).map(|key| key.id()).collect()
}

/// What tells one file from the next that takes its place; `None` where there is none.
fn stamp(path: &Path) -> Option<(u64, i64, i64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.ino(), metadata.mtime(), metadata.mtime_nsec()))
}
