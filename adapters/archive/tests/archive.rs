//! Copies of a small installation, on SQLite and a folder or in memory.

#![expect(clippy::unwrap_used, reason = "these are tests, which clippy cannot see here")]

use desktop_delivery::events::FeedStart;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::ledger::FeedOutcome;
use desktop_delivery::memory::{
    MemoryBlobStore, MemoryDirectory, MemoryLedger, MemoryRegistry, RecordingNotifier,
};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::CountingEntropy;
use desktop_delivery::{
    Actor, AgencyId, Audience, ByteStream, Desk, Facts, FileName, NewFile, Participant, Parts,
    PublicAddress, RequestHandle, RequestReference, Shipment, StaffId, Status, Timestamp,
};
use desktop_delivery_archive::{
    ArchiveError, ArchiveErrorKind, BLOBS, BackupOptions, DATABASE, Engines, Fault, Import,
    Installation, KeySource, Lock, Progress, RestoreOptions, back_up, count_working_links, export,
    restore, verify,
};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::{KeyFile, SigningKeys};
use desktop_delivery_sqlite::SqliteStore;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

const ARTICLE: &[u8] = b"%PDF-1.7\nOn the migration of eels, page by page.\n%%EOF\n";

/// An installation with one shipped request and one file.
struct Home {
    folder: TempDir,
    desk: Desk,
    request: RequestHandle,
    engines: Engines,
    signing_keys: SigningKeys,
    clock: ManualClock,
}

impl Home {
    async fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engines = embedded(folder.path());
        Self::filled(folder, engines).await
    }

    async fn in_memory() -> Self {
        let engines = Engines {
            ledger: Arc::new(MemoryLedger::new()),
            registry: Arc::new(MemoryRegistry::new()),
            blobs: Arc::new(MemoryBlobStore::new()),
            database: None,
            folder: None,
        };
        Self::filled(tempfile::tempdir().unwrap(), engines).await
    }

    async fn filled(folder: TempDir, engines: Engines) -> Self {
        let clock = ManualClock::at(Timestamp::from_seconds(1_795_466_792));
        let entropy = Arc::new(CountingEntropy::default());
        let signing_keys = SigningKeys::File(KeyFile::in_folder(folder.path()));
        let keys = signing_keys.load_or_generate(true, &*entropy).await.unwrap();
        let agency = |id: &str| AgencyId::new(id).unwrap();
        let (requester, supplier) = (agency("CA-BVAU"), agency("CA-OTU"));
        let directory = MemoryDirectory::new()
            .with_participant(Participant::new(requester.clone(), "Coast University Library"))
            .with_participant(Participant::new(supplier.clone(), "Northern University Library"));
        let desk = Desk::new(Parts {
            ledger: engines.ledger.clone(),
            blobs: engines.blobs.clone(),
            notifier: Arc::new(RecordingNotifier::new()),
            directory: Arc::new(directory),
            inspector: Arc::new(AcceptAll),
            clock: Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792))),
            entropy,
            keys: keys.in_use(Timestamp::from_seconds(1_795_466_792)),
            policies: Policies::default(),
            address: PublicAddress::new("https://ill.example.org").unwrap(),
        });
        let staff = Actor::staff(supplier.clone(), StaffId::new("s-17").unwrap());
        let reference = RequestReference::new("2026-00417").unwrap();
        let facts = Facts::new(reference, requester, supplier, "On the migration of eels");
        let request = desk.sync(facts, Status::Pending, desk.now()).await.unwrap().handle;
        let file = NewFile::new(FileName::new("eels.pdf").unwrap());
        let bytes: ByteStream = Box::pin(futures_util::stream::iter([Ok(ARTICLE.into())]));
        desk.upload(request, &staff, file, bytes).await.unwrap();
        desk.ship(request, &staff, Shipment::WithFiles).await.unwrap();
        Self { folder, desk, request, engines, signing_keys, clock }
    }

    fn installation(&self) -> Installation<'_> {
        let Self { engines, signing_keys, clock, .. } = self;
        Installation { engines, signing_keys, clock }
    }

    /// Returns the target of a copy.
    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn embedded(folder: &Path) -> Engines {
    let database = SqliteStore::open(folder.join(DATABASE)).unwrap();
    let blobs = FsBlobStore::open(folder.join(BLOBS)).unwrap();
    Engines {
        ledger: Arc::new(database.ledger()),
        registry: Arc::new(database.registry()),
        blobs: Arc::new(blobs.clone()),
        database: Some(database),
        folder: Some(blobs),
    }
}

