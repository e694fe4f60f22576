use crate::app::App;
use desktop_delivery::Desk;
use std::sync::Arc;

/// The state shared by all pages.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) app: Arc<App>,
    pub(crate) desk: Arc<Desk>,
}
