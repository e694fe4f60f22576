//! A desk with memory adapters that tests can slow down and make fail.

use crate::wrappers::{Fault, FaultyLedger, Silent, Slow};
use desktop_delivery::delivery::{BudgetName, Delivery};
use desktop_delivery::desk::Grant;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::ledger::DeliveryKey;
use desktop_delivery::memory::{
    MemoryBlobStore, MemoryDirectory, MemoryLedger, MemoryRegistry, RecordingNotifier,
};
use desktop_delivery::participants::Channel;
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{CountingEntropy, SecretKey, SigningKey};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Audience, ByteStream, ClaimKey, ClaimRequest, Clock as _,
    Contact, Desk, Error, Facts, FileName, IssuedTicket, KeyRing, Ledger, NewFile, Notifier,
    Participant, Parts, PatronId, Policy, PublicAddress, Refusal, RequestHandle, RequestReference,
    Shipment, StaffId, Status, Terms, Timestamp,
};
use std::sync::Arc;

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_795_466_792);
pub(crate) const FILE: AttachmentNo = AttachmentNo::new(1);
pub(crate) const PATRON_ADDRESS: &str = "carla.santos@example.org";

pub(crate) fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("the id is short and plain")
}

fn staff(of: &str) -> Actor {
    Actor::staff(agency(of), StaffId::new("s-17").expect("the id is short and plain"))
}

/// Returns a staff member of the lending library.
pub(crate) fn lender() -> Actor {
    staff("CA-OTU")
}

/// Returns a staff member of the borrowing library.
pub(crate) fn borrower() -> Actor {
    staff("CA-BVAU")
}

pub(crate) fn facts(reference: &str, requester: &str) -> Facts {
    let reference = RequestReference::new(reference).expect("the reference is short and plain");
    Facts::new(reference, agency(requester), agency("CA-OTU"), "On Ice Ages")
        .with_patron(PatronId::new("p-2211").expect("the id is short and plain"))
}

/// Returns a PDF of `length` bytes, each different from its neighbors.
pub(crate) fn pdf(length: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((bytes.len()..length).map(|place| u8::try_from(place % 251).unwrap_or(0)));
    bytes
}

/// Returns the bytes in chunks of 700.
pub(crate) fn stream(bytes: &[u8]) -> ByteStream {
    let pieces: Vec<_> = bytes.chunks(700).map(|piece| Ok(piece.to_vec().into())).collect();
    Box::pin(futures_util::stream::iter(pieces))
}

pub(crate) fn article() -> NewFile {
    NewFile::new(FileName::new("ice-ages.pdf").expect("the name is plain"))
}

pub(crate) fn by_ordinal(ordinal: u32) -> ClaimRequest {
    claiming(ClaimKey::Ordinal(ordinal))
}

pub(crate) fn by_key(key: impl Into<String>) -> ClaimRequest {
    claiming(ClaimKey::Key(key.into()))
}

fn claiming(repeat: ClaimKey) -> ClaimRequest {
    ClaimRequest::new(FILE, repeat).with_acknowledged(true)
}

pub(crate) fn grant(downloads: u32) -> Grant {
    Grant::new(FILE, Audience::Patron).with_downloads(downloads)
}

