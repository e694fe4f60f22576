use crate::accounts::{Admission, Candidate, Gate, Guess, Origin, SignInName, Who};
use crate::hex::hex;
use crate::identifiers::{composed, folded, trimmed};
use crate::records::Records;
use desktop_delivery::{AgencyId, Contact, Language, PatronId, Registry, StoreError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

const PATRON: &str = "patron";
/// Finds a patron by email address, and by number if it is written in another form; stores neither.
const ADDRESS: &str = "patron-address";
/// Names the libraries some of whose patrons have, or had, a tracking password.
const TRACKING: &str = "tracking-library";

/// The patrons of an installation whose host has no records of them: their contact, and the password
/// with which they follow their requests.
///
/// The key of a record is a hash of library and number. Index entries, whose keys are hashes of library
/// and email address or normalized number, lead to it, so that patrons can sign in with either. An entry
/// is checked against the record, so that one left over by a crash opens nothing.
#[derive(Clone, Debug)]
pub struct Patrons {
    patrons: Records<StoredPatron>,
    addresses: Records<PatronId>,
    tracking: Records<()>,
}

/// A patron as stored.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredPatron {
    name: String,
    email: String,
    language: Language,
    /// The tracking password's hash, as argon2 writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tracking_password: Option<String>,
}

impl Patrons {
    pub(crate) fn new(registry: Arc<dyn Registry>) -> Self {
        Self {
            patrons: Records::new(Arc::clone(&registry), PATRON),
            addresses: Records::new(Arc::clone(&registry), ADDRESS),
            tracking: Records::new(registry, TRACKING),
        }
    }

    /// Writes where a patron gets mail; their tracking password stays.
    pub(crate) async fn put(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        let key = key(agency, patron.as_str());
        let email = contact.emails.to_text();
        let new_address = address_key(agency, patron, &email);
        // Before the patron's own record: what a crash leaves over is passed over.
        self.addresses.update(&new_address, |_| Some(patron.clone())).await?;
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

    /// Sets or removes the hash of the password with which a patron follows requests, and returns whether
    /// the patron is known.
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

    /// Forgets a patron.
    pub(crate) async fn remove(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<(), StoreError> {
        let key = key(agency, patron.as_str());
        let Some((stored, _)) = self.patrons.read(&key).await? else { return Ok(()) };
        // First: else a crash in between would leave a record that nothing leads to.
        for name in [address_key(agency, patron, &stored.email), number_key(agency, patron)] {
            self.addresses.remove(&name).await?;
        }
        self.patrons.remove(&key).await?;
        Ok(())
    }

    /// Returns a patron by their number; `None` if there is none.
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

    /// Looks up the patron for a typed number or email address, in whatever form. A number as the
    /// host writes it comes first; otherwise, a value that several patrons share matches none of
    /// them.
    pub(crate) async fn meant(
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
        let mut meant: Option<(PatronId, StoredPatron)> = None;
        for (_, patron) in named {
            let stored = self.find(agency, &patron).await?;
            let Some(stored) = stored.filter(|stored| stored.is_called(&patron, typed)) else {
                continue;
            };
            if meant.as_ref().is_some_and(|(other, _)| *other != patron) {
                return Ok(None);
            }
            meant = Some((patron, stored));
        }
        Ok(meant)
    }

    /// Checks a typed number or email address and a tracking password. It takes as long if there is no
    /// such patron.
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
            let Some((patron, stored)) = patrons.meant(&agency, &typed).await? else {
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
                let who = Who::Patron { agency, patron, stamp };
                Admission::Granted { who }
            }
            Admission::Denied => Admission::Denied,
            Admission::Later(later) => Admission::Later(later),
        })
    }

    /// Stores another hash of the same password, unless the password was changed meanwhile; returns
    /// the stamp of the stored record.
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
                // The old one still works.
                tracing::warn!(%error, "a password could not be hashed anew");
                before.tracking_stamp()
            }
        }
    }

    /// Returns the libraries some of whose patrons have, or had, a tracking password.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn tracking_libraries(&self) -> Result<Vec<AgencyId>, StoreError> {
        let found = self.tracking.all().await?;
        Ok(found.into_iter().filter_map(|(id, ())| AgencyId::new(id).ok()).collect())
    }

    /// Forgets that an address leads to a patron, unless it is theirs by now.
    async fn forget_address(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        email: &str,
    ) -> Result<(), StoreError> {
        let is_theirs = async || {
            let stored = self.find(agency, patron).await?;
            Ok::<_, StoreError>(stored.is_some_and(|stored| stored.is_called(patron, email)))
        };
        if is_theirs().await? {
            return Ok(());
        }
        let key = address_key(agency, patron, email);
        self.addresses.remove(&key).await?;
        // Another call may have given them the address back meanwhile.
        if is_theirs().await? {
            self.addresses.update(&key, |_| Some(patron.clone())).await?;
        }
        Ok(())
    }
}

