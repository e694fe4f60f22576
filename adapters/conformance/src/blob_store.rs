//! The guarantees of every [`BlobStore`].

use crate::backend::{
    a_broken_put_leaves_no_parts, a_put_buffers_little_of_its_body,
    a_read_reflects_the_stored_bytes, reading_truncated_bytes_fails,
};
use crate::blob_stage::{On, body, bytes, key, put};
use crate::check::{Check, Run, checks};
use crate::direct::{
    a_direct_address_gives_the_bytes, a_direct_address_requires_a_blob,
    a_tampered_direct_address_gives_nothing,
};
use crate::race::race;
use bytes::Bytes;
use desktop_delivery::blob::Stored;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ids::{BlobKey, Digest};
use desktop_delivery::{BlobStore, ByteStream, StoreError};
use futures_util::{StreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const CHECKS: &[Check<On>] = checks![
    a_broken_put_leaves_no_parts,
    a_broken_put_leaves_nothing,
    a_deleted_blob_is_gone,
    a_direct_address_gives_the_bytes,
    a_direct_address_requires_a_blob,
    a_dropped_put_leaves_nothing,
    a_put_buffers_little_of_its_body,
    an_unfinished_put_is_invisible,
    a_range_beyond_the_end_is_cut,
    a_range_is_cut_exactly,
    reading_truncated_bytes_fails,
    a_read_reflects_the_stored_bytes,
    a_stored_blob_is_durable,
    a_taken_key_is_not_overwritten,
    a_tampered_direct_address_gives_nothing,
    an_empty_blob_is_a_blob,
    an_open_stream_yields_its_bytes_or_an_error,
    deleting_affects_no_other_key,
    deleting_a_missing_blob_succeeds,
    get_returns_none_for_an_unknown_key,
    one_of_parallel_puts_wins,
    put_returns_size_and_digest,
    a_put_blob_reads_back,
];

async fn get(store: &dyn BlobStore, key: BlobKey, range: Option<Range<u64>>) -> Option<Vec<u8>> {
    let blob = store.get(key, range).await.expect("a get is answered")?;
    let pieces: Vec<_> = blob.bytes.collect().await;
    Some(pieces.into_iter().flat_map(|piece| piece.expect("the bytes can be read")).collect())
}

async fn holds(on: &On, key: BlobKey, data: Option<&Bytes>) {
    let got = get(&*on.adapter, key, None).await;
    assert!(got.as_deref() == data.map(|data| &data[..]), "the key has the expected content");
}

fn length(data: &Bytes) -> u64 {
    u64::try_from(data.len()).unwrap_or(u64::MAX)
}

async fn get_returns_none_for_an_unknown_key(on: On, _: Run) {
    assert!(on.adapter.get(key(1), None).await.expect("the adapter answers").is_none());
    put(&on, key(2), &bytes(10, 2)).await;
    assert!(on.adapter.get(key(1), Some(0..5)).await.expect("the adapter answers").is_none());
}

async fn a_put_blob_reads_back(on: On, _: Run) {
    let sizes =
        [1, 4_095, 4_096, 16_384, 65_535, 65_536, 65_537, 262_145, (1 << 20) + 1, 5_000_003];
    for (number, size) in (1..).zip(sizes) {
        let data = bytes(size, number);
        let key = key(u8::try_from(number).unwrap_or(0));
        put(&on, key, &data).await;
        let blob =
            on.adapter.get(key, None).await.expect("the adapter answers").expect("it is stored");
        assert_eq!(blob.size, length(&data), "the size of the whole");
        holds(&on, key, Some(&data)).await;
    }
    for (number, size) in (1..).zip(sizes) {
        let key = key(u8::try_from(number).unwrap_or(0));
        holds(&on, key, Some(&bytes(size, number))).await;
    }
}

async fn an_empty_blob_is_a_blob(on: On, _: Run) {
    let stored = put(&on, key(1), &Bytes::new()).await;
    assert_eq!(stored.size, 0);
    holds(&on, key(1), Some(&Bytes::new())).await;
    assert_eq!(get(&*on.adapter, key(1), Some(0..10)).await, Some(Vec::new()));
}

async fn put_returns_size_and_digest(on: On, _: Run) {
    for (number, size) in (1..).zip([0, 1, 100_000, 1 << 20]) {
        let data = bytes(size, u64::from(number));
        let stored = put(&on, key(number), &data).await;
        let digest = Digest::from_bytes(Sha256::digest(&data).into());
        assert_eq!(stored, Stored { size: length(&data), digest });
    }
}

async fn a_stored_blob_is_durable(on: On, _: Run) {
    let data = bytes(100_000, 1);
    put(&on, key(1), &data).await;
    assert!(get(&*on.reopened(), key(1), None).await.as_deref() == Some(&data[..]));
}

async fn a_range_is_cut_exactly(on: On, _: Run) {
    let data = bytes(300_001, 1);
    put(&on, key(1), &data).await;
    let size = length(&data);
    let edges = [0, 1, 2, 16_383, 16_384, 65_535, 65_536, 65_537, 262_144, size - 1, size];
    for start in edges {
        for end in edges.into_iter().filter(|end| *end >= start) {
            let blob = on.adapter.get(key(1), Some(start..end)).await.expect("the adapter answers");
            let blob = blob.expect("it is stored");
            assert_eq!(blob.size, size, "the size of the whole, whatever the range");
            let got = get(&*on.adapter, key(1), Some(start..end)).await.expect("it is stored");
            let (from, to) = (usize::try_from(start), usize::try_from(end));
            assert!(got == data[from.unwrap_or(0)..to.unwrap_or(0)], "{start}..{end}");
        }
    }
}

async fn a_range_beyond_the_end_is_cut(on: On, _: Run) {
    let data = bytes(1_000, 1);
    put(&on, key(1), &data).await;
    for (range, expected) in [
        (900..2_000, &data[900..]),
        (0..u64::MAX, &data[..]),
        (1_000..1_001, &[]),
        (1_001..5_000, &[]),
        (u64::MAX - 1..u64::MAX, &[]),
        (500..500, &[]),
    ] {
        let got = get(&*on.adapter, key(1), Some(range.clone())).await;
        assert!(got.as_deref() == Some(expected), "{range:?}");
    }
}

/// Pieces that arrive one by one, with a read of the store between them.
async fn an_unfinished_put_is_invisible(on: On, _: Run) {
    let data = bytes(400_000, 1);
    let store = Arc::clone(&on.adapter);
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&reads);
    let pieces: Vec<Bytes> = (0..4).map(|n| data.slice(n * 100_000..(n + 1) * 100_000)).collect();
    let body = stream::iter(pieces).then(move |piece| {
        let (store, counted) = (Arc::clone(&store), Arc::clone(&counted));
        async move {
            let found = store.get(key(1), None).await.expect("the adapter answers");
            assert!(found.is_none(), "an unfinished put is not visible");
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(piece)
        }
    });
    on.adapter.put(key(1), Box::pin(body)).await.expect("a put succeeds");
    assert_eq!(reads.load(Ordering::Relaxed), 4, "the whole stream was read");
    holds(&on, key(1), Some(&data)).await;
}

