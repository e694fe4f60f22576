//! What lending and borrowing staff's pages share: the list of requests, and words for where one stands.

mod files;
mod libraries;
mod list;
mod notices;
mod path;
mod row;
mod side;

pub(crate) use files::{Left, left_of, terms_end};
pub(crate) use libraries::Libraries;
pub(crate) use notices::{NoticeRow, notices_of};
pub(crate) use path::{FileNo, Handle, NUMBERS};
pub(crate) use row::{chip_of, status_of};
pub(crate) use side::Side;

use crate::assemble::Server;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/supply", get(list::supply)).route("/borrow", get(list::borrow))
}
