//! The notifier of the book that uses a host's own queue.

#[path = "support/queue.rs"]
mod queue;

use bytes::Bytes;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::ledger::DeliveryKey;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger};
use desktop_delivery::notices::{
    NoticeFailure, NoticeKind, NoticeState, OutgoingNotice, Recipient,
};
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{CountingEntropy, SecretKey, SigningKey};
use desktop_delivery::{
    Actor, AgencyId, Audience, Contact, Desk, Facts, FileName, KeyRing, NewFile, Notifier,
    Participant, Parts, PatronId, PublicAddress, RequestHandle, RequestReference, Shipment,
    StaffId, Status, Timestamp,
};
use desktop_delivery_conformance::{Delivered, Inbox, NotifierFixture, Suite};
use desktop_delivery_mail::{Composer, Sender};
use futures_util::stream;
use queue::{QueueNotifier, TABLES, suppress};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const NOW: Timestamp = Timestamp::from_seconds(1_795_514_400);
const ADDRESS: &str = "carla.santos@example.org";

/// The host's database; deleted on drop.
struct Database(TempDir);

impl Database {
    fn new() -> Self {
        let database = Self(tempfile::tempdir().expect("a folder can be made"));
        database.open().execute_batch(TABLES).expect("the tables are new");
        database
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("host.db")
    }

    fn open(&self) -> Connection {
        Connection::open(self.path()).expect("the folder is there")
    }

    fn notifier(&self) -> QueueNotifier {
        let sender = Sender::new("ill@consortium.example.org").expect("it is an address");
        let queue = self.open();
        queue.busy_timeout(Duration::from_millis(50)).expect("it is a valid time");
        QueueNotifier::new(queue, Composer::new(sender))
    }

    /// Sends the messages in the queue, as the host's own program does, and returns them.
    fn send_all(&self, outcome: Outcome) -> Vec<Message> {
        let queue = self.open();
        let waiting = "SELECT id, address, subject, text, html FROM outgoing WHERE NOT is_sent";
        let mut waiting = queue.prepare(waiting).expect("the table is there");
        let rows = waiting.query_map([], |row| {
            let [id, address, subject, text, html] = [0, 1, 2, 3, 4].map(|column| row.get(column));
            Ok(Message { id: id?, address: address?, subject: subject?, text: text?, html: html? })
        });
        let messages: Result<Vec<_>, _> = rows.expect("it has rows").collect();
        let messages = messages.expect("they are text");
        for Message { id, address, text, .. } in &messages {
            if matches!(outcome, Outcome::Rejected) {
                suppress(&queue, address).expect("the table is there");
            }
            if !matches!(outcome, Outcome::Busy) {
                // A message that was replaced in the meantime is still to be sent.
                let sent = "UPDATE outgoing SET is_sent = TRUE WHERE id = ?1 AND text = ?2";
                queue.execute(sent, [id, text]).expect("the table is there");
            }
        }
        messages
    }
}

/// A message in the queue.
struct Message {
    id: String,
    address: String,
    subject: String,
    text: String,
    html: String,
}

/// What the mail server did with a message.
#[derive(Clone, Copy)]
enum Outcome {
    Accepted,
    Rejected,
    Busy,
}

/// The messages of a queue, in the order in which they were added.
struct Queued(PathBuf);

impl Inbox for Queued {
    fn delivered(&self) -> Vec<Delivered> {
        let queue = Connection::open(&self.0).expect("the folder is there");
        let mut rows = queue.prepare("SELECT id, address, text FROM outgoing ORDER BY rowid");
        let rows = rows.as_mut().expect("the table is there").query_map([], |row| {
            Ok(Delivered { id: row.get(0)?, to: row.get(1)?, text: row.get(2)? })
        });
        rows.expect("it has rows").map(|row| row.expect("it is text")).collect()
    }
}

