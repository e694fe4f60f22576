use super::account::{Account, Login, Role};
use super::password::Passwords;
use crate::records::Records;
use desktop_delivery::{AgencyId, Language, Registry, StoreError};
use std::sync::Arc;
use tokio::sync::Mutex;

const KIND: &str = "account";

/// Makes, finds and changes accounts of staff.
///
/// An account is never removed, only disabled: the history of requests names it.
#[derive(Clone, Debug)]
pub(crate) struct Accounts {
    records: Records<Account>,
    passwords: Passwords,
    turns: Arc<Mutex<()>>,
}

/// What an administrator changes of an account.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    /// The person's name and role.
    Details { name: String, role: Role },
    /// Whether they may not sign in any more.
    Disabled(bool),
}

/// An account to make.
#[derive(Clone, Debug)]
pub(crate) struct NewAccount {
    pub(crate) login: Login,
    pub(crate) agency: AgencyId,
    pub(crate) name: String,
    pub(crate) role: Role,
}

impl Accounts {
    pub(crate) fn new(registry: Arc<dyn Registry>, passwords: Passwords) -> Self {
        Self { records: Records::new(registry, KIND), passwords, turns: Arc::default() }
    }

    /// Makes an account; answers whether its name was free.
    pub(crate) async fn make(&self, new: NewAccount, password: &str) -> Result<bool, StoreError> {
        let password = self.passwords.hash(password).await?;
        let NewAccount { login, agency, name, role } = new;
        let (language, epoch, disabled) = (None, 0, false);
        let account = Account { agency, name, role, language, password, epoch, disabled };
        self.records.write(login.as_str(), &account, 0).await
    }

    /// The account with this name and password, if it may sign in; takes as long where there is none.
    pub(crate) async fn sign_in(
        &self,
        typed: &str,
        password: &str,
    ) -> Result<Option<(Login, Account)>, StoreError> {
        let found = match Login::new(typed) {
            Ok(login) => self.find(&login).await?.map(|account| (login, account)),
            Err(_) => None,
        };
        let hash = found.as_ref().map(|(_, account)| account.password.as_str());
        let is_right = self.passwords.verify(password, hash).await?;
        Ok(found.filter(|(_, account)| is_right && !account.disabled))
    }

    pub(crate) async fn find(&self, login: &Login) -> Result<Option<Account>, StoreError> {
        Ok(self.records.read(login.as_str()).await?.map(|(account, _)| account))
    }

    /// The accounts of a library, or of all, by user name.
    pub(crate) async fn list(
        &self,
        agency: Option<&AgencyId>,
    ) -> Result<Vec<(String, Account)>, StoreError> {
        let mut found = self.records.all().await?;
        found.retain(|(_, account)| agency.is_none_or(|agency| account.agency == *agency));
        Ok(found)
    }

    /// Changes the password, which ends every session but those begun after it.
    pub(crate) async fn set_password(
        &self,
        login: &Login,
        password: &str,
    ) -> Result<Option<Account>, StoreError> {
        let hash = self.passwords.hash(password).await?;
        self.change(login, |account| {
            account.password.clone_from(&hash);
            account.epoch = account.epoch.wrapping_add(1);
        })
        .await
    }

    /// Ends all sessions of an account.
    pub(crate) async fn sign_out_everywhere(&self, login: &Login) -> Result<(), StoreError> {
        self.change(login, |account| account.epoch = account.epoch.wrapping_add(1)).await?;
        Ok(())
    }

    /// Lets an account sign in or not, at the operator's word; one that may not is signed out at once.
    pub(crate) async fn set_disabled(
        &self,
        login: &Login,
        disabled: bool,
    ) -> Result<Option<Account>, StoreError> {
        self.change(login, |account| account.set_disabled(disabled)).await
    }

    /// Changes who an account is and what it may; answers whether that was done: it is not where its
    /// library would be left without an administrator who can sign in. One that may not sign in any
    /// more is signed out at once.
    pub(crate) async fn set_access(
        &self,
        login: &Login,
        agency: &AgencyId,
        access: Access,
    ) -> Result<bool, StoreError> {
        // One at a time, so that two who step down at once do not leave nobody.
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

    pub(crate) async fn set_language(
        &self,
        login: &Login,
        language: Option<Language>,
    ) -> Result<(), StoreError> {
        self.change(login, |account| account.language = language).await.map(|_| ())
    }

    async fn change(
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
    use desktop_delivery::{MemoryRegistry, SystemEntropy};

    #[tokio::test]
    async fn an_account_signs_in_until_it_is_disabled() {
        let passwords = Passwords::new(Arc::new(SystemEntropy)).unwrap();
        let accounts = Accounts::new(Arc::new(MemoryRegistry::new()), passwords);
        let login = Login::new("anne.roy").unwrap();
        let agency = AgencyId::new("CA-OTU").unwrap();
        let new = || NewAccount {
            login: login.clone(),
            agency: agency.clone(),
            name: "Anne Roy".to_owned(),
            role: Role::Staff,
        };
        assert!(accounts.make(new(), "a long sentence").await.unwrap());
        assert!(!accounts.make(new(), "another sentence").await.unwrap(), "the name is taken");

        let signs_in = async |password: &str| accounts.sign_in("Anne.Roy", password).await.unwrap();
        assert_eq!(signs_in("a long sentence").await.unwrap().1.name, "Anne Roy");
        assert!(signs_in("another sentence").await.is_none());
        assert!(accounts.sign_in("nobody", "a long sentence").await.unwrap().is_none());

        let changed = accounts.set_password(&login, "a new sentence").await.unwrap().unwrap();
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
            assert!(accounts.make(new, "a long sentence").await.unwrap());
        }
        let staff = || Access::Details { name: "A".to_owned(), role: Role::Staff };
        let set =
            async |name, access| accounts.set_access(&login(name), &here, access).await.unwrap();
        assert!(set("anne", staff()).await, "paul is left");
        assert!(!set("paul", staff()).await);
        assert!(!set("paul", Access::Disabled(true)).await);
        assert!(set("carl", Access::Disabled(true)).await, "carl is none");
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
