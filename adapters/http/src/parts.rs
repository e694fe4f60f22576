use crate::allowance::Allowances;
use crate::authorizer::Authorizer;
use crate::redirects::Redirects;
use desktop_delivery::Desk;
use std::sync::Arc;

/// Names the parts from which a host assembles the router.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct HttpParts {
    /// The use cases.
    pub desk: Arc<Desk>,
    /// Who is staff.
    pub authorizer: Arc<dyn Authorizer>,
    /// Whether tickets may lead to an object store; `None`, the default, gives all bytes itself.
    pub redirects: Option<Redirects>,
    /// How often a transfer under way is checked against the ledger, seconds, from 1; 5 by default.
    /// It bounds how long a revoked link goes on giving bytes.
    pub recheck_seconds: i64,
    /// The address to which a page that leads nowhere sends its readers, such as `/`; empty by
    /// default: to none.
    pub home: String,
}

impl HttpParts {
    /// Assembles a desk and an authorizer with the defaults of the rest.
    #[must_use]
    pub const fn new(desk: Arc<Desk>, authorizer: Arc<dyn Authorizer>) -> Self {
        Self { desk, authorizer, redirects: None, recheck_seconds: 5, home: String::new() }
    }

    /// Lets tickets lead to an object store, where the request's profile allows it.
    #[must_use]
    pub fn with_redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = Some(redirects);
        self
    }

    /// Lets a page that leads nowhere send its readers here.
    #[must_use]
    pub fn with_home(mut self, address: impl Into<String>) -> Self {
        self.home = address.into();
        self
    }
}

/// What every handler shares.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) desk: Arc<Desk>,
    pub(crate) authorizer: Arc<dyn Authorizer>,
    pub(crate) allowances: Arc<Allowances>,
    pub(crate) recheck_seconds: i64,
    /// The path before `/d`, `/t` and `/api`, as browsers see it; empty at the root of a host name.
    pub(crate) prefix: Arc<str>,
    pub(crate) home: Arc<str>,
    pub(crate) redirects: Option<Redirects>,
    /// The content security policy of a page whose tickets may lead to the store.
    pub(crate) redirecting_policy: http::HeaderValue,
}

impl Shared {
    pub(crate) fn of(parts: HttpParts) -> Self {
        Self {
            prefix: parts.desk.address().path().into(),
            redirecting_policy: crate::router::page_policy(
                parts.redirects.as_ref().map(Redirects::origin),
            ),
            redirects: parts.redirects,
            recheck_seconds: parts.recheck_seconds.max(1),
            home: parts.home.into(),
            allowances: Arc::default(),
            authorizer: parts.authorizer,
            desk: parts.desk,
        }
    }
}
