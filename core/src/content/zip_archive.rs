//! The contents of a ZIP archive: its directory, and the few small entries that distinguish an
//! office document or a book from other archives. Nothing else is decompressed.

use super::endings;
use super::file_kind::FileKind;
use super::findings::Findings;
use super::local_headers::{self, Listed};
use super::window::Window;
use crate::model::file_name::{displayed, ending};
use crate::model::unsupported_file::ArchiveProblem;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator};
use std::ops::Range;

/// The maximum number of entries of an archive.
const MAX_ENTRIES: u64 = 20_000;
/// The number of bytes to which an archive may expand regardless of its own size.
const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// The maximum expansion of a larger archive: more than any scan or text needs.
const MAX_EXPANSION: u64 = 100;
/// The maximum size in bytes of an entry that is decompressed.
const MAX_INNER_BYTES: usize = 1 << 20;

/// The maximum number of characters of an entry's name quoted in a message.
const MAX_QUOTED: usize = 80;

/// Totals and findings of all entries in the directory.
#[derive(Default)]
struct Directory {
    entries: u64,
    unpacked: u64,
    packed: u64,
    first_offset: Option<u64>,
    has_files: bool,
    is_encrypted: bool,
    is_unsafe: bool,
    has_macros: bool,
    has_old_office: bool,
    /// The first entries of their kind, for the message.
    program: Option<String>,
    page: Option<String>,
    archive: Option<String>,
    content_types: Option<ZipArchiveEntryWayfinder>,
    content_types_method: Option<CompressionMethod>,
    mimetype: Option<ZipArchiveEntryWayfinder>,
    listed: Vec<Listed>,
}

/// The findings in an archive's directory, and the values to compare with its files.
pub(super) struct Examined {
    pub(super) findings: Findings,
    /// The values that each file's header must repeat.
    pub(super) listed: Vec<Listed>,
    /// The offset of the directory.
    pub(super) directory: u64,
}

/// Reads the directory of a file that begins like a ZIP archive.
pub(super) fn examine(window: &Window) -> Result<Examined, ArchiveProblem> {
    let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
    let located = ZipLocator::new()
        // The end record is at most its own size and a comment away from the end of the file.
        .max_search_space((1 << 16) + 22)
        .locate_in_reader(window, &mut buffer, window.size());
    let archive = located.map_err(|_| ArchiveProblem::Damaged)?;
    // Programs differ in how they treat data after the end record: some see another archive.
    if archive.end_offset() != window.size() {
        return Err(ArchiveProblem::Combined);
    }
    if archive.entries_hint() > MAX_ENTRIES {
        return Err(ArchiveProblem::TooLarge);
    }
    let mut directory = Directory::default();
    let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let mut entries = archive.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(|_| unreadable(&archive, window))? {
        directory.entries += 1;
        if directory.entries > MAX_ENTRIES {
            return Err(ArchiveProblem::TooLarge);
        }
        let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
        let offset = entry.local_header_offset();
        directory.has_files |= !entry.is_dir();
        directory.first_offset = Some(directory.first_offset.map_or(offset, |o| o.min(offset)));
        directory.unpacked = directory.unpacked.saturating_add(entry.uncompressed_size_hint());
        directory.packed = directory.packed.saturating_add(entry.compressed_size_hint());
        directory.is_encrypted |= entry.flags().is_encrypted() || entry.flags().is_masked();
        directory.is_unsafe |= entry.mode().is_symlink();
        for other in local_headers::unicode_names(entry.extra_fields()) {
            directory.note(&String::from_utf8_lossy(other));
        }
        directory.note(&name);
        match name.to_ascii_lowercase().as_str() {
            "[content_types].xml" => {
                directory.content_types = Some(entry.wayfinder());
                directory.content_types_method = Some(entry.compression_method());
            }
            "mimetype" if entry.compression_method() == CompressionMethod::STORE => {
                directory.mimetype = Some(entry.wayfinder());
            }
            _ => {}
        }
        directory.listed.push(Listed::of(&entry));
    }
    directory.check(&archive, window.size())?;
    let listed = std::mem::take(&mut directory.listed);
    let findings = directory.judge(&archive, window)?;
    Ok(Examined { findings, listed, directory: archive.directory_offset() })
}

