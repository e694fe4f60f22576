use super::window::WindowTask;
use super::window_code::{WindowId, hash, secret};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::{Entropy, StoreError};
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// The cookie of a browser in which a person has opened windows: 256 random bits, and a digest that
/// binds them to the person.
///
/// All windows of a person in one browser share the cookie, so that many windows are one cookie. A
/// window of another person replaces it, which ends the earlier person's windows in that browser.
#[derive(Clone)]
pub struct BrowserCookie(Zeroizing<String>);

impl BrowserCookie {
    /// Returns the cookie that the browser already has if it belongs to this person, and otherwise
    /// a new one.
    pub(super) fn for_person(
        sent: Option<&str>,
        task: &WindowTask,
        entropy: &dyn Entropy,
    ) -> Result<Self, StoreError> {
        let person = task.person();
        let own = sent.filter(|sent| {
            let parts = sent.split_once('.').filter(|_| sent.len() < 100);
            parts.is_some_and(|(random, tag)| random.len() == 43 && tag == tag_of(random, &person))
        });
        if let Some(own) = own {
            return Ok(Self(Zeroizing::new(own.to_owned())));
        }
        let random = secret(entropy)?;
        Ok(Self(Zeroizing::new(format!("{}.{}", *random, tag_of(&random, &person)))))
    }

    pub(super) fn of(sent: &str) -> Option<Self> {
        (sent.len() < 100).then(|| Self(Zeroizing::new(sent.to_owned())))
    }

    /// Returns the text of the cookie. It must be sent to the browser only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the CSRF key of the forms in one window. It does not reveal the cookie.
    #[must_use]
    pub fn form_key(&self, window: &WindowId) -> String {
        URL_SAFE_NO_PAD.encode(digest(&["window-form", window.as_str(), &self.0]))
    }

    pub(super) fn hash(&self) -> String {
        hash(&self.0)
    }
}

fn tag_of(random: &str, person: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&["window-person", person, random])[..16])
}

/// Hashes texts that contain no line break.
fn digest(parts: &[&str]) -> [u8; 32] {
    Sha256::digest(parts.join("\n")).into()
}

impl fmt::Debug for BrowserCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserCookie(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::token::CountingEntropy;
    use desktop_delivery::{AgencyId, PatronId};

    fn patron(id: &str) -> WindowTask {
        let agency = AgencyId::new("CA-BVAU").unwrap();
        WindowTask::Patron { agency, patron: PatronId::new(id).unwrap() }
    }

    #[test]
    fn a_browser_keeps_its_cookie_for_one_person_only() {
        let entropy = CountingEntropy::default();
        let first = BrowserCookie::for_person(None, &patron("p-2041"), &entropy).unwrap();
        let again = BrowserCookie::for_person(Some(first.expose()), &patron("p-2041"), &entropy);
        assert_eq!(again.unwrap().expose(), first.expose());
        let other = BrowserCookie::for_person(Some(first.expose()), &patron("p-2042"), &entropy);
        assert_ne!(other.unwrap().expose(), first.expose());
        for planted in ["", ".", "a.b", &first.expose()[..40]] {
            let made = BrowserCookie::for_person(Some(planted), &patron("p-2041"), &entropy);
            assert_ne!(made.unwrap().expose(), planted);
        }
        assert!(!format!("{first:?}").contains(first.expose()));
    }
}
