use crate::model::facts::Facts;
use crate::model::ids::{AgencyId, PatronId};
use crate::model::participant::{Contact, Participant};
use crate::ports::StoreError;
use crate::ports::directory::Directory;
use async_trait::async_trait;
use std::collections::HashMap;
use std::fmt::{self, Debug};

/// A directory with fixed participants and patrons.
#[derive(Clone, Default)]
pub struct MemoryDirectory {
    participants: HashMap<AgencyId, Participant>,
    patrons: HashMap<PatronId, Contact>,
}

impl MemoryDirectory {
    /// Creates an empty directory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a participant, replacing one with the same id.
    #[must_use]
    pub fn with_participant(mut self, participant: Participant) -> Self {
        self.participants.insert(participant.id.clone(), participant);
        self
    }

    /// Adds a patron with this id at every agency, replacing one with the same id.
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
