use crate::hex::hex;
use crate::records::Records;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::{AgencyId, Clock, Entropy, PatronId, Registry, StoreError, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

const KIND: &str = "session";
/// The lifetime of a staff session in seconds: a working day.
const STAFF_SECONDS: i64 = 12 * 3_600;
/// The lifetime of a patron session in seconds. Short, because patrons often use a library's
/// computer.
const PATRON_SECONDS: i64 = 3_600;

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "who")]
pub enum Who {
    /// A patron who follows their own requests.
    Patron {
        /// Their library.
        agency: AgencyId,
        /// Their id there.
        patron: PatronId,
        /// The stamp at which they signed in, for
        /// [`StoredPatron::allows_session`](crate::StoredPatron::allows_session).
        stamp: String,
        /// The provider at which they signed in, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider: Option<String>,
    },
    /// A staff member.
    Staff {
        /// Their user name.
        login: String,
        /// The [`Account::epoch`](super::Account::epoch) at which they signed in.
        epoch: u32,
        /// The provider at which they signed in, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider: Option<String>,
    },
}

/// The sessions of all servers that share a registry.
///
/// A session is identified by 256 random bits, which only the browser has; the registry stores
/// their hash. The key of an entry begins with the expiry, so that the cost of sweeping depends
/// only on expired sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    records: Records<Who>,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
}

/// The cookie of a session: its expiry and its secret.
#[derive(Clone)]
pub struct SessionToken(Zeroizing<String>);

/// An open session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OpenSession {
    /// The person who is signed in. Callers must check the stamp or the epoch.
    pub who: Who,
    /// The cookie of the session.
    pub token: SessionToken,
}

impl Sessions {
    /// Returns the sessions stored in a registry.
    #[must_use]
    pub fn new(
        registry: Arc<dyn Registry>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { records: Records::new(registry, KIND), entropy, clock }
    }

    /// Begins a session. Returns its cookie and its lifetime in seconds: 12 hours for staff, 1 hour
    /// for patrons.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn begin(&self, who: Who) -> Result<(SessionToken, i64), StoreError> {
        let seconds = match who {
            Who::Patron { .. } => PATRON_SECONDS,
            Who::Staff { .. } => STAFF_SECONDS,
        };
        let mut random = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(random.as_mut())?;
        let end = self.clock.now().plus_seconds(seconds).as_seconds();
        let name = Zeroizing::new(URL_SAFE_NO_PAD.encode(*random));
        let token = SessionToken(Zeroizing::new(format!("{end:012x}.{}", *name)));
        self.records.write(&token.key(), &who, 0).await?;
        Ok((token, seconds))
    }

    /// Returns the open session of a cookie, or `None`.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn open(&self, cookie: &str) -> Result<Option<OpenSession>, StoreError> {
        let Some((end, _)) = cookie.split_once('.').filter(|_| cookie.len() < 100) else {
            return Ok(None);
        };
        let is_over = i64::from_str_radix(end, 16)
            .map_or(true, |end| Timestamp::from_seconds(end) <= self.clock.now());
        if is_over {
            return Ok(None);
        }
        let token = SessionToken(Zeroizing::new(cookie.to_owned()));
        let found = self.records.read(&token.key()).await?;
        Ok(found.map(|(who, _)| OpenSession { who, token }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn end(&self, token: &SessionToken) -> Result<(), StoreError> {
        self.records.remove(&token.key()).await.map(|_| ())
    }

    /// Removes expired sessions and returns how many were removed.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        let now = self.clock.now().as_seconds();
        self.records.remove_before(&format!("{now:012x}")).await
    }
}

impl SessionToken {
    /// Returns the text of the cookie. It must be sent to the browser only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the CSRF key that forms of this session contain. It does not reveal the cookie.
    #[must_use]
    pub fn form_key(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"form\0");
        hash.update(self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }

    fn key(&self) -> String {
        let end = self.0.split('.').next().unwrap_or_default();
        format!("{end}-{}", hex(&Sha256::digest(self.0.as_bytes())))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::ManualClock;
    use desktop_delivery::token::CountingEntropy;

    #[tokio::test]
    async fn a_session_lasts_until_it_expires_or_is_ended() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let registry = Arc::new(MemoryRegistry::new());
        let sessions = Sessions::new(registry, Arc::new(CountingEntropy::default()), clock.clone());
        let who = Who::Staff { login: "anne".to_owned(), epoch: 0, provider: None };
        let (first, seconds) = sessions.begin(who.clone()).await.unwrap();
        let (second, _) = sessions.begin(who.clone()).await.unwrap();
        assert_eq!(sessions.open(first.expose()).await.unwrap().unwrap().who, who);
        assert_ne!(first.form_key(), second.form_key());

        sessions.end(&first).await.unwrap();
        assert!(sessions.open(first.expose()).await.unwrap().is_none());
        // Changing the expiry in the cookie does not extend the session.
        let later = format!("{:012x}.{}", i64::MAX, second.expose().split_once('.').unwrap().1);
        assert!(sessions.open(&later).await.unwrap().is_none());
        for nonsense in ["", "x", ".", "zz.zz", &"a.".repeat(200)] {
            assert!(sessions.open(nonsense).await.unwrap().is_none());
        }

        assert_eq!(sessions.sweep().await.unwrap(), 0);
        clock.set(clock.now().plus_seconds(seconds + 1));
        assert!(sessions.open(second.expose()).await.unwrap().is_none());
        assert_eq!(sessions.sweep().await.unwrap(), 1);
    }
}
