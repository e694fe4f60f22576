use crate::content::FileKind;
use std::fmt;

/// The reason why a file cannot be attached.
///
/// `Display` is a short sentence in English. Pages use their own text, selected by
/// [`code`](Self::code) and the fields.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnsupportedFile {
    /// The file is an archive that cannot be checked.
    Archive(ArchiveProblem),
    /// The content is not accepted, regardless of its name.
    Content {
        /// The kind of content.
        kind: FileKind,
    },
    /// The file is an archive that contains a program, a script or a web page.
    Inside {
        /// The entry's path in the archive, at most 80 characters.
        entry: String,
    },
    /// The file is an office document with macros.
    Macros {
        /// The kind of content.
        kind: FileKind,
    },
    /// The extension of the name belongs to a different format than the content.
    Mismatch {
        /// The extension, without its dot.
        ending: String,
        /// The kind of content.
        kind: FileKind,
    },
    /// The name is that of a program, a script, a web page or a settings file, whatever the
    /// content.
    Name {
        /// The extension, or the whole name of a settings file, without its dot.
        ending: String,
    },
}

/// The reason why an archive cannot be checked.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveProblem {
    /// Other data precedes or follows the archive, such as a document or a second archive. Programs
    /// differ in which of the two they open.
    Combined,
    /// The archive's directory cannot be read.
    Damaged,
    /// The archive contains no files.
    Empty,
    /// The archive or a file in it is encrypted with a password.
    Encrypted,
    /// The archive's directory does not match its contents, or lists two files with the same name.
    /// Programs differ in which of them they extract.
    Inconsistent,
    /// The archive contains another archive.
    Nested {
        /// The path of the other archive, at most 80 characters.
        entry: String,
    },
    /// The archive has more than 20,000 files, or would expand to more than 1 GiB and 100 times its
    /// size.
    TooLarge,
    /// The archive contains links, or paths that lead out of the folder where it is extracted.
    UnsafePath,
}

impl UnsupportedFile {
    /// Returns a stable identifier in kebab case, such as `"name"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Archive(ArchiveProblem::Combined) => "archive-combined",
            Self::Archive(ArchiveProblem::Damaged) => "archive-damaged",
            Self::Archive(ArchiveProblem::Empty) => "archive-empty",
            Self::Archive(ArchiveProblem::Encrypted) => "encrypted",
            Self::Archive(ArchiveProblem::Inconsistent) => "archive-inconsistent",
            Self::Archive(ArchiveProblem::Nested { .. }) => "archive-nested",
            Self::Archive(ArchiveProblem::TooLarge) => "archive-too-large",
            Self::Archive(ArchiveProblem::UnsafePath) => "archive-unsafe",
            Self::Content { .. } => "content",
            Self::Inside { .. } => "inside",
            Self::Macros { .. } => "macros",
            Self::Mismatch { .. } => "mismatch",
            Self::Name { .. } => "name",
        }
    }

    /// Returns what the uploader can do, as a sentence in English.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Archive(ArchiveProblem::Combined) => {
                "attach the document and the files in the archive one by one"
            }
            Self::Archive(ArchiveProblem::Empty) => {
                "check that it is the right file, then create the archive again"
            }
            Self::Archive(ArchiveProblem::Encrypted) => "remove the password, or send a PDF",
            Self::Archive(ArchiveProblem::Nested { .. }) => {
                "extract the files from the inner archive and attach them instead"
            }
            Self::Archive(_) => "create the archive again, or attach the files one by one",
            Self::Content { .. } => "send the document as a PDF",
            Self::Inside { .. } => "remove that file from the archive, then upload it again",
            Self::Macros { .. } => "save the document without macros or as a PDF",
            Self::Mismatch { .. } => {
                "check that it is the right file, then correct the ending of its name"
            }
            Self::Name { .. } => "send the document as a PDF, with a name that ends in .pdf",
        }
    }
}

impl fmt::Display for UnsupportedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(ArchiveProblem::Combined) => f.write_str(
                "the file is an archive joined to other data, so programs would open it differently",
            ),
            Self::Archive(ArchiveProblem::Damaged) => {
                f.write_str("the archive is damaged or incomplete, so its files cannot be checked")
            }
            Self::Archive(ArchiveProblem::Empty) => {
                f.write_str("the archive is empty: it contains no files")
            }
            Self::Archive(ArchiveProblem::Encrypted) => {
                f.write_str("the file is locked with a password, so it cannot be checked")
            }
            Self::Archive(ArchiveProblem::Inconsistent) => f.write_str(
                "the archive's directory and its contents disagree, so programs would unpack \
                 different files",
            ),
            Self::Archive(ArchiveProblem::Nested { entry }) => {
                write!(f, "the archive contains another archive, {entry}, which cannot be checked")
            }
            Self::Archive(ArchiveProblem::TooLarge) => {
                f.write_str("the archive has too many files, or unpacks to far more than its size")
            }
            Self::Archive(ArchiveProblem::UnsafePath) => {
                f.write_str("the archive has links or paths that lead out of it")
            }
            Self::Content { kind } => {
                write!(f, "the file contains {kind}; files of this kind are not accepted")
            },
            Self::Inside { entry } => {
                write!(
                    f,
                    "the archive contains {entry}; programs, scripts and web pages are not accepted, \
                     not even in an archive"
                )
            }
            Self::Macros { kind } => write!(f, "the file contains {kind} with macros"),
            Self::Mismatch { ending, kind } => {
                write!(f, "the file's name ends in .{ending}, but the file contains {kind}")
            }
            Self::Name { ending } => {
                write!(
                    f,
                    "files whose names end in .{ending} are not accepted, whatever they contain"
                )
            }
        }
    }
}
