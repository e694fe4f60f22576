use super::account::{Account, Login, Role};
use super::accounts_store::Accounts;
use crate::hex::digest_of;
use desktop_delivery::{AgencyId, StoreError};
use std::fmt;

/// A staff member at a provider, with the name and the role that the provider reports.
///
/// Issuer and subject identify the person, never a name or an email address, because those can be
/// reassigned to someone else. Together with the library, they identify the account, so that a person
/// who works for two libraries has two accounts.
#[derive(Clone, Copy)]
pub struct LinkedAccount<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// The identifier of the person at the issuer.
    pub subject: &'a str,
    /// The library.
    pub agency: &'a AgencyId,
    /// The name of the person.
    pub name: Option<&'a str>,
    /// The role; `None` to keep that of the account.
    pub role: Option<Role>,
}

/// The result of linking an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkResult {
    /// The account is linked.
    Linked,
    /// The person is linked to another account of the library.
    LinkedElsewhere,
    /// The user name is unknown.
    Unknown,
}

impl LinkedAccount<'_> {
    fn key(&self) -> String {
        link_key(self.issuer, self.subject, self.agency)
    }
}

/// Omits the person.
impl fmt::Debug for LinkedAccount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("LinkedAccount");
        shown.field("issuer", &self.issuer).field("agency", &self.agency).finish_non_exhaustive()
    }
}

/// The key of a person at a provider, which does not reveal the subject.
fn link_key(issuer: &str, subject: &str, agency: &AgencyId) -> String {
    digest_of(&[issuer, subject, agency.as_str()])
}

