use crate::accounts::{Admission, Candidate, Gate, Guess, Origin, SignInName, Who};
use crate::hex::{digest_of, hex};
use crate::identifiers::{composed, folded, trimmed};
use crate::records::Records;
use desktop_delivery::{AgencyId, Contact, Entropy, Language, PatronId, Registry, StoreError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

const PATRON: &str = "patron";
/// Index entries from email addresses and normalized numbers to patrons; contains neither in the
/// clear.
const ADDRESS: &str = "patron-address";
/// Lists the libraries with patrons who have or had a tracking password.
const TRACKING: &str = "tracking-library";

/// The patrons of an installation whose host has no patron records: their contacts, and the
/// passwords with which they follow their requests.
///
/// The key of a record is a hash of library and patron number. Index entries, whose keys are hashes
/// of library and email address or normalized number, lead to it, so that patrons can sign in with
/// either. An index entry is checked against the record, so a stale entry left by a crash is
/// harmless.
#[derive(Clone, Debug)]
pub struct Patrons {
    patrons: Records<StoredPatron>,
    addresses: Records<PatronId>,
    tracking: Records<()>,
}

/// A stored patron.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredPatron {
    name: String,
    email: String,
    language: Language,
    /// The argon2 hash of the tracking password in PHC format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tracking_password: Option<String>,
    /// A random value that begins with the first sign-in at a provider. Sessions that begin there
    /// store it, so that they end when the patron is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_stamp: Option<String>,
}

impl Patrons {
    pub(crate) fn new(registry: Arc<dyn Registry>) -> Self {
        Self {
            patrons: Records::new(Arc::clone(&registry), PATRON),
            addresses: Records::new(Arc::clone(&registry), ADDRESS),
            tracking: Records::new(registry, TRACKING),
        }
    }

    /// Stores a patron's contact. The tracking password does not change.
    pub(crate) async fn put(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        let key = key(agency, patron.as_str());
        let email = contact.emails.to_text();
        let new_address = address_key(agency, patron, &email);
        // Written before the record: an entry left by a crash is ignored.
        if !email.is_empty() {
            self.addresses.update(&new_address, |_| Some(patron.clone())).await?;
        }
        if composed(patron.as_str()) != patron.as_str() {
            let number = number_key(agency, patron);
            self.addresses.update(&number, |_| Some(patron.clone())).await?;
        }
        loop {
            let (before, version) = match self.patrons.read(&key).await? {
                Some((before, version)) => (Some(before), version),
                None => (None, 0),
            };
            let stored = StoredPatron {
                name: contact.name.clone(),
                email: email.clone(),
                language: contact.language,
                tracking_password: before.as_ref().and_then(|b| b.tracking_password.clone()),
                provider_stamp: before.as_ref().and_then(|b| b.provider_stamp.clone()),
            };
            if !self.patrons.write(&key, &stored, version).await? {
                continue;
            }
            if let Some(before) = before {
                self.forget_address(agency, patron, &before.email).await?;
            }
            return Ok(());
        }
    }