/// Returns why a directory cannot be read. If it does not directly precede its end record, another
/// archive or other data precedes the two, and what was read is not this directory.
fn unreadable(archive: &ZipArchive<&Window>, window: &Window) -> ArchiveProblem {
    let end = archive.eocd_offset();
    let fields = window.bytes(end + 12..end + 20);
    let place = fields.and_then(|fields| {
        let (length, start) = fields.split_first_chunk()?;
        let (start, _) = start.split_first_chunk()?;
        Some(u64::from(u32::from_le_bytes(*length)) + u64::from(u32::from_le_bytes(*start)))
    });
    if place.is_some_and(|place| place < end) {
        ArchiveProblem::Combined
    } else {
        ArchiveProblem::Damaged
    }
}

impl Directory {
    /// Records an entry by its name.
    fn note(&mut self, path: &str) {
        let is_outside = path.starts_with(['/', '\\'])
            || path.split(['/', '\\']).any(|part| part == "..")
            || path.as_bytes().get(1) == Some(&b':')
            || path.contains('\0');
        self.is_unsafe |= is_outside;
        let lower = path.to_ascii_lowercase().replace('\\', "/");
        let last = lower.rsplit('/').next().unwrap_or_default();
        self.has_macros |= matches!(last, "vbaproject.bin" | "vbadata.xml")
            || lower.contains("/macrosheets/")
            || lower.starts_with("basic/")
            || lower.starts_with("scripts/");
        let quoted = || Some(displayed(path).chars().take(MAX_QUOTED).collect());
        // The files of such a folder together form a program.
        let mut folders = lower.rsplit('/').skip(1).filter_map(ending);
        if self.program.is_none() && folders.any(|ending| endings::is_bundle(&ending)) {
            self.program = quoted();
        }
        let Some(ending) = ending(last) else { return };
        if endings::is_program(&ending) && self.program.is_none() {
            self.program = quoted();
        }
        if endings::is_page(&ending) && self.page.is_none() {
            self.page = quoted();
        }
        if endings::is_archive(&ending) && self.archive.is_none() {
            self.archive = quoted();
        }
        self.has_old_office |= endings::is_old_office(&ending);
    }

    /// Checks that every program finds this directory and that extracting the archive is harmless.
    fn check(&self, archive: &ZipArchive<&Window>, size: u64) -> Result<(), ArchiveProblem> {
        let announced = archive.entries_hint();
        match self.first_offset {
            // Only the end record of a directory.
            None if announced == 0 && archive.eocd_offset() == 0 => {
                return Err(ArchiveProblem::Empty);
            }
            // Files that no directory lists.
            None if announced == 0 => return Err(ArchiveProblem::Inconsistent),
            Some(1..) => return Err(ArchiveProblem::Combined),
            _ => {}
        }
        // Entries that share bytes are counted twice and exceed the size of the file.
        if self.entries != announced || self.packed > size {
            return Err(ArchiveProblem::Damaged);
        }
        if !self.has_files {
            return Err(ArchiveProblem::Empty);
        }
        if self.is_unsafe {
            return Err(ArchiveProblem::UnsafePath);
        }
        let is_bomb = self.unpacked > MAX_UNPACKED_BYTES && self.unpacked / MAX_EXPANSION > size;
        if is_bomb { Err(ArchiveProblem::TooLarge) } else { Ok(()) }
    }

