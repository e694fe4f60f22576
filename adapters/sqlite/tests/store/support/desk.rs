//! A shipped request with one file, and a desk that delivers it.

use super::NOW;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{LinkToken, SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Audience, Desk, Facts, FileName, KeyRing, Ledger, NewFile,
    Participant, Parts, PatronId, PublicAddress, RequestReference, Shipment, StaffId, Status,
    Terms,
};
use futures_executor::block_on;
use std::sync::Arc;

pub(crate) struct Fixture {
    pub(crate) desk: Arc<Desk>,
    pub(crate) token: LinkToken,
    pub(crate) attachment: AttachmentNo,
}

impl Fixture {
    /// Ships a file that may be downloaded `limit` times.
    pub(crate) fn new(ledger: impl Ledger + 'static, reference: &str, limit: u32) -> Self {
        let (requester, supplier) = (agency("CA-BVAU"), agency("CA-OTUCL"));
        let directory = MemoryDirectory::new()
            .with_participant(Participant::new(requester.clone(), "Vancouver"))
            .with_participant(Participant::new(supplier.clone(), "Ottawa"));
        let key = |byte| SecretKey::from_bytes([byte; 32]);
        let desk = Desk::new(Parts {
            ledger: Arc::new(ledger),
            blobs: Arc::new(MemoryBlobStore::new()),
            notifier: Arc::new(RecordingNotifier::new()),
            directory: Arc::new(directory),
            inspector: Arc::new(AcceptAll),
            clock: Arc::new(ManualClock::at(NOW)),
            entropy: Arc::new(SystemEntropy),
            keys: KeyRing::new(SigningKey::new(1, key(1)), key(2)),
            policies: Policies::default(),
            address: PublicAddress::new("https://delivery.example.org").expect("a valid address"),
        });
        let reference = RequestReference::new(reference).expect("a valid reference");
        let staff = Actor::staff(supplier.clone(), StaffId::new("s.tremblay").expect("an id"));
        let facts = Facts::new(reference, requester, supplier, "On the Migration of Eels")
            .with_patron(PatronId::new("p-2041").expect("an id"));
        let prepare = async {
            let handle = desk.sync(facts, Status::Pending, NOW).await?.handle;
            let file = NewFile::new(FileName::new("eels.pdf").expect("a name"))
                .with_terms(Terms::new(limit, 30));
            let bytes = Box::pin(futures_util::stream::iter([Ok("%PDF-1.7\n".into())]));
            let attachment = desk.upload(handle, &staff, file, bytes).await?.attachment;
            desk.ship(handle, &staff, Shipment::WithFiles).await?;
            let link = desk.issue_link(handle, &Actor::Host, Audience::Patron).await?;
            Ok::<_, desktop_delivery::Error>((link.token, attachment))
        };
        let (token, attachment) = block_on(prepare).expect("a shipped request");
        Self { desk: Arc::new(desk), token, attachment }
    }
}

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("an id")
}
