use super::browser::BrowserCookie;
use super::person_names::PersonNames;
use super::stored::{OFFER_SECONDS, State, StoredWindow, WindowRefusal};
use super::window::{Window, WindowTask};
use super::window_code::{WindowCode, WindowId, read_code};
use crate::ApiKeys;
use crate::records::Records;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{AgencyId, Clock, Entropy, Registry, StaffId, StoreError, Timestamp};
use std::sync::Arc;
use zeroize::Zeroizing;

const KIND: &str = "window";

/// The windows that a host has offered, and those that people have open, in a [`Registry`].
///
/// The address of a window contains 256 random bits, can be redeemed once within 60 seconds, and
/// opens the window in the browser that redeemed it. The window ends with its *Done* button, after
/// 30 minutes without a request, after 12 hours, when the host ends it, or when the API key that
/// offered it is revoked or loses the origin. The registry stores hashes of the secrets.
#[derive(Clone, Debug)]
pub struct Windows {
    records: Records<StoredWindow>,
    names: PersonNames,
    keys: ApiKeys,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
}

/// An offered window.
#[derive(Debug)]
#[non_exhaustive]
pub struct OfferedWindow {
    /// The id, with which the host can end the window.
    pub id: WindowId,
    /// The secret of its address. Give it only to the person's browser.
    pub code: Zeroizing<String>,
    /// When the address expires, exclusive.
    pub expires_at: Timestamp,
}

/// The outcome of redeeming an address.
#[derive(Debug)]
#[non_exhaustive]
pub enum Redeemed {
    /// The window is open in this browser.
    Opened {
        /// The id.
        id: WindowId,
        /// The window.
        window: Window,
        /// The cookie of the browser.
        cookie: BrowserCookie,
    },
    /// The address opens nothing.
    Refused(WindowRefusal, Option<Window>),
}

/// The outcome of a request to a window.
#[derive(Debug)]
#[non_exhaustive]
pub enum Visited {
    /// The window is open in this browser.
    Open {
        /// The window.
        window: Window,
        /// The CSRF key of its forms.
        form_key: String,
    },
    /// The window is not shown. If it exists, it is included, for its origin and language.
    Refused(WindowRefusal, Option<Window>),
}

impl Windows {
    /// Returns the windows stored in a registry.
    #[must_use]
    pub fn new(
        registry: Arc<dyn Registry>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let keys = ApiKeys::new(Arc::clone(&registry), Arc::clone(&entropy), Arc::clone(&clock));
        let names = PersonNames::new(Arc::clone(&registry));
        Self { records: Records::new(registry, KIND), names, keys, entropy, clock }
    }

    /// Offers a window. `key` is the id of the API key with which the host asked for it; `None` if
    /// the host is this program.
    ///
    /// The caller must have checked that the person may see the request, and that the key lists the
    /// origin.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or no random bytes are available.
    pub async fn offer(
        &self,
        window: &Window,
        key: Option<&str>,
    ) -> Result<OfferedWindow, StoreError> {
        if let WindowTask::Staff(task) = &window.task {
            self.names.store(&task.agency, &task.id, &task.name).await?;
        }
        let now = self.clock.now();
        let id = WindowId::generate(now, &*self.entropy)?;
        let code = WindowCode::generate(&id, &*self.entropy)?;
        let expires_at = now.plus_seconds(OFFER_SECONDS);
        let stored = StoredWindow {
            window: window.clone(),
            key: key.map(str::to_owned),
            code: code.hash(),
            offered_until: expires_at,
            browser: None,
            state: State::Offered,
        };
        if !self.records.write(id.as_str(), &stored, 0).await? {
            return Err(StoreError::new(StoreErrorKind::Unexpected, "registry", "offer"));
        }
        Ok(OfferedWindow { id, code: code.into_text(), expires_at })
    }

