use crate::model::delivery::{Facts, Status};
use crate::model::ids::RequestHandle;
use crate::model::timestamp::Timestamp;
use crate::ports::change::{ListPosition, Listed};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Reads from a serialized [`Body`](crate::delivery::Body) no more than a list shows, for ledgers that store bodies
/// as serde writes them.
#[derive(Clone, Debug, Deserialize)]
pub struct ListedBody {
    created_at: Timestamp,
    facts: Facts,
    status: Status,
    status_since: Timestamp,
    cancel_requested_at: Option<Timestamp>,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    asks: Vec<IgnoredAny>,
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

impl ListedBody {
    /// What a list shows of the delivery with this handle, as [`Listed::of`] tells it.
    #[must_use]
    pub fn of(self, handle: RequestHandle) -> Listed {
        let is_live = |file: &&Attachment| file.purged_at.is_none();
        Listed {
            position: ListPosition { created_at: self.created_at, handle },
            status: self.status,
            status_since: self.status_since,
            facts: self.facts,
            attachments: self.attachments.iter().filter(is_live).count(),
            asks: self.asks.len(),
            problems: self.problems.iter().filter(|problem| problem.answer.is_none()).count(),
            cancel_requested_at: self.cancel_requested_at,
        }
    }
}
