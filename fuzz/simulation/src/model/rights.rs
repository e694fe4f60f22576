//! Who may cause which event.

use super::request::{Request, acts_for};
use crate::violation::{Verdict, ensure};
use desktop_delivery::Actor;
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::policy::GrantsBy;

const RIGHTS: &str = "5 this actor may not do this";

impl Request {
    /// Checks that the actor may cause the event.
    pub(super) fn may(&self, event: &Event, caller: &Actor) -> Verdict {
        let is_callers = event.actor == *caller
            || event.actor == Actor::System
            || matches!(event.actor, Actor::LinkHolder { .. });
        ensure!(is_callers, RIGHTS, "{:?} in a call of {caller:?}", event.actor);
        let facts = &self.facts;
        let is_allowed = match &event.kind {
            EventKind::Attached { .. }
            | EventKind::CancelAnswered { .. }
            | EventKind::Described { .. }
            | EventKind::ProblemAnswered { .. }
            | EventKind::Removed { .. }
            | EventKind::Reordered
            | EventKind::Replaced { .. }
            | EventKind::Shipped { .. }
            | EventKind::StaffRead { .. }
            | EventKind::TermsChanged { .. }
            | EventKind::UploadBegun { .. }
            | EventKind::Withdrawn { .. } => acts_for(&event.actor, &facts.supplier),
            EventKind::CancelRequested
            | EventKind::ProblemReported { .. }
            | EventKind::Received => acts_for(&event.actor, &facts.requester),
            EventKind::Claimed { .. } => match &event.actor {
                Actor::LinkHolder { .. } => true,
                actor => *actor != Actor::System && acts_for(actor, &facts.requester),
            },
            EventKind::Granted { .. } => {
                acts_for(&event.actor, &facts.supplier)
                    || (self.policy.grants_by == GrantsBy::Both
                        && acts_for(&event.actor, &facts.requester))
            }
            _ => true,
        };
        ensure!(is_allowed, RIGHTS, "{:?} by {:?}", event.kind, event.actor);
        Ok(())
    }
}
