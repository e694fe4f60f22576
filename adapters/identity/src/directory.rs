use crate::copyright_notices::{CopyrightNotice, CopyrightNotices};
use crate::json::{decode, encode};
use crate::patrons::{Patrons, StoredPatron};
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::{
    Actor, AgencyId, Contact, Directory, Facts, Participant, PatronId, Registry, StoreError,
    Timestamp,
};
use std::sync::Arc;

const PARTICIPANT: &str = "participant";

/// Participants and patrons in a [`Registry`], for an installation whose host has no records of them.
#[derive(Clone, Debug)]
pub struct RegistryDirectory {
    registry: Arc<dyn Registry>,
    notices: CopyrightNotices,
    patrons: Patrons,
}

impl RegistryDirectory {
    /// Returns the directory stored in a registry.
    #[must_use]
    pub fn new(registry: Arc<dyn Registry>) -> Self {
        let notices = CopyrightNotices::new(Arc::clone(&registry));
        let patrons = Patrons::new(Arc::clone(&registry));
        Self { registry, notices, patrons }
    }

    /// Stores a participant, replacing one with the same id.
    ///
    /// A changed copyright notice becomes the next version, regardless of the version in
    /// `participant`. Every version is kept forever, with its author and time. The default text is
    /// version 0.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn put_participant(
        &self,
        participant: &Participant,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let version = self.notices.version_of(participant, by, now).await?;
        let participant = participant.clone().with_copyright_notice_version(version);
        self.put(PARTICIPANT, participant.id.as_str(), encode(&participant)?).await
    }

    /// Returns all versions of an agency's copyright notice, oldest first, including the current
    /// one.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn copyright_notices(
        &self,
        agency: &AgencyId,
    ) -> Result<Vec<CopyrightNotice>, StoreError> {
        self.notices.list(agency).await
    }

    /// Returns all participants, sorted by id.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn participants(&self) -> Result<Vec<Participant>, StoreError> {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.registry.list(PARTICIPANT, &after, 100).await?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            after.clone_from(last);
            for (_, record) in &page {
                found.push(decode(&record.value)?);
            }
        }
    }

    /// Stores a patron's contact. The tracking password does not change.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn put_patron(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        self.patrons.put(agency, patron, contact).await
    }

    /// Returns a patron's contact, or `None` if the patron is unknown.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn contact(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<Option<Contact>, StoreError> {
        let found = self.patrons.find(agency, patron).await?;
        Ok(found.map(StoredPatron::contact))
    }

    /// Removes a patron's record, which ends their sessions. See also
    /// [`forget_patron`](crate::forget_patron).
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn remove_patron(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<(), StoreError> {
        self.patrons.remove(agency, patron).await
    }

    /// Returns the patrons, for sign-in.
    #[must_use]
    pub const fn patrons(&self) -> &Patrons {
        &self.patrons
    }

    /// Stores a value whatever is stored now, retrying after concurrent writes.
    async fn put(&self, kind: &str, key: &str, value: Bytes) -> Result<(), StoreError> {
        loop {
            let version = self.registry.read(kind, key).await?.map_or(0, |record| record.version);
            let written = self.registry.write(kind, key, Some(value.clone()), version).await?;
            if written.is_some() {
                return Ok(());
            }
        }
    }
}

#[async_trait]
impl Directory for RegistryDirectory {
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
        let record = self.registry.read(PARTICIPANT, id.as_str()).await?;
        record.map(|record| decode(&record.value)).transpose()
    }

    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
        let Some(patron) = &facts.patron else { return Ok(None) };
        self.contact(&facts.requester, patron).await
    }
}
