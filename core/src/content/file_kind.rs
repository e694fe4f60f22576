use std::fmt;

/// The kind of a file, detected from its bytes.
///
/// `Display` completes the phrase "the file contains …" in English. Pages use their own text,
/// selected by [`code`](Self::code).
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A program for Android (DEX).
    AndroidProgram,
    /// A Windows bitmap.
    Bmp,
    /// A DjVu document.
    Djvu,
    /// A Word document from before 2007.
    Doc,
    /// A Word document (OOXML).
    Docx,
    /// An EPUB book.
    Epub,
    /// A GIF image.
    Gif,
    /// A HEIC or HEIF image.
    Heic,
    /// A web page: HTML or XHTML.
    Html,
    /// A JPEG image.
    Jpeg,
    /// A JPEG 2000 image.
    Jpeg2000,
    /// A compiled Java class.
    JavaProgram,
    /// A program for macOS (Mach-O).
    MacProgram,
    /// An OpenDocument drawing.
    Odg,
    /// An OpenDocument presentation.
    Odp,
    /// An OpenDocument spreadsheet.
    Ods,
    /// An OpenDocument text document.
    Odt,
    /// Another recognized format, with its media type.
    Other(String),
    /// A PDF document.
    Pdf,
    /// Plain text.
    PlainText,
    /// A PNG image.
    Png,
    /// A PowerPoint presentation from before 2007.
    Ppt,
    /// A PowerPoint presentation (OOXML).
    Pptx,
    /// A script.
    Script,
    /// An SVG drawing.
    Svg,
    /// A TIFF image.
    Tiff,
    /// A program for Linux or another Unix (ELF).
    UnixProgram,
    /// An unrecognized format.
    Unknown,
    /// A WebAssembly program.
    WasmProgram,
    /// A WebP image.
    WebP,
    /// An installer for Windows (MSI).
    WindowsInstaller,
    /// A program for Windows or DOS.
    WindowsProgram,
    /// A Windows shortcut.
    WindowsShortcut,
    /// An Excel workbook from before 2007.
    Xls,
    /// An Excel workbook (OOXML).
    Xlsx,
    /// An XML document.
    Xml,
    /// A ZIP archive.
    Zip,
}

/// The code, media type, name in a sentence, and extensions of a kind.
struct Facts {
    code: &'static str,
    media_type: &'static str,
    words: &'static str,
    endings: &'static [&'static str],
}

const fn facts(
    code: &'static str,
    media_type: &'static str,
    words: &'static str,
    endings: &'static [&'static str],
) -> Facts {
    Facts { code, media_type, words, endings }
}

/// The kinds commonly sent by libraries, which may be attached by default.
pub(crate) const STANDARD: [FileKind; 23] = [
    FileKind::Pdf,
    FileKind::Tiff,
    FileKind::Jpeg,
    FileKind::Png,
    FileKind::Gif,
    FileKind::WebP,
    FileKind::Jpeg2000,
    FileKind::Bmp,
    FileKind::Heic,
    FileKind::Djvu,
    FileKind::PlainText,
    FileKind::Docx,
    FileKind::Xlsx,
    FileKind::Pptx,
    FileKind::Odt,
    FileKind::Ods,
    FileKind::Odp,
    FileKind::Odg,
    FileKind::Doc,
    FileKind::Xls,
    FileKind::Ppt,
    FileKind::Epub,
    FileKind::Zip,
];

