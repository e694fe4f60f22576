//! Files are accepted by their content, and containers by their directories.

use crate::support::{World, by_ordinal, lender, pdf, refusal, stream};
use desktop_delivery::content::FileKind;
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::Attached;
use desktop_delivery::error::{ArchiveProblem, UnsupportedFile};
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::ids::CommitId;
use desktop_delivery::ledger::{Change, CommitOutcome};
use desktop_delivery::views::FileWarning;
use desktop_delivery::{
    Actor, AttachmentNo, Error, FileName, Ledger as _, NewFile, Policy, Refusal, RequestHandle,
};
use futures_executor::block_on;
use rawzip::{CompressionMethod, ZipArchiveWriter, ZipDataWriter};
use std::io::Write as _;

pub(crate) const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0";
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

/// Returns a ZIP archive of these entries, uncompressed.
pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content) in entries {
        let start = archive.new_file(name).compression_method(CompressionMethod::STORE).start();
        let (mut entry, config) = start.expect("the name is plain");
        let mut writer: ZipDataWriter<_> = config.wrap(&mut entry);
        writer.write_all(content).expect("memory takes it");
        let (_, descriptor) = writer.finish().expect("memory takes it");
        entry.finish(descriptor).expect("memory takes it");
    }
    archive.finish().expect("memory takes it");
    bytes
}

/// Returns an office document whose main part has this content type.
fn office(main: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let types = format!(
        "<?xml version=\"1.0\"?><Types><Override PartName=\"/x\" ContentType=\"{main}\"/></Types>"
    );
    let mut entries = vec![("[Content_Types].xml", types.as_bytes()), ("_rels/.rels", b"<x/>")];
    entries.extend(more);
    zip(&entries)
}

const WORD: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

/// Returns a compound file with these directory entries (names and types) after `filler` sectors.
fn compound(entries: &[(&str, u8)], class: u8, filler: usize) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(512 * (1 + filler), 0xff);
    for (name, kind) in entries {
        let mut entry = vec![0; 128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64] = u8::try_from(units.len() + 2).expect("a name is short");
        (entry[66], entry[67]) = (*kind, 1);
        if *kind == 5 {
            entry[80] = class;
            entry[81..96].copy_from_slice(b"\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46");
        }
        bytes.extend(entry);
    }
    bytes
}

pub(crate) async fn send(
    world: &World,
    handle: RequestHandle,
    name: &str,
    bytes: &[u8],
) -> Result<Attached, Error> {
    let file = NewFile::new(FileName::new(name).expect("it has a letter"));
    world.desk.upload(handle, &lender(), file, stream(bytes)).await
}

