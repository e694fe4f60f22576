use crate::support::{NOW, address, node};
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Audience, BlobStore, ClaimKey, ClaimRequest, Desk, Error, Facts,
    FileName, KeyRing, Ledger, NewFile, Participant, Parts, PatronId, PublicAddress, Refusal,
    RequestReference, Shipment, StaffId, Status, Terms,
};
use std::sync::Arc;
use tokio::task::JoinSet;

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).unwrap()
}

fn desk(ledger: impl Ledger + 'static, blobs: Arc<dyn BlobStore>) -> Arc<Desk> {
    let directory = MemoryDirectory::new()
        .with_participant(Participant::new(agency("CA-BVAU"), "Vancouver"))
        .with_participant(Participant::new(agency("CA-OTUCL"), "Ottawa"));
    let key = |byte| SecretKey::from_bytes([byte; 32]);
    Arc::new(Desk::new(Parts {
        ledger: Arc::new(ledger),
        blobs,
        notifier: Arc::new(RecordingNotifier::new()),
        directory: Arc::new(directory),
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(ManualClock::at(NOW)),
        entropy: Arc::new(SystemEntropy),
        keys: KeyRing::new(SigningKey::new(1, key(1)), key(2)),
        policies: Policies::default(),
        address: PublicAddress::new("https://delivery.example.org").unwrap(),
    }))
}

/// Desks of several nodes that share one database, as separate processes would.
async fn desks() -> Vec<Arc<Desk>> {
    let (address, blobs) = (address(), Arc::new(MemoryBlobStore::new()));
    let mut desks = Vec::new();
    for _ in 0..3 {
        desks.push(desk(node(&address).await.ledger(), Arc::<MemoryBlobStore>::clone(&blobs)));
    }
    desks
}

/// Ships a file that may be downloaded `limit` times; returns the token of its link.
async fn ship(desk: &Desk, reference: &str, limit: u32) -> Result<String, Error> {
    let staff = Actor::staff(agency("CA-OTUCL"), StaffId::new("s.tremblay")?);
    let reference = RequestReference::new(reference)?;
    let facts = Facts::new(reference, agency("CA-BVAU"), agency("CA-OTUCL"), "On Eels")
        .with_patron(PatronId::new("p-2041")?);
    let handle = desk.sync(facts, Status::Pending, NOW).await?.handle;
    let file = NewFile::new(FileName::new("eels.pdf")?).with_terms(Terms::new(limit, 30));
    let bytes = Box::pin(futures_util::stream::iter([Ok("%PDF-1.7\n".into())]));
    desk.upload(handle, &staff, file, bytes).await?;
    desk.ship(handle, &staff, Shipment::WithFiles).await?;
    let link = desk.issue_link(handle, &Actor::Host, Audience::Patron).await?;
    Ok(link.token.expose().to_owned())
}

/// Makes 200 concurrent claims on all nodes in turn and returns how many were counted and how many
/// repeated a claim. All others must be refused as exhausted or busy.
async fn make_200_claims(
    desks: &[Arc<Desk>],
    token: &str,
    repeat: impl Fn(usize) -> ClaimKey,
) -> (usize, usize) {
    let mut pending: Vec<_> = (0..200).collect();
    let (mut counted, mut repeated) = (0, 0);
    while !pending.is_empty() {
        let mut tasks = JoinSet::new();
        for number in pending.drain(..) {
            let (desk, token) = (Arc::clone(&desks[number % desks.len()]), token.to_owned());
            let attachment = AttachmentNo::new(1);
            let repeat = repeat(number);
            let request = ClaimRequest::new(attachment, repeat).with_acknowledged(true);
            tasks.spawn(async move { (number, desk.claim(&token, &request).await) });
        }
        for (number, outcome) in tasks.join_all().await {
            match outcome {
                Ok(granted) if granted.is_repeat => repeated += 1,
                Ok(_) => counted += 1,
                Err(Error::Refused(Refusal::Exhausted { .. })) => {}
                Err(Error::Refused(Refusal::Busy)) => pending.push(number),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    (counted, repeated)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_claims_on_three_nodes_stop_at_the_limit() {
    let desks = desks().await;
    for limit in [1, 2, 5] {
        for round in 0..10 {
            let token = ship(&desks[0], &format!("2026-{limit}{round:04}"), limit).await.unwrap();
            let key = |number| ClaimKey::Key(format!("key {number}"));
            let answers = make_200_claims(&desks, &token, key).await;
            assert_eq!(answers, (limit as usize, 0), "limit {limit}, round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_repeats_on_three_nodes_count_once() {
    let desks = desks().await;
    for round in 0..5 {
        let token = ship(&desks[0], &format!("2026-{round:05}"), 5).await.unwrap();
        let one_key = make_200_claims(&desks, &token, |_| ClaimKey::Key("one key".into())).await;
        assert_eq!(one_key, (1, 199));
        let one_page = make_200_claims(&desks, &token, |_| ClaimKey::Ordinal(1)).await;
        assert_eq!(one_page, (1, 199));
    }
}
