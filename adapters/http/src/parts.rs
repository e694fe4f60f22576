use crate::allowance::Allowances;
use crate::authorizer::Authorizer;
use crate::link_pages::LinkPages;
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
    /// The templates and texts of pages; our own by default.
    pub pages: LinkPages,
}

impl HttpParts {
    /// Assembles a desk and an authorizer with the defaults of the rest.
    #[must_use]
    pub fn new(desk: Arc<Desk>, authorizer: Arc<dyn Authorizer>) -> Self {
        let (recheck_seconds, home, pages) = (5, String::new(), LinkPages::default());
        Self { desk, authorizer, redirects: None, recheck_seconds, home, pages }
    }

    /// Lets tickets lead to an object store, where the request's profile allows it.
    #[must_use]
    pub fn with_redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = Some(redirects);
        self
    }

    /// Shows pages with these templates and texts.
    #[must_use]
    pub fn with_pages(mut self, pages: LinkPages) -> Self {
        self.pages = pages;
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
    pub(crate) pages: LinkPages,
    pub(crate) redirects: Option<Redirects>,
    /// The content security policy of a page whose tickets may lead to the store.
    pub(crate) redirecting_policy: http::HeaderValue,
}

impl Shared {
    pub(crate) fn of(parts: HttpParts) -> Self {
        Self {
            prefix: parts.desk.address().path().into(),
            redirecting_policy: crate::router::page_policy(
                parts.pages.style_sheet(),
                parts.redirects.as_ref().map(Redirects::origin),
            ),
            redirects: parts.redirects,
            recheck_seconds: parts.recheck_seconds.max(1),
            home: parts.home.into(),
            pages: parts.pages,
            allowances: Arc::default(),
            authorizer: parts.authorizer,
            desk: parts.desk,
        }
    }
}
