use crate::web::Frame;
use desktop_delivery::notices::{Notice, NoticeFailure, NoticeKind, NoticeState, Recipient};
use serde::Serialize;

/// A notice with its texts: kind, recipient, time and state.
#[derive(Serialize)]
pub(crate) struct NoticeRow {
    pub(crate) kind: String,
    /// The recipient, such as "the patron".
    pub(crate) to: String,
    /// The masked address; empty until known.
    pub(crate) address: String,
    /// When the notice was sent or created.
    pub(crate) at: String,
    pub(crate) state: String,
    pub(crate) chip: &'static str,
}

impl NoticeRow {
    /// Returns sample values for checking templates.
    pub(crate) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self { kind: text(), to: text(), address: text(), at: text(), state: text(), chip: "chip" }
    }
}

/// Returns the notices of a request, newest first. `has_patron_address` is whether the patron has
/// an email address.
pub(crate) fn notices_of(
    notices: &[Notice],
    has_patron_address: bool,
    frame: &Frame,
) -> Vec<NoticeRow> {
    notices.iter().rev().map(|notice| row(notice, has_patron_address, frame)).collect()
}

/// Returns whether an email to the patron is waiting to be sent.
pub(crate) fn is_patron_email_pending(notices: &[Notice]) -> bool {
    notices.iter().any(is_pending_for_patron)
}

const fn is_pending_for_patron(notice: &Notice) -> bool {
    matches!((notice.to, notice.state), (Recipient::Patron, NoticeState::Waiting { .. }))
}

fn row(notice: &Notice, has_patron_address: bool, frame: &Frame) -> NoticeRow {
    let t = &frame.t;
    let (state, chip, at) = match notice.state {
        NoticeState::Sent { at } => match failed_addresses(notice) {
            failed if failed.is_empty() => (t.text("notice-sent"), "chip strong", at),
            failed => (
                t.message("notice-sent-partly").set("addresses", failed).to_string(),
                "chip warn",
                at,
            ),
        },
        NoticeState::Skipped { at } => (t.text("notice-skipped"), "chip", at),
        NoticeState::Failed { at, reason } => (t.text(failure(reason)), "chip warn", at),
        // The notice will fail for want of an address; the page shows this in advance.
        _ if is_pending_for_patron(notice) && !has_patron_address => {
            (t.text("notice-failed-no-address"), "chip warn", notice.written_at)
        }
        NoticeState::Waiting { tries } if tries > 0 => {
            let text = t.message("notice-tried").set("n", tries).to_string();
            (text, "chip warn", notice.written_at)
        }
        _ => (t.text("notice-waiting"), "chip", notice.written_at),
    };
    NoticeRow {
        kind: t.text(kind(notice.kind)),
        to: t.text(recipient(notice.to)),
        address: notice.masked_address.clone(),
        at: t.moment(at, &frame.zone),
        state,
        chip,
    }
}

/// Returns the masked addresses of failed copies.
fn failed_addresses(notice: &Notice) -> String {
    let failed = notice.copies.iter().filter(|c| matches!(c.state, NoticeState::Failed { .. }));
    failed.map(|copy| copy.masked_address.as_str()).collect::<Vec<_>>().join(", ")
}

const fn kind(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::CancelRequested => "notice-of-cancel-requested",
        NoticeKind::MoreGranted => "notice-of-more-granted",
        NoticeKind::MoreRequested => "notice-of-more-requested",
        NoticeKind::ProblemAnswered => "notice-of-problem-answered",
        NoticeKind::ProblemReported => "notice-of-problem-reported",
        NoticeKind::Received => "notice-of-received",
        NoticeKind::Replaced => "notice-of-replaced",
        NoticeKind::Shipped => "notice-of-shipped",
        _ => "notice-of-other",
    }
}

const fn recipient(to: Recipient) -> &'static str {
    match to {
        Recipient::Partner => "notice-to-partner",
        Recipient::Patron => "notice-to-patron",
        Recipient::SupplierStaff => "notice-to-supplier",
        _ => "notice-to-requester",
    }
}

const fn failure(reason: NoticeFailure) -> &'static str {
    match reason {
        NoticeFailure::InvalidAddress => "notice-failed-invalid-address",
        NoticeFailure::NoAddress => "notice-failed-no-address",
        NoticeFailure::TooManyTries => "notice-failed-tries",
        NoticeFailure::UnsupportedAddress => "notice-failed-unsupported",
        _ => "notice-failed-refused",
    }
}