async fn a_broken_put_leaves_nothing(on: On, _: Run) {
    for good in [0, 1, 3] {
        let pieces = (0..good).map(|n| Ok(bytes(50_000, n)));
        let broken = pieces.chain([Err(io::Error::other("the sender disconnected"))]);
        let outcome =
            on.adapter.put(key(1), Box::pin(stream::iter(broken.collect::<Vec<_>>()))).await;
        let error = outcome.expect_err("an interrupted body is an error");
        assert_eq!(error.kind(), StoreErrorKind::Interrupted);
        holds(&on, key(1), None).await;
    }
    // The key is still free.
    let data = bytes(10, 1);
    put(&on, key(1), &data).await;
    holds(&on, key(1), Some(&data)).await;
}

async fn a_dropped_put_leaves_nothing(on: On, _: Run) {
    for polls in 1..4 {
        let endless = stream::iter([Ok(bytes(100_000, 1)), Ok(bytes(100_000, 2))]);
        let body: ByteStream = Box::pin(endless.chain(stream::pending()));
        {
            let mut put = on.adapter.put(key(1), body);
            for _ in 0..polls {
                assert!(futures_util::poll!(&mut put).is_pending(), "the body never ends");
            }
        }
        holds(&on, key(1), None).await;
    }
    let data = bytes(10, 1);
    put(&on, key(1), &data).await;
    holds(&on, key(1), Some(&data)).await;
}

