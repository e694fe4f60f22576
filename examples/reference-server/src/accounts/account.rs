use crate::fields;
use crate::identifiers::folded;
use desktop_delivery::{Actor, AgencyId, InvalidInput, Language, StaffId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A member of a library's staff who signs in on the pages.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The library.
    pub(crate) agency: AgencyId,
    /// The person's name, as colleagues see it.
    pub(crate) name: String,
    pub(crate) role: Role,
    /// The language of their pages; `None` for the browser's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Language>,
    /// The password's hash, as argon2 writes it.
    pub(crate) password: String,
    /// Counts the times that all sessions were ended at once: those of an earlier count are over.
    #[serde(default)]
    pub(crate) epoch: u32,
    /// Whether they may not sign in any more.
    #[serde(default)]
    pub(crate) disabled: bool,
}

/// What staff may do beside serving requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// Also keeps the library's record and its accounts.
    Administrator,
    /// Lends and borrows.
    Staff,
}

impl Account {
    pub(crate) fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }

    /// Lets it sign in or not, and ends its sessions.
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

/// The name that somebody signs in with, and by which the history knows them: 1 to 64 characters, small
/// letters, digits and `.`, `_`, `-`, `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Login(String);

impl Login {
    /// Reads a typed name; capitals and full-width letters are folded to lowercase.
    pub(crate) fn new(typed: &str) -> Result<Self, InvalidInput> {
        let text = folded(typed);
        let is_plain = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '@')
        };
        if text.is_empty() || text.len() > 64 || !text.chars().all(is_plain) {
            return Err(InvalidInput::new(fields::USER_NAME, fields::NOT_A_USER_NAME));
        }
        Ok(Self(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Who this is in the history of a request.
    pub(crate) fn actor(&self, account: &Account) -> Result<Actor, InvalidInput> {
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