impl StoredPatron {
    /// Where they get mail; an older record may have text that is no address.
    pub(crate) fn contact(self) -> Contact {
        Contact::new(self.name, self.email).with_language(self.language)
    }

    /// Whether somebody who typed this means them, by their number or their mail address.
    fn is_called(&self, number: &PatronId, typed: &str) -> bool {
        folded(&self.email) == folded(typed) || composed(number.as_str()) == composed(typed)
    }

    /// Returns the hash of the tracking password, if there is one.
    #[must_use]
    pub fn tracking_hash(&self) -> Option<&str> {
        self.tracking_password.as_deref()
    }

    /// Returns a text that changes with the tracking password and reveals nothing of it; empty if there
    /// is none. A session stores it, so that it ends when the password changes or the patron is removed.
    #[must_use]
    pub fn tracking_stamp(&self) -> String {
        let digest = self.tracking_hash().map(|hash| hex(&Sha256::digest(hash)));
        digest.map(|digest| digest[..16].to_owned()).unwrap_or_default()
    }
}

impl fmt::Debug for StoredPatron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPatron(..)")
    }
}

/// A key that holds two texts of any length and shows neither.
fn key(agency: &AgencyId, text: &str) -> String {
    let mut hash = Sha256::new();
    for part in [agency.as_str(), text] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// What names of patrons begin with that have this name, in its usual form.
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

    async fn meant(patrons: &Patrons, agency: &AgencyId, typed: &str) -> Option<String> {
        let found = patrons.meant(agency, typed).await.unwrap();
        found.map(|(patron, _)| patron.as_str().to_owned())
    }

    #[tokio::test]
    async fn a_number_is_found_however_it_is_typed() {
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
            assert_eq!(meant(&patrons, &agency, typed).await.as_deref(), Some(patron), "{typed:?}");
        }
        for typed in ["p-2041", "CAFE\u{301} 7", "c9@example.org"] {
            assert_eq!(meant(&patrons, &agency, typed).await, None, "{typed:?}");
        }
        for patron in numbers {
            patrons.remove(&agency, &id(patron)).await.unwrap();
        }
        assert!(registry.list(ADDRESS, "", 10).await.unwrap().is_empty(), "all are forgotten");
    }

    #[tokio::test]
    async fn a_patron_is_found_by_number_and_by_the_address_that_they_have_now() {
        let registry = Arc::new(MemoryRegistry::new());
        let patrons = Patrons::new(registry.clone());
        let (here, there) = (AgencyId::new("CA-BVAU").unwrap(), AgencyId::new("CA-QMU").unwrap());
        let put = async |agency: &AgencyId, patron: &str, email: &str| {
            let contact = Contact::new("Carla Santos", email);
            patrons.put(agency, &id(patron), &contact).await.unwrap();
        };
        put(&here, "p-2041", "Carla@Example.org").await;
        let p2041 = Some("p-2041".to_owned());
        assert_eq!(meant(&patrons, &here, " p-2041 ").await, p2041);
        assert_eq!(meant(&patrons, &here, "carla@EXAMPLE.org").await, p2041);
        for typed in ["", "p-204", "carla@example.com", "\n", &"x".repeat(500)] {
            assert_eq!(meant(&patrons, &here, typed).await, None, "{typed}");
        }
        assert_eq!(meant(&patrons, &there, "p-2041").await, None, "another library's");

        let p = id("p-2041");
        assert!(patrons.set_tracking_password(&here, &p, Some("hash")).await.unwrap());
        assert!(!patrons.set_tracking_password(&there, &p, Some("hash")).await.unwrap());
        let stamp = patrons.find(&here, &p).await.unwrap().unwrap().tracking_stamp();
        put(&here, "p-2041", "santos@example.org").await;
        assert_eq!(meant(&patrons, &here, "carla@example.org").await, None, "it is given up");
        assert_eq!(meant(&patrons, &here, "santos@example.org").await, p2041);
        let stored = patrons.find(&here, &p).await.unwrap().unwrap();
        assert_eq!(stored.tracking_hash(), Some("hash"), "the password stays");
        assert_eq!(stored.tracking_stamp(), stamp);
        patrons.set_tracking_password(&here, &p, Some("other")).await.unwrap();
        assert_ne!(patrons.find(&here, &p).await.unwrap().unwrap().tracking_stamp(), stamp);

        // Two who share an address sign in with their numbers.
        put(&here, "p-2042", "SANTOS@example.org").await;
        assert_eq!(meant(&patrons, &here, "santos@example.org").await, None);
        put(&here, "p-2042", "other@example.org").await;
        assert_eq!(meant(&patrons, &here, "santos@example.org").await, p2041);

        patrons.remove(&here, &p).await.unwrap();
        for typed in ["p-2041", "santos@example.org"] {
            assert_eq!(meant(&patrons, &here, typed).await, None, "{typed}");
        }
        patrons.remove(&here, &id("p-2042")).await.unwrap();
        for kind in [PATRON, ADDRESS] {
            assert!(registry.list(kind, "", 10).await.unwrap().is_empty(), "{kind} is forgotten");
        }
    }
}
