use crate::copyright_notices::{CopyrightNotice, CopyrightNotices};
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::{
    Actor, AgencyId, Contact, Directory, Facts, Language, Participant, PatronId, Registry,
    StoreError, StoreErrorKind, Timestamp,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

const PARTICIPANT: &str = "participant";
const PATRON: &str = "patron";

/// Keeps participants and patrons in a [`Registry`], for an installation without a host that has them.
#[derive(Clone, Debug)]
pub struct RegistryDirectory {
    registry: Arc<dyn Registry>,
    notices: CopyrightNotices,
}

/// A patron's contact as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredContact {
    name: String,
    email: String,
    language: Language,
}

impl RegistryDirectory {
    /// A directory over a registry.
    #[must_use]
    pub fn new(registry: Arc<dyn Registry>) -> Self {
        let notices = CopyrightNotices::new(Arc::clone(&registry));
        Self { registry, notices }
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

    /// Writes where a patron gets mail.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
    pub async fn put_patron(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        let stored = StoredContact {
            name: contact.name.clone(),
            email: contact.email.clone(),
            language: contact.language,
        };
        self.put(PATRON, &patron_key(agency, patron), encode(&stored)?).await
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
        let record = self.registry.read(PATRON, &patron_key(agency, patron)).await?;
        let stored: Option<StoredContact> =
            record.map(|record| decode(&record.value)).transpose()?;
        Ok(stored
            .map(|stored| Contact::new(stored.name, stored.email).with_language(stored.language)))
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
        let key = patron_key(agency, patron);
        while let Some(record) = self.registry.read(PATRON, &key).await? {
            if self.registry.write(PATRON, &key, None, record.version).await?.is_some() {
                break;
            }
        }
        Ok(())
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

/// A key that holds two ids of any text and shows neither.
fn patron_key(agency: &AgencyId, patron: &PatronId) -> String {
    let mut hash = Sha256::new();
    for part in [agency.as_str(), patron.as_str()] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    crate::api_keys::hex(&hash.finalize())
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Bytes, StoreError> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|error| {
        StoreError::new(StoreErrorKind::Unexpected, "directory", "encode").with_source(error)
    })
}

pub(crate) fn decode<T: for<'a> Deserialize<'a>>(value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|error| {
        // Its text could quote a name or an address.
        let place = format!("line {} column {}", error.line(), error.column());
        StoreError::new(StoreErrorKind::Corrupt, "directory", "decode").with_source(place)
    })
}
