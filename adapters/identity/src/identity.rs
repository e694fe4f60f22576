use crate::accounts::{Accounts, Attempts, Gate, KnownBrowsers, Passwords, Sessions};
use crate::api_keys::ApiKeys;
use crate::directory::RegistryDirectory;
use crate::single_sign_on::PendingSignIns;
use crate::windows::Windows;
use desktop_delivery::{Clock, Entropy, Registry, StoreError};
use std::sync::Arc;

/// All parts for people and keys, on one registry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Identity {
    /// The participants and patrons.
    pub directory: RegistryDirectory,
    /// The keys of the JSON API.
    pub api_keys: ApiKeys,
    /// The accounts of staff.
    pub accounts: Accounts,
    /// The hashing of passwords.
    pub passwords: Passwords,
    /// The limits on wrong passwords.
    pub attempts: Attempts,
    /// The password check for [`Accounts::sign_in`] and
    /// [`Patrons::sign_in`](crate::Patrons::sign_in).
    pub gate: Gate,
    /// The sessions of staff and patrons.
    pub sessions: Sessions,
    /// The browsers in which people have signed in before.
    pub known_browsers: KnownBrowsers,
    /// The sign-ins at providers that have begun.
    pub pending_sign_ins: PendingSignIns,
    /// The windows that hosts have offered, and those that are open.
    pub windows: Windows,
}

impl Identity {
    /// Creates all parts. Servers that share the registry share accounts, sessions and limits.
    ///
    /// # Errors
    /// [`StoreError`] if the hashing threads cannot be started or no random bytes are available.
    pub fn new(
        registry: Arc<dyn Registry>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let passwords = Passwords::new(Arc::clone(&entropy))?;
        let attempts = Attempts::new(Arc::clone(&registry), Arc::clone(&clock));
        let parts = || (Arc::clone(&registry), Arc::clone(&entropy), Arc::clone(&clock));
        let [keys, sessions, browsers, sign_ins, windows] = std::array::from_fn(|_| parts());
        Ok(Self {
            directory: RegistryDirectory::new(Arc::clone(&registry)),
            api_keys: ApiKeys::new(keys.0, keys.1, keys.2),
            accounts: Accounts::new(Arc::clone(&registry), passwords.clone()),
            gate: Gate::new(attempts.clone(), passwords.clone()),
            passwords,
            attempts,
            sessions: Sessions::new(sessions.0, sessions.1, sessions.2),
            known_browsers: KnownBrowsers::new(browsers.0, browsers.1, browsers.2),
            pending_sign_ins: PendingSignIns::new(sign_ins.0, sign_ins.1, sign_ins.2),
            windows: Windows::new(windows.0, windows.1, windows.2),
        })
    }
}
