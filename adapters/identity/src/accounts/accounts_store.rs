use super::account::{Account, Login, Role};
use super::attempts::Origin;
use super::gate::{Admission, Candidate, Gate, Guess};
use super::password::{Password, Passwords};
use super::sign_in_name::SignInName;
use crate::records::Records;
use desktop_delivery::{AgencyId, Language, Registry, StoreError};
use std::sync::Arc;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

const KIND: &str = "account";
const LINK: &str = "account-link";

/// The accounts of staff in a [`Registry`].
///
/// An account is never removed, only disabled, because the history of requests refers to it.
#[derive(Clone, Debug)]
pub struct Accounts {
    pub(super) records: Records<Account>,
    /// Index entries from people at providers to user names.
    pub(super) links: Records<String>,
    passwords: Passwords,
    turns: Arc<Mutex<()>>,
}

/// A change that an administrator makes to an account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Access {
    /// Sets the name and the role of the person.
    Details {
        /// The name, shown to colleagues.
        name: String,
        /// The role.
        role: Role,
    },
    /// Disables or enables sign-in.
    Disabled(bool),
}

/// An account to create.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The user name.
    pub login: Login,
    /// The library.
    pub agency: AgencyId,
    /// The name of the person, shown to colleagues.
    pub name: String,
    /// The role.
    pub role: Role,
}

impl Accounts {
    /// Returns the accounts stored in a registry.
    #[must_use]
    pub fn new(registry: Arc<dyn Registry>, passwords: Passwords) -> Self {
        let links = Records::new(Arc::clone(&registry), LINK);
        Self { records: Records::new(registry, KIND), links, passwords, turns: Arc::default() }
    }

