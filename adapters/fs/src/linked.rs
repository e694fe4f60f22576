/// Tells what became of a blob that was to be in a second folder too.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// It is there now, or was before.
    Done,
    /// There is no such blob to link.
    Missing,
    /// No link can lead from one folder to the other, as where they are on two disks; a copy can be
    /// made by a put.
    NotPossible,
}
