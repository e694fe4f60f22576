use crate::web::Frame;
use desktop_delivery::notices::{Notice, NoticeFailure, NoticeState, Recipient};
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
        NoticeState::Failed { at, reason } => {
            (t.text(&format!("notice-failed-{}", failure_word(reason))), "chip warn", at)
        }
        // The notice will fail because there is no address. The page shows this in advance.
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
        kind: t.text(&format!("notice-of-{}", notice.kind.as_str())),
        to: t.text(&format!("notice-to-{}", notice.to.as_str())),
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

/// Returns the suffix of a failure's message keys: the name of the reason in the API.
pub(crate) const fn failure_word(reason: NoticeFailure) -> &'static str {
    match reason {
        NoticeFailure::InvalidAddress => "invalid-address",
        NoticeFailure::NoAddress => "no-address",
        NoticeFailure::TooManyTries => "too-many-tries",
        NoticeFailure::UnsupportedAddress => "unsupported-address",
        _ => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::failure_word;
    use desktop_delivery::Language;
    use desktop_delivery::notices::{NoticeFailure, NoticeKind, Recipient};

    const REASONS: [NoticeFailure; 5] = [
        NoticeFailure::InvalidAddress,
        NoticeFailure::NoAddress,
        NoticeFailure::Refused,
        NoticeFailure::TooManyTries,
        NoticeFailure::UnsupportedAddress,
    ];

    #[test]
    fn a_failure_is_called_by_its_name_in_the_api() {
        for reason in REASONS {
            let name = serde_json::to_value(reason).expect("it is a string");
            assert_eq!(name, failure_word(reason));
        }
    }

    #[test]
    fn every_kind_recipient_and_failure_of_a_notice_has_a_text() {
        let kinds = NoticeKind::ALL.iter().map(|kind| format!("notice-of-{}", kind.as_str()));
        let to = Recipient::ALL.iter().map(|to| format!("notice-to-{}", to.as_str()));
        let failed = REASONS.iter().map(|one| format!("notice-failed-{}", failure_word(*one)));
        let keys: Vec<_> = kinds.chain(to).chain(failed).collect();
        for language in [Language::ENGLISH, Language::FRENCH] {
            let t = crate::Templates::default().texts(language);
            for key in &keys {
                assert!(!t.text(key).contains(key), "{key}");
            }
        }
    }
}
