use crate::readers::Readers;
use crate::writer::Writer;
use std::path::PathBuf;

/// What the ledger and the registry of one file share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    pub(crate) path: PathBuf,
}
