use crate::{IdentitySignIn, Pages};
use axum::extract::FromRef;
use desktop_delivery_http::Proxies;
use desktop_delivery_identity::Identity;

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
    pub(super) sign_in: IdentitySignIn,
}

impl AccountParts {
    /// Creates the parts.
    #[must_use]
    pub fn new(pages: Pages, identity: Identity, proxies: Proxies) -> Self {
        let sign_in = IdentitySignIn::new(identity.clone(), pages.desk.address().clone());
        Self { pages, identity, proxies, sign_in }
    }
}

impl FromRef<AccountParts> for Pages {
    fn from_ref(parts: &AccountParts) -> Self {
        parts.pages.clone()
    }
}
