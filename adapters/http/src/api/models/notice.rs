use super::format::{time, variant_name};
use crate::api::words;
use desktop_delivery::Timestamp;
use desktop_delivery::notices::{Notice, NoticeCopy, NoticeState};
use serde::Serialize;
use utoipa::ToSchema;

/// A notice and its delivery state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeJson {
    /// The number of the notice within the request.
    no: u32,
    /// The event that the notice is about.
    #[schema(value_type = words::NoticeKind)]
    kind: String,
    /// The recipient.
    #[schema(value_type = words::Audience)]
    to: String,
    /// The masked email address.
    #[schema(example = "c****@example.org")]
    address: String,
    /// When the notice was created.
    #[schema(format = DateTime)]
    written_at: String,
    /// Whether staff requested the notice. It is then sent even if the library has silenced its
    /// kind.
    asked_for: bool,
    /// The delivery state: `waiting`, `sent`, `skipped` or `failed`.
    #[schema(value_type = words::NoticeState)]
    state: String,
    /// When the notice was sent, skipped or failed; null while it is waiting.
    #[schema(format = DateTime, required)]
    at: Option<String>,
    /// The number of failed attempts; null unless it is waiting.
    #[schema(required)]
    tries: Option<u32>,
    /// The reason for a failure: `invalid-address`, `no-address`, `refused`, `too-many-tries` or
    /// `unsupported-address`.
    #[schema(value_type = Option<words::NoticeFailure>, required)]
    reason: Option<String>,
    /// The copies for each address, if there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    copies: Vec<NoticeCopyJson>,
}

impl NoticeJson {
    pub(super) fn of(notice: &Notice) -> Self {
        let (state, at, tries, reason) = notice_state(notice.state);
        Self {
            no: notice.no.get(),
            kind: variant_name(&notice.kind),
            to: variant_name(&notice.to),
            address: notice.masked_address.clone(),
            written_at: notice.written_at.to_string(),
            asked_for: notice.asked_for,
            state: state.to_owned(),
            at: time(at),
            tries,
            reason,
            copies: notice.copies.iter().map(NoticeCopyJson::of).collect(),
        }
    }
}

/// The copy of a notice for one of several addresses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeCopyJson {
    /// The masked email address.
    address: String,
    /// The delivery state: `waiting`, `sent` or `failed`.
    #[schema(value_type = words::NoticeState)]
    state: String,
    /// When the copy was sent or failed; null while it is waiting.
    #[schema(format = DateTime, required)]
    at: Option<String>,
    /// The reason for a failure, with the same values as for a notice.
    #[schema(value_type = Option<words::NoticeFailure>, required)]
    reason: Option<String>,
}

impl NoticeCopyJson {
    fn of(copy: &NoticeCopy) -> Self {
        let (state, at, _, reason) = notice_state(copy.state);
        Self { address: copy.masked_address.clone(), state: state.to_owned(), at: time(at), reason }
    }
}

/// Returns the name of a state, its time, the number of failed attempts, and the reason for a
/// failure.
fn notice_state(
    state: NoticeState,
) -> (&'static str, Option<Timestamp>, Option<u32>, Option<String>) {
    match state {
        NoticeState::Failed { at, reason } => {
            ("failed", Some(at), None, Some(variant_name(&reason)))
        }
        NoticeState::Sent { at } => ("sent", Some(at), None, None),
        NoticeState::Skipped { at } => ("skipped", Some(at), None, None),
        NoticeState::Waiting { tries } => ("waiting", None, Some(tries), None),
        _ => ("unknown", None, None, None),
    }
}
