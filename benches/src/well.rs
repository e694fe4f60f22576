//! Claims to draw, without end.

use crate::postgres;
use crate::scene::{ATTACHMENT, CLAIMS_EACH, Scene};
use desktop_delivery::{ClaimRequest, Ledger, MemoryLedger, Repeat};
use desktop_delivery_sqlite::SqliteStore;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// Which ledger counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The core's, in memory.
    Memory,
    /// The one that nodes share, on a server of the benches' own.
    Postgres,
    /// The embedded one, in a file.
    Sqlite,
}

/// Draws claims from many requests in turn; makes new requests when theirs are used up.
pub struct Well {
    kind: Kind,
    requests: usize,
    draws: Draws,
    /// The database, until the next is made.
    _folder: TempDir,
}

/// Draws claims of a [`Well`], from any task.
#[derive(Clone)]
pub struct Draws {
    scene: Arc<Scene>,
    drawn: Arc<AtomicUsize>,
}

impl Well {
    /// Fills it.
    ///
    /// # Panics
    /// Where there is no folder to work in.
    pub async fn fill(kind: Kind, requests: usize) -> Self {
        let folder = folder();
        let scene = Arc::new(Scene::set(ledger(kind, folder.path()).await, requests).await);
        let draws = Draws { scene, drawn: Arc::default() };
        Self { kind, requests, draws, _folder: folder }
    }

    /// Makes sure that there are this many claims to draw; to be called while nothing is measured.
    pub async fn refill(&mut self, claims: usize) {
        let left = self.requests * CLAIMS_EACH as usize - self.draws.drawn.load(Ordering::Relaxed);
        if left < claims {
            let requests = self.requests.max(claims.div_ceil(CLAIMS_EACH as usize));
            *self = Self::fill(self.kind, requests).await;
        }
    }

    /// What draws from it until it is filled again.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.draws.clone()
    }

    /// The requests' handles, as numbers.
    #[must_use]
    pub fn keys(&self) -> Vec<i64> {
        self.draws
            .scene
            .handles
            .iter()
            .map(|handle| i64::from_be_bytes(handle.to_bytes()))
            .collect()
    }
}

impl Draws {
    /// Draws one claim.
    ///
    /// # Panics
    /// Where it is refused.
    pub fn draw(&self) -> impl Future<Output = ()> + Send + use<> {
        let scene = Arc::clone(&self.scene);
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        // A prime stride, so that neighbors in time are not neighbors in the tables.
        let token = number * 7_919 % scene.tokens.len();
        let request = ClaimRequest {
            attachment: ATTACHMENT,
            repeat: Repeat::Key(format!("key {number}")),
            acknowledged: true,
            notice: None,
        };
        async move {
            scene.desk.claim(scene.tokens[token].expose(), &request).await.expect("a claim");
        }
    }
}

impl fmt::Debug for Draws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draws").field("drawn", &self.drawn).finish_non_exhaustive()
    }
}

impl fmt::Debug for Well {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Well").field("requests", &self.requests).finish_non_exhaustive()
    }
}

async fn ledger(kind: Kind, folder: &Path) -> Arc<dyn Ledger> {
    match kind {
        Kind::Memory => Arc::new(MemoryLedger::new()),
        Kind::Postgres => Arc::new(postgres::ledger().await),
        Kind::Sqlite => {
            let store = SqliteStore::open(folder.join("delivery.db")).expect("a database");
            Arc::new(store.ledger())
        }
    }
}

/// A folder on the disk that builds use: the one for temporary files may be in memory.
///
/// # Panics
/// Where there is none to be had.
#[must_use]
pub fn folder() -> TempDir {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), Into::into);
    tempfile::tempdir_in(target).expect("a folder to work in")
}