    /// Sets or removes the hash of a patron's tracking password. Returns whether the patron is
    /// known.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn set_tracking_password(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        hash: Option<&str>,
    ) -> Result<bool, StoreError> {
        if hash.is_some() {
            self.tracking.update(agency.as_str(), |_| Some(())).await?;
        }
        let set = |stored: Option<StoredPatron>| {
            stored.map(|stored| StoredPatron {
                tracking_password: hash.map(ToOwned::to_owned),
                ..stored
            })
        };
        let changed = self.patrons.update(&key(agency, patron.as_str()), set).await?;
        Ok(changed.is_some())
    }

    /// Deletes a patron.
    pub(crate) async fn remove(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<(), StoreError> {
        let key = key(agency, patron.as_str());
        let Some((stored, _)) = self.patrons.read(&key).await? else { return Ok(()) };
        // Removed first: a crash after deleting the record would leave entries that nothing leads
        // to.
        for name in [address_key(agency, patron, &stored.email), number_key(agency, patron)] {
            self.addresses.remove(&name).await?;
        }
        self.patrons.remove(&key).await?;
        Ok(())
    }

    /// Returns a patron by number, or `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn find(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<Option<StoredPatron>, StoreError> {
        let found = self.patrons.read(&key(agency, patron.as_str())).await?;
        Ok(found.map(|(stored, _)| stored))
    }

    /// Finds the patron for a typed number or email address in any equivalent form. A number
    /// exactly as the host writes it takes precedence; otherwise, a value shared by several patrons
    /// matches none of them.
    pub(crate) async fn find_typed(
        &self,
        agency: &AgencyId,
        typed: &str,
    ) -> Result<Option<(PatronId, StoredPatron)>, StoreError> {
        let usual = composed(typed);
        let mut tried: Option<PatronId> = None;
        for number in [typed, trimmed(typed), &usual] {
            let Ok(number) = PatronId::new(number) else { continue };
            if tried.as_ref() == Some(&number) {
                continue;
            }
            if let Some(stored) = self.find(agency, &number).await? {
                return Ok(Some((number, stored)));
            }
            tried = Some(number);
        }
        let mut named = self.addresses.beginning(&prefix(agency, &usual), 8).await?;
        if folded(typed) != usual {
            named.extend(self.addresses.beginning(&prefix(agency, &folded(typed)), 8).await?);
        }
        let mut find_typed: Option<(PatronId, StoredPatron)> = None;
        for (_, patron) in named {
            let stored = self.find(agency, &patron).await?;
            let Some(stored) = stored.filter(|stored| stored.matches(&patron, typed)) else {
                continue;
            };
            if find_typed.as_ref().is_some_and(|(other, _)| *other != patron) {
                return Ok(None);
            }
            find_typed = Some((patron, stored));
        }
        Ok(find_typed)
    }

    /// Checks a typed number or email address and a tracking password. Takes the same time for an
    /// unknown patron.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn sign_in(
        &self,
        gate: &Gate,
        library: &str,
        typed: &str,
        password: Zeroizing<String>,
        origin: Origin,
    ) -> Result<Admission<Who>, StoreError> {
        let guess = Guess { name: SignInName::patron(library, typed), origin, password };
        let (patrons, library, typed) = (self.clone(), library.to_owned(), typed.to_owned());
        let look_up = async move {
            let Ok(agency) = AgencyId::new(library) else { return Ok(None) };
            let Some((patron, stored)) = patrons.find_typed(&agency, &typed).await? else {
                return Ok(None);
            };
            let hash = stored.tracking_password.clone();
            Ok(hash.map(|hash| Candidate { who: (agency, patron, stored), hash }))
        };
        Ok(match gate.admit(guess, look_up).await? {
            Admission::Granted { who: ((agency, patron, stored), new_hash) } => {
                let mut stamp = stored.tracking_stamp();
                if let Some(hash) = new_hash {
                    stamp = self.replace_hash(&agency, &patron, &stored, &hash).await;
                }
                let who = Who::Patron { agency, patron, stamp, provider: None };
                Admission::Granted { who }
            }
            Admission::Denied => Admission::Denied,
            Admission::Later(later) => Admission::Later(later),
        })
    }

    /// Replaces the hash of the same password, unless the password was changed in the meantime.
    /// Returns the stamp of the stored record.
    async fn replace_hash(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        before: &StoredPatron,
        hash: &str,
    ) -> String {
        let replace = |held: Option<StoredPatron>| {
            held.filter(|held| held.tracking_password == before.tracking_password)
                .map(|held| StoredPatron { tracking_password: Some(hash.to_owned()), ..held })
        };
        match self.patrons.update(&key(agency, patron.as_str()), replace).await {
            Ok(Some(stored)) => stored.tracking_stamp(),
            Ok(None) => before.tracking_stamp(),
            Err(error) => {
                // The old hash still works.
                tracing::warn!(%error, "could not replace a password hash");
                before.tracking_stamp()
            }
        }
    }

    /// Returns the stamp for a session that begins at a provider, or `None` if the patron is unknown.
    pub(crate) async fn provider_stamp(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        entropy: &dyn Entropy,
    ) -> Result<Option<String>, StoreError> {
        let mut random = [0_u8; 16];
        entropy.fill(&mut random)?;
        let new = hex(&random);
        let set = |stored: Option<StoredPatron>| {
            stored.map(|mut stored| {
                stored.provider_stamp.get_or_insert_with(|| new.clone());
                stored
            })
        };
        let stored = self.patrons.update(&key(agency, patron.as_str()), set).await?;
        Ok(stored.and_then(|stored| stored.provider_stamp))
    }

    /// Returns the libraries with patrons who have or had a tracking password.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn tracking_libraries(&self) -> Result<Vec<AgencyId>, StoreError> {
        let found = self.tracking.all().await?;
        Ok(found.into_iter().filter_map(|(id, ())| AgencyId::new(id).ok()).collect())
    }

    /// Removes the index entry of an address, unless the patron has that address again.
    async fn forget_address(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        email: &str,
    ) -> Result<(), StoreError> {
        let is_theirs = async || {
            let stored = self.find(agency, patron).await?;
            Ok::<_, StoreError>(stored.is_some_and(|stored| stored.matches(patron, email)))
        };
        if is_theirs().await? {
            return Ok(());
        }
        let key = address_key(agency, patron, email);
        self.addresses.remove(&key).await?;
        // A concurrent call may have given the patron the address back.
        if is_theirs().await? {
            self.addresses.update(&key, |_| Some(patron.clone())).await?;
        }
        Ok(())
    }
}

