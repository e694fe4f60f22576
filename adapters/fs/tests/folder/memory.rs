use crate::support::{Hiding, child, key, run};
use bytes::Bytes;
use desktop_delivery::{BlobStore as _, ByteStream};
use futures_util::stream::{self, StreamExt as _};
use std::fs;
use std::path::Path;

const SIZE: u64 = 200_000_000;
const PIECE: u64 = 32_000;
/// Room for batches, thread stacks and buffers.
const MOST_KIB: u64 = 8 * 1024;

/// Measures in a separate process, where nothing else allocates.
pub(crate) fn memory_does_not_grow_with_blob_size(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, mut output) = child::start("measure memory", folder.path(), hiding);
    let grown: u64 = child::line(&mut output).parse().expect("the child measured");
    assert!(process.wait().unwrap().success());
    assert!(grown < MOST_KIB, "storing and reading 200 MB took {grown} KiB");
}

pub(crate) fn measure(folder: &Path, hiding: Hiding) {
    let store = hiding.open(folder);
    let body = || -> ByteStream {
        let pieces = stream::iter(0..SIZE / PIECE);
        Box::pin(pieces.map(|number| Ok(Bytes::from([letter(number); 32_000].to_vec()))))
    };
    let before = peak();
    run(async {
        let stored = store.put(key(0), body()).await.expect("put");
        assert_eq!(stored.size, SIZE);
        let mut blob = store.get(key(0), None).await.expect("get").expect("a blob");
        let mut read = 0;
        while let Some(piece) = blob.bytes.next().await {
            let piece = piece.expect("read");
            assert_eq!(piece[0], letter(read / PIECE));
            read += piece.len() as u64;
        }
        assert_eq!(read, SIZE);
    });
    child::say(&(peak() - before).to_string());
}

const fn letter(piece: u64) -> u8 {
    piece.to_le_bytes()[0]
}

/// Returns the peak memory of this process in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("read /proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
