use async_trait::async_trait;
use desktop_delivery::{Actor, AgencyId, Language, PatronId, StaffId, StoreError};
use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Debug};
use zeroize::Zeroizing;

/// Finds out who is signed in, in the host's own way.
///
/// [`IdentitySignIn`](crate::IdentitySignIn) does so by the accounts of `desktop-delivery-identity`; a host
/// with sign-in of its own reads its session here.
///
/// # Example
/// ```
/// use desktop_delivery::{Actor, AgencyId, StaffId, StoreError};
/// use desktop_delivery_pages::{FormKey, SignIn, SignedInPatron, SignedInStaff};
/// use http::HeaderMap;
///
/// /// Staff of one library, behind a proxy that authenticates them.
/// #[derive(Debug)]
/// struct ProxySignIn {
///     library: AgencyId,
///     secret: String,
/// }
///
/// #[async_trait::async_trait]
/// impl SignIn for ProxySignIn {
///     async fn staff(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, StoreError> {
///         let Some(user) = headers.get("x-remote-user").and_then(|user| user.to_str().ok()) else {
///             return Ok(None);
///         };
///         let Ok(id) = StaffId::new(user) else { return Ok(None) };
///         let actor = Actor::Staff { agency: self.library.clone(), id };
///         let key = FormKey::new(format!("{}{user}", self.secret));
///         Ok(Some(SignedInStaff::new(actor, self.library.clone(), user, key)))
///     }
///
///     async fn patron(&self, _: &HeaderMap) -> Result<Option<SignedInPatron>, StoreError> {
///         Ok(None)
///     }
///
///     fn staff_sign_in(&self, next: &str) -> String {
///         format!("https://login.example.org/?target={next}")
///     }
///
///     fn patron_sign_in(&self, next: &str) -> String {
///         self.staff_sign_in(next)
///     }
/// }
/// ```
#[async_trait]
pub trait SignIn: Debug + Send + Sync {
    /// Returns the member of staff who sent a request; `None` where nobody is signed in.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn staff(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, StoreError>;

    /// Returns the patron who sent a request; `None` where nobody is signed in.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn patron(&self, headers: &HeaderMap) -> Result<Option<SignedInPatron>, StoreError>;

    /// Returns the address where staff sign in: a URL, or a path as browsers see it.
    ///
    /// `next` is the page to return to, as a path below the desk's public address, percent-encoded for a
    /// query.
    fn staff_sign_in(&self, next: &str) -> String;

    /// Returns the address where patrons sign in, like [`staff_sign_in`](Self::staff_sign_in).
    fn patron_sign_in(&self, next: &str) -> String;

    /// Returns the address to which the *Sign out* button of staff posts the form key, as `form_key`;
    /// without one, pages have no such button.
    fn staff_sign_out(&self) -> Option<String> {
        None
    }

    /// Returns the address to which the *Sign out* button of patrons posts the form key, as `form_key`.
    fn patron_sign_out(&self) -> Option<String> {
        None
    }

    /// Returns the address of the page on which staff manage their own account.
    fn staff_account(&self) -> Option<String> {
        None
    }

    /// Returns the name of a member of staff, for a request's history; by default their id is shown.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn staff_name(
        &self,
        agency: &AgencyId,
        id: &StaffId,
    ) -> Result<Option<String>, StoreError> {
        let _ = (agency, id);
        Ok(None)
    }

    /// Returns whether a patron can sign in to follow requests; then staff see the address of the
    /// tracking page, to hand on.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn can_track(&self, agency: &AgencyId, patron: &PatronId) -> Result<bool, StoreError> {
        let _ = (agency, patron);
        Ok(false)
    }
}

/// A member of staff who is signed in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedInStaff {
    /// The person, as recorded in histories.
    pub actor: Actor,
    /// Their library.
    pub library: AgencyId,
    /// Their name, shown in the navigation.
    pub name: String,
    /// Whether they may change the library's record. Default: `false`.
    pub is_administrator: bool,
    /// The language they chose; by default that of the browser or the library.
    pub language: Option<Language>,
    /// The secret that forms of this session carry.
    pub form_key: FormKey,
}

impl SignedInStaff {
    /// A member of staff of a library.
    #[must_use]
    pub fn new(
        actor: Actor,
        library: AgencyId,
        name: impl Into<String>,
        form_key: FormKey,
    ) -> Self {
        let name = name.into();
        Self { actor, library, name, is_administrator: false, language: None, form_key }
    }

    /// Lets them change the library's record.
    #[must_use]
    pub const fn as_administrator(mut self) -> Self {
        self.is_administrator = true;
        self
    }

    /// Sets the language they chose.
    #[must_use]
    pub fn with_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }
}

/// A patron who is signed in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedInPatron {
    /// Their library.
    pub agency: AgencyId,
    /// Their id in the requests of that library.
    pub patron: PatronId,
    /// The secret that forms of this session carry.
    pub form_key: FormKey,
}

impl SignedInPatron {
    /// A patron of a library.
    #[must_use]
    pub const fn new(agency: AgencyId, patron: PatronId, form_key: FormKey) -> Self {
        Self { agency, patron, form_key }
    }
}

/// A secret of one session, which its forms carry so that no other site can send them (CSRF).
///
/// At least 128 random bits, or a keyed hash of the session's id; different for staff and patrons. Only
/// characters that need no escaping in HTML.
#[derive(Clone, PartialEq, Eq)]
pub struct FormKey(Zeroizing<String>);

impl FormKey {
    /// Wraps a secret.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether a form carries this key. Digests are compared, so that the time it takes reveals nothing
    /// of the key.
    pub(crate) fn is(&self, sent: &str) -> bool {
        !self.0.is_empty() && Sha256::digest(self.0.as_bytes()) == Sha256::digest(sent)
    }
}

impl Debug for FormKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_key_admits_no_form_and_no_key_is_shown() {
        assert!(FormKey::new("k3y").is("k3y"));
        assert!(!FormKey::new("k3y").is("k3"));
        assert!(!FormKey::new("").is(""));
        assert!(!format!("{:?}", FormKey::new("k3y")).contains("k3y"));
    }
}
