use super::support::On;
use crate::check::Run;
use crate::race::race;
use bytes::Bytes;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Audience, ClaimKey, ClaimRequest, Desk, Error, Facts, FileName,
    KeyRing, NewFile, Participant, Parts, PatronId, PublicAddress, Refusal, RequestReference,
    Shipment, StaffId, Status, Terms,
};
use std::sync::Arc;

/// The number of concurrent claims on one request.
const CLAIMS: usize = 200;

/// A desk on the ledger under test, with everything else in memory.
pub(super) fn desk(on: &On) -> Arc<Desk> {
    let library = |id: &str| Participant::new(super::support::agency(id), id);
    let secret = |byte| SecretKey::from_bytes([byte; 32]);
    let directory = MemoryDirectory::new()
        .with_participant(library("CA-BVAU"))
        .with_participant(library("CA-OTU"));
    Arc::new(Desk::new(Parts {
        ledger: Arc::clone(&on.adapter),
        blobs: Arc::new(MemoryBlobStore::new()),
        notifier: Arc::new(RecordingNotifier::new()),
        directory: Arc::new(directory),
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(ManualClock::at(super::support::NOW)),
        entropy: Arc::new(SystemEntropy),
        keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(0)),
        policies: Policies::default(),
        address: PublicAddress::new("https://ill.example.org").expect("a valid address"),
    }))
}

/// Ships one article that may be downloaded `limit` times and returns the token of its link.
pub(super) async fn shipped(desk: &Desk, name: &str, limit: u32) -> Result<String, Error> {
    let (requester, supplier) = (AgencyId::new("CA-BVAU")?, AgencyId::new("CA-OTU")?);
    let staff = Actor::staff(supplier.clone(), StaffId::new("s-17")?);
    let facts = Facts::new(RequestReference::new(name)?, requester, supplier, "On Ice Ages")
        .with_patron(PatronId::new("p-2041")?);
    let request = desk.sync(facts, Status::Pending, desk.now()).await?.handle;
    let file = NewFile::new(FileName::new("ice-ages.pdf")?).with_terms(Terms::new(limit, 90));
    let bytes = futures_util::stream::iter([Ok(Bytes::from_static(b"%PDF-1.7"))]);
    desk.upload(request, &staff, file, Box::pin(bytes)).await?;
    desk.ship(request, &staff, Shipment::WithFiles).await?;
    Ok(desk.issue_link(request, &staff, Audience::Patron).await?.token.expose().to_owned())
}

/// Claims until there is a definite answer. A claim that loses several races to others is answered
/// as busy and is retried here.
async fn claim(desk: &Desk, token: &str, key: String) -> Result<bool, Refusal> {
    let repeat = ClaimKey::Key(key);
    let request = ClaimRequest::new(AttachmentNo::new(1), repeat).with_acknowledged(true);
    loop {
        match desk.claim(token, &request).await {
            Ok(granted) => return Ok(!granted.is_repeat),
            Err(Error::Refused(Refusal::Busy)) => {}
            Err(Error::Refused(refusal)) => return Err(refusal),
            Err(error) => panic!("a claim is answered, not {error:?}"),
        }
    }
}

pub(super) async fn parallel_claims_grant_exactly_the_limit(on: On, run: Run) {
    let desk = desk(&on);
    for (round, limit) in [1_u32, 2, 5].into_iter().enumerate() {
        let token =
            shipped(&desk, &format!("2026-{round:05}"), limit).await.expect("it is shipped");
        let answers = race(&run, CLAIMS, |number| {
            let (desk, token) = (Arc::clone(&desk), token.clone());
            Box::pin(async move { claim(&desk, &token, format!("k{number}")).await })
        });
        let granted = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(u32::try_from(granted), Ok(limit), "exactly the limit");
        let most = limit;
        for refused in answers.into_iter().filter_map(Result::err) {
            assert!(
                matches!(refused, Refusal::Exhausted { limit, since: Some(_) } if limit == most)
            );
        }
        let view = desk.open_link(&token).await.expect("the link opens");
        assert_eq!(view.files[0].left, 0);
    }
}

pub(super) async fn parallel_repeats_of_a_claim_count_once(on: On, run: Run) {
    let desk = desk(&on);
    let token = shipped(&desk, "2026-00417", 5).await.expect("it is shipped");
    let answers = race(&run, CLAIMS, |_| {
        let (desk, token) = (Arc::clone(&desk), token.clone());
        Box::pin(async move { claim(&desk, &token, "the same".to_owned()).await })
    });
    assert!(answers.iter().all(Result::is_ok), "every repeat gets the ticket");
    assert_eq!(answers.iter().filter(|answer| **answer == Ok(true)).count(), 1);
    let view = desk.open_link(&token).await.expect("the link opens");
    assert_eq!(view.files[0].left, 4);
}