impl StoredPatron {
    /// Returns the contact. Older records may contain text that is not an address.
    pub(crate) fn contact(self) -> Contact {
        Contact::new(self.name, self.email).with_language(self.language)
    }

    /// Returns whether a typed number or email address belongs to this patron.
    fn matches(&self, number: &PatronId, typed: &str) -> bool {
        folded(&self.email) == folded(typed) || composed(number.as_str()) == composed(typed)
    }

    /// Returns the hash of the tracking password, if there is one.
    #[must_use]
    pub fn tracking_hash(&self) -> Option<&str> {
        self.tracking_password.as_deref()
    }

    /// Returns a value that changes with the tracking password and reveals nothing about it; empty
    /// if there is none. A session stores it, so that the session ends when the password changes or
    /// the patron is removed.
    #[must_use]
    pub fn tracking_stamp(&self) -> String {
        let digest = self.tracking_hash().map(|hash| hex(&Sha256::digest(hash)));
        digest.map(|digest| digest[..16].to_owned()).unwrap_or_default()
    }

    /// Returns whether a session of this patron is valid: one that began at a provider until the
    /// patron is removed, and any other until the tracking password changes as well.
    #[must_use]
    pub fn allows_session(&self, stamp: &str, provider: Option<&str>) -> bool {
        let current = match provider {
            Some(_) => self.provider_stamp.clone().unwrap_or_default(),
            None => self.tracking_stamp(),
        };
        !current.is_empty() && current == stamp
    }
}

impl fmt::Debug for StoredPatron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPatron(..)")
    }
}

/// Returns the hash of an agency and a text, each of any length.
fn key(agency: &AgencyId, text: &str) -> String {
    digest_of(&[agency.as_str(), text])
}

/// Returns the prefix of the index entries for a normalized name.
fn prefix(agency: &AgencyId, name: &str) -> String {
    format!("{}/", key(agency, name))
}

fn address_key(agency: &AgencyId, patron: &PatronId, email: &str) -> String {
    format!("{}{}", prefix(agency, &folded(email)), key(agency, patron.as_str()))
}