impl FileKind {
    #[rustfmt::skip]
    const fn facts(&self) -> Facts {
        match self {
            Self::AndroidProgram => facts("android-program", "application/vnd.android.dex", "an Android program", &[]),
            Self::Bmp => facts("bmp", "image/bmp", "a BMP image", &["bmp", "dib"]),
            Self::Djvu => facts("djvu", "image/vnd.djvu", "a DjVu document", &["djvu", "djv"]),
            Self::Doc => facts("doc", "application/msword", "an old Word document", &["doc", "dot"]),
            Self::Docx => facts("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a Word document", &["docx", "dotx"]),
            Self::Epub => facts("epub", "application/epub+zip", "an EPUB book", &["epub"]),
            Self::Gif => facts("gif", "image/gif", "a GIF image", &["gif"]),
            Self::Heic => facts("heic", "image/heic", "a HEIC image", &["heic", "heif", "hif"]),
            Self::Html => facts("html", "text/html", "a web page (HTML)", &["html", "htm", "xhtml", "xht"]),
            Self::Jpeg => facts("jpeg", "image/jpeg", "a JPEG image", &["jpg", "jpeg", "jpe", "jfif"]),
            Self::Jpeg2000 => facts("jpeg-2000", "image/jp2", "a JPEG 2000 image", &["jp2", "j2k", "j2c", "jpc", "jpf", "jpx", "jpm"]),
            Self::JavaProgram => facts("java-program", "application/java-vm", "a Java program", &[]),
            Self::MacProgram => facts("mac-program", "application/x-mach-binary", "a macOS program", &[]),
            Self::Odg => facts("odg", "application/vnd.oasis.opendocument.graphics", "an OpenDocument drawing", &["odg", "otg"]),
            Self::Odp => facts("odp", "application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation", &["odp", "otp"]),
            Self::Ods => facts("ods", "application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet", &["ods", "ots"]),
            Self::Odt => facts("odt", "application/vnd.oasis.opendocument.text", "an OpenDocument text document", &["odt", "ott"]),
            Self::Other(_) => facts("other", "", "", &[]),
            Self::Pdf => facts("pdf", "application/pdf", "a PDF document", &["pdf"]),
            Self::PlainText => facts("plain-text", "text/plain", "plain text", &["txt", "text"]),
            Self::Png => facts("png", "image/png", "a PNG image", &["png"]),
            Self::Ppt => facts("ppt", "application/vnd.ms-powerpoint", "an old PowerPoint presentation", &["ppt", "pps", "pot"]),
            Self::Pptx => facts("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "a PowerPoint presentation", &["pptx", "ppsx", "potx"]),
            Self::Script => facts("script", "text/x-script", "a script", &[]),
            Self::Svg => facts("svg", "image/svg+xml", "an SVG drawing, which can run scripts", &["svg"]),
            Self::Tiff => facts("tiff", "image/tiff", "a TIFF image", &["tif", "tiff"]),
            Self::UnixProgram => facts("unix-program", "application/x-elf", "a Linux program", &[]),
            Self::Unknown => facts("unknown", "application/octet-stream", "data in a format that is not recognized", &[]),
            Self::WasmProgram => facts("wasm-program", "application/wasm", "a WebAssembly program", &[]),
            Self::WebP => facts("webp", "image/webp", "a WebP image", &["webp"]),
            Self::WindowsInstaller => facts("windows-installer", "application/x-msi", "a Windows installer", &[]),
            Self::WindowsProgram => facts("windows-program", "application/vnd.microsoft.portable-executable", "a Windows program", &[]),
            Self::WindowsShortcut => facts("windows-shortcut", "application/x-ms-shortcut", "a Windows shortcut", &[]),
            Self::Xls => facts("xls", "application/vnd.ms-excel", "an old Excel workbook", &["xls", "xlt"]),
            Self::Xlsx => facts("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "an Excel workbook", &["xlsx", "xltx"]),
            Self::Xml => facts("xml", "application/xml", "an XML document", &["xml"]),
            Self::Zip => facts("zip", "application/zip", "a ZIP archive", &["zip"]),
        }
    }

    /// Returns a stable identifier in kebab case, such as `"windows-program"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.facts().code
    }

    /// Returns the media type.
    #[must_use]
    pub const fn media_type(&self) -> &str {
        match self {
            Self::Other(media_type) => media_type.as_str(),
            known => known.facts().media_type,
        }
    }

    /// Returns the file name extensions, the usual one first; empty if none is known.
    #[must_use]
    pub const fn endings(&self) -> &'static [&'static str] {
        self.facts().endings
    }

    /// Returns whether opening such a file can run its author's code. No policy profile can allow
    /// such a kind.
    #[must_use]
    pub fn is_active(&self) -> bool {
        super::media_type::is_active(self.media_type())
    }

    /// Returns the standard kind with this extension.
    pub(crate) fn of_ending(ending: &str) -> Option<&'static Self> {
        STANDARD.iter().find(|kind| kind.endings().contains(&ending))
    }

    /// Returns whether programs open both kinds in the same way, whichever of the two the name
    /// suggests.
    pub(crate) fn opens_like(&self, other: &Self) -> bool {
        let family = |kind: &Self| match kind {
            Self::Bmp
            | Self::Gif
            | Self::Heic
            | Self::Jpeg
            | Self::Jpeg2000
            | Self::Png
            | Self::Tiff
            | Self::WebP => 1,
            Self::Doc | Self::Docx => 2,
            Self::Xls | Self::Xlsx => 3,
            Self::Ppt | Self::Pptx => 4,
            _ => 0,
        };
        self == other || (family(self) != 0 && family(self) == family(other))
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(media_type) => write!(f, "data of type {media_type}"),
            known => f.write_str(known.facts().words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_of_standard_kinds_are_unique_and_none_is_active() {
        let mut seen = std::collections::BTreeSet::new();
        for kind in &STANDARD {
            assert!(!kind.is_active(), "{kind}");
            assert!(!kind.endings().is_empty(), "{kind}");
            for ending in kind.endings() {
                assert!(seen.insert(ending), "{ending} occurs twice");
                assert_eq!(FileKind::of_ending(ending), Some(kind));
                let name = format!("a.{ending}");
                assert_eq!(super::super::endings::forbidden(&name), None);
            }
        }
    }

    #[test]
    fn programs_scripts_and_markup_are_active() {
        for kind in [
            FileKind::AndroidProgram,
            FileKind::Html,
            FileKind::JavaProgram,
            FileKind::MacProgram,
            FileKind::Script,
            FileKind::Svg,
            FileKind::UnixProgram,
            FileKind::WasmProgram,
            FileKind::WindowsInstaller,
            FileKind::WindowsProgram,
            FileKind::WindowsShortcut,
            FileKind::Xml,
        ] {
            assert!(kind.is_active(), "{kind}");
        }
    }
}
