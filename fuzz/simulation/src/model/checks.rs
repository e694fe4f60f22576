//! The checks that several kinds of events can fail.

use crate::violation::Violation;
use desktop_delivery::AttachmentNo;

pub(super) const EXACT: &str = "1 a claim is counted wrongly";
pub(super) const LOST: &str = "4 an event contradicts the ones before it";
pub(super) const TICKET: &str = "3 a download is refunded or cut off wrongly";
pub(super) const VISIBLE: &str = "6 the request does not allow this";

pub(super) fn no_document(no: AttachmentNo) -> Violation {
    Violation { check: LOST, detail: format!("document {no} is gone or unknown") }
}
