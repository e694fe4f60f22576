#![no_main]
//! Whatever a file contains, examining it neither panics nor fails, and no attached file has a type
//! that programs would run.

use arbitrary::{Arbitrary, Unstructured};
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{CountingEntropy, SecretKey, SigningKey};
use desktop_delivery::{
    Actor, AgencyId, Desk, Error, Facts, FileName, KeyRing, NewFile, Participant, Parts,
    PublicAddress, RequestReference, Status, Timestamp,
};
use futures_executor::block_on;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

/// Beginnings that lead to each of the parsers.
const HEADS: [&[u8]; 13] = [
    b"",
    b"MZ",
    b"#!",
    b"<",
    b"@echo ",
    b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
    b"GIF89a\x01\0\x01\0",
    b"\xff\xd8\xff\xe0",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"%PDF-1.7",
    b"\xff\xfe",
    b"\0\0\0\x18ftyp",
];
const NAMES: [&str; 6] = ["article.pdf", "scans.zip", "text.docx", "old.doc", "notes", "notes.txt"];

fuzz_target!(|input: &[u8]| {
    let mut choice = Unstructured::new(input);
    let (Ok(head), Ok(name)) = (choice.choose(&HEADS), choice.choose(&NAMES)) else { return };
    let Ok(stated) = Option::<String>::arbitrary(&mut choice) else { return };
    let bytes = [*head, choice.take_rest()].concat();
    block_on(upload(name, stated, bytes));
});

async fn upload(name: &str, stated: Option<String>, bytes: Vec<u8>) {
    let now = Timestamp::from_seconds(1_795_466_792);
    let agency = |id| AgencyId::new(id).expect("a plain id");
    let (requester, supplier) = (agency("CA-BVAU"), agency("CA-OTU"));
    let secret = |byte| SecretKey::from_bytes([byte; 32]);
    let desk = Desk::new(Parts {
        ledger: Arc::new(MemoryLedger::new()),
        blobs: Arc::new(MemoryBlobStore::new()),
        notifier: Arc::new(RecordingNotifier::new()),
        directory: Arc::new(
            MemoryDirectory::new()
                .with_participant(Participant::new(requester.clone(), "Borrowing"))
                .with_participant(Participant::new(supplier.clone(), "Lending")),
        ),
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(ManualClock::at(now)),
        entropy: Arc::new(CountingEntropy::default()),
        keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(2)),
        policies: Policies::default(),
        address: PublicAddress::new("https://ill.example.org").expect("an address"),
    });
    let reference = RequestReference::new("2026-00417").expect("a plain reference");
    let facts = Facts::new(reference, requester, supplier, "On Ice Ages");
    let synced = desk.sync(facts, Status::Pending, now).await.expect("the request is new");
    let handle = synced.handle;
    let mut file = NewFile::new(FileName::new(name).expect("a plain name"));
    file.media_type = stated;
    // Pieces that end within the examined structures.
    let pieces: Vec<_> = bytes.chunks(100).map(|piece| Ok(piece.to_vec().into())).collect();
    let stream = Box::pin(futures_util::stream::iter(pieces));
    match desk.upload(handle, &Actor::Host, file, stream).await {
        Ok(attached) => {
            // Text may begin with the letters of programs, whose headers contain zero bytes.
            let header = &bytes[..bytes.len().min(64)];
            assert!(!bytes.starts_with(b"MZ") || !header.contains(&0));
            let script = |next: &u8| next.is_ascii_alphanumeric();
            assert!(!bytes.strip_prefix(b"#!/").and_then(<[u8]>::first).is_some_and(script));
            let active = ["html", "xml", "svg", "script", "octet-stream"];
            let media_type = attached.media_type.replace("openxmlformats", "");
            assert!(!active.iter().any(|word| media_type.contains(word)), "{media_type}");
        }
        Err(Error::Refused(_) | Error::InvalidInput(_)) => {}
        Err(error) => panic!("{error:?}"),
    }
}
