use crate::fields;
use crate::identifiers::folded;
use desktop_delivery::{Actor, AgencyId, InvalidInput, Language, StaffId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A member of a library's staff who signs in on the pages.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// The library.
    pub agency: AgencyId,
    /// The person's name, as colleagues see it.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// The language of their pages; `None` for the browser's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The password's hash, as argon2 writes it.
    pub(crate) password: String,
    /// The number of times that all sessions were ended at once. Sessions of an earlier count are over.
    #[serde(default)]
    pub epoch: u32,
    /// Whether the account may no longer sign in.
    #[serde(default)]
    pub disabled: bool,
}

/// What a member of staff may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// Serves requests, and maintains the library's record and its accounts.
    Administrator,
    /// Serves requests.
    Staff,
}

impl Account {
    /// Whether the account is an administrator's.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }

    /// Sets whether the account may no longer sign in, and ends its sessions.
    pub(crate) const fn set_disabled(&mut self, disabled: bool) {
        self.disabled = disabled;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

/// Prints who it is, and no hash.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agency, role, disabled, .. } = self;
        let mut shown = f.debug_struct("Account");
        shown.field("agency", agency).field("role", role).field("disabled", disabled);
        shown.finish_non_exhaustive()
    }
}

/// A user name of staff, which is also their id in the history of requests: 1 to 64 lowercase letters
/// (a to z), digits and `.`, `_`, `-`, `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Login(String);

impl Login {
    /// Reads a typed name. Capitals and full-width letters are folded to lowercase.
    ///
    /// # Errors
    /// [`InvalidInput`] if the name is empty, too long or has other characters.
    pub fn new(typed: &str) -> Result<Self, InvalidInput> {
        let text = folded(typed);
        let is_plain = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '@')
        };
        if text.is_empty() || text.len() > 64 || !text.chars().all(is_plain) {
            return Err(InvalidInput::new(fields::USER_NAME, fields::NOT_A_USER_NAME));
        }
        Ok(Self(text))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns who this is in the history of a request.
    ///
    /// # Errors
    /// [`InvalidInput`] if the name is no id of staff, which cannot happen for a valid name.
    pub fn actor(&self, account: &Account) -> Result<Actor, InvalidInput> {
        Ok(Actor::staff(account.agency.clone(), StaffId::new(&*self.0)?))
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_plain_and_small() {
        assert_eq!(Login::new(" Anne.Roy@Example.org ").unwrap().as_str(), "anne.roy@example.org");
        for text in ["", " ", "a b", "é", "a/b", &"a".repeat(65)] {
            assert!(Login::new(text).is_err(), "{text}");
        }
    }
}
