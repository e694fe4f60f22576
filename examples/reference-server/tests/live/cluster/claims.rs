//! Claims stay exact, whichever node dies.

use crate::support::caller::try_send;
use crate::support::cluster::{Cluster, node_of};
use crate::support::documents::noise_pdf;
use crate::support::patron::Patron;
use crate::support::until;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The number of concurrent claims.
const CLAIMS: usize = 200;
/// The limits that are tested.
const LIMITS: [u64; 3] = [1, 2, 5];

/// The outcome of a round of claims.
#[derive(Debug, Default)]
struct Round {
    granted: u64,
    /// Claims that were repeated because no response arrived.
    repeated: usize,
    nodes: BTreeSet<String>,
}

/// Makes concurrent claims with different keys, repeating those without a response as programs do.
/// Runs `meanwhile` after the first response.
async fn round(patron: &Patron, meanwhile: impl Future<Output = ()>) -> Round {
    let answered = Arc::new(AtomicUsize::new(0));
    let claims: Vec<_> = (0..CLAIMS)
        .map(|number| {
            let (patron, answered) = (patron.clone(), Arc::clone(&answered));
            tokio::spawn(async move {
                let outcome = claim(&patron, &format!("key-{number}")).await;
                answered.fetch_add(1, Ordering::Relaxed);
                outcome
            })
        })
        .collect();
    until("the first answer", || async { (answered.load(Ordering::Relaxed) > 0).then_some(()) })
        .await;
    meanwhile.await;
    let mut round = Round::default();
    for claim in claims {
        let (is_granted, tries, node) = claim.await.expect("it does not panic");
        round.granted += u64::from(is_granted);
        round.repeated += usize::from(tries > 1);
        round.nodes.insert(node);
    }
    round
}

/// Claims until there is a definite response. Returns whether it was granted, the number of
/// attempts, and the node that responded.
async fn claim(patron: &Patron, key: &str) -> (bool, u32, String) {
    for tries in 1..=600 {
        if let Ok(answer) = try_send(patron.claim_request(1, key)).await {
            let node = node_of(&answer).to_owned();
            match answer.status {
                200 => return (true, tries, node),
                403 => {
                    assert_eq!(answer.json()["code"], "exhausted");
                    return (false, tries, node);
                }
                502..=504 => {}
                other => panic!("a claim was answered with {other}: {}", answer.text()),
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("a claim was never answered");
}

pub(super) async fn claims_are_exact(here: &Cluster) {
    let mut nodes = BTreeSet::new();
    for (number, limit) in LIMITS.into_iter().cycle().take(6).enumerate() {
        let reference = format!("exact-{number}");
        let (request, patron) = here.shipped(&reference, limit, &noise_pdf(5_000), "p-2041").await;
        let round = round(&patron, async {}).await;
        assert_eq!((round.granted, here.used(&request).await), (limit, limit), "{round:?}");
        nodes.extend(round.nodes);
    }
    assert_eq!(nodes.len(), 3, "all of them answered: {nodes:?}");
}

pub(super) async fn claims_stay_exact_when_nodes_die(here: &Cluster) {
    let mut repeated = 0;
    for (number, limit) in LIMITS.into_iter().enumerate() {
        let reference = format!("killed-{number}");
        let (request, patron) = here.shipped(&reference, limit, &noise_pdf(5_000), "p-2041").await;
        let node = number + 1;
        let round = round(&patron, async {
            here.kill(node);
            here.start_again(node).await;
        })
        .await;
        assert_eq!((round.granted, here.used(&request).await), (limit, limit), "{round:?}");
        repeated += round.repeated;
    }
    assert!(repeated > 0, "no kill struck a claim");
}

pub(super) async fn claims_stay_exact_when_the_database_dies(here: &Cluster) {
    let mut repeated = 0;
    for (number, limit) in LIMITS.into_iter().enumerate() {
        let reference = format!("restarted-{number}");
        let (request, patron) = here.shipped(&reference, limit, &noise_pdf(5_000), "p-2041").await;
        let round = round(&patron, here.restart_postgres()).await;
        assert_eq!((round.granted, here.used(&request).await), (limit, limit), "{round:?}");
        repeated += round.repeated;
    }
    assert!(repeated > 0, "no restart struck a claim");
}