pub(crate) async fn refused(
    world: &World,
    handle: RequestHandle,
    name: &str,
    bytes: &[u8],
) -> UnsupportedFile {
    match refusal(send(world, handle, name, bytes).await) {
        Refusal::UnsupportedType(file) => file,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn harmful_content_is_rejected_under_any_name() {
    block_on(async {
        // No profile can allow programs.
        let generous = Policy::illume().with_more_media_types([
            "text/html",
            "image/svg+xml",
            "application/vnd.microsoft.portable-executable",
            "application/octet-stream",
            "text/x-script",
        ]);
        for policy in [Policy::illume(), generous] {
            let world = World::with(policy);
            let handle = world.request().await;
            let shortcut = b"[InternetShortcut]\r\nURL=file:///c:/setup.exe\r\n";
            let late = [&b"word ".repeat(12_000)[..], b"\n[ InternetShortcut ]\nURL=x\n"].concat();
            let cases: [(&str, &[u8], FileKind); 13] = [
                ("notes.txt", shortcut, FileKind::WindowsShortcut),
                ("notes.txt", &late, FileKind::WindowsShortcut),
                ("notes.txt", b"prose\n[KDE Desktop Entry]\nExec=calc\n", FileKind::Script),
                ("notes.txt", b"<\0h\0t\0m\0l\0>\0", FileKind::Html),
                ("article.pdf", PROGRAM, FileKind::WindowsProgram),
                ("article.pdf", b"MZ\x90\0%PDF-1.7", FileKind::WindowsProgram),
                ("scan.png", b"\x7fELF\x02\x01\x01\0", FileKind::UnixProgram),
                ("article.pdf", b"#!/bin/sh\nrm -r ~\n", FileKind::Script),
                ("page.png", b"<svg xmlns='x'><script>1</script></svg>", FileKind::Svg),
                ("article.pdf", b"\xef\xbb\xbf<!doctype html><html>", FileKind::Html),
                ("article.pdf", b"<html\n><body>", FileKind::Html),
                ("article.pdf", b"<meta charset=utf-8>", FileKind::Html),
                ("article", b"\xff\xfe<\0h\0t\0m\0l\0>\0", FileKind::Html),
            ];
            for (name, bytes, kind) in cases {
                let file = refused(&world, handle, name, bytes).await;
                assert_eq!(file, UnsupportedFile::Content { kind: kind.clone() }, "{name}");
                let message = Refusal::UnsupportedType(file).to_string();
                assert!(message.contains(&kind.to_string()), "{message}");
            }
            world.desk.run_due().await.expect("the ledger answers");
            assert!(world.blobs.keys().is_empty(), "nothing refused is kept");
        }
    });
}

#[test]
fn unusual_formats_are_rejected_unless_the_profile_allows_them() {
    block_on(async {
        let video = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";
        let rtf = b"{\\rtf1 x}";
        let raw = b"\x01\x02\x03\x04";
        let world = World::new();
        let handle = world.request().await;
        for (name, bytes) in [("film.mp4", &video[..]), ("text.rtf", rtf), ("data.foo", raw)] {
            let file = refused(&world, handle, name, bytes).await;
            assert!(matches!(file, UnsupportedFile::Content { .. }), "{name}: {file:?}");
        }
        let more = ["video/mp4", "application/rtf", "application/x-foo", "text/csv"];
        let world = World::with(Policy::illume().with_more_media_types(more));
        let handle = world.request().await;
        let cases: [(&str, &[u8], &str, &str); 6] = [
            ("film.mp4", video, "text/plain", "video/mp4"),
            ("text.rtf", rtf, "", "application/rtf"),
            ("data.foo", raw, "application/x-foo", "application/x-foo"),
            ("table.csv", b"a,b\n", "text/csv; header=present", "text/csv"),
            ("table.csv", b"a,c\n", "text/tab-separated-values", "text/plain"),
            ("article.pdf", b"%PDF-1.7", "text/csv", "application/pdf"),
        ];
        for (name, bytes, stated, shown) in cases {
            let file = NewFile::new(FileName::new(name).expect("it is plain"));
            let file = file.with_media_type(stated);
            let attached = world.desk.upload(handle, &lender(), file, stream(bytes)).await;
            assert_eq!(attached.expect("the profile allows it").media_type, shown, "{name}");
        }
        // Unknown bytes are not accepted as a format with a signature.
        let file = NewFile::new(FileName::new("a").expect("it is plain"));
        let file = file.with_media_type("application/pdf");
        refusal(world.desk.upload(handle, &lender(), file, stream(raw)).await);
    });
}

#[test]
fn the_refusal_of_a_mismatched_extension_has_extension_and_content() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        for (name, bytes, kind) in [
            ("article.pdf", &b"The text of an article"[..], FileKind::PlainText),
            ("article.PDF", b"\xff\xd8\xff\xe0\0\x06JFIF\xff\xdb", FileKind::Jpeg),
            ("scan.tif", b"%PDF-1.7", FileKind::Pdf),
            ("table.docx", &zip(&[("a.txt", b"a")]), FileKind::Zip),
        ] {
            let file = refused(&world, handle, name, bytes).await;
            let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
            assert_eq!(file, UnsupportedFile::Mismatch { ending, kind });
        }
        // Image viewers detect the format from the content.
        let png = send(&world, handle, "scan.jpg", PNG).await;
        let usual = FileWarning::NameEnding { usual: "png".to_owned() };
        assert_eq!(png.expect("it is a picture").warnings, [usual]);
        let bare = send(&world, handle, "article", b"%PDF-1.7").await.expect("it is a PDF");
        assert_eq!(bare.warnings, [FileWarning::NameEnding { usual: "pdf".to_owned() }]);
        let wide: Vec<u8> = "On Ice Ages".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wide = send(&world, handle, "notes.txt", &wide).await;
        assert_eq!(wide.expect("it is text without a mark").media_type, "text/plain");
        let none = send(&world, handle, "references.ris", b"TY  - JOUR\n").await;
        assert_eq!(none.expect("it is text").warnings, []);
    });
}