#[test]
fn the_queue_keeps_the_contract_of_a_notifier() {
    let runtime = Runtime::new().expect("a runtime can be made");
    let fresh = || {
        let (database, locked) = (Database::new(), Database::new());
        suppress(&database.open(), "bounced@example.org").expect("the table is there");
        let unreachable = locked.notifier();
        let lock = locked.open();
        lock.execute_batch("BEGIN EXCLUSIVE").expect("nobody else has it");
        let inbox = Arc::new(Queued(database.path()));
        let notifier = Arc::new(database.notifier());
        NotifierFixture::new(notifier, inbox, "bounced@example.org", Arc::new(unreachable))
            .with_guard((database, locked, Mutex::new(lock)))
    };
    let suite = Suite::notifier(fresh, move |check| runtime.block_on(check));
    assert_eq!(suite.failures(), Vec::<&str>::new());
}

struct Host {
    database: Database,
    desk: Desk,
    clock: Arc<ManualClock>,
    handle: RequestHandle,
}

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("it is an id")
}

impl Host {
    /// A host whose patron has a document waiting for them.
    async fn new() -> Self {
        let (clock, database) = (Arc::new(ManualClock::at(NOW)), Database::new());
        let library = |id, name: &str| Participant::new(agency(id), name);
        let patron = PatronId::new("p-2041").expect("it is an id");
        let directory = MemoryDirectory::new()
            .with_participant(library("CA-BVAU", "Lakeside University Library"))
            .with_participant(library("CA-OTU", "Harbour College Library"))
            .with_patron(patron.clone(), Contact::new("Carla Santos", ADDRESS));
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        let desk = Desk::new(Parts {
            ledger: Arc::new(MemoryLedger::new()),
            blobs: Arc::new(MemoryBlobStore::new()),
            notifier: Arc::new(database.notifier()),
            directory: Arc::new(directory),
            inspector: Arc::new(AcceptAll),
            clock: clock.clone(),
            entropy: Arc::new(CountingEntropy::default()),
            keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(2)),
            policies: Policies::default(),
            address: PublicAddress::new("https://ill.example.org").expect("it is an address"),
        });
        let reference = RequestReference::new("2026-00417").expect("it is a reference");
        let facts = Facts::new(reference, agency("CA-BVAU"), agency("CA-OTU"), "On Ice Ages");
        let synced = desk.sync(facts.with_patron(patron), Status::Pending, NOW).await;
        let handle = synced.expect("it is new").handle;
        let staff = Actor::staff(agency("CA-OTU"), StaffId::new("kim").expect("it is an id"));
        let file = NewFile::new(FileName::new("ice-ages.pdf").expect("it is a name"));
        let bytes = Box::pin(stream::iter([Ok(Bytes::from_static(b"%PDF-1.7\n%%EOF\n"))]));
        desk.upload(handle, &staff, file, bytes).await.expect("it is accepted");
        desk.ship(handle, &staff, Shipment::WithFiles).await.expect("it has a file");
        desk.receive(handle, &Actor::Host).await.expect("it is shipped");
        Self { database, desk, clock, handle }
    }

    /// Returns the state of the newest notice to the patron.
    async fn newest(&self) -> NoticeState {
        let found = self.desk.delivery(DeliveryKey::Handle(self.handle)).await;
        let notices = found.expect("the ledger answers").expect("it is there").record.notices;
        let of_patron = notices.iter().rfind(|notice| notice.to == Recipient::Patron);
        of_patron.expect("it was written").state
    }
}

#[tokio::test]
async fn sent_means_that_the_queue_has_the_message() {
    let host = Host::new().await;
    assert!(host.database.send_all(Outcome::Accepted).is_empty());
    assert_eq!(host.desk.run_due().await.unwrap().notices_sent, 1);
    assert_eq!(host.newest().await, NoticeState::Sent { at: NOW });

    assert_eq!(host.database.send_all(Outcome::Busy).len(), 1, "it stays in the queue");
    let sent = host.database.send_all(Outcome::Accepted);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].id, format!("{}.1", host.handle));
    assert_eq!(sent[0].address, ADDRESS);
    let link = host.desk.issue_link(host.handle, &Actor::Host, Audience::Patron).await.unwrap();
    let Message { subject, text, html, .. } = &sent[0];
    assert!(subject.contains("On Ice Ages") && html.contains(link.url.expose()));
    assert!(text.contains(link.url.expose()), "a consumer can issue the same link");
    assert!(host.database.send_all(Outcome::Accepted).is_empty());
}

