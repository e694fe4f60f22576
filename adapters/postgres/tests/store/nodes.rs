use crate::support::{SERVER, address, count, counter, create, creation, handle, load, node};
use desktop_delivery::ledger::{Change, Charge, CommitOutcome};
use desktop_delivery::{Ledger, Registry, RequestHandle, RequestReference};
use std::collections::HashMap;
use tokio::task::JoinSet;

/// Three nodes create requests with the same references, in different orders, with charges on the
/// same new counters: nothing fails, and each request is created once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_can_create_the_same_requests_at_once() {
    const REFERENCES: u32 = 60;
    let address = address();
    for round in 0..5_u8 {
        let mut tasks = JoinSet::new();
        for node_number in 0..3_u32 {
            let ledger = node(&address).await.ledger();
            for number in 0..REFERENCES {
                // A stride coprime to the number of references gives each node its own order.
                let number = number * [1, 7, 13][node_number as usize] % REFERENCES;
                let mut change = creation(number, "On the Migration of Eels");
                let record = change.record.as_mut().unwrap();
                record.facts.reference =
                    RequestReference::new(format!("{round}-{number}")).unwrap();
                change.handle = RequestHandle::from_bytes([
                    u8::try_from((number * 37 + node_number * 101) % 251).unwrap(),
                    round,
                    u8::try_from(node_number).unwrap(),
                    0,
                    0,
                    0,
                    0,
                    u8::try_from(number).unwrap(),
                ]);
                let charge = |key| Charge {
                    counter: counter(key),
                    amount: 1,
                    limit: Some(60),
                    expires_at: None,
                };
                change.charges = vec![charge(round * 2 + 1), charge(round * 2)];
                if node_number == 1 {
                    change.charges.reverse();
                }
                let ledger = ledger.clone();
                tasks.spawn(async move { (number, ledger.commit(change).await) });
            }
        }
        let mut made: HashMap<u32, usize> = HashMap::new();
        for (number, outcome) in tasks.join_all().await {
            match outcome.unwrap() {
                CommitOutcome::Committed { revision: 1 } => *made.entry(number).or_default() += 1,
                CommitOutcome::Stale => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(made.len(), REFERENCES as usize, "round {round}");
        assert!(made.values().all(|times| *times == 1), "round {round}");
        let ledger = node(&address).await.ledger();
        for key in [round * 2, round * 2 + 1] {
            let full =
                Charge { counter: counter(key), amount: 1, limit: Some(60), expires_at: None };
            let probe = Change { charges: vec![full], ..creation(999, "probe") };
            let outcome = ledger.commit(probe).await.unwrap();
            assert_eq!(outcome, CommitOutcome::Full { counter: counter(key), used: 60 });
        }
    }
}

/// A trigger installed by an administrator fails the writes of one request.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failing_commit_does_not_affect_others() {
    let database = SERVER.create_database();
    let store = node(&SERVER.url(&database)).await;
    let ledger = store.ledger();
    for number in 0..40 {
        create(&ledger, number).await;
    }
    let trigger = format!(
        r"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION 'patron p-20417'; END $$;
          CREATE TRIGGER fail BEFORE INSERT ON desktop_delivery.events
              FOR EACH ROW WHEN (new.handle = '\x{}') EXECUTE FUNCTION fail();",
        handle(17)
    );
    SERVER.run_sql(&database, &trigger);
    let mut tasks = JoinSet::new();
    for number in 0..40 {
        let (ledger, change) = (ledger.clone(), count(&load(&ledger, number).await));
        tasks.spawn(async move { (number, ledger.commit(change).await) });
    }
    for (number, outcome) in tasks.join_all().await {
        match outcome {
            Ok(outcome) => assert_eq!(outcome, CommitOutcome::Committed { revision: 2 }),
            Err(error) => {
                assert_eq!(number, 17, "{error:?}");
                let message = crate::support::whole(&error);
                assert!(!message.contains("20417"), "an error quotes a trigger: {message}");
            }
        }
    }
    assert_eq!(load(&ledger, 17).await.revision, 1);
    assert_eq!(load(&ledger, 16).await.revision, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_three_concurrent_registry_writes_wins() {
    let address = address();
    let registries =
        [node(&address).await, node(&address).await, node(&address).await].map(|n| n.registry());
    let mut version = 0;
    for round in 0..20 {
        let mut tasks = JoinSet::new();
        for number in 0..30 {
            let registry = registries[number % 3].clone();
            let value = Some(format!("{round} {number}").into());
            tasks.spawn(async move { registry.write("text", "one", value, version).await });
        }
        let won = tasks.join_all().await.into_iter().filter_map(Result::unwrap);
        let won: Vec<u64> = won.collect();
        assert_eq!(won.len(), 1, "round {round}");
        assert!(won[0] > version);
        version = won[0];
    }
}
