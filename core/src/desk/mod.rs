//! The use cases: load, decide, commit, and then run the effects.

mod access;
mod beat;
mod claims;
mod commit;
mod dropped_uploads;
mod due;
mod due_failure;
mod error;
mod error_chain;
mod feed;
mod heartbeat;
mod intake;
mod line;
mod links;
mod outbox;
mod pages;
mod patron;
mod request_at;
mod requests;
mod scrub;
mod staff;
mod supply;
mod underway;
mod verified;

pub use crate::decide::{Grant, Resent, SyncOutcome, TermsChange};
pub use claims::{ClaimKey, ClaimRequest, Download, IssuedTicket};
pub use due::DueReport;
pub use due_failure::{DueFailure, DueWork};
pub use error::Error;
pub use error_chain::ErrorChain;
pub use feed::{FeedPage, FeedQuery};
pub use heartbeat::HEARTBEATS;
pub use links::IssuedLink;
pub use pages::{LinkContext, LinkPage, RequesterPage, TicketPage};
pub use request_at::RequestAt;
pub use requests::Synced;
pub use scrub::{ScrubFault, ScrubFinding, ScrubPosition, ScrubReport};
pub use supply::Attached;

use crate::model::policy::Policies;
use crate::model::public_address::PublicAddress;
use crate::model::timestamp::Timestamp;
use crate::ports::blob_store::BlobStore;
use crate::ports::clock::Clock;
use crate::ports::directory::Directory;
use crate::ports::entropy::Entropy;
use crate::ports::inspector::Inspector;
use crate::ports::ledger::Ledger;
use crate::ports::notifier::Notifier;
use crate::token::KeyRing;
use heartbeat::Heartbeat;
use line::Lines;
use std::sync::{Arc, RwLock};
use underway::Uploads;
use verified::VerifiedBlobs;

/// How long a worker leases a notice by default, in seconds: longer than a mail server may take to
/// answer.
const LEASE_SECONDS: u32 = 900;
/// The default number of notices that one call sends concurrently.
const CONCURRENT_NOTICES: usize = 8;

/// The parts from which a host assembles a [`Desk`].
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a host lists every part when it builds a desk")]
pub struct Parts {
    /// Stores deliveries, their history, the outbox and the counters.
    pub ledger: Arc<dyn Ledger>,
    /// Stores the bytes of files.
    pub blobs: Arc<dyn BlobStore>,
    /// Sends notices to people.
    pub notifier: Arc<dyn Notifier>,
    /// Looks up participants and patrons.
    pub directory: Arc<dyn Directory>,
    /// Inspects uploads.
    pub inspector: Arc<dyn Inspector>,
    /// Returns the current time.
    pub clock: Arc<dyn Clock>,
    /// Generates random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Signs and verifies tokens.
    pub keys: KeyRing,
    /// The available policy profiles.
    pub policies: Policies,
    /// The public address of the link pages.
    pub address: PublicAddress,
}

