//! The guarantees of every [`BlobStore`](desktop_delivery::BlobStore) about its backend: the
//! folder, the bucket, and the memory of its process.

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

/// How long a put that was dropped may take to clear up: five seconds in all.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);

/// A body that is too large for memory, and what may be held of it, MiB.
const BODY: usize = 128;
const HELD: usize = 64;

fn backend(on: &On) -> &dyn Backend {
    on.backend.as_deref().expect(
        "the fixture shows what lies behind the store: add `with_backend`, or leave this check out \
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
                let broken = Err(io::Error::other("the sender went away"));
                Box::pin(stream::iter(pieces().chain([broken])))
            }
            false => Box::pin(stream::iter(pieces()).chain(stream::pending())),
        };
        let mut put = on.adapter.put(key(2), body);
        if ends {
            put.await.expect_err("a body that breaks off is no success");
        } else {
            // Long enough that something is stored, on whichever thread the store does so.
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
        assert_eq!(kept.len(), before, "parts are left: {kept:?}");
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

/// The memory of this process in MiB, if the system reports it (Linux).
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok());
    pages.unwrap_or(0) * 4_096 / MIB
}

/// Both the pieces that are alive and the memory of the process are looked at, since a store may copy
/// what it takes.
pub(crate) async fn a_put_holds_little_of_its_body(on: On, _: Run) {
    let (count, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (held, seen) = (Arc::clone(&count), Arc::clone(&most));
    let before = resident();
    let pieces = (0..BODY).map(move |seed| {
        let alive = held.fetch_add(1, Ordering::Relaxed);
        let grown = resident().saturating_sub(before);
        seen.fetch_max(alive.max(grown), Ordering::Relaxed);
        let byte = u8::try_from(seed % 251).unwrap_or(0);
        let piece = Held { bytes: vec![byte; MIB], count: Arc::clone(&held) };
        Ok(Bytes::from_owner(piece))
    });
    let stored = on.adapter.put(key(1), Box::pin(stream::iter(pieces))).await;
    let stored = stored.expect("a put succeeds");
    assert_eq!(usize::try_from(stored.size), Ok(BODY * MIB));
    assert_eq!(count.load(Ordering::Relaxed), 0, "nothing of it is held any more");
    let most = most.load(Ordering::Relaxed);
    assert!(most <= HELD, "{most} MiB of {BODY} were in memory at once");
    on.adapter.delete(key(1)).await.expect("a delete succeeds");
}

/// A caller that compares digests must see damage, so nothing is served from a memory of what was
/// stored.
pub(crate) async fn a_read_shows_what_is_stored_now(on: On, _: Run) {
    let data = bytes(300_001, 1);
    put(&on, key(1), &data).await;
    for place in [0, 150_000, 300_000] {
        // Read before, so that a store that remembers does.
        let whole = on.adapter.get(key(1), None).await.expect("it is answered");
        drop(whole.expect("it is stored").bytes.collect::<Vec<_>>().await);
        let mut changed = data.to_vec();
        changed[place] ^= 1;
        let changed = Bytes::from(changed);
        backend(&on).overwrite(key(1), changed.clone()).await;
        let blob = match on.adapter.get(key(1), None).await {
            Ok(blob) => blob.expect("it is stored"),
            // A store that sees the damage itself.
            Err(_) => continue,
        };
        let got: Result<Vec<Bytes>, _> = blob.bytes.collect::<Vec<_>>().await.into_iter().collect();
        if let Ok(got) = got {
            assert!(got.concat() == changed, "the byte at {place} is shown as it was");
        }
    }
}

pub(crate) async fn a_read_of_cut_bytes_is_no_success(on: On, _: Run) {
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
            got.extend_from_slice(&first.expect("they can be read"));
            backend(&on).overwrite(key(1), half.clone()).await;
            (blob.size, blob.bytes)
        } else {
            backend(&on).overwrite(key(1), half.clone()).await;
            match open().await {
                Ok(blob) => (blob.size, blob.bytes),
                // That is an answer, too.
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
        // A caller that knows the length of the whole sees that it is another, by the size or an error.
        let is_told = failed || usize::try_from(size) == Ok(got.len());
        assert!(is_told, "{} bytes of {size} ended as if they were all", got.len());
        assert!(data.starts_with(&got), "nothing is made up");
        on.adapter.delete(key(1)).await.expect("a delete succeeds");
    }
}