#[test]
fn archives_are_recognized_by_their_directories() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let many: Vec<(String, &[u8])> =
            (0..3_000).map(|no| (format!("pages/page-{no:05}.tif"), &b"II"[..])).collect();
        let many: Vec<(&str, &[u8])> =
            many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        let epub: [(&str, &[u8]); 3] = [
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", b"<x/>"),
            ("text/one.xhtml", b"<html/>"),
        ];
        let odt: [(&str, &[u8]); 2] =
            [("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")];
        for (name, bytes, media_type) in [
            ("scans.zip", zip(&[("a.pdf", b"%PDF"), ("b/c.tif", b"II")]), "application/zip"),
            ("many.zip", zip(&many), "application/zip"),
            ("book.epub", zip(&epub), "application/epub+zip"),
            ("text.odt", zip(&odt), "application/vnd.oasis.opendocument.text"),
            (
                "text.docx",
                office(WORD, &[]),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (
                "table.xlsx",
                office(EXCEL, &[("xl/printerSettings1.bin", b"x")]),
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
        ] {
            let attached = send(&world, handle, name, &bytes).await.expect(name);
            assert_eq!((attached.media_type.as_str(), attached.warnings), (media_type, vec![]));
        }
    });
}

#[test]
fn archives_with_harmful_entries_are_rejected() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let inside = |entry: &str| UnsupportedFile::Inside { entry: entry.to_owned() };
        let archive = UnsupportedFile::Archive;
        let nested = |entry: &str| archive(ArchiveProblem::Nested { entry: entry.to_owned() });
        let macros = |kind| UnsupportedFile::Macros { kind };
        let epub = ("mimetype", &b"application/epub+zip"[..]);
        let odt = ("mimetype", &b"application/vnd.oasis.opendocument.text"[..]);
        let mut cut = zip(&[("a.pdf", b"%PDF")]);
        cut.truncate(cut.len() - 10);
        let mut behind = zip(&[("a.pdf", b"%PDF")]);
        behind.extend_from_slice(b"more");
        // A second archive behind the first, which some programs would open.
        let mut two = zip(&[("a.pdf", b"%PDF")]);
        two.extend(zip(&[("b.exe", PROGRAM)]));
        // The writer sanitizes names, so the test patches this one in afterwards.
        let mut outside = zip(&[("xx/a.pdf", b"%PDF")]);
        while let Some(at) = outside.windows(3).position(|three| three == b"xx/") {
            outside[at..at + 3].copy_from_slice(b"../");
        }
        // Sets the encryption flag of the directory entry.
        let mut locked = zip(&[("a.pdf", b"%PDF")]);
        let at = locked.windows(4).position(|four| four == b"PK\x01\x02").expect("it has one");
        locked[at + 8] |= 1;
        let enabled = "application/vnd.ms-word.document.macroEnabled.main+xml";
        let cases = [
            ("a.zip", zip(&[("a.pdf", b"%PDF"), ("x/setup.exe", PROGRAM)]), inside("x/setup.exe")),
            ("a.zip", zip(&[("a.pdf.js", b"1")]), inside("a.pdf.js")),
            ("a.zip", zip(&[("Read Me.HTML", b"1")]), inside("Read Me.HTML")),
            ("a.zip", zip(&[("x/setup.exe. .", b"1")]), inside("x/setup.exe. .")),
            ("a.zip", zip(&[("a.lnk", b"1")]), inside("a.lnk")),
            ("a.zip", zip(&[("a.ｅｘｅ", b"1")]), inside("a.ｅｘｅ")),
            ("a.zip", zip(&[("x/.htaccess", b"1")]), inside("x/.htaccess")),
            ("a.zip", zip(&[("A.app/Contents/MacOS/A", b"1")]), inside("A.app/Contents/MacOS/A")),
            // Characters that would change how the message reads are left out.
            ("a.zip", zip(&[("a\u{202e}fdp.e\u{200b}xe", b"1")]), inside("afdp.exe")),
            ("a.zip", zip(&[("a\u{2066}.7\u{200d}z", b"1")]), nested("a.7z")),
            ("a.zip", zip(&[("a.docm", b"1")]), inside("a.docm")),
            ("a.zip", zip(&[("inner.7z", b"1")]), nested("inner.7z")),
            ("a.epub", zip(&[epub, ("x.exe", PROGRAM)]), inside("x.exe")),
            (
                "a.docx",
                office(WORD, &[("word/embeddings/x.exe", PROGRAM)]),
                inside("word/embeddings/x.exe"),
            ),
            ("a.docx", office(WORD, &[("word/vbaProject.bin", b"x")]), macros(FileKind::Docx)),
            ("a.docx", office(enabled, &[]), macros(FileKind::Docx)),
            ("a.xlsx", office(EXCEL, &[("xl/macrosheets/s1.xml", b"x")]), macros(FileKind::Xlsx)),
            ("a.odt", zip(&[odt, ("Basic/Standard/Module1.xml", b"x")]), macros(FileKind::Odt)),
            ("a.zip", outside, archive(ArchiveProblem::UnsafePath)),
            ("a.zip", zip(&[]), archive(ArchiveProblem::Empty)),
            ("a.zip", cut, archive(ArchiveProblem::Damaged)),
            ("a.zip", behind, archive(ArchiveProblem::Combined)),
            ("a.zip", two, archive(ArchiveProblem::Combined)),
            ("a.zip", b"PK\x03\x04 and nothing else".to_vec(), archive(ArchiveProblem::Damaged)),
            ("a.zip", locked, archive(ArchiveProblem::Encrypted)),
        ];
        for (name, bytes, expected) in cases {
            assert_eq!(refused(&world, handle, name, &bytes).await, expected);
        }
        // The name makes no difference.
        let file = refused(&world, handle, "a.pdf", &zip(&[("setup.exe", PROGRAM)])).await;
        assert_eq!(file, inside("setup.exe"));
    });
}

