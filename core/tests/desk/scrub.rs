//! Stored content that was changed outside the desk: found by the scrub, and never sent completely.

use crate::support::{FILE, World, article, by_ordinal, lender, pdf, stream};
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::{ScrubFault, ScrubFinding, ScrubPosition};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ids::{BlobKey, VersionNo};
use desktop_delivery::{BlobStore as _, Download, Error, FileName, NewFile, RequestHandle};
use futures_executor::block_on;
use futures_util::StreamExt as _;

impl World {
    async fn blob(&self, handle: RequestHandle) -> BlobKey {
        self.stored(handle).await.record.attachment(FILE).expect("it is attached").current().blob
    }

    async fn opened(&self, token: &str, ordinal: u32) -> Download {
        let granted = self.desk.claim(token, &by_ordinal(ordinal)).await.expect("it is granted");
        self.desk.open_ticket(granted.ticket.expose()).await.expect("it opens")
    }

    /// Returns all findings of a pass with this limit per call, and how many files were read in how
    /// many
    /// calls. Positions go through JSON, as a host that stores them does.
    async fn pass(&self, limit: u64) -> (Vec<ScrubFinding>, u64, usize) {
        let (mut from, mut findings, mut files): (Option<ScrubPosition>, _, _) = (None, vec![], 0);
        for calls in 1..1_000 {
            let report = self.desk.scrub(from.as_ref(), limit).await.expect("the stores answer");
            findings.extend(report.findings);
            files += report.files;
            let Some(next) = report.next else { return (findings, files, calls) };
            let text = serde_json::to_string(&next).expect("it is plain data");
            from = Some(serde_json::from_str(&text).expect("it was written by itself"));
        }
        panic!("the pass never ends");
    }
}

/// Reads a whole file. Returns the bytes, and the error that ended reading, if any.
async fn read(world: &World, opened: &Download) -> (Vec<u8>, Option<std::io::ErrorKind>) {
    let mut bytes = world.desk.read(opened, None).await.expect("there are bytes");
    let mut got = Vec::new();
    while let Some(piece) = bytes.next().await {
        match piece {
            Ok(piece) => got.extend_from_slice(&piece),
            Err(error) => return (got, Some(error.kind())),
        }
    }
    (got, None)
}

fn kind(error: Error) -> StoreErrorKind {
    match error {
        Error::Store(error) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_scrub_finds_changed_and_missing_files() {
    block_on(async {
        let world = World::new();
        let mut handles = Vec::new();
        for number in 0..7 {
            handles.push(world.shipped_as(&format!("2026-0{number}"), 5).await.0);
        }
        assert_eq!(world.pass(u64::MAX).await, (vec![], 7, 1));
        let (changed, gone) = (handles[2], handles[5]);
        assert!(world.blobs.flip_a_bit(world.blob(changed).await));
        world.blobs.delete(world.blob(gone).await).await.expect("memory deletes");
        for limit in [1, 2_000, 5_000, u64::MAX] {
            let (mut findings, files, calls) = world.pass(limit).await;
            findings.sort_by_key(|found| found.handle != changed);
            let found: Vec<_> = findings.iter().map(|found| (found.handle, found.fault)).collect();
            let both = [(changed, ScrubFault::BytesChanged), (gone, ScrubFault::Missing)];
            assert_eq!(found, both, "{limit} bytes at a time");
            assert_eq!((findings[0].attachment, findings[0].version), (FILE, VersionNo::new(1)));
            assert_eq!(files, 7, "{limit}: each once");
            assert!((calls > 3) == (limit < 5_000), "{limit}: {calls} calls");
        }
    });
}

#[test]
fn a_scrub_call_reads_at_most_its_limit_and_one_file() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        for number in 0..5 {
            let file = NewFile::new(FileName::new(&format!("{number}.pdf")).expect("it is plain"));
            let bytes = stream(&pdf(2_000 + number));
            world.desk.upload(handle, &lender(), file, bytes).await.expect("it is a PDF");
        }
        let first = world.desk.scrub(None, 3_000).await.expect("the stores answer");
        assert_eq!((first.files, first.bytes), (2, 4_001));
        let second = world.desk.scrub(first.next.as_ref(), 1).await.expect("the stores answer");
        assert_eq!((second.files, second.bytes), (1, 2_002));
        assert_eq!(world.pass(1).await.1, 5);
    });
}

