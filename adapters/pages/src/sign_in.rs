mod forward;

use async_trait::async_trait;
use desktop_delivery::{Actor, AgencyId, Language, PatronId, StaffId, StoreError};
use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Debug};
use zeroize::Zeroizing;

/// Identifies signed-in staff and patrons, using the sign-in of the host.
///
/// A host with its own sign-in implements this trait to read its sessions.
/// [`IdentitySignIn`](crate::IdentitySignIn) is the implementation for the accounts of
/// `desktop-delivery-identity`.
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
    /// Returns the staff member who sent a request, or `None` if no staff member is signed in.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn staff(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, StoreError>;

    /// Returns the patron who sent a request, or `None` if no patron is signed in.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn patron(&self, headers: &HeaderMap) -> Result<Option<SignedInPatron>, StoreError>;

    /// Returns the address where staff sign in: a URL, or a path as browsers see it.
    ///
    /// `next` is the page to return to, as a path below the desk's public address, percent-encoded
    /// for a query.
    fn staff_sign_in(&self, next: &str) -> String;

    /// Returns the address where patrons sign in, like [`staff_sign_in`](Self::staff_sign_in).
    fn patron_sign_in(&self, next: &str) -> String;

    /// Returns the address that the *Sign out* button of staff posts the form key to, as
    /// `form_key`. Default: `None`, which omits the button.
    fn staff_sign_out(&self) -> Option<String> {
        None
    }

    /// Returns the address that the *Sign out* button of patrons posts the form key to, as
    /// `form_key`. Default: `None`, which omits the button.
    fn patron_sign_out(&self) -> Option<String> {
        None
    }

    /// Returns the address of the page on which staff manage their own account. Default: `None`,
    /// which omits the link.
    fn staff_account(&self) -> Option<String> {
        None
    }

    /// Returns the name of a staff member for the history of a request. Default: `None`, which
    /// shows the id.
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

    /// Returns whether a patron can sign in to track requests. If so, staff see the address of the
    /// tracking page, to pass it on. Default: `false`.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn can_track(&self, agency: &AgencyId, patron: &PatronId) -> Result<bool, StoreError> {
        let _ = (agency, patron);
        Ok(false)
    }
}

/// A signed-in staff member.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedInStaff {
    /// The actor who is recorded in the history of requests.
    pub actor: Actor,
    /// The library of the staff member.
    pub library: AgencyId,
    /// The name shown in the navigation.
    pub name: String,
    /// Whether the staff member may change the library's record. Default: `false`.
    pub is_administrator: bool,
    /// The preferred language. Default: `None`, which uses the language of the browser or the
    /// library.
    pub language: Option<Language>,
    /// The secret that the forms of this session contain.
    pub form_key: FormKey,
}

impl SignedInStaff {
    /// Creates a staff member without administrator rights.
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

    /// Allows the staff member to change the library's record.
    #[must_use]
    pub const fn as_administrator(mut self) -> Self {
        self.is_administrator = true;
        self
    }

    /// Sets the preferred language.
    #[must_use]
    pub fn with_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }
}

/// A signed-in patron.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedInPatron {
    /// The library of the patron.
    pub agency: AgencyId,
    /// The id of the patron in the requests of that library.
    pub patron: PatronId,
    /// The secret that the forms of this session contain.
    pub form_key: FormKey,
}

impl SignedInPatron {
    /// Creates a signed-in patron.
    #[must_use]
    pub const fn new(agency: AgencyId, patron: PatronId, form_key: FormKey) -> Self {
        Self { agency, patron, form_key }
    }
}

/// A secret of one session that its forms contain, which protects them against cross-site request
/// forgery.
///
/// Use at least 128 random bits, or a keyed hash of the session id, and different keys for staff
/// and patrons. The key must consist of characters that need no escaping in HTML.
#[derive(Clone, PartialEq, Eq)]
pub struct FormKey(Zeroizing<String>);

impl FormKey {
    /// Creates a form key from a secret.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether a form contains this key. Compares digests, so that the duration reveals
    /// nothing about the key.
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
    fn an_empty_form_key_rejects_every_form_and_debug_output_hides_keys() {
        assert!(FormKey::new("k3y").is("k3y"));
        assert!(!FormKey::new("k3y").is("k3"));
        assert!(!FormKey::new("").is(""));
        assert!(!format!("{:?}", FormKey::new("k3y")).contains("k3y"));
    }
}
