use crate::model::delivery::{Facts, Status};
use crate::model::ids::RequestHandle;
use crate::model::timestamp::Timestamp;
use crate::ports::change::{DeliverySummary, ListPosition};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Reads from a serialized [`DeliveryRecord`](crate::delivery::DeliveryRecord) no more than a list shows, for ledgers that store records
/// as serde writes them.
#[derive(Clone, Debug, Deserialize)]
pub struct DeliverySummaryRow {
    created_at: Timestamp,
    facts: Facts,
    status: Status,
    status_since: Timestamp,
    cancel_requested_at: Option<Timestamp>,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    extension_requests: Vec<IgnoredAny>,
    #[serde(default)]
    problems: Vec<Problem>,
}

#[derive(Clone, Debug, Deserialize)]
struct Attachment {
    purged_at: Option<IgnoredAny>,
}

#[derive(Clone, Debug, Deserialize)]
struct Problem {
    answer: Option<IgnoredAny>,
}

impl DeliverySummaryRow {
    /// What a list shows of the delivery with this handle, as [`DeliverySummary::of`] tells it.
    #[must_use]
    pub fn of(self, handle: RequestHandle) -> DeliverySummary {
        let is_live = |file: &&Attachment| file.purged_at.is_none();
        DeliverySummary {
            position: ListPosition { created_at: self.created_at, handle },
            status: self.status,
            status_since: self.status_since,
            facts: self.facts,
            attachments: self.attachments.iter().filter(is_live).count(),
            extension_requests: self.extension_requests.len(),
            problems: self.problems.iter().filter(|problem| problem.answer.is_none()).count(),
            cancel_requested_at: self.cancel_requested_at,
        }
    }
}
