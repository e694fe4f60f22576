//! The background tasks on adapters in memory.

use bytes::Bytes;
use desktop_delivery::desk::HEARTBEATS;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{
    MemoryBlobStore, MemoryDirectory, MemoryLedger, MemoryRegistry, RecordingNotifier,
};
use desktop_delivery::participants::Channel;
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{CountingEntropy, SecretKey, SigningKey};
use desktop_delivery::*;
use desktop_delivery_worker::{
    Background, HeartbeatTask, ScrubOptions, Scrubber, run_due_work, run_due_work_once,
};
use metrics_exporter_prometheus::PrometheusBuilder;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

struct World {
    desk: Arc<Desk>,
    blobs: Arc<MemoryBlobStore>,
    mail: Arc<RecordingNotifier>,
    registry: Arc<MemoryRegistry>,
}

impl World {
    fn new() -> Self {
        let (blobs, mail) = (Arc::new(MemoryBlobStore::new()), Arc::new(RecordingNotifier::new()));
        let borrower = Participant::new(agency("CA-NBFU"), "Harbor Library")
            .with_email("ill@example.org")
            .with_channel(Channel::Email);
        let lender = Participant::new(agency("CA-OTU"), "Northern University Library");
        let directory = MemoryDirectory::new().with_participant(borrower).with_participant(lender);
        let key = |byte| SecretKey::from_bytes([byte; 32]);
        let registry = Arc::new(MemoryRegistry::new());
        let desk = Desk::new(Parts {
            ledger: Arc::new(MemoryLedger::new()),
            blobs: blobs.clone(),
            notifier: mail.clone(),
            directory: Arc::new(directory),
            inspector: Arc::new(AcceptAll),
            clock: Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792))),
            entropy: Arc::new(CountingEntropy::default()),
            keys: KeyRing::new(SigningKey::new(1, key(1)), key(2)),
            policies: Policies::default(),
            address: PublicAddress::new("https://ill.example.org").expect("the address is valid"),
        });
        let desk = Arc::new(desk.with_heartbeats(registry.clone()));
        Self { desk, blobs, mail, registry }
    }

    /// Ships a request with a small document to a library that is emailed its link.
    async fn ship(&self) -> Result<(), Error> {
        let reference = RequestReference::new("R-1")?;
        let facts = Facts::new(reference, agency("CA-NBFU"), agency("CA-OTU"), "On Ice Ages");
        let lender = Actor::staff(agency("CA-OTU"), StaffId::new("s-17")?);
        let handle = self.desk.sync(facts, Status::Pending, self.desk.now()).await?.handle;
        let file = NewFile::new(FileName::new("ice-ages.pdf")?);
        let bytes = Bytes::from_static(b"%PDF-1.7\nsome text");
        let bytes = Box::pin(futures_util::stream::iter([Ok(bytes)]));
        self.desk.upload(handle, &lender, file, bytes).await?;
        self.desk.ship(handle, &lender, Shipment::WithFiles).await
    }

    async fn heartbeats(&self) -> usize {
        self.registry.list(HEARTBEATS, "", 10).await.expect("memory does not fail").len()
    }
}

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("the id is valid")
}

#[tokio::test(start_paused = true)]
async fn due_notices_are_sent_until_the_worker_stops() {
    let world = World::new();
    let (stop, stopping) = watch::channel(false);
    let worker = tokio::spawn(run_due_work(world.desk.clone(), Duration::from_secs(2), stopping));
    world.ship().await.expect("the request can be shipped");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(world.mail.taken().len(), 1);
    stop.send(true).expect("the worker listens");
    worker.await.expect("the worker stops");
}

#[tokio::test]
async fn running_due_work_once_stops_when_nothing_is_left() {
    let world = World::new();
    world.ship().await.expect("the request can be shipped");
    let mut seen = 0;
    let report = run_due_work_once(&world.desk, |total| seen = total.notices_sent).await;
    let report = report.expect("memory does not fail");
    assert_eq!((report.notices_sent, seen, world.mail.taken().len()), (1, 1, 1));
    let again = run_due_work_once(&world.desk, |_| {}).await.expect("memory does not fail");
    assert_eq!((again.deliveries, again.notices_sent), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_is_renewed_until_it_is_stopped() {
    let world = World::new();
    let heartbeat = HeartbeatTask::start(&world.desk).await.expect("memory does not fail");
    let first = world.registry.list(HEARTBEATS, "", 1).await.expect("memory does not fail");
    tokio::time::sleep(Duration::from_secs(300)).await;
    let later = world.registry.list(HEARTBEATS, "", 1).await.expect("memory does not fail");
    assert!(first[0].1.version < later[0].1.version, "{first:?}, {later:?}");
    heartbeat.stop().await.expect("memory does not fail");
    assert_eq!(world.heartbeats().await, 0);
}

#[tokio::test(start_paused = true)]
async fn the_background_does_due_work_and_finishes_what_was_added_when_it_stops() {
    let world = World::new();
    let pause = Duration::from_secs(2);
    let registry = world.registry.clone();
    let started = Background::start(&world.desk, registry, pause, ScrubOptions::default());
    let mut background = started.await.expect("memory does not fail");
    let mut stopping = background.stopping();
    let (done, finished) = tokio::sync::oneshot::channel();
    let desk = world.desk.clone();
    background.add(async move {
        stopping.changed().await.expect("the background is still there");
        tokio::time::sleep(Duration::from_secs(20)).await;
        // An upload that ends now still has its lease.
        let beats = desk.beat().await;
        done.send(beats.is_ok()).expect("the test waits for it");
    });
    world.ship().await.expect("the request can be shipped");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(world.mail.taken().len(), 1);
    assert_eq!(world.heartbeats().await, 1);
    background.stop().await;
    assert_eq!(finished.await, Ok(true));
    assert_eq!(world.heartbeats().await, 0);
}

/// Scrubs for some seconds and returns the metrics.
fn scrubbed(world: &World, options: ScrubOptions, seconds: u64) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime starts");
    let (_stop, stopping) = watch::channel(false);
    let scrubber = Scrubber::new(world.desk.clone(), world.registry.clone(), options);
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let limit = Duration::from_secs(seconds);
            let _ = tokio::time::timeout(limit, scrubber.run(stopping)).await;
        });
    });
    metrics.render()
}

#[test]
fn a_damaged_file_is_counted_once_a_pass() {
    let world = World::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    runtime.block_on(world.ship()).expect("the request can be shipped");
    let sound = World::new();
    runtime.block_on(sound.ship()).expect("the request can be shipped");
    assert!(world.blobs.keys().iter().all(|key| world.blobs.flip_a_bit(*key)));
    for (world, findings) in [(&world, 1), (&sound, 0)] {
        let text = scrubbed(world, ScrubOptions::default(), 30);
        assert!(text.contains("desktop_delivery_scrub_files_total 1"), "{text}");
        assert!(text.contains("desktop_delivery_scrub_passes_total 1"), "{text}");
        let findings = format!("desktop_delivery_scrub_findings_total {findings}");
        assert!(text.contains(&findings), "{text}");
        let again = scrubbed(world, ScrubOptions::default(), 30);
        assert!(again.contains("desktop_delivery_scrub_files_total 0"), "{again}");
    }
}

#[test]
fn a_rate_of_zero_disables_the_scrubber() {
    let world = World::new();
    assert_eq!(scrubbed(&world, ScrubOptions::default().with_bytes_per_second(0), 30), "");
}
