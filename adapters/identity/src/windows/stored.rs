//! The states of a window: offered, open, ended.

use super::window::Window;
use desktop_delivery::Timestamp;
use serde::{Deserialize, Serialize};

/// How long an address can be redeemed, in seconds: 1 minute.
pub(super) const OFFER_SECONDS: i64 = 60;
/// How long a window stays open without a request, in seconds: 30 minutes.
pub(super) const IDLE_SECONDS: i64 = 1_800;
/// The maximum time that a window stays open, in seconds: 12 hours, a working day.
pub(super) const LONGEST_SECONDS: i64 = 12 * 3_600;
/// How much later a request must be than the last recorded one to be recorded, in seconds. Limits
/// writes; a window may end this much earlier than [`IDLE_SECONDS`] states.
pub(super) const TOUCH_SECONDS: i64 = 60;

/// The registry entry of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredWindow {
    pub(super) window: Window,
    /// The id of the API key that offered it; `None` if the host did so by a Rust call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// The hash of the code in its address.
    pub(super) code: String,
    /// When the address expires, exclusive.
    pub(super) offered_until: Timestamp,
    /// The hash of the cookie of the browser that redeemed the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) browser: Option<String>,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub(super) enum State {
    /// The person, or the host, ended it.
    Ended,
    /// Nobody redeemed its address yet.
    Offered,
    /// It is open, and ends at this moment unless it is used before.
    Open { idle_at: Timestamp },
}

/// Why a window is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WindowRefusal {
    /// The window is not open in this browser: another browser opened it, or this one stores no
    /// cookies here.
    Elsewhere,
    /// The window was ended, by its Done button, by the host, or after 30 idle minutes.
    Ended,
    /// The address was not redeemed within 60 seconds.
    Expired,
    /// The address has already been redeemed.
    Spent,
    /// There is no such window.
    Unknown,
}

impl StoredWindow {
    /// Decides whether this code opens the window now.
    pub(super) fn check_code(&self, code: &str, now: Timestamp) -> Result<(), WindowRefusal> {
        if self.code != code {
            return Err(WindowRefusal::Unknown);
        }
        match self.state {
            State::Ended if self.browser.is_none() => Err(WindowRefusal::Ended),
            State::Ended | State::Open { .. } => Err(WindowRefusal::Spent),
            State::Offered if now >= self.offered_until => Err(WindowRefusal::Expired),
            State::Offered => Ok(()),
        }
    }

    /// Returns the window, opened in the browser with this cookie.
    pub(super) fn opened(&self, browser: String, now: Timestamp) -> Self {
        let state = State::Open { idle_at: now.plus_seconds(IDLE_SECONDS) };
        Self { browser: Some(browser), state, ..self.clone() }
    }

    /// Decides whether a browser may use the window now. `last` is when the window ends at the
    /// latest.
    pub(super) fn check_visit(
        &self,
        browser: Option<&str>,
        last: Timestamp,
        now: Timestamp,
    ) -> Result<(), WindowRefusal> {
        if browser.is_none() || self.browser.as_deref() != browser {
            return Err(WindowRefusal::Elsewhere);
        }
        match self.state {
            State::Open { idle_at } if now < idle_at && now < last => Ok(()),
            _ => Err(WindowRefusal::Ended),
        }
    }

    /// Returns the open window with a later idle end, or `None` if the use need not be recorded.
    pub(super) fn touched(&self, now: Timestamp) -> Option<Self> {
        let State::Open { idle_at } = self.state else { return None };
        let later = now.plus_seconds(IDLE_SECONDS);
        if later < idle_at.plus_seconds(TOUCH_SECONDS) {
            return None;
        }
        Some(Self { state: State::Open { idle_at: later }, ..self.clone() })
    }

    /// Returns the ended window, or `None` if it has ended.
    pub(super) fn ended(&self) -> Option<Self> {
        (self.state != State::Ended).then(|| Self { state: State::Ended, ..self.clone() })
    }
}
