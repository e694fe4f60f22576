use crate::copyright_notices::{CopyrightNotice, CopyrightNotices};
use crate::patrons::{Patrons, StoredPatron};
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::{
    Actor, AgencyId, Contact, Directory, Facts, Participant, PatronId, Registry, StoreError,
    Timestamp,
};
use desktop_delivery_identity::json::{decode, encode};
use std::sync::Arc;

const PARTICIPANT: &str = "participant";

/// Keeps participants and patrons in a [`Registry`], for an installation without a host that has them.
#[derive(Clone, Debug)]
pub struct RegistryDirectory {
    registry: Arc<dyn Registry>,
    notices: CopyrightNotices,
    patrons: Patrons,
}

impl RegistryDirectory {
    /// A directory over a registry.
    #[must_use]
    pub fn new(registry: Arc<dyn Registry>) -> Self {
        let notices = CopyrightNotices::new(Arc::clone(&registry));
        let patrons = Patrons::new(Arc::clone(&registry));
        Self { registry, notices, patrons }
    }

    /// Writes a participant, over the one of its id.
    ///
    /// A copyright notice that is another than before gets the next version, whatever version
    /// `participant` names, and its text is kept for good with who wrote it and when; the usual
    /// text is version 0.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
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

    /// The copyright notices that this agency had, oldest first, the one in use too.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
    pub async fn copyright_notices(
        &self,
        agency: &AgencyId,
    ) -> Result<Vec<CopyrightNotice>, StoreError> {
        self.notices.list(agency).await
    }

    /// All participants, by id.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
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

    /// Writes where a patron gets mail; the password with which they follow requests stays.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
    pub async fn put_patron(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        self.patrons.put(agency, patron, contact).await
    }

    /// Where a patron gets mail; `None` where that is not known.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
    pub async fn contact(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<Option<Contact>, StoreError> {
        let found = self.patrons.find(agency, patron).await?;
        Ok(found.map(StoredPatron::contact))
    }

    /// Forgets where a patron gets mail.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
    pub async fn remove_patron(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<(), StoreError> {
        self.patrons.remove(agency, patron).await
    }

    /// The patrons, for their sign-in.
    pub(crate) const fn patrons(&self) -> &Patrons {
        &self.patrons
    }

    /// Writes over whatever is there, as often as somebody else was quicker.
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
