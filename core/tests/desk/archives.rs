//! Archives that programs would read differently, and files with an archive inside.

use crate::contents::{PNG, PROGRAM, refused, send, zip};
use crate::support::{World, pdf};
use desktop_delivery::content::FileKind;
use desktop_delivery::error::{ArchiveProblem, UnsupportedFile};
use desktop_delivery::{Error, Policy, Refusal};
use futures_executor::block_on;
use std::ops::Range;

/// Returns the offset of the central directory.
fn directory(archive: &[u8]) -> usize {
    archive.windows(4).position(|four| four == b"PK\x01\x02").expect("it has one")
}

/// The length of a directory header with a name of ten characters.
const ENTRY: usize = 56;

/// Returns the archive with these bytes replaced by others of the same length, wherever they occur
/// in a part of it.
fn changed(archive: &[u8], part: Range<usize>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut changed = archive.to_vec();
    let mut count = 0;
    for at in part.start..=part.end - from.len() {
        if changed[at..].starts_with(from) {
            changed[at..at + to.len()].copy_from_slice(to);
            count += 1;
        }
    }
    assert!(count > 0 && from.len() == to.len(), "it is there, and lengths stay");
    changed
}

/// Returns the archive with only this range of its directory, whose headers have names of ten
/// characters.
fn with_directory(archive: &[u8], kept: Range<usize>) -> Vec<u8> {
    let mut cut = archive[..directory(archive)].to_vec();
    cut.extend(&archive[kept.clone()]);
    let mut end = archive[archive.len() - 22..].to_vec();
    let count = u8::try_from(kept.len() / ENTRY).expect("it is small");
    (end[8], end[10]) = (count, count);
    end[12..16].copy_from_slice(&u32::try_from(kept.len()).expect("it is small").to_le_bytes());
    cut.extend(end);
    cut
}

#[test]
fn an_archive_whose_directory_and_contents_differ_is_rejected() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let two = zip(&[("report.pdf", b"%PDF-1.7"), ("figure.tif", b"II")]);
        send(&world, handle, "a.zip", &two).await.expect("it is sound");
        let at = directory(&two);
        let in_contents = |from: &[u8], to: &[u8]| changed(&two, 0..at, from, to);
        let header = |change: fn(&mut [u8])| {
            let mut archive = two.clone();
            change(&mut archive[..30]);
            archive
        };
        let cases = [
            ("a program", in_contents(b"report.pdf", b"setup0.exe")),
            ("another name", in_contents(b"figure.tif", b"figurf.tif")),
            ("another case", in_contents(b"figure.tif", b"Figure.tif")),
            ("one name twice", changed(&two, 0..two.len(), b"figure.tif", b"report.pdf")),
            ("a file behind the listed ones", with_directory(&two, at..at + ENTRY)),
            ("files and an empty directory", with_directory(&two, at..at)),
            ("an encrypted file", header(|header| header[6] |= 1)),
            ("another compression", header(|header| header[8] = 8)),
            // The header states that no descriptor follows, and a shorter length.
            (
                "another length",
                header(|header| {
                    header[6] &= !8;
                    header[18..26].copy_from_slice(&[1, 0, 0, 0, 1, 0, 0, 0]);
                }),
            ),
        ];
        for (what, bytes) in cases {
            let file = refused(&world, handle, "a.zip", &bytes).await;
            assert_eq!(file, UnsupportedFile::Archive(ArchiveProblem::Inconsistent), "{what}");
        }
        // A file in front that the directory does not list is other data.
        let front = with_directory(&two, at + ENTRY..at + 2 * ENTRY);
        let file = refused(&world, handle, "a.zip", &front).await;
        assert_eq!(file, UnsupportedFile::Archive(ArchiveProblem::Combined));
        let message = UnsupportedFile::Archive(ArchiveProblem::Inconsistent).to_string();
        assert!(message.contains("directory and its contents disagree"), "{message}");
    });
}

