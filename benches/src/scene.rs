//! A desk with any number of shipped requests.

use bytes::Bytes;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::ids::CommitId;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::ledger::{Change, CommitOutcome, DeliveryKey};
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::{LinkToken, SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Audience, BlobStore, Desk, Facts, FileName, KeyRing, Ledger,
    NewFile, Participant, Parts, PatronId, PublicAddress, RequestHandle, RequestReference,
    Shipment, StaffId, Status, Terms, Timestamp,
};
use futures_util::StreamExt as _;
use std::sync::Arc;

/// Requests that can each be claimed [`CLAIMS_EACH`] times.
#[derive(Debug)]
pub struct Scene {
    /// The desk.
    pub desk: Arc<Desk>,
    /// The patron's link of each request.
    pub tokens: Vec<LinkToken>,
    /// The requests.
    pub handles: Vec<RequestHandle>,
}

/// The file of each request.
pub const ATTACHMENT: AttachmentNo = AttachmentNo::new(1);
/// The downloads of each request.
pub const CLAIMS_EACH: u32 = 5;

/// Returns the keys with which benchmarks sign.
#[must_use]
pub fn keys() -> KeyRing {
    let secret = |byte| SecretKey::from_bytes([byte; 32]);
    KeyRing::new(SigningKey::new(1, secret(1)), secret(2))
}

impl Scene {
    /// Ships a request through a desk and copies it until there are `requests` of them.
    ///
    /// # Panics
    /// If the ledger fails.
    pub async fn new(ledger: Arc<dyn Ledger>, requests: usize) -> Self {
        let blobs = Arc::new(MemoryBlobStore::new());
        Self::with_files(ledger, blobs, Bytes::from_static(b"%PDF-1.7\n"), requests).await
    }

    /// Like [`new`](Self::new), with this content in every file.
    ///
    /// # Panics
    /// If the ledger or the store fails.
    pub async fn with_files(
        ledger: Arc<dyn Ledger>,
        blobs: Arc<dyn BlobStore>,
        content: Bytes,
        requests: usize,
    ) -> Self {
        let desk = desk(Arc::clone(&ledger), blobs);
        let model = ship(&desk, &ledger, &content).await;
        let link = model.record.links.last().expect("a link was issued");
        let handles: Vec<_> = (0..requests as u64)
            // The golden ratio spreads the numbers over all 64 bits, like random handles.
            .map(|n| (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .map(|n| RequestHandle::from_bytes(n.to_be_bytes()))
            .collect();
        let copies = handles.iter().enumerate().map(|(number, handle)| {
            let change = copy(&model, number, *handle);
            let ledger = &ledger;
            async move { ledger.commit(change).await }
        });
        let outcomes: Vec<_> =
            futures_util::stream::iter(copies).buffer_unordered(512).collect().await;
        for outcome in outcomes {
            let outcome = outcome.expect("the ledger takes a copy");
            assert_eq!(outcome, CommitOutcome::Committed { revision: 1 });
        }
        let keys = desk.keys();
        let tokens = handles
            .iter()
            .map(|handle| keys.mint_link(*handle, link.no, link.hard_expires_at))
            .collect();
        Self { desk: Arc::new(desk), tokens, handles }
    }
}

pub(crate) fn desk(ledger: Arc<dyn Ledger>, blobs: Arc<dyn BlobStore>) -> Desk {
    let participant = |id, name: &str| Participant::new(agency(id), name);
    let directory = MemoryDirectory::new()
        .with_participant(participant("CA-BVAU", "Vancouver"))
        .with_participant(participant("CA-OTUCL", "Ottawa"));
    Desk::new(Parts {
        ledger,
        blobs,
        notifier: Arc::new(RecordingNotifier::new()),
        directory: Arc::new(directory),
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: keys(),
        policies: Policies::default(),
        address: PublicAddress::new("https://delivery.example.org").expect("an address"),
    })
}

/// A member of the lending library's staff.
pub(crate) fn supplier() -> Actor {
    Actor::staff(agency("CA-OTUCL"), StaffId::new("s.tremblay").expect("an id"))
}

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("an id")
}

/// Creates a received request of a patron with three files, with realistic texts.
async fn ship(desk: &Desk, ledger: &Arc<dyn Ledger>, content: &Bytes) -> Delivery {
    let now = desk.now();
    let reference = RequestReference::new("2026-00000").expect("a reference");
    let staff = supplier();
    let facts = Facts::new(
        reference,
        agency("CA-BVAU"),
        agency("CA-OTUCL"),
        "The Spawning Migration of the European Eel: a Review of Tagging Studies 1970 to 2020",
    )
    .with_patron(PatronId::new("p-20417").expect("an id"))
    .with_source("Journal of Fish Biology, 58 (2021), pages 1104 to 1131")
    .with_request_ids("BVAU-2026-00000", "OTUCL-118-00000");
    let prepare = async {
        let handle = desk.sync(facts, Status::Pending, now).await?.handle;
        for name in ["article.pdf", "supplement.pdf", "figures.pdf"] {
            let file = NewFile::new(FileName::new(name).expect("a name"))
                .with_terms(Terms::new(CLAIMS_EACH, 90));
            let bytes = Box::pin(futures_util::stream::iter([Ok(content.clone())]));
            desk.upload(handle, &staff, file, bytes).await?;
        }
        desk.ship(handle, &staff, Shipment::WithFiles).await?;
        desk.receive(handle, &Actor::Host).await?;
        desk.issue_link(handle, &Actor::Host, Audience::Patron).await?;
        Ok::<_, desktop_delivery::Error>(handle)
    };
    let handle = prepare.await.expect("a shipped request");
    let model = ledger.load(DeliveryKey::Handle(handle)).await.expect("load");
    model.expect("it was made")
}

fn copy(model: &Delivery, number: usize, handle: RequestHandle) -> Change {
    let mut record = model.record.clone();
    let reference = format!("2026-{:07}", number + 1);
    record.facts.reference = RequestReference::new(reference).expect("a reference");
    let created_at = record.created_at.as_seconds() - i64::try_from(number).expect("few requests");
    record.created_at = Timestamp::from_seconds(created_at);
    let mut commit_id = [0; 16];
    commit_id[..8].copy_from_slice(&handle.to_bytes());
    Change {
        handle,
        commit_id: CommitId::from_bytes(commit_id),
        expected: None,
        usage: Some(model.usage.clone()),
        events: vec![Event::new(record.created_at, Actor::Host, EventKind::Created)],
        record: Some(record),
        outbox: Vec::new(),
        settle: Vec::new(),
        charges: Vec::new(),
    }
}
