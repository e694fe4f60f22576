use crate::{IdentitySignIn, Pages};
use axum::extract::FromRef;
use desktop_delivery_http::Proxies;
use desktop_delivery_identity::Identity;
use desktop_delivery_identity::single_sign_on::SingleSignOn;

/// The parts of the pages for sign-in and accounts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccountParts {
    /// The parts that all pages use. Their [`sign_in`](Pages::sign_in) must be an
    /// [`IdentitySignIn`] with the same identity.
    pub pages: Pages,
    /// Accounts, sessions and patrons.
    pub identity: Identity,
    /// The trusted proxies, which determine the client address that failed sign-ins are counted
    /// against.
    pub proxies: Proxies,
    /// The sign-in at providers. Default: `None`.
    pub single_sign_on: Option<SingleSignOn>,
    /// Whether staff can sign in with a password. Default: `true`.
    pub has_staff_passwords: bool,
    pub(super) sign_in: IdentitySignIn,
}

impl AccountParts {
    /// Creates the parts.
    #[must_use]
    pub fn new(pages: Pages, identity: Identity, proxies: Proxies) -> Self {
        let sign_in = IdentitySignIn::new(identity.clone(), pages.desk.address().clone());
        let (single_sign_on, has_staff_passwords) = (None, true);
        Self { pages, identity, proxies, single_sign_on, has_staff_passwords, sign_in }
    }

    /// Adds the sign-in at providers. The sign-in of the [`Pages`] needs it as well:
    /// [`IdentitySignIn::with_single_sign_on`].
    #[must_use]
    pub fn with_single_sign_on(mut self, single_sign_on: SingleSignOn) -> Self {
        self.single_sign_on = Some(single_sign_on);
        self
    }

    /// Turns off the sign-in of staff with a password.
    #[must_use]
    pub const fn without_staff_passwords(mut self) -> Self {
        self.has_staff_passwords = false;
        self
    }
}

impl FromRef<AccountParts> for Pages {
    fn from_ref(parts: &AccountParts) -> Self {
        parts.pages.clone()
    }
}
