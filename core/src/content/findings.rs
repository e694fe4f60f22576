use super::file_kind::FileKind;
use crate::model::unsupported_file::ArchiveProblem;

/// The findings from a container's directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Findings {
    pub(super) kind: FileKind,
    pub(super) has_macros: bool,
    /// Whether it is or contains a file in a format whose macros cannot be detected.
    pub(super) has_old_office: bool,
    /// The name of a program, a script or a page in it.
    pub(super) harmful_entry: Option<String>,
    /// The reason why the archive cannot be checked.
    pub(super) archive: Option<ArchiveProblem>,
}

impl Findings {
    pub(super) const fn of(kind: FileKind) -> Self {
        Self { kind, has_macros: false, has_old_office: false, harmful_entry: None, archive: None }
    }

    pub(super) fn archive(kind: FileKind, problem: ArchiveProblem) -> Self {
        Self { archive: Some(problem), ..Self::of(kind) }
    }

    /// Returns whether the file is refused already, so that reading more is unnecessary.
    pub(super) fn is_refused(&self) -> bool {
        self.kind.is_active()
            || self.has_macros
            || self.harmful_entry.is_some()
            || self.archive.is_some()
    }
}