    fn judge(
        mut self,
        archive: &ZipArchive<&Window>,
        window: &Window,
    ) -> Result<Findings, ArchiveProblem> {
        let inner = |entry: Option<ZipArchiveEntryWayfinder>| {
            entry.map(|entry| {
                let found = archive.get_entry(entry).map_err(|_| ArchiveProblem::Damaged)?;
                let (start, end) = found.compressed_data_range();
                small(window, start..end)
            })
        };
        let mut kind = FileKind::Zip;
        if let Some(text) = inner(self.mimetype).transpose()? {
            kind = of_mimetype(&text);
        }
        if let Some(packed) = inner(self.content_types).transpose()? {
            let text = match self.content_types_method {
                Some(CompressionMethod::STORE) => packed,
                Some(CompressionMethod::DEFLATE) => {
                    miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, MAX_INNER_BYTES)
                        .map_err(|_| ArchiveProblem::Damaged)?
                }
                _ => return Err(ArchiveProblem::Damaged),
            };
            let parts = OfficeParts::of(&text)?;
            self.has_macros |= parts.has_macros;
            kind = parts.kind.unwrap_or(kind);
        }
        // The folders of OpenDocument macros have no meaning elsewhere.
        let is_office = !matches!(kind, FileKind::Epub | FileKind::Zip);
        let has_macros = self.has_macros && (is_office || self.content_types.is_some());
        if self.is_encrypted {
            return Err(ArchiveProblem::Encrypted);
        }
        let harmful = match kind {
            // Books consist of pages.
            FileKind::Zip => self.program.or(self.page),
            _ => self.program,
        };
        let mut findings = Findings::of(kind);
        findings.has_macros = has_macros;
        findings.harmful_entry = harmful;
        findings.has_old_office = self.has_old_office;
        if matches!(findings.kind, FileKind::Epub | FileKind::Zip) {
            findings.archive = self.archive.map(|entry| ArchiveProblem::Nested { entry });
        }
        Ok(findings)
    }
}

/// Returns the bytes of an entry that must be small.
fn small(window: &Window, range: Range<u64>) -> Result<Vec<u8>, ArchiveProblem> {
    let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    if length > MAX_INNER_BYTES || range.end > window.size() {
        return Err(ArchiveProblem::Damaged);
    }
    window.bytes(range).ok_or(ArchiveProblem::Damaged)
}

/// Returns the kind stated by the `mimetype` entry of EPUB (OCF 3.3 §4.3) and OpenDocument (part 2,
/// §3.3).
fn of_mimetype(text: &[u8]) -> FileKind {
    let text = text.trim_ascii();
    if text == b"application/epub+zip" {
        return FileKind::Epub;
    }
    let Some(of) = text.strip_prefix(b"application/vnd.oasis.opendocument.") else {
        return FileKind::Zip;
    };
    match of {
        b"text" | b"text-template" | b"text-master" => FileKind::Odt,
        b"spreadsheet" | b"spreadsheet-template" => FileKind::Ods,
        b"presentation" | b"presentation-template" => FileKind::Odp,
        b"graphics" | b"graphics-template" => FileKind::Odg,
        _ => FileKind::Zip,
    }
}

/// The kind stated by `[Content_Types].xml` (ISO/IEC 29500-2 §10.1.2).
struct OfficeParts {
    kind: Option<FileKind>,
    has_macros: bool,
}

impl OfficeParts {
    fn of(text: &[u8]) -> Result<Self, ArchiveProblem> {
        // The text is ASCII, in 8 or 16 bits.
        let text: Vec<u8> = text.iter().filter(|byte| **byte != 0).copied().collect();
        let text = String::from_utf8_lossy(&text).to_ascii_lowercase();
        // Character references could hide a word.
        if text.contains("&#") || text.contains("<!entity") {
            return Err(ArchiveProblem::Damaged);
        }
        let has_macros = ["macroenabled", "vbaproject", "macrosheet", "vbadata"]
            .iter()
            .any(|word| text.contains(word));
        let kinds = [
            ("wordprocessingml.document.main+xml", FileKind::Docx),
            ("wordprocessingml.template.main+xml", FileKind::Docx),
            ("ms-word.document.macroenabled.main+xml", FileKind::Docx),
            ("ms-word.template.macroenabledtemplate.main+xml", FileKind::Docx),
            ("spreadsheetml.sheet.main+xml", FileKind::Xlsx),
            ("spreadsheetml.template.main+xml", FileKind::Xlsx),
            ("ms-excel.sheet.macroenabled.main+xml", FileKind::Xlsx),
            ("ms-excel.template.macroenabled.main+xml", FileKind::Xlsx),
            ("ms-excel.addin.macroenabled.main+xml", FileKind::Xlsx),
            ("ms-excel.sheet.binary.macroenabled.main", FileKind::Xlsx),
            ("presentationml.presentation.main+xml", FileKind::Pptx),
            ("presentationml.slideshow.main+xml", FileKind::Pptx),
            ("presentationml.template.main+xml", FileKind::Pptx),
            ("ms-powerpoint.", FileKind::Pptx),
        ];
        let kind = kinds.into_iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| kind);
        Ok(Self { kind, has_macros })
    }
}