#[test]
fn a_scrub_reads_only_current_versions_and_those_with_open_tickets() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(5).await;
        world.opened(&token, 1).await;
        let old = world.blob(handle).await;
        let file = article().replacing(FILE, ReplaceReason::Other);
        let replaced = world.desk.upload(handle, &lender(), file, stream(&pdf(2_100))).await;
        replaced.expect("it is a PDF");
        assert_eq!(world.pass(u64::MAX).await.1, 2);
        world.blobs.flip_a_bit(old);
        let findings = world.pass(u64::MAX).await.0;
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].version, VersionNo::new(1));
        // Its content is deleted once the ticket has ended, which is not a finding.
        world.run_for(1).await;
        assert_eq!(world.pass(u64::MAX).await, (vec![], 1, 1));
    });
}

#[test]
fn an_unavailable_store_is_not_a_finding() {
    block_on(async {
        let world = World::new();
        let (first, second) =
            (world.shipped_as("2026-1", 5).await.0, world.shipped_as("2026-2", 5).await.0);
        world.blobs.fail_next(StoreErrorKind::Unavailable);
        let error = world.desk.scrub(None, u64::MAX).await.expect_err("it is away");
        assert_eq!(kind(error), StoreErrorKind::Unavailable);
        // A read that fails once is retried. A second failure is a finding.
        world.blobs.break_next_read(700);
        assert_eq!(world.pass(u64::MAX).await, (vec![], 2, 1));
        world.blobs.break_next_read(700);
        world.blobs.break_next_read(0);
        let findings = world.pass(u64::MAX).await.0;
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].fault, ScrubFault::Unreadable);
        assert!([first, second].contains(&findings[0].handle));
    });
}

#[test]
fn a_changed_file_is_never_sent_completely() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(5).await;
        let whole = pdf(2_000);
        world.blobs.flip_a_bit(world.blob(handle).await);
        let opened = world.opened(&token, 1).await;
        // Nothing is sent of a file with a single chunk.
        let invalid = Some(std::io::ErrorKind::InvalidData);
        assert_eq!(read(&world, &opened).await, (vec![], invalid));
        assert_eq!(read(&world, &opened).await, (vec![], invalid), "nor the next time");
        // Ranges are not served either, because they could complete an interrupted download.
        let part = world.desk.read(&opened, Some(1_000..2_000)).await.err().expect("it is refused");
        assert_eq!(kind(part), StoreErrorKind::Corrupt);

        // Once repaired, the file is served again, but first only as a whole.
        world.blobs.flip_a_bit(world.blob(handle).await);
        assert!(world.desk.read(&opened, Some(1_000..2_000)).await.is_err());
        assert_eq!(read(&world, &opened).await, (whole.clone(), None));
        assert!(world.desk.read(&opened, Some(1_000..2_000)).await.is_ok());

        // A verified file is not verified again until a scrub finds a change.
        world.blobs.flip_a_bit(world.blob(handle).await);
        assert_eq!(read(&world, &opened).await.1, None);
        assert_eq!(world.pass(u64::MAX).await.0.len(), 1);
        assert_eq!(read(&world, &opened).await.1, invalid);
        world.blobs.flip_a_bit(world.blob(handle).await);
        assert!(world.pass(u64::MAX).await.0.is_empty());
        assert!(world.desk.read(&opened, Some(0..9)).await.is_ok(), "the scrub found it right");
    });
}

#[test]
fn a_changed_long_file_ends_before_its_last_chunk() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let whole = pdf(300_001);
        world.desk.upload(handle, &lender(), article(), stream(&whole)).await.expect("it is a PDF");
        let opened =
            world.desk.open_as_supplier(handle, &lender(), FILE).await.expect("it is theirs");
        world.blobs.flip_a_bit(world.blob(handle).await);
        let (got, error) = read(&world, &opened).await;
        assert_eq!(error, Some(std::io::ErrorKind::InvalidData));
        // The memory store returns chunks of 65,536 bytes.
        assert_eq!(got, whole[..4 * 65_536]);
    });
}
