/// The outcome of linking a blob into a second folder.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// The blob is in both folders; it may have been there before.
    Done,
    /// The blob does not exist.
    Missing,
    /// A link between the folders is not possible, for example because they are on different disks.
    /// A put can copy the blob.
    NotPossible,
}
