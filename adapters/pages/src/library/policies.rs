use crate::web::Texts;
use desktop_delivery::Policy;
use desktop_delivery::policy::{GrantsBy, Spending};

/// A policy profile to choose, with what it allows in words.
pub(super) struct PolicyChoice {
    pub(super) name: String,
    pub(super) allows: Vec<String>,
}

impl PolicyChoice {
    pub(super) fn of(policy: &Policy, t: &Texts) -> Self {
        let most = t.with("policy-most").set("n", policy.max_downloads).to_string();
        let days = t.with("policy-days").set("n", policy.max_days).to_string();
        let spending = match policy.spending {
            Spending::Own { staff_downloads } => {
                t.with("policy-own").set("n", staff_downloads).to_string()
            }
            _ => t.say("policy-shared"),
        };
        let preview = if policy.free_preview { "policy-preview" } else { "policy-no-preview" };
        let granted = match (policy.max_granted, policy.grants_by) {
            (0, _) => t.say("policy-grants-none"),
            (most, GrantsBy::Both) => t.with("policy-grants-both").set("n", most).to_string(),
            (most, _) => t.with("policy-grants").set("n", most).to_string(),
        };
        let keep = t.with("policy-keep").set("n", policy.keep_days).to_string();
        let allows = vec![most, days, spending, t.say(preview), granted, keep];
        Self { name: policy.name.to_string(), allows }
    }
}
