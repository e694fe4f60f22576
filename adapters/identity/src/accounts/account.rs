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
    /// The name of the person, shown to colleagues.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// The language of the person's pages; `None` to follow the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The argon2 hash of the password in PHC format; empty if the account has none.
    pub(crate) password: String,
    /// The keys of the people at providers who are linked to the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<String>,
    /// Incremented whenever all sessions are ended. Sessions of an earlier epoch are invalid.
    #[serde(default)]
    pub epoch: u32,
    /// Whether sign-in is disabled.
    #[serde(default)]
    pub disabled: bool,
}

/// The role of a staff member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// Handles requests and maintains the library's record and accounts.
    Administrator,
    /// Handles requests.
    Staff,
}

impl Account {
    /// Returns whether the account is an administrator.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }

    /// Returns whether the account has a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        !self.password.is_empty()
    }

    /// Returns how many people at providers are linked to the account.
    #[must_use]
    pub fn links(&self) -> usize {
        self.links.len()
    }

    /// Disables or enables sign-in and ends all sessions.
    pub(crate) const fn set_disabled(&mut self, disabled: bool) {
        self.disabled = disabled;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

/// Omits the password hash.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agency, role, disabled, .. } = self;
        let mut shown = f.debug_struct("Account");
        shown.field("agency", agency).field("role", role).field("disabled", disabled);
        shown.finish_non_exhaustive()
    }
}

/// A user name of staff, which is also their id in the history of requests: 1 to 64 lowercase
/// letters (a to z), digits and `.`, `_`, `-`, `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Login(String);

impl Login {
    /// Parses a typed user name. Uppercase and full-width letters are folded to lowercase.
    ///
    /// # Errors
    /// [`InvalidInput`] if the name is empty, too long or contains other characters.
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

    /// Returns the actor recorded in the history of requests.
    ///
    /// # Errors
    /// [`InvalidInput`] if the name is not a valid staff id, which cannot happen for a valid user
    /// name.
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
    fn logins_are_short_and_lowercase() {
        assert_eq!(Login::new(" Anne.Roy@Example.org ").unwrap().as_str(), "anne.roy@example.org");
        for text in ["", " ", "a b", "é", "a/b", &"a".repeat(65)] {
            assert!(Login::new(text).is_err(), "{text}");
        }
    }
}