#[test]
fn an_archive_that_expands_to_far_more_than_its_size_is_rejected() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let mut bomb = zip(&[("a.txt", &[b'a'; 1_000])]);
        let at = bomb.windows(4).position(|four| four == b"PK\x01\x02").expect("it has one");
        // The directory's field of the unpacked length: 3 GiB.
        bomb[at + 24..at + 28].copy_from_slice(&(3_u32 << 30).to_le_bytes());
        let file = refused(&world, handle, "a.zip", &bomb).await;
        assert_eq!(file, UnsupportedFile::Archive(ArchiveProblem::TooLarge));
    });
}

#[test]
fn old_office_documents_are_attached_with_a_warning_unless_they_show_macros() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let root = ("Root Entry", 5);
        for (name, stream, media_type) in [
            ("text.doc", "WordDocument", "application/msword"),
            ("table.xls", "Workbook", "application/vnd.ms-excel"),
            ("talk.ppt", "PowerPoint Document", "application/vnd.ms-powerpoint"),
        ] {
            // The directory is beyond the bytes that are checked first.
            let bytes = compound(&[root, (stream, 2)], 0, 40);
            let attached = send(&world, handle, name, &bytes).await.expect(name);
            assert_eq!(attached.media_type, media_type);
            assert_eq!(attached.warnings, [FileWarning::OldOffice], "{name}");
        }
        let inside = zip(&[("old.doc", &compound(&[root, ("WordDocument", 2)], 0, 1))]);
        let attached = send(&world, handle, "a.zip", &inside).await.expect("it is a document");
        assert_eq!(attached.warnings, [FileWarning::OldOffice]);
        let with_macros = compound(&[root, ("WordDocument", 2), ("Macros", 1), ("VBA", 1)], 0, 40);
        let file = refused(&world, handle, "text.doc", &with_macros).await;
        assert_eq!(file, UnsupportedFile::Macros { kind: FileKind::Doc });
        let installer = compound(&[root, ("\u{4840}x", 2)], 0x84, 1);
        let file = refused(&world, handle, "text.doc", &installer).await;
        assert_eq!(file, UnsupportedFile::Content { kind: FileKind::WindowsInstaller });
        let locked = compound(&[root, ("EncryptedPackage", 2)], 0, 1);
        let file = refused(&world, handle, "text.docx", &locked).await;
        assert_eq!(file, UnsupportedFile::Archive(ArchiveProblem::Encrypted));
        let mail = compound(&[root, ("__properties_version1.0", 2)], 0, 1);
        let file = refused(&world, handle, "mail.foo", &mail).await;
        assert!(matches!(file, UnsupportedFile::Content { .. }), "{file:?}");
    });
}

