//! The table of operations. A new one is one row in one of these files.

mod claims;
mod link_pages;
mod links;
mod reading;
mod requests;
mod staff;
mod supply;
mod tickets;
mod uploads;
mod work;

pub(crate) use link_pages::open_held_link;
pub(crate) use work::run_due;

use crate::operation::Operation;

/// Returns every operation, in the order of the table of hits.
pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    [
        requests::OPERATIONS,
        uploads::OPERATIONS,
        supply::OPERATIONS,
        links::OPERATIONS,
        link_pages::OPERATIONS,
        claims::OPERATIONS,
        tickets::OPERATIONS,
        reading::OPERATIONS,
        staff::OPERATIONS,
        work::OPERATIONS,
    ]
    .into_iter()
    .flatten()
}
