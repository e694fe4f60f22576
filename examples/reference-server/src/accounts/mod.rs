//! Who signs in: accounts of staff, passwords, sessions, and how often somebody may try.

mod account;
mod accounts_store;
mod attempts;
mod password;
mod sessions;

pub(crate) use account::{Account, Login, Role};
pub(crate) use accounts_store::{Access, Accounts, NewAccount};
pub(crate) use attempts::Attempts;
pub(crate) use password::{MIN_PASSWORD_CHARS, Passwords, generated};
pub(crate) use sessions::{SessionToken, Sessions, Who};
