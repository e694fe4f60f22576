use crate::support::{
    Hiding, body, breaking_body, bytes, files, get, key, run, stalling_body, wait_for,
};
use bytes::Bytes;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::{BlobStore as _, ByteStream};
use desktop_delivery_fs::FsBlobStore;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use std::error::Error as _;
use std::future::poll_fn;
use std::os::unix::fs::PermissionsExt as _;
use std::task::Poll;

pub(crate) fn an_interrupted_body_leaves_no_file(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    for size in [0, 1, 100_000, 3_000_000] {
        let put = run(store.put(key(1), breaking_body(key(1), size)));
        let error = put.expect_err("the body broke off");
        assert_eq!(error.kind(), StoreErrorKind::Interrupted, "{error:?}");
        let cause = error.source().and_then(|error| error.source());
        assert_eq!(cause.unwrap().to_string(), "connection reset");
        assert_eq!(files(folder.path()), Vec::<std::path::PathBuf>::new(), "after {size} bytes");
    }
    assert_eq!(run(get(&store, key(1))), None);
    run(store.put(key(1), body(key(1), 10))).expect("the key is free");
}

/// Polls the put once, then twice, and so on, drops it, and waits for the work it had begun.
pub(crate) fn a_dropped_put_leaves_no_file(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    let size = 600_000;
    for most_polls in 0..10_000 {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build();
        let runtime = runtime.unwrap();
        let outcome = runtime.block_on(async {
            let mut put = store.put(key(1), pausing_body(size));
            let mut polls = 0;
            poll_fn(|task| {
                if polls == most_polls {
                    return Poll::Ready(None);
                }
                polls += 1;
                put.as_mut().poll(task).map(Some)
            })
            .await
        });
        // Waits for all blocking work.
        drop(runtime);
        if let Some(stored) = outcome {
            assert!(most_polls > 5, "the put was polled {most_polls} times alone");
            assert_eq!(stored.expect("put").size, size);
            assert_eq!(files(folder.path()).len(), 1);
            return;
        }
        assert!(files(folder.path()).is_empty(), "dropped after {most_polls} polls");
    }
    panic!("the put never ended");
}

/// A body that is pending after each piece.
fn pausing_body(size: u64) -> ByteStream {
    let pieces = stream::iter(0..size / 60_000).then(|_| {
        let mut has_paused = false;
        poll_fn(move |task| {
            if has_paused {
                return Poll::Ready(Ok(Bytes::from(vec![7; 60_000])));
            }
            has_paused = true;
            task.waker().wake_by_ref();
            Poll::Pending
        })
    });
    Box::pin(pieces)
}

pub(crate) fn one_of_many_concurrent_puts_of_a_key_wins(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    // Two stores that hide unfinished puts differently; both publish in the same place.
    let stores = [hiding.open(folder.path()), Hiding::Unnamed.open(folder.path())];
    for round in 0..20 {
        let outcomes = run(async {
            let puts = (0..16_u64).zip(stores.iter().cycle()).map(|(task, store)| {
                let store = store.clone();
                tokio::spawn(
                    async move { store.put(key(round), body(key(task), 1_000 + task)).await },
                )
            });
            join_all(puts.collect::<Vec<_>>()).await
        });
        let mut winners = Vec::new();
        for (task, outcome) in (0_u64..).zip(outcomes) {
            match outcome.expect("a task") {
                Ok(_) => winners.push(task),
                Err(error) => assert_eq!(error.kind(), StoreErrorKind::Unexpected, "{error:?}"),
            }
        }
        let [winner] = winners[..] else { panic!("{winners:?} have won round {round}") };
        let kept = run(get(&stores[0], key(round))).expect("a blob");
        assert!(kept == bytes(key(winner), 0, 1_000 + winner));
    }
    assert_eq!(files(folder.path()).len(), 20);
}

/// Many slow bodies on a runtime with a single blocking thread, which they must not occupy.
pub(crate) fn stalled_puts_do_not_block_threads(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let stalled = (1..=20).map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                store.put(key(number), stalling_body(key(number), 300_000)).await
            })
        });
        let stalled: Vec<_> = stalled.collect();
        store.put(key(0), body(key(0), 1_000_000)).await.expect("put");
        assert!(get(&store, key(0)).await.is_some());
        for put in &stalled {
            assert!(!put.is_finished());
            put.abort();
        }
    });
    drop(runtime);
    wait_for("the stalled puts are gone", || files(folder.path()).len() == 1);
}

pub(crate) fn files_and_folders_are_accessible_to_their_owner_only() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("delivery").join("blobs");
    let store = Hiding::Named.open(&root);
    run(store.put(key(1), body(key(1), 10))).expect("put");
    let store = Hiding::Unnamed.open(&root);
    run(store.put(key(2), body(key(2), 10))).expect("put");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&root), 0o700);
    assert_eq!(mode(&root.join("incoming")), 0o700);
    for path in files(&root) {
        assert_eq!(mode(&path), 0o600, "a file");
        assert_eq!(mode(path.parent().unwrap()), 0o700, "a shelf");
    }
}

pub(crate) fn a_front_server_gets_what_the_umask_leaves_it(hiding: Hiding) {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("blobs");
    let store = hiding.open(&root).with_front_server("/internal/files/").unwrap();
    run(store.put(key(1), body(key(1), 10))).expect("put");
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("Umask:")).unwrap();
    let mask = u32::from_str_radix(mask.trim(), 8).unwrap();
    let left = |mode: u32| mode & !mask;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o7777;
    for path in files(&root) {
        assert_eq!(mode(&path), left(0o640), "a file");
        assert_eq!(mode(path.parent().unwrap()), left(0o750), "a shelf");
    }
    for path in ["internal/files", "", "https://files.example.org", "/internal/../etc", "/a b"] {
        assert!(hiding.open(&root).with_front_server(path).is_err(), "{path}");
    }
}

pub(crate) fn calls_outside_a_runtime_fail() {
    let folder = tempfile::tempdir().unwrap();
    let store = FsBlobStore::open(folder.path()).expect("open needs none");
    run(store.put(key(1), body(key(1), 10))).expect("put");
    let outcomes = [
        store.put(key(2), body(key(2), 10)).now_or_never().unwrap().err(),
        store.get(key(1), None).now_or_never().unwrap().err(),
        store.delete(key(1)).now_or_never().unwrap().err(),
        store.sweep().now_or_never().unwrap().err(),
    ];
    for error in outcomes {
        assert_eq!(error.expect("no runtime").kind(), StoreErrorKind::Unexpected);
    }
}