impl Accounts {
    /// Returns the account of a person at a provider after giving it the name and the role that the
    /// provider states, or `None` if no account is linked. A disabled account does not change.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn sign_in_linked(
        &self,
        person: &LinkedAccount<'_>,
    ) -> Result<Option<(Login, Account)>, StoreError> {
        let Some((login, account)) = self.linked(&person.key()).await? else { return Ok(None) };
        let name = person.name.unwrap_or(&account.name).to_owned();
        let role = person.role.unwrap_or(account.role);
        if account.disabled || (account.role == role && account.name == name) {
            return Ok(Some((login, account)));
        }
        let changed = self.change(&login, |account| {
            account.name.clone_from(&name);
            account.role = role;
        });
        Ok(changed.await?.map(|account| (login, account)))
    }

    /// Creates an account without a password for a person at a provider. It gets the suggested user
    /// name if that is free, or else one derived from the person. Returns the account, which may be
    /// one that a concurrent call created, or `None` if the provider states no role.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn create_linked(
        &self,
        person: &LinkedAccount<'_>,
        suggested: Option<&Login>,
    ) -> Result<Option<(Login, Account)>, StoreError> {
        let Some(role) = person.role else { return Ok(None) };
        let key = person.key();
        let derived = Login::new(&format!("sso-{}", &key[..16])).ok();
        for login in suggested.cloned().into_iter().chain(derived) {
            let account = Account {
                agency: person.agency.clone(),
                name: person.name.unwrap_or(login.as_str()).to_owned(),
                role,
                language: None,
                password: String::new(),
                links: vec![key.clone()],
                epoch: 0,
                disabled: false,
            };
            let is_new = self.records.write(login.as_str(), &account, 0).await?;
            // A concurrent call, or one that a crash interrupted, created it.
            let is_theirs = async || {
                let held = self.find(&login).await?;
                Ok::<_, StoreError>(held.is_some_and(|held| held.links.contains(&key)))
            };
            if is_new || is_theirs().await? {
                self.links.update(&key, |_| Some(login.to_string())).await?;
                return self.linked(&key).await;
            }
        }
        Ok(None)
    }

    /// Links an account to a person at a provider.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn link(
        &self,
        login: &Login,
        issuer: &str,
        subject: &str,
    ) -> Result<LinkResult, StoreError> {
        let Some(account) = self.find(login).await? else { return Ok(LinkResult::Unknown) };
        let key = link_key(issuer, subject, &account.agency);
        if self.linked(&key).await?.is_some_and(|(other, _)| other != *login) {
            return Ok(LinkResult::LinkedElsewhere);
        }
        // Written before the account: an entry left by a crash leads to an account without the link
        // and is ignored.
        self.links.update(&key, |_| Some(login.to_string())).await?;
        let changed = self.change(login, |account| {
            if !account.links.contains(&key) {
                account.links.push(key.clone());
            }
        });
        Ok(changed.await?.map_or(LinkResult::Unknown, |_| LinkResult::Linked))
    }

    /// Removes all links of an account and ends its sessions. Returns whether the user name is
    /// known.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn unlink(&self, login: &Login) -> Result<bool, StoreError> {
        let Some(before) = self.find(login).await? else { return Ok(false) };
        let changed = self.change(login, |account| {
            account.links.clear();
            account.epoch = account.epoch.wrapping_add(1);
        });
        changed.await?;
        for key in before.links {
            self.links.remove(&key).await?;
        }
        Ok(true)
    }

    /// Returns the account that a key leads to, if the account has that link.
    async fn linked(&self, key: &str) -> Result<Option<(Login, Account)>, StoreError> {
        let Some((login, _)) = self.links.read(key).await? else { return Ok(None) };
        let Ok(login) = Login::new(&login) else { return Ok(None) };
        let account = self.find(&login).await?;
        let account = account.filter(|account| account.links.iter().any(|link| link == key));
        Ok(account.map(|account| (login, account)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{NewAccount, Password, Passwords};
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::token::SystemEntropy;
    use std::sync::Arc;

    const ISSUER: &str = "https://login.example.org";

    fn accounts() -> Accounts {
        let passwords = Passwords::new(Arc::new(SystemEntropy)).unwrap();
        Accounts::new(Arc::new(MemoryRegistry::new()), passwords)
    }

    fn person<'a>(subject: &'a str, agency: &'a AgencyId, role: Role) -> LinkedAccount<'a> {
        LinkedAccount { issuer: ISSUER, subject, agency, name: Some("Anne Roy"), role: Some(role) }
    }

    fn login(name: &str) -> Login {
        Login::new(name).unwrap()
    }

    #[tokio::test]
    async fn an_account_is_created_once_for_each_person_and_library() {
        let accounts = accounts();
        let (here, there) = (AgencyId::new("CA-OTU").unwrap(), AgencyId::new("CA-QMU").unwrap());
        let anne = person("1f2e", &here, Role::Staff);
        assert!(accounts.sign_in_linked(&anne).await.unwrap().is_none());
        let wish = login("anne.roy");
        let (one, two) = tokio::join!(
            accounts.create_linked(&anne, Some(&wish)),
            accounts.create_linked(&anne, Some(&wish)),
        );
        let [one, two] = [one, two].map(|created| created.unwrap().unwrap().0);
        assert_eq!((one.as_str(), one == two), ("anne.roy", true));
        assert_eq!(accounts.list(None).await.unwrap().len(), 1);

        // The name is taken by another person; one without a usable name gets a derived one.
        let other = person("99", &here, Role::Staff);
        let (derived, account) =
            accounts.create_linked(&other, Some(&wish)).await.unwrap().unwrap();
        assert!(derived.as_str().starts_with("sso-"), "{derived}");
        assert!(!account.has_password());
        let elsewhere = person("1f2e", &there, Role::Staff);
        assert!(accounts.sign_in_linked(&elsewhere).await.unwrap().is_none(), "another library");
        let foreign = LinkedAccount { issuer: "https://evil.example.org", ..anne };
        assert!(accounts.sign_in_linked(&foreign).await.unwrap().is_none(), "another issuer");
    }

    #[tokio::test]
    async fn name_and_role_follow_the_provider_at_each_sign_in_but_disabled_stays_disabled() {
        let accounts = accounts();
        let here = AgencyId::new("CA-OTU").unwrap();
        let anne = person("1f2e", &here, Role::Administrator);
        accounts.create_linked(&anne, Some(&login("anne.roy"))).await.unwrap();
        let demoted =
            LinkedAccount { name: Some("Anne Roy-Blanc"), role: Some(Role::Staff), ..anne };
        let (_, account) = accounts.sign_in_linked(&demoted).await.unwrap().unwrap();
        assert_eq!((&*account.name, account.role), ("Anne Roy-Blanc", Role::Staff));
        let nameless = LinkedAccount { name: None, role: None, ..demoted };
        let (_, account) = accounts.sign_in_linked(&nameless).await.unwrap().unwrap();
        assert_eq!(account.name, "Anne Roy-Blanc");
        accounts.set_disabled(&login("anne.roy"), true).await.unwrap();
        let (_, account) = accounts.sign_in_linked(&anne).await.unwrap().unwrap();
        assert!(account.disabled && account.role == Role::Staff);
    }

    #[tokio::test]
    async fn the_operator_links_an_account_to_one_person_and_unlinks_it() {
        let accounts = accounts();
        let here = AgencyId::new("CA-OTU").unwrap();
        for name in ["anne.roy", "paul.chan"] {
            let (login, name) = (login(name), name.to_owned());
            let new = NewAccount { login, agency: here.clone(), name, role: Role::Staff };
            accounts.make(new, &Password::chosen("a long sentence").unwrap()).await.unwrap();
        }
        let link = async |name: &str| accounts.link(&login(name), ISSUER, "1f2e").await.unwrap();
        assert_eq!(link("nobody").await, LinkResult::Unknown);
        assert_eq!(link("anne.roy").await, LinkResult::Linked);
        assert_eq!(link("anne.roy").await, LinkResult::Linked);
        assert_eq!(link("paul.chan").await, LinkResult::LinkedElsewhere);
        let anne = person("1f2e", &here, Role::Staff);
        let (found, account) = accounts.sign_in_linked(&anne).await.unwrap().unwrap();
        assert_eq!((found.as_str(), account.links()), ("anne.roy", 1));

        assert!(accounts.unlink(&login("anne.roy")).await.unwrap());
        assert!(!accounts.unlink(&login("nobody")).await.unwrap());
        assert!(accounts.sign_in_linked(&anne).await.unwrap().is_none());
        let account = accounts.find(&login("anne.roy")).await.unwrap().unwrap();
        assert_eq!((account.links(), account.epoch), (0, 1), "its sessions are over");
        assert_eq!(link("paul.chan").await, LinkResult::Linked);
    }
}
