//! The parts that the lending and borrowing pages share: the list of requests, and texts for
//! statuses, files and notices.

mod citation;
mod files;
mod libraries;
mod list;
mod notices;
mod path;
mod row;
mod side;

pub(crate) use citation::citation_rows;
pub(crate) use files::{Left, left_of, terms_end};
pub(crate) use libraries::Libraries;
pub(crate) use notices::{NoticeRow, failure_word, is_patron_email_pending, notices_of};
pub(crate) use path::{FileNo, Handle, NUMBERS};
pub(crate) use row::{chip_of, since_of, status_of};
pub(crate) use side::Side;

use crate::Pages;
use crate::web::{Frame, Samples};
use desktop_delivery_http::Routes;

pub(crate) fn lending() -> Routes<Pages> {
    Routes::new().get("/supply", list::supply)
}

pub(crate) fn borrowing() -> Routes<Pages> {
    Routes::new().get("/borrow", list::borrow)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<list::ListPage>(frame);
}