async fn a_taken_key_is_not_overwritten(on: On, _: Run) {
    let data = bytes(70_000, 1);
    put(&on, key(1), &data).await;
    for other in [Bytes::new(), bytes(70_000, 2), bytes(100, 3), data.clone()] {
        let error: StoreError =
            on.adapter.put(key(1), body(&other)).await.expect_err("a taken key is refused");
        assert_eq!(error.kind(), StoreErrorKind::Unexpected);
        holds(&on, key(1), Some(&data)).await;
    }
}

async fn one_of_parallel_puts_wins(on: On, run: Run) {
    for round in 1..=6 {
        let won = race(&run, 16, |number| {
            let store = Arc::clone(&on.adapter);
            let seed = u64::try_from(number).unwrap_or(0);
            Box::pin(async move {
                let data = bytes(30_000, seed);
                store.put(key(round), body(&data)).await.is_ok().then_some(seed)
            })
        });
        let won: Vec<u64> = won.into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "round {round}");
        holds(&on, key(round), Some(&bytes(30_000, won[0]))).await;
    }
}

async fn a_deleted_blob_is_gone(on: On, _: Run) {
    put(&on, key(1), &bytes(1_000, 1)).await;
    on.adapter.delete(key(1)).await.expect("a delete succeeds");
    holds(&on, key(1), None).await;
    if let Some(others) = on.others() {
        assert!(get(&*others, key(1), None).await.is_none(), "also for other processes");
    }
}

async fn deleting_a_missing_blob_succeeds(on: On, _: Run) {
    on.adapter.delete(key(1)).await.expect("deleting an unknown key succeeds");
    put(&on, key(1), &bytes(1_000, 1)).await;
    on.adapter.delete(key(1)).await.expect("a delete succeeds");
    on.adapter.delete(key(1)).await.expect("and again");
}

async fn deleting_affects_no_other_key(on: On, _: Run) {
    // Keys with a common prefix, and one that differs in the last bit.
    let near = |last| {
        let mut bytes = [7; 16];
        bytes[15] = last;
        BlobKey::from_bytes(bytes)
    };
    let others = [near(6), near(8), BlobKey::from_bytes([0; 16]), BlobKey::from_bytes([255; 16])];
    for (number, other) in (1..).zip(others) {
        put(&on, other, &bytes(500, number)).await;
    }
    put(&on, key(7), &bytes(500, 0)).await;
    on.adapter.delete(key(7)).await.expect("a delete succeeds");
    holds(&on, key(7), None).await;
    for (number, other) in (1..).zip(others) {
        holds(&on, other, Some(&bytes(500, number))).await;
    }
}

async fn an_open_stream_yields_its_bytes_or_an_error(on: On, _: Run) {
    let data = bytes(3_000_000, 1);
    put(&on, key(1), &data).await;
    let blob =
        on.adapter.get(key(1), None).await.expect("the adapter answers").expect("it is stored");
    let mut pieces = blob.bytes;
    let first = pieces.next().await.expect("there are bytes").expect("the bytes can be read");
    on.adapter.delete(key(1)).await.expect("a delete succeeds");
    put(&on, key(2), &bytes(3_000_000, 2)).await;
    let mut got = first.to_vec();
    while let Some(piece) = pieces.next().await {
        // The stream may fail but must not end early as if it were complete.
        let Ok(piece) = piece else { return };
        got.extend_from_slice(&piece);
    }
    assert!(got == data, "an open stream yields all bytes of its blob");
}
