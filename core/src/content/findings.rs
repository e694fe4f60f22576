use super::file_kind::FileKind;
use crate::unsupported_file::ArchiveProblem;

/// What a look into a container found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Findings {
    pub(super) kind: FileKind,
    pub(super) has_macros: bool,
    /// Whether it is of a format that can have macros that no directory shows, or holds such a file.
    pub(super) has_old_office: bool,
    /// The name of a program, a script or a page in it.
    pub(super) harmful_entry: Option<String>,
    /// Why it cannot be vouched for.
    pub(super) archive: Option<ArchiveProblem>,
}

impl Findings {
    pub(super) const fn of(kind: FileKind) -> Self {
        Self { kind, has_macros: false, has_old_office: false, harmful_entry: None, archive: None }
    }

    pub(super) fn archive(kind: FileKind, problem: ArchiveProblem) -> Self {
        Self { archive: Some(problem), ..Self::of(kind) }
    }
}
