//! Sign-in: accounts of staff, passwords, sessions, and limits on guessing.

mod account;
mod accounts_store;
mod attempts;
mod gate;
mod hash_threads;
mod known_browsers;
mod linked;
mod password;
mod sessions;
mod sign_in_name;

pub use account::{Account, Login, Role};
pub use accounts_store::{Access, Accounts, NewAccount};
pub use attempts::{Attempts, Origin};
pub use gate::{Admission, Gate, Later};
pub(crate) use gate::{Candidate, Guess};
pub use known_browsers::KnownBrowsers;
pub use linked::{LinkResult, LinkedAccount};
pub use password::{MIN_PASSWORD_CHARS, Password, Passwords};
pub use sessions::{OpenSession, SessionToken, Sessions, Who};
pub use sign_in_name::SignInName;