#[test]
fn a_duplicate_file_is_attached_with_a_warning_that_names_the_first() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let first = send(&world, handle, "article.pdf", &pdf(900)).await.expect("it is a PDF");
        assert_eq!(first.warnings, []);
        let again = send(&world, handle, "again.pdf", &pdf(900)).await.expect("it is a PDF");
        let same = FileWarning::SameBytes {
            attachment: first.attachment,
            version: first.version,
            file_name: FileName::new("article.pdf").expect("it is plain"),
        };
        assert_eq!(again.warnings, std::slice::from_ref(&same));
        assert!(same.to_string().contains("article.pdf"), "{same}");
        let seen = |no: AttachmentNo| {
            let world = &world;
            async move {
                let view = world.desk.staff_view(handle, &lender()).await.expect("it is theirs");
                let file = view.files.into_iter().find(|file| file.attachment.no == no);
                file.expect("it is attached").warnings
            }
        };
        assert_eq!(seen(again.attachment).await, [same]);
        assert_eq!(seen(first.attachment).await, []);
        // Once one of the two is removed, there is no duplicate.
        world.desk.remove(handle, &lender(), first.attachment).await.expect("it is theirs");
        assert_eq!(seen(again.attachment).await, []);

        let name = || FileName::new("better.pdf").expect("it is plain");
        let better = NewFile::new(name()).replacing(again.attachment, ReplaceReason::Unreadable);
        let replaced = world.desk.upload(handle, &lender(), better, stream(&pdf(900))).await;
        let file_name = FileName::new("again.pdf").expect("it is plain");
        let unchanged = FileWarning::Unchanged { file_name };
        let warnings = replaced.expect("it is a PDF").warnings;
        assert_eq!(warnings, std::slice::from_ref(&unchanged));
        assert_eq!(seen(again.attachment).await, [unchanged]);
    });
}

#[test]
fn attached_files_stay_available_without_active_types() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(5).await;
        // Attached under earlier rules, with a name and a type that are now rejected.
        let mut stored = world.stored(handle).await;
        let version = &mut stored.record.attachments[0].versions[0];
        "text/html".clone_into(&mut version.media_type);
        version.file_name = FileName::new("page.html").expect("it is plain");
        let change = Change {
            handle,
            commit_id: CommitId::from_bytes([9; 16]),
            expected: Some(stored.revision),
            record: Some(stored.record),
            usage: None,
            events: vec![Event::new(world.desk.now(), Actor::System, EventKind::Synced)],
            outbox: vec![],
            settle: vec![],
            charges: vec![],
        };
        let committed = world.ledger.commit(change).await.expect("memory does not fail");
        assert!(matches!(committed, CommitOutcome::Committed { .. }));
        let granted = world.desk.claim(&token, &by_ordinal(1)).await.expect("it is claimed");
        let opened = world.desk.open_ticket(granted.ticket.expose()).await.expect("it opens");
        assert_eq!(opened.media_type, "application/octet-stream");
        assert_eq!(world.fetch(&granted).await.expect("it is whole"), pdf(2_000));
        let view = world.desk.open_link(&token).await.expect("it opens");
        assert_eq!(view.files[0].media_type, "application/octet-stream");
    });
}
