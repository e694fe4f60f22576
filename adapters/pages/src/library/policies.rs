use desktop_delivery::Policy;
use desktop_delivery::policy::{GrantsBy, Spending};
use desktop_delivery_text::Texts;
use serde::Serialize;

/// A policy profile, with a description of what it allows.
#[derive(Serialize)]
pub(super) struct PolicyChoice {
    pub(super) name: String,
    pub(super) allows: Vec<String>,
}

impl PolicyChoice {
    pub(super) fn of(policy: &Policy, t: &Texts) -> Self {
        let most = t.message("policy-most").set("n", policy.max_downloads).to_string();
        let days = t.message("policy-days").set("n", policy.max_days).to_string();
        let spending = match policy.spending {
            Spending::Own { staff_downloads } => {
                t.message("policy-own").set("n", staff_downloads).to_string()
            }
            _ => t.text("policy-shared"),
        };
        let preview = if policy.free_preview { "policy-preview" } else { "policy-no-preview" };
        let granted = match (policy.max_granted, policy.grants_by) {
            (0, _) => t.text("policy-grants-none"),
            (most, GrantsBy::Both) => t.message("policy-grants-both").set("n", most).to_string(),
            (most, _) => t.message("policy-grants").set("n", most).to_string(),
        };
        let keep = t.message("policy-keep").set("n", policy.keep_days).to_string();
        let allows = vec![most, days, spending, t.text(preview), granted, keep];
        Self { name: policy.name.to_string(), allows }
    }
}
