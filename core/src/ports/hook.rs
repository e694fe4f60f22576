use crate::model::event::{Event, EventPosition};
use crate::model::ids::{AgencyId, CommitId, RequestHandle, RequestReference};
use crate::model::veto::Veto;
use std::error::Error;

/// The part of a commit that a host's commit hook receives.
///
/// It contains no token, and neither the name nor the address of a patron, unless a person wrote
/// one in a note.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookedCommit {
    /// The id of the commit, which stays the same if the hook runs again for the same commit.
    pub commit_id: CommitId,
    /// The request.
    pub handle: RequestHandle,
    /// The revision that the commit creates, from 1.
    pub revision: u64,
    /// The host's reference, as this commit stores it.
    pub reference: RequestReference,
    /// The borrowing library, as this commit stores it.
    pub requester: AgencyId,
    /// The lending library, as this commit stores it.
    pub supplier: AgencyId,
    /// The events of the kinds that the hook is registered for, in order; never empty.
    pub events: Vec<HookedEvent>,
}

/// An event of a [`HookedCommit`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookedEvent {
    /// Its position in the history of the request.
    pub position: EventPosition,
    /// The event, as the feed shows it to the host.
    pub event: Event,
    /// The note that a person wrote with an extension request, a problem or an answer.
    pub note: Option<String>,
}

/// The verdict of a commit hook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must handle all of them")]
pub enum HookVerdict {
    /// Commits the change and the hook's writes.
    Commit,
    /// Commits neither.
    Veto(Veto),
}

/// The error of a hook, logged with its chain of causes. It must not contain patrons' data.
pub type HookError = Box<dyn Error + Send + Sync>;

impl HookedEvent {
    pub(crate) const fn new(position: EventPosition, event: Event, note: Option<String>) -> Self {
        Self { position, event, note }
    }
}
