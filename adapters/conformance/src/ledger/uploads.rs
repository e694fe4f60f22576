use super::support::{NOW, On, agency, reference, stored};
use crate::check::Run;
use crate::race::{THREADS, race};
use bytes::Bytes;
use desktop_delivery::delivery::UPLOAD_LEASE_SECONDS;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{
    MemoryBlobStore, MemoryDirectory, MemoryRegistry, RecordingNotifier,
};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, ByteStream, Desk, Error, Facts, FileName, KeyRing, NewFile, Participant, Parts,
    PublicAddress, RequestHandle, Status,
};
use futures_util::{StreamExt as _, stream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The number of concurrent uploads to one request, from two processes.
const UPLOADS: usize = 24;

/// The wait for an upload to begin: five seconds in all.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);

/// The parts shared by two processes besides the ledger under test.
struct Shared {
    clock: Arc<ManualClock>,
    registry: Arc<MemoryRegistry>,
}

impl Shared {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(NOW));
        Self { clock, registry: Arc::new(MemoryRegistry::new()) }
    }

    /// Returns the desk of one process.
    fn node(&self, on: &On) -> Arc<Desk> {
        let library = |id: &str| Participant::new(agency(id), id);
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        let directory = MemoryDirectory::new()
            .with_participant(library("CA-BVAU"))
            .with_participant(library("CA-OTU"));
        let desk = Desk::new(Parts {
            ledger: Arc::clone(&on.adapter),
            blobs: Arc::new(MemoryBlobStore::new()),
            notifier: Arc::new(RecordingNotifier::new()),
            directory: Arc::new(directory),
            inspector: Arc::new(AcceptAll),
            clock: Arc::clone(&self.clock) as _,
            entropy: Arc::new(SystemEntropy),
            keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(0)),
            policies: Policies::default(),
            address: PublicAddress::new("https://ill.example.org").expect("a valid address"),
        });
        Arc::new(desk.with_heartbeats(Arc::clone(&self.registry) as _))
    }
}

async fn request(desk: &Desk) -> RequestHandle {
    let facts =
        Facts::new(reference("2026-00417"), agency("CA-BVAU"), agency("CA-OTU"), "On Ice Ages");
    desk.sync(facts, Status::Pending, NOW).await.expect("it is news").handle
}

fn pdf() -> NewFile {
    NewFile::new(FileName::new("ice-ages.pdf").expect("a valid name"))
}

pub(super) async fn parallel_uploads_to_one_request_are_all_attached(on: On, run: Run) {
    let shared = Shared::new();
    let nodes = [shared.node(&on), shared.node(&on)];
    let handle = request(&nodes[0]).await;
    let answers = race(&run, UPLOADS, |number| {
        // Each thread of the race uses both.
        let desk = Arc::clone(&nodes[number / THREADS % nodes.len()]);
        Box::pin(async move {
            let bytes: ByteStream =
                Box::pin(stream::iter([Ok(Bytes::from(format!("%PDF-1.7 {number}")))]));
            desk.upload(handle, &Actor::Host, pdf(), bytes).await.map(|_| ())
        })
    });
    let refused: Vec<Error> = answers.into_iter().filter_map(Result::err).collect();
    assert!(refused.is_empty(), "uploads were refused: {refused:?}");
    let record = stored(&on, handle).await.record;
    assert_eq!((record.attachments.len(), record.uploads.len()), (UPLOADS, 0));
}

pub(super) async fn uploads_of_a_dead_process_are_removed(on: On, _: Run) {
    let shared = Shared::new();
    let (dying, living) = (shared.node(&on), shared.node(&on));
    let handle = request(&living).await;
    dying.beat().await.expect("the registry answers");
    {
        let bytes = stream::iter([Ok(Bytes::from_static(b"%PDF-1.7"))]).chain(stream::pending());
        let mut upload = Box::pin(dying.upload(handle, &Actor::Host, pdf(), Box::pin(bytes)));
        for _ in 0..TRIES {
            assert!(futures_util::poll!(&mut upload).is_pending(), "it never ends");
            if !stored(&on, handle).await.record.uploads.is_empty() {
                break;
            }
            thread::sleep(PAUSE);
        }
        // Simulates a crash: not even destructors run.
        std::mem::forget(upload);
    }
    let uploads = async || stored(&on, handle).await.record.uploads.len();
    assert_eq!(uploads().await, 1, "the upload is recorded");
    shared.clock.advance(UPLOAD_LEASE_SECONDS - 1);
    living.run_due().await.expect("the ledger answers");
    assert_eq!(uploads().await, 1, "the process may still be alive");
    shared.clock.advance(1);
    living.run_due().await.expect("the ledger answers");
    let record = stored(&on, handle).await.record;
    assert_eq!(record.uploads.len(), 0, "its lease was not renewed");
    assert!(
        record.pending_deletions.iter().all(|deletion| deletion.size == 0),
        "its quota is refunded"
    );
}
