//! What a ZIP archive contains: its directory, and the few small entries that distinguish an office
//! document or a book from other archives. Nothing else in it is unpacked.

use super::endings;
use super::file_kind::FileKind;
use super::findings::Findings;
use super::local_headers::{self, Listed};
use super::window::Window;
use crate::model::file_name::{displayed, ending};
use crate::model::unsupported_file::ArchiveProblem;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator};
use std::ops::Range;

/// The most entries of an archive.
const MAX_ENTRIES: u64 = 20_000;
/// The most bytes that an archive may unpack to without regard to its own size.
const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// How many times its own size a large archive may unpack to: more than any scan or text does.
const MAX_EXPANSION: u64 = 100;
/// The longest entry that is unpacked, bytes.
const MAX_INNER_BYTES: usize = 1 << 20;

/// The longest name of an entry that a message quotes, characters.
const MAX_QUOTED: usize = 80;

/// What the directory shows of all entries together.
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

/// What the directory of an archive shows, and what its files must be compared with.
pub(super) struct Examined {
    pub(super) findings: Findings,
    /// What each file's own header must repeat.
    pub(super) listed: Vec<Listed>,
    /// Where the directory begins.
    pub(super) directory: u64,
}

/// Reads the directory of a file that begins as a ZIP archive.
pub(super) fn examine(window: &Window) -> Result<Examined, ArchiveProblem> {
    let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
    let located = ZipLocator::new()
        // A directory's end is at most its own size and a comment away from the file's.
        .max_search_space((1 << 16) + 22)
        .locate_in_reader(window, &mut buffer, window.size());
    let archive = located.map_err(|_| ArchiveProblem::Damaged)?;
    // Programs that unpack disagree about what stands behind the end: some see another archive.
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

/// Why a directory cannot be read: where it is not directly in front of its end, another archive or
/// other data stands in front of the two, and what is read is not this directory.
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
        // The files of such a folder are a program together.
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

    /// Whether every program finds this directory, and unpacking the archive does no harm.
    fn check(&self, archive: &ZipArchive<&Window>, size: u64) -> Result<(), ArchiveProblem> {
        let announced = archive.entries_hint();
        match self.first_offset {
            // Nothing but the end of a directory.
            None if announced == 0 && archive.eocd_offset() == 0 => {
                return Err(ArchiveProblem::Empty);
            }
            // Files that no directory lists.
            None if announced == 0 => return Err(ArchiveProblem::Inconsistent),
            Some(1..) => return Err(ArchiveProblem::Combined),
            _ => {}
        }
        // Entries that share bytes are counted twice: more than the file has.
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
        // The folders of OpenDocument's macros mean nothing elsewhere.
        let is_office = !matches!(kind, FileKind::Epub | FileKind::Zip);
        let has_macros = self.has_macros && (is_office || self.content_types.is_some());
        if self.is_encrypted {
            return Err(ArchiveProblem::Encrypted);
        }
        let harmful = match kind {
            // Books are made of pages.
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

/// The bytes of an entry that must be small.
fn small(window: &Window, range: Range<u64>) -> Result<Vec<u8>, ArchiveProblem> {
    let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    if length > MAX_INNER_BYTES || range.end > window.size() {
        return Err(ArchiveProblem::Damaged);
    }
    window.bytes(range).ok_or(ArchiveProblem::Damaged)
}

/// The entry that EPUB (OCF 3.3 section 4.3) and OpenDocument (part 2, section 3.3) have for this.
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

/// The kind from `[Content_Types].xml` (ISO/IEC 29500-2, section 10.1.2).
struct OfficeParts {
    kind: Option<FileKind>,
    has_macros: bool,
}

impl OfficeParts {
    fn of(text: &[u8]) -> Result<Self, ArchiveProblem> {
        // It is ASCII, in 8 or 16 bits.
        let text: Vec<u8> = text.iter().filter(|byte| **byte != 0).copied().collect();
        let text = String::from_utf8_lossy(&text).to_ascii_lowercase();
        // A word could hide behind references to its letters.
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