#[tokio::test]
async fn a_locked_queue_delays_the_notice() {
    let host = Host::new().await;
    let lock = host.database.open();
    lock.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let report = host.desk.run_due().await.unwrap();
    assert_eq!(report.notices_delayed, 1);
    let failure = report.notice_failures[0].to_string();
    assert!(!failure.contains(ADDRESS) && !failure.contains("/d/"), "{failure}");
    lock.execute_batch("ROLLBACK").unwrap();
    host.clock.advance(60);
    assert_eq!(host.desk.run_due().await.unwrap().notices_sent, 1);
    assert_eq!(host.database.send_all(Outcome::Accepted).len(), 1);
}

#[tokio::test]
async fn after_a_bounce_the_next_notice_fails() {
    let host = Host::new().await;
    host.desk.run_due().await.unwrap();
    assert_eq!(host.database.send_all(Outcome::Rejected).len(), 1);
    assert_eq!(host.newest().await, NoticeState::Sent { at: NOW }, "the state is final");

    host.desk.resend(host.handle, &Actor::Host, Recipient::Patron).await.unwrap();
    assert_eq!(host.desk.run_due().await.unwrap().notices_ended, 1);
    let reason = NoticeFailure::Refused;
    assert_eq!(host.newest().await, NoticeState::Failed { at: NOW, reason });
    assert!(host.database.send_all(Outcome::Accepted).is_empty());
}

#[tokio::test]
async fn a_notice_that_is_resent_after_revocation_has_a_new_link() {
    let host = Host::new().await;
    let issued = host.desk.issue_link(host.handle, &Actor::Host, Audience::Patron).await.unwrap();
    host.desk.run_due().await.unwrap();
    assert!(host.database.send_all(Outcome::Accepted)[0].text.contains(issued.url.expose()));
    host.desk.revoke_link(host.handle, &Actor::Host, issued.no).await.unwrap();
    host.desk.resend(host.handle, &Actor::Host, Recipient::Patron).await.unwrap();
    assert_eq!(host.desk.run_due().await.unwrap().notices_sent, 1);
    let sent = host.database.send_all(Outcome::Accepted);
    assert_eq!((sent.len(), sent[0].text.contains(issued.url.expose())), (1, false));
    assert!(sent[0].text.contains("https://ill.example.org/d/"));
}

#[tokio::test]
async fn a_repeat_is_one_message_and_new_content_is_another() {
    let database = Database::new();
    let notifier = database.notifier();
    let library = Participant::new(agency("CA-BVAU"), "Lakeside University Library");
    let mut notice = OutgoingNotice::new(
        ("000102ab040506ff.1", RequestHandle::from_bytes([7; 8])),
        (NoticeKind::Received, Recipient::Patron),
        (Contact::new("Carla Santos", ADDRESS), EmailAddress::new(ADDRESS).unwrap()),
        library.clone(),
        library,
    );
    notice.title = "On Ice Ages".to_owned();
    notifier.notify(&notice).await.unwrap();
    notifier.notify(&notice).await.unwrap();
    assert_eq!(database.send_all(Outcome::Accepted).len(), 1);
    notifier.notify(&notice).await.unwrap();
    assert!(database.send_all(Outcome::Accepted).is_empty());
    notice.title = "On Ice Ages, part 2".to_owned();
    notifier.notify(&notice).await.unwrap();
    assert_eq!(database.send_all(Outcome::Accepted).len(), 1);
}