    /// Returns the window that a code would open, without opening it.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn offered(
        &self,
        code: &str,
    ) -> Result<Result<Window, (WindowRefusal, Option<Window>)>, StoreError> {
        let found = self.find_code(code).await?;
        Ok(found.map(|(_, stored, _)| stored.window))
    }

    /// Redeems a code: opens its window in the browser that sent this cookie, or none. Of two calls
    /// at once, one opens the window.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or no random bytes are available.
    pub async fn redeem(&self, code: &str, sent: Option<&str>) -> Result<Redeemed, StoreError> {
        loop {
            let (id, stored, version) = match self.find_code(code).await? {
                Ok(found) => found,
                Err((why, window)) => return Ok(Redeemed::Refused(why, window)),
            };
            let window = stored.window.clone();
            let cookie = BrowserCookie::for_person(sent, &window.task, &*self.entropy)?;
            let opened = stored.opened(cookie.hash(), self.clock.now());
            if self.records.write(id.as_str(), &opened, version).await? {
                return Ok(Redeemed::Opened { id, window, cookie });
            }
        }
    }

    /// Returns the window with this id if it is open in the browser that sent this cookie, and
    /// records that it is used.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn visit(&self, id: &WindowId, sent: Option<&str>) -> Result<Visited, StoreError> {
        let Some((stored, version)) = self.records.read(id.as_str()).await? else {
            return Ok(Visited::Refused(WindowRefusal::Unknown, None));
        };
        let (cookie, now) = (sent.and_then(BrowserCookie::of), self.clock.now());
        let browser = cookie.as_ref().map(BrowserCookie::hash);
        let mut checked = stored.check_visit(browser.as_deref(), id.end(), now);
        if checked.is_ok() && !self.is_backed(&stored).await? {
            checked = Err(WindowRefusal::Ended);
        }
        match (checked, cookie) {
            (Ok(()), Some(cookie)) => {
                if let Some(touched) = stored.touched(now) {
                    // A concurrent request has recorded the use, or the host has ended the window.
                    self.records.write(id.as_str(), &touched, version).await?;
                }
                let form_key = cookie.form_key(id);
                Ok(Visited::Open { window: stored.window, form_key })
            }
            (checked, _) => {
                let why = checked.err().unwrap_or(WindowRefusal::Elsewhere);
                Ok(Visited::Refused(why, Some(stored.window)))
            }
        }
    }

    /// Records that a request which took long, such as an upload, has just ended, so that its
    /// duration is not idle time.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn touch(&self, id: &WindowId) -> Result<(), StoreError> {
        let now = self.clock.now();
        let touched = |stored: Option<StoredWindow>| stored?.touched(now);
        self.records.update(id.as_str(), touched).await.map(drop)
    }

    /// Ends a window, open or only offered. Returns whether it was.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn end(&self, id: &WindowId) -> Result<bool, StoreError> {
        let ended = |stored: Option<StoredWindow>| stored?.ended();
        Ok(self.records.update(id.as_str(), ended).await?.is_some())
    }

    /// Returns a window by its id, ended or not, for up to 12 hours.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn find(&self, id: &WindowId) -> Result<Option<Window>, StoreError> {
        Ok(self.records.read(id.as_str()).await?.map(|(stored, _)| stored.window))
    }

    /// Returns the name of a person for whom the host has offered a window.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn staff_name(
        &self,
        agency: &AgencyId,
        id: &StaffId,
    ) -> Result<Option<String>, StoreError> {
        self.names.read(agency, id).await
    }

    /// Removes the windows that were offered more than 12 hours ago, and returns how many were
    /// removed.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        self.records.remove_before(&WindowId::start(self.clock.now())).await
    }

    async fn find_code(
        &self,
        code: &str,
    ) -> Result<Result<(WindowId, StoredWindow, u64), (WindowRefusal, Option<Window>)>, StoreError>
    {
        const UNKNOWN: (WindowRefusal, Option<Window>) = (WindowRefusal::Unknown, None);
        let Some((id, hash)) = read_code(code) else { return Ok(Err(UNKNOWN)) };
        let Some((stored, version)) = self.records.read(id.as_str()).await? else {
            return Ok(Err(UNKNOWN));
        };
        match stored.check_code(&hash, self.clock.now()) {
            // Only the holder of the code learns anything about the window.
            Err(WindowRefusal::Unknown) => Ok(Err(UNKNOWN)),
            Err(why) => Ok(Err((why, Some(stored.window)))),
            Ok(()) if !self.is_backed(&stored).await? => {
                Ok(Err((WindowRefusal::Ended, Some(stored.window))))
            }
            Ok(()) => Ok(Ok((id, stored, version))),
        }
    }

    /// Returns whether the key that offered the window still exists and lists its origin.
    async fn is_backed(&self, stored: &StoredWindow) -> Result<bool, StoreError> {
        let Some(key) = &stored.key else { return Ok(true) };
        let found = self.keys.by_id(key).await?;
        let origin: &WebOrigin = &stored.window.origin;
        Ok(found.is_some_and(|key| key.origins.contains(origin)))
    }
}

#[cfg(test)]
mod tests;
