//! An endless supply of claims.

use crate::opened::{Kind, Opened};
use crate::scene::{ATTACHMENT, CLAIMS_EACH, Scene};
use desktop_delivery::{ClaimKey, ClaimRequest};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Claims from many requests in turn, and creates new requests when they are used up.
pub struct Well {
    kind: Kind,
    requests: usize,
    draws: Draws,
    /// The ledger.
    opened: Opened,
}

/// Makes claims from any task.
#[derive(Clone)]
pub struct Draws {
    scene: Arc<Scene>,
    drawn: Arc<AtomicUsize>,
}

impl Well {
    /// Creates the requests.
    ///
    /// # Panics
    /// If no folder can be created.
    pub async fn fill(kind: Kind, requests: usize) -> Self {
        let opened = Opened::new(kind).await;
        let scene = Arc::new(Scene::set(opened.ledger(), requests).await);
        opened.settle();
        let draws = Draws { scene, drawn: Arc::default() };
        Self { kind, requests, draws, opened }
    }

    /// Ensures that this many claims are left. Must not be called during a measurement.
    pub async fn refill(&mut self, claims: usize) {
        let left = self.requests * CLAIMS_EACH as usize - self.draws.drawn.load(Ordering::Relaxed);
        if left < claims {
            let requests = self.requests.max(claims.div_ceil(CLAIMS_EACH as usize));
            *self = Self::fill(self.kind, requests).await;
        }
    }

    /// Returns the current supply, which is valid until the next refill.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.draws.clone()
    }

    /// Returns the number of bytes the server has written to its write-ahead log, or `None` for
    /// embedded ledgers.
    #[must_use]
    pub fn log_bytes(&self) -> Option<u64> {
        self.opened.log_bytes()
    }

    /// Returns the requests' handles as numbers.
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
    /// Makes one claim.
    ///
    /// # Panics
    /// If it is refused.
    pub fn draw(&self) -> impl Future<Output = ()> + Send + use<> {
        let scene = Arc::clone(&self.scene);
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        // A prime stride, so that consecutive claims are not neighbors in the tables.
        let token = number * 7_919 % scene.tokens.len();
        let request = ClaimRequest::new(ATTACHMENT, ClaimKey::Key(format!("key {number}")))
            .with_acknowledged(true);
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
