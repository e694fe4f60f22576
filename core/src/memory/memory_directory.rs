use crate::model::delivery::Facts;
use crate::model::ids::{AgencyId, PatronId};
use crate::model::participant::{Contact, Participant};
use crate::ports::StoreError;
use crate::ports::directory::Directory;
use async_trait::async_trait;
use std::collections::HashMap;
use std::fmt::{self, Debug};

/// Knows the participants and patrons that it was given.
#[derive(Clone, Default)]
pub struct MemoryDirectory {
    participants: HashMap<AgencyId, Participant>,
    patrons: HashMap<PatronId, Contact>,
}

impl MemoryDirectory {
    /// Makes a directory that knows nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a participant, or takes the place of the one with its id.
    #[must_use]
    pub fn with_participant(mut self, participant: Participant) -> Self {
        self.participants.insert(participant.id.clone(), participant);
        self
    }

    /// Adds a patron of whichever agency, or takes the place of the one with this id.
    #[must_use]
    pub fn with_patron(mut self, id: PatronId, contact: Contact) -> Self {
        self.patrons.insert(id, contact);
        self
    }
}

impl Debug for MemoryDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryDirectory")
            .field("participants", &self.participants.len())
            .field("patrons", &self.patrons.len())
            .finish()
    }
}

#[async_trait]
impl Directory for MemoryDirectory {
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
        Ok(self.participants.get(id).cloned())
    }

    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
        Ok(facts.patron.as_ref().and_then(|id| self.patrons.get(id)).cloned())
    }
}
