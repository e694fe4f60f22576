//! Who signs in: accounts of staff, passwords, sessions, and how often somebody may try.

mod account;
mod accounts_store;
mod attempts;
mod gate;
mod hash_threads;
mod known_browsers;
mod password;
mod sessions;
mod sign_in_name;

pub(crate) use account::{Account, Login, Role};
pub(crate) use accounts_store::{Access, Accounts, NewAccount};
pub(crate) use attempts::{Attempts, Origin};
pub(crate) use gate::{Admission, Candidate, Gate, Guess, Later};
pub(crate) use known_browsers::KnownBrowsers;
pub(crate) use password::{MIN_PASSWORD_CHARS, Password, Passwords};
pub(crate) use sessions::{SessionToken, Sessions, Who};
pub(crate) use sign_in_name::SignInName;
