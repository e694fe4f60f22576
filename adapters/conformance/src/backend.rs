//! The guarantees of every [`BlobStore`](desktop_delivery::BlobStore) about its backend: the folder
//! or bucket, and the memory of its process.

use crate::blob_stage::{On, bytes, key, put};
use crate::check::Run;
use crate::fixture::Backend;
use bytes::Bytes;
use desktop_delivery::ByteStream;
use futures_util::{StreamExt as _, stream};
use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const MIB: usize = 1 << 20;

/// The wait for a dropped put to clean up: five seconds in all.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);

/// The size of a body too large for memory, and the part of it that may be buffered, in MiB.
const BODY: usize = 128;
const HELD: usize = 64;

fn backend(on: &On) -> &dyn Backend {
    on.backend.as_deref().expect(
        "the fixture must give access to the backend: add `with_backend`, or skip this check \
         with a reason",
    )
}

pub(crate) async fn a_broken_put_leaves_no_parts(on: On, _: Run) {
    put(&on, key(1), &bytes(1_000, 1)).await;
    let before = backend(&on).kept().await.len();
    // Enough for stores that send parts.
    let pieces = || (0..12).map(|seed| Ok(bytes(MIB, seed)));
    for ends in [true, false] {
        let body: ByteStream = match ends {
            true => {
                let broken = Err(io::Error::other("the sender disconnected"));
                Box::pin(stream::iter(pieces().chain([broken])))
            }
            false => Box::pin(stream::iter(pieces()).chain(stream::pending())),
        };
        let mut put = on.adapter.put(key(2), body);
        if ends {
            put.await.expect_err("an interrupted body is an error");
        } else {
            // Long enough for the store to have written something, on whichever thread.
            for _ in 0..TRIES {
                assert!(futures_util::poll!(&mut put).is_pending(), "the body never ends");
                if backend(&on).kept().await.len() > before {
                    break;
                }
                thread::sleep(PAUSE / 10);
            }
            drop(put);
        }
        let mut kept = backend(&on).kept().await;
        for _ in 0..TRIES {
            if kept.len() == before {
                break;
            }
            thread::sleep(PAUSE);
            kept = backend(&on).kept().await;
        }
        assert_eq!(kept.len(), before, "parts remain: {kept:?}");
    }
}

/// Bytes that are counted until they are dropped.
struct Held {
    bytes: Vec<u8>,
    count: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Returns the memory of this process in MiB, if the system reports it (Linux).
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok());
    pages.unwrap_or(0) * 4_096 / MIB
}

/// Checks both the pieces that are alive and the memory of the process, since a store may copy
/// them.
pub(crate) async fn a_put_buffers_little_of_its_body(on: On, _: Run) {
    let (count, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counter_value, seen) = (Arc::clone(&count), Arc::clone(&most));
    let before = resident();
    let pieces = (0..BODY).map(move |seed| {
        let alive = counter_value.fetch_add(1, Ordering::Relaxed);
        let grown = resident().saturating_sub(before);
        seen.fetch_max(alive.max(grown), Ordering::Relaxed);
        let byte = u8::try_from(seed % 251).unwrap_or(0);
        let piece = Held { bytes: vec![byte; MIB], count: Arc::clone(&counter_value) };
        Ok(Bytes::from_owner(piece))
    });
    let stored = on.adapter.put(key(1), Box::pin(stream::iter(pieces))).await;
    let stored = stored.expect("a put succeeds");
    assert_eq!(usize::try_from(stored.size), Ok(BODY * MIB));
    assert_eq!(count.load(Ordering::Relaxed), 0, "every piece is dropped");
    let most = most.load(Ordering::Relaxed);
    assert!(most <= HELD, "{most} MiB of {BODY} were in memory at once");
    on.adapter.delete(key(1)).await.expect("a delete succeeds");
}

/// A caller that compares digests must notice damage, so nothing may be served from a cache.
pub(crate) async fn a_read_reflects_the_stored_bytes(on: On, _: Run) {
    let data = bytes(300_001, 1);
    put(&on, key(1), &data).await;
    for place in [0, 150_000, 300_000] {
        // Read first, so that a cache would be filled.
        let whole = on.adapter.get(key(1), None).await.expect("the adapter answers");
        drop(whole.expect("it is stored").bytes.collect::<Vec<_>>().await);
        let mut changed = data.to_vec();
        changed[place] ^= 1;
        let changed = Bytes::from(changed);
        backend(&on).overwrite(key(1), changed.clone()).await;
        let blob = match on.adapter.get(key(1), None).await {
            Ok(blob) => blob.expect("it is stored"),
            // The store detects the damage itself.
            Err(_) => continue,
        };
        let got: Result<Vec<Bytes>, _> = blob.bytes.collect::<Vec<_>>().await.into_iter().collect();
        if let Ok(got) = got {
            assert!(got.concat() == changed, "the byte at {place} was read from a cache");
        }
    }
}

pub(crate) async fn reading_truncated_bytes_fails(on: On, _: Run) {
    let data = bytes(6 * MIB + 1, 1);
    let half = data.slice(..3 * MIB);
    for opened_before in [true, false] {
        put(&on, key(1), &data).await;
        let open = || async {
            let blob = on.adapter.get(key(1), None).await;
            blob.map(|blob| blob.expect("it is stored"))
        };
        let mut got = Vec::new();
        let (size, mut pieces) = if opened_before {
            let mut blob = open().await.expect("it is whole");
            let first = blob.bytes.next().await.expect("there are bytes");
            got.extend_from_slice(&first.expect("the bytes can be read"));
            backend(&on).overwrite(key(1), half.clone()).await;
            (blob.size, blob.bytes)
        } else {
            backend(&on).overwrite(key(1), half.clone()).await;
            match open().await {
                Ok(blob) => (blob.size, blob.bytes),
                // Also a valid answer.
                Err(_) => return,
            }
        };
        let mut failed = false;
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => got.extend_from_slice(&piece),
                Err(_) => {
                    failed = true;
                    break;
                }
            }
        }
        // Either the size or an error must reveal the truncation.
        let is_detected = failed || usize::try_from(size) == Ok(got.len());
        assert!(
            is_detected,
            "a stream ended early, without an error: {} of {size} bytes",
            got.len()
        );
        assert!(data.starts_with(&got), "no invented bytes");
        on.adapter.delete(key(1)).await.expect("a delete succeeds");
    }
}
