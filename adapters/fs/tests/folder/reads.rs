use crate::support::{Hiding, body, bytes, files, get, key, read, run};
use desktop_delivery::BlobStore as _;
use futures_util::stream::StreamExt as _;
use rustix::fs::Advice;
use std::fs::File;
use std::io;
use std::ops::Range;

const SIZE: u64 = 3_000_000;

/// Evicts the bytes from the page cache, so that they are read from the disk on a blocking thread.
pub(crate) fn an_uncached_blob_is_read_exactly(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    run(store.put(key(1), body(key(1), SIZE))).expect("put");
    let reversed = Range { start: 9, end: 3 };
    let ranges =
        [0..SIZE, 0..1, 5..5, 4_095..4_097, 1_234_567..2_345_678, SIZE - 1..SIZE, reversed];
    for range in ranges {
        let file = File::open(&files(folder.path())[0]).unwrap();
        rustix::fs::fadvise(&file, 0, None, Advice::DontNeed).unwrap();
        let part = run(async {
            let blob = store.get(key(1), Some(range.clone())).await.expect("get").unwrap();
            assert_eq!(blob.size, SIZE);
            read(blob.bytes).await.expect("read")
        });
        assert!(part == bytes(key(1), range.start, range.end), "{range:?}");
    }
}

pub(crate) fn a_blob_deleted_while_open_is_read_to_its_end(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    run(async {
        store.put(key(1), body(key(1), SIZE)).await.expect("put");
        let mut blob = store.get(key(1), None).await.expect("get").unwrap();
        let mut all = blob.bytes.next().await.unwrap().expect("read").to_vec();
        store.delete(key(1)).await.expect("delete");
        assert_eq!(get(&store, key(1)).await, None);
        all.extend(read(blob.bytes).await.expect("read"));
        assert!(all == bytes(key(1), 0, SIZE));
    });
}

pub(crate) fn piece_sizes_stay_within_their_bounds(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    let lengths: Vec<_> = run(async {
        store.put(key(1), body(key(1), SIZE)).await.expect("put");
        let blob = store.get(key(1), None).await.expect("get").unwrap();
        blob.bytes.map(|piece| piece.expect("read").len()).collect().await
    });
    assert!(lengths[0] <= 16 * 1024, "it begins with {}", lengths[0]);
    assert!(lengths.iter().all(|length| *length <= 256 * 1024), "{lengths:?}");
    assert!(lengths.iter().any(|length| *length > 16 * 1024), "it never grew: {lengths:?}");
}

pub(crate) fn a_truncated_file_ends_in_an_error(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    run(async {
        store.put(key(1), body(key(1), SIZE)).await.expect("put");
        let mut blob = store.get(key(1), None).await.expect("get").unwrap();
        let file = File::options().write(true).open(&files(folder.path())[0]).unwrap();
        file.set_len(1_000_000).unwrap();
        let mut all = Vec::new();
        let error = loop {
            match blob.bytes.next().await.expect("an error before the end") {
                Ok(piece) => all.extend_from_slice(&piece),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(all == bytes(key(1), 0, 1_000_000));
        assert!(blob.bytes.next().await.is_none(), "the stream continued after an error");
    });
}