    /// Creates an account. Returns `false` if the user name is taken.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn make(&self, new: NewAccount, password: &Password) -> Result<bool, StoreError> {
        let password = self.passwords.hash(password).await?;
        let NewAccount { login, agency, name, role } = new;
        let (language, links, epoch, disabled) = (None, Vec::new(), 0, false);
        let account = Account { agency, name, role, language, password, links, epoch, disabled };
        self.records.write(login.as_str(), &account, 0).await
    }

    /// Checks a typed user name and password. Takes the same time for an unknown user name.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn sign_in(
        &self,
        gate: &Gate,
        typed: &str,
        password: Zeroizing<String>,
        origin: Origin,
    ) -> Result<Admission<(Login, Account)>, StoreError> {
        let guess = Guess { name: SignInName::staff(typed), origin, password };
        let (accounts, typed) = (self.clone(), typed.to_owned());
        let look_up = async move {
            let Ok(login) = Login::new(&typed) else { return Ok(None) };
            let can_sign_in = |account: &Account| !account.disabled && account.has_password();
            let found = accounts.find(&login).await?.filter(can_sign_in);
            Ok(found
                .map(|account| Candidate { hash: account.password.clone(), who: (login, account) }))
        };
        let admission = gate.admit(guess, look_up).await?;
        if let Admission::Granted { who: ((login, account), Some(hash)) } = &admission {
            self.replace_hash(login, &account.password, hash).await;
        }
        Ok(admission.map(|(who, _)| who))
    }

    /// Replaces the hash of the same password, unless the password was changed in the meantime.
    async fn replace_hash(&self, login: &Login, old: &str, new: &str) {
        let replace = |account: &mut Account| {
            if account.password == old {
                new.clone_into(&mut account.password);
            }
        };
        if let Err(error) = self.change(login, replace).await {
            // The old hash still works.
            tracing::warn!(%error, "could not replace a password hash");
        }
    }

    /// Returns an account, or `None` if the user name is unknown.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn find(&self, login: &Login) -> Result<Option<Account>, StoreError> {
        Ok(self.records.read(login.as_str()).await?.map(|(account, _)| account))
    }

    /// Returns the accounts of one library or of all libraries, sorted by user name.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn list(
        &self,
        agency: Option<&AgencyId>,
    ) -> Result<Vec<(String, Account)>, StoreError> {
        let mut found = self.records.all().await?;
        found.retain(|(_, account)| agency.is_none_or(|agency| account.agency == *agency));
        Ok(found)
    }

    /// Changes the password and ends all sessions. Returns the updated account, or `None` if the
    /// user name is unknown.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn set_password(
        &self,
        login: &Login,
        password: &Password,
    ) -> Result<Option<Account>, StoreError> {
        let hash = self.passwords.hash(password).await?;
        self.change(login, |account| {
            account.password.clone_from(&hash);
            account.epoch = account.epoch.wrapping_add(1);
        })
        .await
    }

    /// Ends all sessions of an account.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn sign_out_everywhere(&self, login: &Login) -> Result<(), StoreError> {
        self.change(login, |account| account.epoch = account.epoch.wrapping_add(1)).await?;
        Ok(())
    }

    /// Disables or enables sign-in on behalf of the operator, and ends all sessions. Unlike
    /// [`set_access`](Self::set_access), this can leave a library without an administrator.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn set_disabled(
        &self,
        login: &Login,
        disabled: bool,
    ) -> Result<Option<Account>, StoreError> {
        self.change(login, |account| account.set_disabled(disabled)).await
    }

    /// Changes an account on behalf of an administrator of its library. Returns `false` and changes
    /// nothing if the library would be left without an administrator who can sign in. Disabling an
    /// account ends its sessions.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn set_access(
        &self,
        login: &Login,
        agency: &AgencyId,
        access: Access,
    ) -> Result<bool, StoreError> {
        // Serialized, so that two administrators who step down at once cannot leave none.
        let _turn = self.turns.lock().await;
        let keeps = match &access {
            Access::Details { role, .. } => *role == Role::Administrator,
            Access::Disabled(disabled) => !disabled,
        };
        let can_keep = |(name, account): &(String, Account)| {
            name != login.as_str() && account.is_administrator() && !account.disabled
        };
        let accounts = self.list(Some(agency)).await?;
        let is_one = accounts.iter().any(|(name, account)| {
            name == login.as_str() && account.is_administrator() && !account.disabled
        });
        if is_one && !keeps && !accounts.iter().any(can_keep) {
            return Ok(false);
        }
        self.change(login, |account| match &access {
            Access::Details { name, role } => {
                account.name.clone_from(name);
                account.role = *role;
            }
            Access::Disabled(disabled) => account.set_disabled(*disabled),
        })
        .await?;
        Ok(true)
    }

    /// Sets the language of the account's pages; `None` to follow the browser.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn set_language(
        &self,
        login: &Login,
        language: Option<Language>,
    ) -> Result<(), StoreError> {
        self.change(login, |account| account.language = language).await.map(|_| ())
    }

    pub(super) async fn change(
        &self,
        login: &Login,
        change: impl Fn(&mut Account) + Send + Sync,
    ) -> Result<Option<Account>, StoreError> {
        self.records
            .update(login.as_str(), |account| {
                account.map(|mut account| {
                    change(&mut account);
                    account
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Attempts;
    use crate::accounts::password::hash_of_raw;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::SystemClock;
    use desktop_delivery::token::SystemEntropy;

    fn password(text: &str) -> Password {
        Password::chosen(text).unwrap()
    }

    #[tokio::test]
    async fn an_account_signs_in_until_it_is_disabled() {
        let passwords = Passwords::new(Arc::new(SystemEntropy)).unwrap();
        let registry = Arc::new(MemoryRegistry::new());
        let attempts = Attempts::new(registry.clone(), Arc::new(SystemClock));
        let gate = Gate::new(attempts, passwords.clone());
        let accounts = Accounts::new(registry, passwords);
        let login = Login::new("anne.roy").unwrap();
        let agency = AgencyId::new("CA-OTU").unwrap();
        let new = || NewAccount {
            login: login.clone(),
            agency: agency.clone(),
            name: "Anne Roy".to_owned(),
            role: Role::Staff,
        };
        assert!(accounts.make(new(), &password("a long sentence")).await.unwrap());
        let taken = accounts.make(new(), &password("another sentence")).await.unwrap();
        assert!(!taken, "the user name is taken");

        let sign_in = async |typed: &str, password: &str| {
            let (typed, password) = (typed.to_owned(), Zeroizing::new(password.to_owned()));
            let admission = accounts.sign_in(&gate, &typed, password, Origin::Session).await;
            match admission.unwrap() {
                Admission::Granted { who } => Some(who),
                Admission::Denied => None,
                later @ Admission::Later(_) => panic!("{later:?}"),
            }
        };
        let signs_in = async |password: &str| sign_in("Anne.Roy", password).await;
        assert_eq!(signs_in("a long sentence").await.unwrap().1.name, "Anne Roy");
        assert!(signs_in("another sentence").await.is_none());
        assert!(sign_in("nobody", "a long sentence").await.is_none());

        // A hash of the unnormalized password still works and is replaced.
        let old = hash_of_raw(" cafe\u{301} au lait");
        accounts.change(&login, |account| account.password.clone_from(&old)).await.unwrap();
        assert!(signs_in(" cafe\u{301} au lait").await.is_some());
        assert!(signs_in("caf\u{e9} au lait").await.is_some(), "in either form");
        assert_eq!(accounts.find(&login).await.unwrap().unwrap().epoch, 0, "sessions stay open");

        let changed = accounts.set_password(&login, &password("a new sentence")).await;
        let changed = changed.unwrap().unwrap();
        assert_eq!(changed.epoch, 1, "earlier sessions are over");
        assert!(signs_in("a new sentence").await.is_some());
        let disabled = Access::Disabled(true);
        assert!(accounts.set_access(&login, &agency, disabled).await.unwrap());
        assert!(signs_in("a new sentence").await.is_none());
        assert_eq!(accounts.list(Some(&agency)).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_library_keeps_an_administrator_who_can_sign_in() {
        let passwords = Passwords::new(Arc::new(SystemEntropy)).unwrap();
        let accounts = Accounts::new(Arc::new(MemoryRegistry::new()), passwords);
        let (here, there) = (AgencyId::new("CA-OTU").unwrap(), AgencyId::new("CA-QMU").unwrap());
        let login = |name: &str| Login::new(name).unwrap();
        for (name, agency, role) in [
            ("anne", &here, Role::Administrator),
            ("paul", &here, Role::Administrator),
            ("carl", &here, Role::Staff),
            ("marie", &there, Role::Administrator),
        ] {
            let name_of = name.to_owned();
            let new =
                NewAccount { login: login(name), agency: agency.clone(), name: name_of, role };
            assert!(accounts.make(new, &password("a long sentence")).await.unwrap());
        }
        let staff = || Access::Details { name: "A".to_owned(), role: Role::Staff };
        let set =
            async |name, access| accounts.set_access(&login(name), &here, access).await.unwrap();
        assert!(set("anne", staff()).await, "paul remains");
        assert!(!set("paul", staff()).await);
        assert!(!set("paul", Access::Disabled(true)).await);
        assert!(set("carl", Access::Disabled(true)).await, "carl is not an administrator");
        let keeps = Access::Details { name: "Paul Roy".to_owned(), role: Role::Administrator };
        assert!(set("paul", keeps).await);

        let again = Access::Details { name: "Anne".to_owned(), role: Role::Administrator };
        assert!(set("anne", again.clone()).await);
        let anne = login("anne");
        let [one, other] = [set("anne", staff()), set("paul", Access::Disabled(true))];
        let (one, other) = tokio::join!(one, other);
        assert!(one != other, "one of two at once is refused");
        assert!(accounts.find(&anne).await.unwrap().is_some());
    }
}