/// The entry point for hosts: runs every use case on the parts that the host assembled.
///
/// Besides the key ring, a desk only has the state of its uploads in progress and a bounded record
/// of the files that it has verified, so any number of desks, in any number of processes, can work
/// on the same ledger and blobs. A desk spawns no tasks: the host calls [`run_due`](Self::run_due)
/// regularly, or runs an adapter's worker.
///
/// # Example
/// A complete delivery, with adapters in memory:
/// ```
/// # use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger, RecordingNotifier};
/// # use desktop_delivery::token::{SecretKey, SigningKey};
/// # use desktop_delivery::{inspect::AcceptAll, policy::Policies, time::SystemClock, token::SystemEntropy, *};
/// # use futures_util::TryStreamExt as _;
/// # use std::sync::Arc;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # futures_executor::block_on(async {
/// let (borrower, lender) = (AgencyId::new("CA-BVAU")?, AgencyId::new("CA-OTU")?);
/// let directory = MemoryDirectory::new()
///     .with_participant(Participant::new(borrower.clone(), "Coast University Library"))
///     .with_participant(Participant::new(lender.clone(), "Northern University Library"));
/// let secret = || SecretKey::generate(&SystemEntropy);
/// let desk = Desk::new(Parts {
///     ledger: Arc::new(MemoryLedger::new()),
///     blobs: Arc::new(MemoryBlobStore::new()),
///     notifier: Arc::new(RecordingNotifier::new()),
///     directory: Arc::new(directory),
///     inspector: Arc::new(AcceptAll),
///     clock: Arc::new(SystemClock),
///     entropy: Arc::new(SystemEntropy),
///     keys: KeyRing::new(SigningKey::new(0, secret()?), secret()?),
///     policies: Policies::default(),
///     address: PublicAddress::new("https://ill.example.org")?,
/// });
///
/// // The host creates a request; the lending library attaches a scan and ships it.
/// let facts = Facts::new(RequestReference::new("2026-00417")?, borrower, lender.clone(), "On Ice Ages")
///     .with_patron(PatronId::new("p-2041")?);
/// let request = desk.sync(facts, Status::Pending, desk.now()).await?.handle;
/// let staff = Actor::staff(lender, StaffId::new("s-17")?);
/// let scan: ByteStream = Box::pin(futures_util::stream::iter([Ok("%PDF-1.7 …".into())]));
/// desk.upload(request, &staff, NewFile::new(FileName::new("ice-ages.pdf")?), scan).await?;
/// desk.ship(request, &staff, Shipment::WithFiles).await?;
///
/// // The patron follows the link, reads the copyright notice and downloads.
/// let link = desk.issue_link(request, &Actor::Host, Audience::Patron).await?;
/// let page = desk.open_link(link.token.expose()).await?;
/// let file = &page.files[0];
/// assert_eq!((file.left, file.limit), (5, 5));
/// let claim = ClaimRequest::new(file.no, ClaimKey::Ordinal(file.next_ordinal)).with_acknowledged(true);
/// let granted = desk.claim(link.token.expose(), &claim).await?;
/// let opened = desk.open_ticket(granted.ticket.expose()).await?;
/// let bytes: Vec<_> = desk.read(&opened, None).await?.try_collect().await?;
/// assert_eq!(bytes.concat(), "%PDF-1.7 …".as_bytes());
/// assert_eq!(desk.open_link(link.token.expose()).await?.files[0].left, 4);
/// # Ok(())
/// # })
/// # }
/// ```
///
/// # Cancellation
/// The future of any method may be dropped at any time. Its commit is then applied either
/// completely or not at all. An upload in progress is given up by the next
/// [`run_due`](Self::run_due) or the next upload to the request. A claim that is repeated with the
/// same identity is not counted twice.
#[derive(Debug)]
pub struct Desk {
    ledger: Arc<dyn Ledger>,
    blobs: Arc<dyn BlobStore>,
    notifier: Arc<dyn Notifier>,
    directory: Arc<dyn Directory>,
    inspector: Arc<dyn Inspector>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    keys: RwLock<Arc<KeyRing>>,
    policies: Policies,
    address: PublicAddress,
    lease_seconds: u32,
    heartbeat: Heartbeat,
    uploads: Uploads,
    lines: Lines,
    verified: Arc<VerifiedBlobs>,
    concurrent_notices: usize,
}

impl Desk {
    /// Assembles a desk.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            ledger: parts.ledger,
            blobs: parts.blobs,
            notifier: parts.notifier,
            directory: parts.directory,
            inspector: parts.inspector,
            clock: parts.clock,
            entropy: parts.entropy,
            keys: RwLock::new(Arc::new(parts.keys)),
            policies: parts.policies,
            address: parts.address,
            lease_seconds: LEASE_SECONDS,
            heartbeat: Heartbeat::default(),
            uploads: Uploads::default(),
            lines: Lines::default(),
            verified: Arc::default(),
            concurrent_notices: CONCURRENT_NOTICES,
        }
    }

    /// Sets how long a worker leases a notice while sending it, in seconds, from 1. Default: 900.
    /// If a process dies in the meantime, another one sends the notice after this time. A notice
    /// that takes longer to send may be sent twice, so set more than a mail server may take to
    /// answer.
    #[must_use]
    pub fn with_lease_seconds(mut self, seconds: u32) -> Self {
        self.lease_seconds = seconds.max(1);
        self
    }

    /// Sets how many notices one call of [`run_due`](Self::run_due) sends concurrently, from 1.
    /// Default: 8. If the notifier has fewer connections, the other notices wait.
    #[must_use]
    pub fn with_concurrent_notices(mut self, count: usize) -> Self {
        self.concurrent_notices = count.max(1);
        self
    }

    /// Returns the current time of the desk's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the current key ring.
    #[must_use]
    pub fn keys(&self) -> Arc<KeyRing> {
        // A poisoned lock still contains a whole ring: replacing the `Arc` cannot stop halfway.
        Arc::clone(&self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Replaces the key ring, for example after a rotation.
    ///
    /// # Example
    /// Links that were sent keep working, and new links are signed with the new key:
    /// ```
    /// # use desktop_delivery::{Desk, Error};
    /// # use desktop_delivery::token::{SecretKey, SystemEntropy};
    /// fn rotate(desk: &Desk) -> Result<(), Error> {
    ///     let ring = desk.keys().rotate(SecretKey::generate(&SystemEntropy)?, desk.now());
    ///     // The host stores the ring here: losing a key invalidates its links.
    ///     desk.set_keys(ring);
    ///     Ok(())
    /// }
    /// ```
    pub fn set_keys(&self, keys: KeyRing) {
        *self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(keys);
    }

    /// Returns the available policy profiles.
    #[must_use]
    pub const fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Returns the public address of the link pages.
    #[must_use]
    pub const fn address(&self) -> &PublicAddress {
        &self.address
    }

    /// Returns the directory of participants.
    #[must_use]
    pub fn directory(&self) -> &dyn Directory {
        &*self.directory
    }
}
