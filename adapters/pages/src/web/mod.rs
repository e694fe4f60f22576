//! The parts that all pages share: extractors for visitors and forms, the frame, and responses.
//!
//! A page is a [`View`] with a [`Frame`]. A handler extracts a [`Visitor`] or a [`StaffMember`],
//! calls the desk, and returns [`page`]. Forms are extracted with [`Form`], which checks that they
//! come from a page of the same staff session ([`PatronButton`]: the same patron session), and are
//! read with [`Sent::read`]. After a form has been processed, [`done`] redirects to a page.

mod alert;
mod assets;
pub(crate) mod cookies;
mod done;
mod entered;
mod extract;
mod field;
mod field_fault;
mod form;
mod frame;
mod frame_values;
mod page_query;
mod redirect;
mod refused;
mod reply;
mod sent;
mod texts;
mod view;
mod visitor;

pub(crate) use alert::Alert;
pub(crate) use assets::routes as assets;
pub(crate) use cookies::{LANGUAGE_COOKIE, clear, set};
pub(crate) use done::{Done, clear_shown_message, done};
pub(crate) use entered::Entered;
pub(crate) use extract::from_parts;
pub(crate) use field::Field;
pub(crate) use field_fault::{Expected, FieldFault};
pub(crate) use form::{AnyForm, Button, FORM_KEY, Form, PatronButton};
pub(crate) use frame::Frame;
pub(crate) use page_query::PageQuery;
pub(crate) use redirect::{redirect, to};
pub(crate) use refused::Refused;
pub(crate) use reply::{
    Failure, Reply, allow_forms_to, framed, later, page, page_with, with_frame,
};
pub(crate) use sent::{Reader, Sent};
pub use texts::messages;
pub(crate) use view::{Samples, View};
pub(crate) use visitor::{
    Administrator, PatronVisitor, StaffMember, Visitor, is_cross_site, is_of_staff_session,
};

pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<reply::FailurePage>(frame);
}
