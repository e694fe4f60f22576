use crate::support::desk::Scene;
use desktop_delivery::{ClaimKey, ClaimRequest, Error, Refusal};
use desktop_delivery_sqlite::SqliteStore;
use std::sync::Arc;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// Claims 200 times at once and tells how many were counted and how many repeated; everybody else
/// must hear that nothing is left, or to come again.
fn claim_200_times(scene: &Scene, repeat: impl Fn(usize) -> ClaimKey) -> (usize, usize) {
    let runtime = Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let mut pending: Vec<_> = (0..200).collect();
    let (mut counted, mut repeated) = (0, 0);
    while !pending.is_empty() {
        let mut tasks = JoinSet::new();
        for number in pending.drain(..) {
            let (desk, token) = (Arc::clone(&scene.desk), scene.token.clone());
            let request =
                ClaimRequest::new(scene.attachment, repeat(number)).with_acknowledged(true);
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

pub(crate) fn of_200_claims_the_limit_is_granted() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    for limit in [1, 2, 5] {
        for round in 0..10 {
            let scene = Scene::set(store.ledger(), &format!("2026-{limit}{round:04}"), limit);
            let keys = claim_200_times(&scene, |number| ClaimKey::Key(format!("key {number}")));
            assert_eq!(keys, (limit as usize, 0), "limit {limit}, round {round}");
        }
    }
}

pub(crate) fn of_200_repeats_one_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    for round in 0..10 {
        let scene = Scene::set(store.ledger(), &format!("2026-{round:05}"), 5);
        let one_key = claim_200_times(&scene, |_| ClaimKey::Key("one key".into()));
        assert_eq!(one_key, (1, 199));
        let one_page = claim_200_times(&scene, |_| ClaimKey::Ordinal(1));
        assert_eq!(one_page, (1, 199));
    }
}
