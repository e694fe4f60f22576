//! The contents of an OLE compound file ([MS-CFB]): an office document from before 2007, with or
//! without macros, or something else.

use super::file_kind::FileKind;
use super::findings::Findings;
use crate::model::ids::BlobKey;
use crate::model::unsupported_file::ArchiveProblem;
use crate::ports::blob_store::BlobStore;
use crate::ports::{StoreError, StoreErrorKind};
use std::future::poll_fn;

/// The length of a directory entry. Each starts at a multiple of this length, regardless of the
/// sector size.
const ENTRY_BYTES: usize = 128;

/// Reads a compound file from end to end in constant memory and examines the entries of its
/// directory, wherever they are in the file.
pub(super) async fn examine(blobs: &dyn BlobStore, blob: BlobKey) -> Result<Findings, StoreError> {
    let failed = || StoreError::new(StoreErrorKind::Unexpected, "blob store", "read");
    let Some(mut opened) = blobs.get(blob, None).await? else { return Err(failed()) };
    let mut scan = Scan::default();
    while let Some(piece) = poll_fn(|task| opened.bytes.as_mut().poll_next(task)).await {
        scan.take(&piece.map_err(|error| failed().with_source(error))?);
    }
    Ok(scan.findings())
}

#[derive(Default)]
struct Scan {
    /// The beginning of an entry that continues in the next piece.
    rest: Vec<u8>,
    kind: Option<FileKind>,
    has_macros: bool,
    is_encrypted: bool,
}

impl Scan {
    fn take(&mut self, mut piece: &[u8]) {
        if !self.rest.is_empty() {
            let wanted = (ENTRY_BYTES - self.rest.len()).min(piece.len());
            self.rest.extend_from_slice(&piece[..wanted]);
            piece = &piece[wanted..];
            if self.rest.len() < ENTRY_BYTES {
                return;
            }
            let entry = std::mem::take(&mut self.rest);
            self.look_at(&entry);
        }
        let mut entries = piece.chunks_exact(ENTRY_BYTES);
        for entry in &mut entries {
            self.look_at(entry);
        }
        self.rest.extend_from_slice(entries.remainder());
    }

    /// Examines a block if it is a directory entry ([MS-CFB] §2.6.1): a name of up to 31 UTF-16
    /// code units, its length in bytes including a terminating zero, a type and a color.
    fn look_at(&mut self, block: &[u8]) {
        let length = usize::from(u16::from_le_bytes([block[64], block[65]]));
        let (kind, color) = (block[66], block[67]);
        let is_entry = matches!(kind, 1 | 2 | 5) && color <= 1;
        if !is_entry || !(4..=64).contains(&length) || length % 2 != 0 {
            return;
        }
        let units = block[..length - 2].chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]));
        let name: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
        // The class ids of Windows installers, patches and transforms.
        const INSTALLER: [u8; 15] = *b"\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
        if kind == 5 && matches!(block[80], 0x82 | 0x84 | 0x86) && block[81..96] == INSTALLER {
            self.kind = Some(FileKind::WindowsInstaller);
        }
        let found = match name.to_ascii_lowercase().as_str() {
            "worddocument" => FileKind::Doc,
            "workbook" | "book" => FileKind::Xls,
            "powerpoint document" => FileKind::Ppt,
            "macros" | "vba" | "_vba_project" | "_vba_project_cur" => {
                self.has_macros = true;
                return;
            }
            "encryptedpackage" => {
                self.is_encrypted = true;
                return;
            }
            _ => return,
        };
        // A text document with an embedded workbook is not a workbook.
        let is_outer = !matches!(
            (&self.kind, &found),
            (Some(FileKind::WindowsInstaller | FileKind::Doc | FileKind::Ppt), _)
        );
        if is_outer {
            self.kind = Some(found);
        }
    }

    fn findings(self) -> Findings {
        if self.is_encrypted {
            let kind = FileKind::Other("application/x-ole-storage".to_owned());
            return Findings::archive(kind, ArchiveProblem::Encrypted);
        }
        let kind =
            self.kind.unwrap_or_else(|| FileKind::Other("application/x-ole-storage".to_owned()));
        let mut findings = Findings::of(kind);
        findings.has_old_office =
            matches!(findings.kind, FileKind::Doc | FileKind::Ppt | FileKind::Xls);
        findings.has_macros = findings.has_old_office && self.has_macros;
        findings
    }
}