fn unseen() -> Arc<dyn Progress> {
    Arc::new(())
}

fn options(keys: KeySource) -> RestoreOptions {
    RestoreOptions { keys, with_faults: false }
}

/// Returns the only stored file below a folder.
fn stored_file(folder: &Path) -> PathBuf {
    let shelf = std::fs::read_dir(folder.join(BLOBS)).unwrap().map(|entry| entry.unwrap().path());
    let mut files = shelf
        .filter(|shelf| shelf.is_dir())
        .flat_map(|shelf| std::fs::read_dir(shelf).unwrap())
        .map(|entry| entry.unwrap().path());
    let file = files.next().unwrap();
    assert_eq!(files.next(), None);
    file
}

fn kind<T>(outcome: Result<T, ArchiveError>) -> ArchiveErrorKind {
    outcome.err().expect("it fails").kind()
}

#[derive(Default)]
struct Counted {
    total: AtomicU64,
    done: AtomicU64,
}

impl Progress for Counted {
    fn set_total(&self, amount: u64) {
        self.total.store(amount, Ordering::SeqCst);
    }

    fn advance(&self, amount: u64) {
        self.done.fetch_add(amount, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restores_everything_and_reports_its_progress() {
    let home = Home::embedded().await;
    let backup = home.place("backup");
    let counted = Arc::new(Counted::default());
    let progress: Arc<dyn Progress> = counted.clone();
    let options_of_backup = BackupOptions { with_keys: true, copy: true };
    let made = back_up(home.installation(), &backup, options_of_backup, &progress).await.unwrap();
    let size = u64::try_from(ARTICLE.len()).unwrap();
    assert_eq!((made.manifest.requests, made.manifest.files, made.manifest.bytes), (1, 1, size));
    assert_eq!((made.manifest.keys, made.faults), (true, vec![]));
    let seen = [&counted.total, &counted.done].map(|count| count.load(Ordering::SeqCst));
    assert_eq!(seen, [size, size]);

    let data = home.place("restored");
    restore(&backup, &data, options(KeySource::Backup), &unseen()).await.unwrap();
    assert_eq!(std::fs::read(stored_file(&data)).unwrap(), ARTICLE);
    let restored = embedded(&data);
    let signing_keys = SigningKeys::File(KeyFile::in_folder(&data));
    let installation =
        Installation { engines: &restored, signing_keys: &signing_keys, clock: &home.clock };
    let verified = verify(installation, &unseen()).await.unwrap();
    assert_eq!((verified.requests, verified.files, verified.faults), (1, 1, vec![]));
    let secret =
        async |keys: &SigningKeys| *keys.load().await.unwrap().ring().current().secret().expose();
    assert_eq!(secret(&signing_keys).await, secret(&home.signing_keys).await);

    let again = restore(&backup, &data, options(KeySource::Backup), &unseen()).await;
    assert_eq!(kind(again), ArchiveErrorKind::DataFolderNotEmpty);
    let again = back_up(home.installation(), &backup, options_of_backup, &unseen()).await;
    assert_eq!(kind(again), ArchiveErrorKind::PlaceTaken);
}

#[tokio::test(flavor = "multi_thread")]
async fn consumers_of_the_feed_notice_a_restore() {
    let home = Home::embedded().await;
    let latest = home.engines.ledger.events_since(FeedStart::Latest, 0).await.unwrap();
    let FeedOutcome::Page(latest) = latest else { panic!("{latest:?}") };
    let backup = home.place("backup");
    let options_of_backup = BackupOptions { with_keys: true, copy: true };
    back_up(home.installation(), &backup, options_of_backup, &unseen()).await.unwrap();
    let data = home.place("restored");
    restore(&backup, &data, options(KeySource::Backup), &unseen()).await.unwrap();
    let restored = embedded(&data).ledger;
    let outcome = restored.events_since(FeedStart::After(latest.end), 10).await.unwrap();
    assert_eq!(outcome, FeedOutcome::Reset);
    let all = restored.events_since(FeedStart::Beginning, 100).await.unwrap();
    let FeedOutcome::Page(all) = all else { panic!("{all:?}") };
    assert_eq!(u64::try_from(all.rows.len()).unwrap(), latest.end.number);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_found_and_not_restored() {
    let home = Home::embedded().await;
    let backup = home.place("backup");
    back_up(home.installation(), &backup, BackupOptions::default(), &unseen()).await.unwrap();
    let mut bytes = ARTICLE.to_vec();
    bytes[20] ^= 1;
    // The file of the backup is a hard link to the same bytes.
    std::fs::write(stored_file(&backup), bytes).unwrap();

    let found = verify(home.installation(), &unseen()).await.unwrap().faults;
    assert!(matches!(&found[..], [Fault::Differs { place, .. }] if place.file == 1), "{found:?}");

    let data = home.place("restored");
    let keyless = restore(&backup, &data, options(KeySource::Backup), &unseen()).await;
    assert_eq!(kind(keyless), ArchiveErrorKind::NoKeys);
    let refused = restore(&backup, &data, options(KeySource::New), &unseen()).await;
    assert_eq!(kind(refused), ArchiveErrorKind::Faults);
    assert!(!data.join(DATABASE).exists() && !data.join(BLOBS).exists());
    let options = RestoreOptions { keys: KeySource::New, with_faults: true };
    let restored = restore(&backup, &data, options, &unseen()).await.unwrap();
    assert_eq!(restored.faults, found);

    let (backup, data) = (home.place("other"), home.place("never"));
    let none = restore(&backup, &data, self::options(KeySource::New), &unseen()).await;
    assert_eq!(kind(none), ArchiveErrorKind::NotABackup);
    assert!(!data.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_from_memory_is_imported_into_a_folder() {
    let home = Home::in_memory().await;
    let folder = home.place("export");
    let refused = back_up(home.installation(), &folder, BackupOptions::default(), &unseen()).await;
    assert_eq!(kind(refused), ArchiveErrorKind::NotEmbedded);
    let made = export(home.installation(), &folder, true, &unseen()).await.unwrap();
    assert_eq!((made.manifest.requests, made.manifest.files, made.faults), (1, 1, vec![]));

    let data = home.place("imported");
    let signing_keys = SigningKeys::File(KeyFile::in_folder(&data));
    let import = Import::begin(&folder, &data, &KeySource::Backup).await.unwrap();
    assert_eq!(kind(Lock::take(&data)), ArchiveErrorKind::DataFolderUsed);
    let target = embedded(&data);
    import.fill(&target, &signing_keys, &unseen()).await.unwrap();
    assert_eq!(std::fs::read(stored_file(&data)).unwrap(), ARTICLE);
    let secret =
        async |keys: &SigningKeys| *keys.load().await.unwrap().ring().current().secret().expose();
    assert_eq!(secret(&signing_keys).await, secret(&home.signing_keys).await);

    let import = Import::begin(&folder, &data, &KeySource::Backup).await.unwrap();
    let again = import.fill(&target, &signing_keys, &unseen()).await;
    assert_eq!(kind(again), ArchiveErrorKind::TargetNotEmpty);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_continues_after_a_damaged_file_is_replaced() {
    let home = Home::in_memory().await;
    let (folder, data) = (home.place("export"), home.place("imported"));
    export(home.installation(), &folder, true, &unseen()).await.unwrap();
    let file = stored_file(&folder);
    std::fs::write(&file, b"something else").unwrap();
    let signing_keys = SigningKeys::File(KeyFile::in_folder(&data));
    let fill = async || {
        let import = Import::begin(&folder, &data, &KeySource::Backup).await?;
        import.fill(&embedded(&data), &signing_keys, &unseen()).await
    };
    let refused = fill().await;
    assert_eq!(kind(refused), ArchiveErrorKind::Damaged);
    assert!(!KeyFile::in_folder(&data).path().exists());
    std::fs::write(&file, ARTICLE).unwrap();
    let imported = fill().await.unwrap();
    assert_eq!(imported.manifest.requests, 1);
    assert_eq!(std::fs::read(stored_file(&data)).unwrap(), ARTICLE);
}

#[tokio::test]
async fn only_working_links_issued_in_time_are_counted() {
    let home = Home::in_memory().await;
    let issued_at = home.desk.now();
    let count = async |until, now| {
        let counted = Arc::new(Counted::default());
        let progress: Arc<dyn Progress> = counted.clone();
        let links = count_working_links(&*home.engines.ledger, until, now, &progress).await;
        assert_eq!(counted.done.load(Ordering::SeqCst), 1);
        links.unwrap()
    };
    let before = count(issued_at, issued_at).await;
    let link = home.desk.issue_link(home.request, &Actor::Host, Audience::Partner).await.unwrap();
    assert_eq!(count(issued_at, issued_at).await, before + 1);
    assert_eq!(count(issued_at.plus_seconds(-1), issued_at).await, 0);
    assert_eq!(count(issued_at, link.hard_expires_at).await, 0);
    home.desk.revoke_link(home.request, &Actor::Host, link.no).await.unwrap();
    assert_eq!(count(issued_at, issued_at).await, before);
}
