use crate::support::desk::Fixture;
use desktop_delivery::{ClaimKey, ClaimRequest, Error, Refusal};
use desktop_delivery_sqlite::SqliteStore;
use std::sync::Arc;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// Makes 200 concurrent claims and returns how many were counted and how many repeated a claim. All
/// others must be refused as exhausted or busy.
fn make_200_claims(fixture: &Fixture, repeat: impl Fn(usize) -> ClaimKey) -> (usize, usize) {
    let runtime = Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let mut pending: Vec<_> = (0..200).collect();
    let (mut counted, mut repeated) = (0, 0);
    while !pending.is_empty() {
        let mut tasks = JoinSet::new();
        for number in pending.drain(..) {
            let (desk, token) = (Arc::clone(&fixture.desk), fixture.token.clone());
            let request =
                ClaimRequest::new(fixture.attachment, repeat(number)).with_acknowledged(true);
            let claim = async move { (number, desk.claim(token.expose(), &request).await) };
            tasks.spawn_on(claim, runtime.handle());
        }
        for (number, outcome) in runtime.block_on(tasks.join_all()) {
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

pub(crate) fn concurrent_claims_stop_at_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    for limit in [1, 2, 5] {
        for round in 0..10 {
            let fixture = Fixture::new(store.ledger(), &format!("2026-{limit}{round:04}"), limit);
            let keys = make_200_claims(&fixture, |number| ClaimKey::Key(format!("key {number}")));
            assert_eq!(keys, (limit as usize, 0), "limit {limit}, round {round}");
        }
    }
}

pub(crate) fn concurrent_repeats_of_a_claim_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    for round in 0..10 {
        let fixture = Fixture::new(store.ledger(), &format!("2026-{round:05}"), 5);
        let one_key = make_200_claims(&fixture, |_| ClaimKey::Key("one key".into()));
        assert_eq!(one_key, (1, 199));
        let one_page = make_200_claims(&fixture, |_| ClaimKey::Ordinal(1));
        assert_eq!(one_page, (1, 199));
    }
}