pub(crate) fn keys() -> KeyRing {
    let key = SigningKey::new(1, SecretKey::from_bytes([1; 32]));
    KeyRing::new(key, SecretKey::from_bytes([2; 32]))
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) desk: Arc<Desk>,
    pub(crate) ledger: Arc<MemoryLedger>,
    pub(crate) faults: Arc<FaultyLedger>,
    pub(crate) blobs: Arc<MemoryBlobStore>,
    pub(crate) mail: Arc<RecordingNotifier>,
    pub(crate) clock: Arc<ManualClock>,
    registry: Arc<MemoryRegistry>,
    parts: Parts,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::build(Policy::illume(), false)
    }

    /// Creates a world whose adapters yield before and after each call.
    pub(crate) fn slow() -> Self {
        Self::build(Policy::illume(), true)
    }

    pub(crate) fn with(policy: Policy) -> Self {
        Self::build(policy, false)
    }

    fn build(policy: Policy, slow: bool) -> Self {
        let library = |id, name: &str| {
            Participant::new(agency(id), name)
                .with_email(format!("ill@{}.example.org", id.to_lowercase()))
                .with_policy(policy.name.clone())
        };
        let patron = PatronId::new("p-2211").expect("the id is short and plain");
        let directory = MemoryDirectory::new()
            .with_participant(library("CA-OTU", "Northern University Library"))
            .with_participant(library("CA-BVAU", "Coast University Library"))
            .with_participant(library("CA-NBFU", "Harbor Library").with_channel(Channel::Email))
            .with_patron(patron, Contact::new("Carla Santos", PATRON_ADDRESS));
        let ledger = Arc::new(MemoryLedger::new());
        let faults = Arc::new(FaultyLedger::new(Arc::clone(&ledger)));
        let blobs = Arc::new(MemoryBlobStore::new());
        let mail = Arc::new(RecordingNotifier::new());
        let clock = Arc::new(ManualClock::at(START));
        let parts = Parts {
            ledger: Arc::new(Slow::new(Arc::clone(&faults), slow)),
            blobs: Arc::new(Slow::new(Arc::clone(&blobs), slow)),
            notifier: Arc::new(Slow::new(Arc::clone(&mail), slow)),
            directory: Arc::new(Slow::new(Arc::new(directory), slow)),
            inspector: Arc::new(AcceptAll),
            clock: Arc::clone(&clock) as _,
            entropy: Arc::new(CountingEntropy::default()),
            keys: keys(),
            policies: Policies::default().with(policy).expect("its numbers are in range"),
            address: PublicAddress::new("https://ill.example.org").expect("it is an address"),
        };
        let desk = Arc::new(Desk::new(parts.clone()));
        let registry = Arc::new(MemoryRegistry::new());
        Self { desk, ledger, faults, blobs, mail, clock, registry, parts }
    }

    /// Returns the desk of another process on the same adapters, with heartbeats.
    pub(crate) fn node(&self) -> Desk {
        Desk::new(self.parts.clone()).with_heartbeats(Arc::clone(&self.registry) as _)
    }

    /// Returns a desk on the same adapters, after all libraries turned off the notice to patrons.
    pub(crate) fn silent_desk(&self) -> Desk {
        let directory = Arc::new(Silent(Slow::new(Arc::clone(&self.parts.directory), false)));
        Desk::new(Parts { directory, ..self.parts.clone() })
    }

    /// Returns a desk on the same adapters, after a library without an account changed its
    /// addresses.
    pub(crate) fn desk_with_addresses(&self, id: &str, emails: &str) -> Desk {
        let lender = Participant::new(agency("CA-OTU"), "Northern University Library");
        let library = Participant::new(agency(id), "Harbor Library")
            .with_email(emails)
            .with_channel(Channel::Email);
        let directory = MemoryDirectory::new().with_participant(lender).with_participant(library);
        Desk::new(Parts { directory: Arc::new(directory), ..self.parts.clone() })
    }

    /// Returns a desk on the same adapters, with this notifier.
    pub(crate) fn desk_with_notifier(&self, notifier: Arc<dyn Notifier>) -> Desk {
        Desk::new(Parts { notifier, ..self.parts.clone() })
    }

    /// Returns a desk on the same adapters, with this ledger.
    pub(crate) fn desk_with_ledger(&self, ledger: Arc<dyn Ledger>) -> Desk {
        Desk::new(Parts { ledger, ..self.parts.clone() })
    }

    /// Makes the `nth` commit from now on fail, from 1.
    pub(crate) fn fail_commit(&self, nth: usize, fault: Fault) {
        self.faults.fail_commit(nth, fault);
    }

    pub(crate) async fn request(&self) -> RequestHandle {
        self.request_of("2026-00417", "CA-BVAU").await
    }

    pub(crate) async fn request_of(&self, reference: &str, requester: &str) -> RequestHandle {
        let facts = facts(reference, requester);
        self.desk.sync(facts, Status::Pending, START).await.expect("the update is accepted").handle
    }

    /// Ships a request with one file and this many downloads. Returns it with its patron's token.
    pub(crate) async fn shipped(&self, downloads: u32) -> (RequestHandle, String) {
        self.shipped_as("2026-00417", downloads).await
    }

    pub(crate) async fn shipped_as(
        &self,
        reference: &str,
        downloads: u32,
    ) -> (RequestHandle, String) {
        let handle = self.request_of(reference, "CA-BVAU").await;
        let file = article().with_size(2_000).with_terms(Terms::new(downloads, 30));
        self.desk.upload(handle, &lender(), file, stream(&pdf(2_000))).await.expect("it is a PDF");
        self.desk.ship(handle, &lender(), Shipment::WithFiles).await.expect("a file is attached");
        (handle, self.patron_token(handle).await)
    }

    pub(crate) async fn patron_token(&self, handle: RequestHandle) -> String {
        let issued = self.desk.issue_link(handle, &Actor::Host, Audience::Patron).await;
        issued.expect("the host may have it").token.expose().to_owned()
    }

    pub(crate) async fn stored(&self, handle: RequestHandle) -> Delivery {
        let found = self.desk.delivery(DeliveryKey::Handle(handle)).await;
        found.expect("the ledger answers").expect("the request is known")
    }

    /// Returns the downloads counted for the first version of the first file.
    pub(crate) async fn used(&self, handle: RequestHandle) -> u32 {
        let stored = self.stored(handle).await;
        let version = stored.record.attachment(FILE).expect("it is attached").current().no;
        stored.usage.budget(FILE, version, BudgetName::Shared).used
    }

    /// Downloads the file of a ticket.
    pub(crate) async fn fetch(&self, granted: &IssuedTicket) -> Result<Vec<u8>, Error> {
        use futures_util::TryStreamExt as _;
        let opened = self.desk.open_ticket(granted.ticket.expose()).await?;
        let bytes = self.desk.read(&opened, None).await?;
        let pieces: Vec<_> = bytes.try_collect().await.expect("memory does not break off");
        Ok(pieces.concat())
    }

    /// Advances the clock by up to `days`, and runs all work that falls due.
    pub(crate) async fn run_for(&self, days: i64) {
        let end = self.clock.now().plus_days(days);
        while self.clock.now() < end {
            self.desk.run_due().await.expect("the ledger answers");
            self.clock.advance(3_600 * 6);
        }
        self.desk.run_due().await.expect("the ledger answers");
    }
}

pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("no refusal, but {other:?}"),
    }
}
