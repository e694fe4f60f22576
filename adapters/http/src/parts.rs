use crate::allowance::Allowances;
use crate::authorizer::Authorizer;
use crate::link_pages::LinkPages;
use crate::page_policy::page_policy;
use crate::problem::ProblemDetails;
use crate::redirects::Redirects;
use crate::status::log_error;
use desktop_delivery::{Desk, Error, Projections};
use std::sync::Arc;

/// The parts from which a host assembles the [router](crate::router).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct HttpParts {
    /// The desk that the routes call.
    pub desk: Arc<Desk>,
    /// Identifies staff who call the JSON API.
    pub authorizer: Arc<dyn Authorizer>,
    /// Where the API stores the uses of each `Idempotency-Key`. Default: `None`, which refuses the
    /// header on every route except claims.
    pub projections: Option<Arc<dyn Projections>>,
    /// The OpenAPI document of the host's own routes, which is added to the one that
    /// `/api/v1/openapi.json` serves. Default: `None`.
    pub openapi: Option<serde_json::Value>,
    /// Lets an object store or a front server send files. Default: `None`, so that this router sends
    /// all bytes.
    pub redirects: Option<Redirects>,
    /// How often a running transfer is checked against the ledger, in seconds; at least 1. Default:
    /// 5. After a link is revoked, its transfers continue for at most this long.
    pub recheck_seconds: i64,
    /// The address of the start page that error pages link to, such as `/`. Default: empty, which
    /// omits the link.
    pub home: String,
    /// The templates and texts of pages. Default: the built-in ones.
    pub pages: LinkPages,
}

impl HttpParts {
    /// Creates the parts from a desk and an authorizer, with defaults for the rest.
    #[must_use]
    pub fn new(desk: Arc<Desk>, authorizer: Arc<dyn Authorizer>) -> Self {
        let (recheck_seconds, home, pages) = (5, String::new(), LinkPages::default());
        let (projections, openapi, redirects) = (None, None, None);
        Self { desk, authorizer, projections, openapi, redirects, recheck_seconds, home, pages }
    }

    /// Sets where the API stores the uses of each `Idempotency-Key`.
    #[must_use]
    pub fn with_projections(mut self, projections: Arc<dyn Projections>) -> Self {
        self.projections = Some(projections);
        self
    }

    /// Adds the OpenAPI document of the host's own routes to the one that is served.
    #[must_use]
    pub fn with_openapi(mut self, document: serde_json::Value) -> Self {
        self.openapi = Some(document);
        self
    }

    /// Lets an object store or a front server send files if the profile of the request allows it.
    #[must_use]
    pub fn with_redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = Some(redirects);
        self
    }

    /// Sets the templates and texts of pages.
    #[must_use]
    pub fn with_pages(mut self, pages: LinkPages) -> Self {
        self.pages = pages;
        self
    }

    /// Sets the address of the start page that error pages link to.
    #[must_use]
    pub fn with_home(mut self, address: impl Into<String>) -> Self {
        self.home = address.into();
        self
    }
}

/// The state shared by all handlers.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) desk: Arc<Desk>,
    pub(crate) authorizer: Arc<dyn Authorizer>,
    pub(crate) allowances: Arc<Allowances>,
    pub(crate) recheck_seconds: i64,
    /// The path in front of `/d`, `/t` and `/api`, as browsers see it. Empty at the root of a host
    /// name.
    pub(crate) prefix: Arc<str>,
    pub(crate) home: Arc<str>,
    pub(crate) pages: LinkPages,
    pub(crate) openapi: Option<Arc<serde_json::Value>>,
    pub(crate) redirects: Option<Redirects>,
    /// The content security policy of a page whose tickets may be redirected to the store.
    pub(crate) redirecting_policy: http::HeaderValue,
}

impl Shared {
    pub(crate) fn of(parts: HttpParts) -> Self {
        Self {
            prefix: parts.desk.address().path().into(),
            redirecting_policy: page_policy(
                parts.pages.style_sheet(),
                parts.redirects.as_ref().and_then(Redirects::origin),
            ),
            openapi: parts.openapi.map(Arc::new),
            redirects: parts.redirects,
            recheck_seconds: parts.recheck_seconds.max(1),
            home: parts.home.into(),
            pages: parts.pages,
            allowances: Arc::default(),
            authorizer: parts.authorizer,
            desk: parts.desk,
        }
    }

    /// Converts an error of the desk to a problem, and logs errors that the operator must see.
    pub(crate) fn problem_of(&self, error: &Error) -> ProblemDetails {
        log_error(error);
        ProblemDetails::of(error, self.desk.now())
    }
}
