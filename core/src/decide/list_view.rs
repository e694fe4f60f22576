use crate::ports::change::{DeliverySummary, Party};

/// Shows a request in a list. A requester and its patron see no attachments before Shipped, nor how
/// many there are.
#[must_use]
pub fn list_view(summary: DeliverySummary, party: &Party) -> DeliverySummary {
    let sees_files = match party {
        Party::Anyone | Party::Supplier(_) => true,
        Party::Patron(..) | Party::Requester(_) => summary.status.is_visible(),
    };
    DeliverySummary { attachments: if sees_files { summary.attachments } else { 0 }, ..summary }
}
