//! An endless supply of claims.

use crate::scene::{ATTACHMENT, CLAIMS_EACH, Scene};
use crate::temporary_ledger::{Kind, TemporaryLedger};
use desktop_delivery::{ClaimKey, ClaimRequest};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Claims from many requests in turn, and creates new requests when they are used up.
pub struct ClaimSupply {
    kind: Kind,
    requests: usize,
    claimer: Claimer,
    /// The ledger.
    storage: TemporaryLedger,
}

/// Makes claims from any task.
#[derive(Clone)]
pub struct Claimer {
    scene: Arc<Scene>,
    claimed: Arc<AtomicUsize>,
}

impl ClaimSupply {
    /// Creates the requests.
    ///
    /// # Panics
    /// If no folder can be created.
    pub async fn new(kind: Kind, requests: usize) -> Self {
        let storage = TemporaryLedger::new(kind).await;
        let scene = Arc::new(Scene::new(storage.ledger(), requests).await);
        storage.settle();
        let claimer = Claimer { scene, claimed: Arc::default() };
        Self { kind, requests, claimer, storage }
    }

    /// Ensures that this many claims are left. Must not be called during a measurement.
    pub async fn refill(&mut self, claims: usize) {
        let left =
            self.requests * CLAIMS_EACH as usize - self.claimer.claimed.load(Ordering::Relaxed);
        if left < claims {
            let requests = self.requests.max(claims.div_ceil(CLAIMS_EACH as usize));
            *self = Self::new(self.kind, requests).await;
        }
    }

    /// Returns the current supply, which is valid until the next refill.
    #[must_use]
    pub fn claimer(&self) -> Claimer {
        self.claimer.clone()
    }

    /// Returns the number of bytes the server has written to its write-ahead log, or `None` for
    /// embedded ledgers.
    #[must_use]
    pub fn log_bytes(&self) -> Option<u64> {
        self.storage.log_bytes()
    }

    /// Returns the requests' handles as numbers.
    #[must_use]
    pub fn keys(&self) -> Vec<i64> {
        self.claimer
            .scene
            .handles
            .iter()
            .map(|handle| i64::from_be_bytes(handle.to_bytes()))
            .collect()
    }
}

impl Claimer {
    /// Makes one claim.
    ///
    /// # Panics
    /// If it is refused.
    pub fn claim(&self) -> impl Future<Output = ()> + Send + use<> {
        self.next().make()
    }

    /// Returns the next claim, which has not been made yet.
    #[must_use]
    pub fn next(&self) -> NextClaim {
        let number = self.claimed.fetch_add(1, Ordering::Relaxed);
        // A prime stride, so that consecutive claims are not neighbors in the tables.
        let token = number * 7_919 % self.scene.tokens.len();
        let request = ClaimRequest::new(ATTACHMENT, ClaimKey::Key(format!("key {number}")))
            .with_acknowledged(true);
        NextClaim { scene: Arc::clone(&self.scene), token, request }
    }
}

/// A claim to make.
pub struct NextClaim {
    scene: Arc<Scene>,
    token: usize,
    request: ClaimRequest,
}

impl NextClaim {
    /// Reads the page of the link, as a browser does before the claim.
    ///
    /// # Panics
    /// If the link opens nothing.
    pub async fn show_page(&self) {
        let page = self.scene.desk.link_page(self.scene.tokens[self.token].expose()).await;
        assert!(page.expect("a page").view.is_ok());
    }

    /// Makes the claim.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn make(self) {
        let token = self.scene.tokens[self.token].expose();
        self.scene.desk.claim(token, &self.request).await.expect("a claim");
    }
}

impl fmt::Debug for NextClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NextClaim").field("token", &self.token).finish_non_exhaustive()
    }
}

impl fmt::Debug for Claimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claimer").field("claimed", &self.claimed).finish_non_exhaustive()
    }
}

impl fmt::Debug for ClaimSupply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimSupply").field("requests", &self.requests).finish_non_exhaustive()
    }
}
