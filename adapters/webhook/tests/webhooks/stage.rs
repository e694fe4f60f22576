//! A desk with webhooks, a clock that tests move, and workers.

use desktop_delivery::events::{EventName, FeedPosition, FeedQuery, FeedStart};
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{
    MemoryBlobStore, MemoryDirectory, MemoryLedger, MemoryProjections, MemoryRegistry,
    RecordingNotifier,
};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::{ManualClock, SystemClock};
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, Clock as _, Desk, Facts, KeyRing, Ledger, Participant, Parts, Projections,
    PublicAddress, Registry, RequestReference, Status,
};
use desktop_delivery_sqlite::SqliteStore;
use desktop_delivery_webhook::{
    AllowedNetworks, DeliveryStatus, NewWebhook, Sender, SigningSecret, Webhook, WebhookId,
    WebhookState, WebhookUrl, Webhooks, deliver_webhooks,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often workers of tests look for events.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

pub(crate) struct Stage {
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) registry: Arc<dyn Registry>,
    pub(crate) projections: Arc<dyn Projections>,
    pub(crate) webhooks: Webhooks,
    updates: AtomicI64,
}

/// A worker, which stops at once if it is dropped.
pub(crate) struct Worker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Worker {
    /// Stops after the attempts that have begun.
    pub(crate) async fn stop(mut self) {
        self.stop.send(true).expect("the worker runs");
        (&mut self.task).await.expect("the worker does not panic");
    }
}

/// A sender that may connect to this machine, and waits for at most a second.
pub(crate) fn local_sender() -> Sender {
    let networks = AllowedNetworks::new(["127.0.0.0/8"]).expect("the network is valid");
    Sender::new().with_allowed_networks(networks).with_timeout(Duration::from_secs(1))
}

impl Stage {
    pub(crate) fn in_memory() -> Self {
        Self::of(
            Arc::new(MemoryLedger::new()),
            Arc::new(MemoryRegistry::new()),
            Arc::new(MemoryProjections::new()),
            SystemClock.now().as_seconds(),
        )
    }

    pub(crate) fn on_sqlite(folder: &Path, now: i64) -> Self {
        let store = SqliteStore::open(folder.join("delivery.db")).expect("the file is opened");
        Self::of(
            Arc::new(store.ledger()),
            Arc::new(store.registry()),
            Arc::new(store.projections()),
            now,
        )
    }

    fn of(
        ledger: Arc<dyn Ledger>,
        registry: Arc<dyn Registry>,
        projections: Arc<dyn Projections>,
        now: i64,
    ) -> Self {
        // Receivers check that timestamps are close to theirs.
        let clock = Arc::new(ManualClock::at(desktop_delivery::Timestamp::from_seconds(now)));
        let key = |byte| SecretKey::from_bytes([byte; 32]);
        let desk = Arc::new(Desk::new(Parts {
            ledger,
            blobs: Arc::new(MemoryBlobStore::new()),
            notifier: Arc::new(RecordingNotifier::new()),
            directory: Arc::new(
                MemoryDirectory::new()
                    .with_participant(Participant::new(agency("CA-BVAU"), "Vancouver"))
                    .with_participant(Participant::new(agency("CA-OTU"), "Toronto")),
            ),
            inspector: Arc::new(AcceptAll),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
            keys: KeyRing::new(SigningKey::new(1, key(1)), key(2)),
            policies: Policies::default(),
            address: PublicAddress::new("https://ill.example.org").expect("the address is valid"),
        }));
        let webhooks = Webhooks::new(
            desk.clone(),
            registry.clone(),
            projections.clone(),
            Arc::new(SystemEntropy),
            local_sender(),
        );
        let updates = AtomicI64::new(0);
        Self { desk, clock, registry, projections, webhooks, updates }
    }

    /// Returns the same stage with another sender.
    pub(crate) fn with_sender(mut self, sender: Sender) -> Self {
        let (registry, projections) = (self.registry.clone(), self.projections.clone());
        let entropy = Arc::new(SystemEntropy);
        self.webhooks = Webhooks::new(self.desk.clone(), registry, projections, entropy, sender);
        self
    }

    pub(crate) fn work(&self) -> Worker {
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(deliver_webhooks(self.webhooks.clone(), PAUSE, stopping));
        Worker { stop, task }
    }

    pub(crate) async fn add(&self, url: &str) -> (Webhook, SigningSecret) {
        let new = NewWebhook::of_host(WebhookUrl::new(url).expect("the URL is valid"));
        self.webhooks.add(new).await.expect("the webhook is accepted")
    }

    /// Records an event of a request, which is created by the first: `created`, then `synced`.
    pub(crate) async fn event(&self, reference: &str) {
        let number = self.updates.fetch_add(1, Ordering::Relaxed);
        let facts = Facts::new(
            RequestReference::new(reference).expect("the reference is valid"),
            agency("CA-BVAU"),
            agency("CA-OTU"),
            format!("Glaciers, part {number}"),
        );
        let at = self.desk.now().plus_seconds(-100_000 + number);
        self.desk.sync(facts, Status::Pending, at).await.expect("the update is accepted");
    }

    /// Records events of several requests in turn.
    pub(crate) async fn events(&self, requests: usize, each: usize) {
        for _ in 0..each {
            for request in 0..requests {
                self.event(&format!("2026-{request:05}")).await;
            }
        }
    }

    pub(crate) async fn state(&self, id: &WebhookId) -> WebhookState {
        self.webhooks.find(id).await.expect("memory does not fail").expect("it exists").state
    }

    pub(crate) async fn status(&self, id: &WebhookId) -> DeliveryStatus {
        self.webhooks.status(id).await.expect("memory does not fail").expect("it exists")
    }

    pub(crate) async fn until_status(
        &self,
        id: &WebhookId,
        what: &str,
        condition: impl Fn(&DeliveryStatus) -> bool,
    ) -> DeliveryStatus {
        for _ in 0..1_000 {
            let status = self.status(id).await;
            if condition(&status) {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what}: {:?}", self.status(id).await);
    }

    pub(crate) async fn until_paused(&self, id: &WebhookId) -> WebhookState {
        for _ in 0..1_000 {
            let state = self.state(id).await;
            if state != WebhookState::Active {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the webhook was not paused");
    }

    /// Returns the position and kind of every event.
    pub(crate) async fn feed(&self) -> Vec<(FeedPosition, EventName)> {
        let query = FeedQuery::of(FeedStart::Beginning, 1_000);
        let page = self.desk.events_since(&query, &Actor::Host).await.expect("the feed is read");
        page.entries.iter().map(|e| (e.position, e.recorded.event.kind.name())).collect()
    }
}

pub(crate) fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("the id is valid")
}
