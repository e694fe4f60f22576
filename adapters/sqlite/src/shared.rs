use crate::hook_runner::HookRunner;
use crate::readers::Readers;
use crate::writer::Writer;
use desktop_delivery::storage::RecentDeliveries;
use std::path::PathBuf;
use std::sync::Arc;

/// State shared by the parts of one file.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    pub(crate) path: PathBuf,
    pub(crate) recent: RecentDeliveries,
    pub(crate) hook: Option<Arc<HookRunner>>,
}