fn number_key(agency: &AgencyId, patron: &PatronId) -> String {
    format!("{}{}", prefix(agency, &composed(patron.as_str())), key(agency, patron.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::memory::MemoryRegistry;

    fn id(text: &str) -> PatronId {
        PatronId::new(text).unwrap()
    }

    async fn find_typed(patrons: &Patrons, agency: &AgencyId, typed: &str) -> Option<String> {
        let found = patrons.find_typed(agency, typed).await.unwrap();
        found.map(|(patron, _)| patron.as_str().to_owned())
    }

    #[tokio::test]
    async fn a_patron_is_found_by_equivalent_forms_of_the_number() {
        let registry = Arc::new(MemoryRegistry::new());
        let patrons = Patrons::new(registry.clone());
        let agency = AgencyId::new("CA-BVAU").unwrap();
        let numbers = ["P-2041", "p-2042", "P-2042", "cafe\u{301} 7", " 8 "];
        for (number, patron) in numbers.into_iter().enumerate() {
            let contact = Contact::new("Carla Santos", format!("c{number}@example.org"));
            patrons.put(&agency, &id(patron), &contact).await.unwrap();
        }
        for (typed, patron) in [
            ("P-2041", "P-2041"),
            ("P-2041 ", "P-2041"),
            ("Ｐ－２０４１", "P-2041"),
            ("p-2042", "p-2042"),
            ("P-2042", "P-2042"),
            ("caf\u{e9} 7", "caf\u{e9} 7"),
            ("cafe\u{301} 7\u{200b}", "caf\u{e9} 7"),
            (" 8 ", "8"),
            ("8", "8"),
        ] {
            assert_eq!(
                find_typed(&patrons, &agency, typed).await.as_deref(),
                Some(patron),
                "{typed:?}"
            );
        }
        for typed in ["p-2041", "CAFE\u{301} 7", "c9@example.org"] {
            assert_eq!(find_typed(&patrons, &agency, typed).await, None, "{typed:?}");
        }
        for patron in numbers {
            patrons.remove(&agency, &id(patron)).await.unwrap();
        }
        assert!(
            registry.list(ADDRESS, "", 10).await.unwrap().is_empty(),
            "all entries are removed"
        );
    }

    #[tokio::test]
    async fn a_patron_is_found_by_number_and_current_address() {
        let registry = Arc::new(MemoryRegistry::new());
        let patrons = Patrons::new(registry.clone());
        let (here, there) = (AgencyId::new("CA-BVAU").unwrap(), AgencyId::new("CA-QMU").unwrap());
        let put = async |agency: &AgencyId, patron: &str, email: &str| {
            let contact = Contact::new("Carla Santos", email);
            patrons.put(agency, &id(patron), &contact).await.unwrap();
        };
        put(&here, "p-2041", "Carla@Example.org").await;
        let p2041 = Some("p-2041".to_owned());
        assert_eq!(find_typed(&patrons, &here, " p-2041 ").await, p2041);
        assert_eq!(find_typed(&patrons, &here, "carla@EXAMPLE.org").await, p2041);
        for typed in ["", "p-204", "carla@example.com", "\n", &"x".repeat(500)] {
            assert_eq!(find_typed(&patrons, &here, typed).await, None, "{typed}");
        }
        assert_eq!(find_typed(&patrons, &there, "p-2041").await, None, "another library's");

        let p = id("p-2041");
        assert!(patrons.set_tracking_password(&here, &p, Some("hash")).await.unwrap());
        assert!(!patrons.set_tracking_password(&there, &p, Some("hash")).await.unwrap());
        let stamp = patrons.find(&here, &p).await.unwrap().unwrap().tracking_stamp();
        put(&here, "p-2041", "santos@example.org").await;
        assert_eq!(
            find_typed(&patrons, &here, "carla@example.org").await,
            None,
            "the former address"
        );
        assert_eq!(find_typed(&patrons, &here, "santos@example.org").await, p2041);
        let stored = patrons.find(&here, &p).await.unwrap().unwrap();
        assert_eq!(stored.tracking_hash(), Some("hash"), "the password stays");
        assert_eq!(stored.tracking_stamp(), stamp);
        patrons.set_tracking_password(&here, &p, Some("other")).await.unwrap();
        assert_ne!(patrons.find(&here, &p).await.unwrap().unwrap().tracking_stamp(), stamp);

        // Patrons who share an address must sign in with their numbers.
        put(&here, "p-2042", "SANTOS@example.org").await;
        assert_eq!(find_typed(&patrons, &here, "santos@example.org").await, None);
        put(&here, "p-2042", "other@example.org").await;
        assert_eq!(find_typed(&patrons, &here, "santos@example.org").await, p2041);

        patrons.remove(&here, &p).await.unwrap();
        for typed in ["p-2041", "santos@example.org"] {
            assert_eq!(find_typed(&patrons, &here, typed).await, None, "{typed}");
        }
        patrons.remove(&here, &id("p-2042")).await.unwrap();
        for kind in [PATRON, ADDRESS] {
            assert!(registry.list(kind, "", 10).await.unwrap().is_empty(), "{kind} is empty");
        }
    }
}
