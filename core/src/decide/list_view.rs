use crate::ports::change::{DeliverySummary, Party};

/// Returns the summary of a request as a party may see it in a list. Before Shipped, the requester
/// and its patron do not see the number of attachments.
#[must_use]
pub fn list_view(summary: DeliverySummary, party: &Party) -> DeliverySummary {
    let sees_files = match party {
        Party::Anyone | Party::Supplier(_) => true,
        Party::Patron(..) | Party::Requester(_) => summary.status.is_visible(),
    };
    DeliverySummary { attachments: if sees_files { summary.attachments } else { 0 }, ..summary }
}
