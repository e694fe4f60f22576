use crate::web::Frame;
use desktop_delivery::Timestamp;
use desktop_delivery::delivery::{BudgetName, Expiry};
use desktop_delivery::views::{BudgetUsage, StaffFile};
use serde::Serialize;

/// The downloads left in one budget of a file.
#[derive(Serialize)]
pub(crate) struct Left {
    /// The name of the budget; empty if it is shared.
    pub(crate) budget: String,
    /// A description such as "3 of 5 downloads left".
    pub(crate) text: String,
    pub(crate) is_used_up: bool,
}

impl Left {
    /// Returns sample values for checking templates.
    pub(crate) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self { budget: text(), text: text(), is_used_up: true }
    }
}

/// Returns the downloads left in each budget of a file.
pub(crate) fn left_of(file: &StaffFile, frame: &Frame) -> Vec<Left> {
    file.budgets.iter().map(|spent| left(spent, frame)).collect()
}

fn left(spent: &BudgetUsage, frame: &Frame) -> Left {
    let budget = match spent.name {
        BudgetName::Partner => frame.t.text("budget-partner"),
        BudgetName::Patron => frame.t.text("budget-patron"),
        BudgetName::Staff => frame.t.text("budget-requester-staff"),
        _ => String::new(),
    };
    let text = frame.t.message("downloads-left").set("n", spent.left).set("limit", spent.limit);
    Left { budget, text: text.to_string(), is_used_up: spent.left == 0 }
}

/// Describes when the terms of a file end: the last day, the day on which they ended, or the number
/// of days after shipping.
pub(crate) fn terms_end(file: &StaffFile, now: Timestamp, frame: &Frame) -> String {
    let (attachment, t) = (&file.attachment, &frame.t);
    if let Some(since) = attachment.purged_at {
        let day = t.day_of(since, &frame.zone);
        return t.message("file-purged").set("day", day).to_string();
    }
    match (file.last_day, attachment.terms.expiry) {
        (Some(day), _) if attachment.is_expired(now) => {
            t.message("file-ended").set("day", t.day(day)).to_string()
        }
        (Some(day), _) => t.message("last-day").set("day", t.day(day)).to_string(),
        (None, Expiry::Days(days)) => t.message("file-days").set("n", days).to_string(),
        (None, _) => String::new(),
    }
}
