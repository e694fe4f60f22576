use crate::app::App;
use desktop_delivery::Desk;
use std::sync::Arc;

/// What every page is made from.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) app: Arc<App>,
    pub(crate) desk: Arc<Desk>,
}