#[test]
fn distant_headers_are_compared() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let scan = vec![b'x'; 3 << 20];
        let large = zip(&[("a.tif", &scan), ("b.tif", &scan[..99_999]), ("c.pdf", b"%PDF")]);
        send(&world, handle, "a.zip", &large).await.expect("it is sound");
        let at = directory(&large);
        for (from, to) in [(b"b.tif", b"b.exe"), (b"c.pdf", b"c.bat")] {
            let other = changed(&large, 0..at, from, to);
            let file = refused(&world, handle, "a.zip", &other).await;
            assert_eq!(file, UnsupportedFile::Archive(ArchiveProblem::Inconsistent));
        }
    });
}

#[test]
fn an_empty_archive_is_reported_as_empty() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let mut commented = zip(&[]);
        let end = commented.len() - 2;
        commented.splice(end.., *b"\x05\0empty");
        let mut folder = zip(&[("scans_", b"")]);
        while let Some(at) = folder.windows(6).position(|six| six == b"scans_") {
            folder[at + 5] = b'/';
        }
        for bytes in [zip(&[]), commented, folder] {
            let file = refused(&world, handle, "a.zip", &bytes).await;
            assert_eq!(file, UnsupportedFile::Archive(ArchiveProblem::Empty));
            assert!(file.to_string().contains("empty"), "{file}");
        }
    });
}

#[test]
fn an_archive_joined_to_other_data_is_rejected() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let archive = zip(&[("a.pdf", b"%PDF-1.7"), ("b.tif", b"II")]);
        let long = |front: &[u8]| [front, &vec![b'x'; 100_000], &archive].concat();
        let joined = |front: &[u8]| [front, &archive].concat();
        let combined = UnsupportedFile::Archive(ArchiveProblem::Combined);
        let program = UnsupportedFile::Content { kind: FileKind::WindowsProgram };
        let script = UnsupportedFile::Content { kind: FileKind::Script };
        for (name, bytes, expected) in [
            ("a.pdf", joined(&pdf(900)), &combined),
            ("a.pdf", long(&pdf(900)), &combined),
            ("a.zip", joined(&pdf(900)), &combined),
            ("a.png", joined(PNG), &combined),
            ("a.zip", joined(PNG), &combined),
            ("a.txt", long(b"Words"), &combined),
            ("a.zip", joined(b"PK\x03\x04"), &combined),
            ("a.zip", joined(&archive), &combined),
            ("a.zip", [&archive[..], b"\n"].concat(), &combined),
            ("a.zip", joined(PROGRAM), &program),
            ("a.pdf", long(PROGRAM), &program),
            ("a.zip", joined(b"#!/bin/sh\n"), &script),
        ] {
            assert_eq!(&refused(&world, handle, name, &bytes).await, expected, "{name}");
        }
        // The archive inside a document does not end with the file.
        let attached = [&pdf(900)[..], &archive, b"\nendstream\nendobj\n%%EOF\n"].concat();
        send(&world, handle, "a.pdf", &attached).await.expect("it is a PDF");
    });
}

#[test]
fn changing_any_byte_of_an_archive_never_fails_the_check() {
    block_on(async {
        let mut policy = Policy::illume();
        policy.max_attachments = 1_000;
        let world = World::with(policy);
        let handle = world.request().await;
        let archive = zip(&[("a.pdf", b"%PDF-1.7"), ("b.tif", b"II")]);
        let mut refusals = 0;
        for at in 0..archive.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = archive.clone();
                changed[at] = byte;
                match send(&world, handle, "a.zip", &changed).await {
                    Ok(_) => {}
                    Err(Error::Refused(Refusal::UnsupportedType(_))) => refusals += 1,
                    Err(error) => panic!("{byte} at {at}: {error:?}"),
                }
            }
        }
        assert!(refusals > archive.len(), "{refusals}");
    });
}
