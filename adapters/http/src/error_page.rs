//! Error responses: pages for people, problem details for programs.

use crate::accept;
use crate::api_problems::is_api;
use crate::link_pages::LinkPages;
use crate::link_view::{ErrorPage, LibraryValues};
use crate::page_policy::with_style;
use crate::page_query::PageQuery;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::desk::LinkContext;
use desktop_delivery::{Audience, Error, Language, Participant, Zone};
use desktop_delivery_text::templates::TemplateError;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// The place where an error occurred.
pub(crate) struct Closed<'a> {
    /// The query of the address.
    pub(crate) query: &'a PageQuery,
    /// The libraries and the audience of a genuine token.
    pub(crate) context: Option<&'a LinkContext>,
    /// The address of the link's page, if there is one.
    pub(crate) address: Option<&'a str>,
}

/// Returns the response to an error without a known link.
pub(crate) fn answer(
    shared: &Shared,
    headers: &HeaderMap,
    error: &Error,
    query: &PageQuery,
) -> Response {
    closed(shared, headers, error, &Closed { query, context: None, address: None })
}

/// Returns the response to an error of a link or a ticket. Includes the library to contact if the
/// token is genuine.
pub(crate) fn closed(
    shared: &Shared,
    headers: &HeaderMap,
    error: &Error,
    from: &Closed<'_>,
) -> Response {
    let problem = ProblemDetails::of(error, shared.desk.now());
    if accept::wants_json_back(headers) {
        return problem.into_response();
    }
    let language = language(&shared.pages, headers, from.query, from.context);
    let t = shared.pages.texts(language);
    let zone = zone(from.context);
    let is_patron = from.context.is_none_or(|context| context.audience == Audience::Patron);
    let (heading, text) = match error {
        Error::Refused(refusal) => t.refusal_on_page(refusal, &zone, is_patron),
        Error::InvalidInput(input) => {
            (t.problem(problem.code, is_patron).0, t.invalid_input(input))
        }
        _ => t.problem(problem.code, is_patron),
    };
    // The start page is for staff. Patrons and partners would find no documents there.
    let is_staff = from.context.is_none_or(|context| {
        matches!(context.audience, Audience::RequesterStaff | Audience::SupplierStaff)
    });
    let page = ErrorPage {
        // An empty reference resolves to the current address.
        here: Some(from.address.unwrap_or_default().to_owned()),
        home: if is_staff { shared.home.to_string() } else { String::new() },
        ..ErrorPage::new(problem.code, heading, text, from.context)
    };
    respond(&shared.pages, &problem, language, &zone, &page)
}

/// Returns the page for a problem that is not an error of the desk.
fn page(pages: &LinkPages, headers: &HeaderMap, problem: &ProblemDetails) -> Response {
    let language = language(pages, headers, &PageQuery::default(), None);
    let t = pages.texts(language);
    let (heading, text) = t.problem(problem.code, true);
    let text = problem.input.as_ref().map_or(text, |input| t.invalid_input(input));
    let page = ErrorPage::new(problem.code, heading, text, None);
    respond(pages, problem, language, &Zone::utc(), &page)
}

impl ProblemDetails {
    /// Renders the problem as a page or as problem details, depending on the request's headers.
    #[must_use]
    pub fn answer(self, headers: &HeaderMap, pages: &LinkPages) -> Response {
        if accept::wants_json_back(headers) {
            self.into_response()
        } else {
            page(pages, headers, &self)
        }
    }

    /// Renders the problem like [`answer`](Self::answer), but always as problem details below
    /// `/api`.
    #[must_use]
    pub fn answer_at(self, path: &str, headers: &HeaderMap, pages: &LinkPages) -> Response {
        if is_api(path) { self.into_response() } else { self.answer(headers, pages) }
    }
}

impl ErrorPage {
    fn new(
        code: &'static str,
        heading: String,
        text: String,
        context: Option<&LinkContext>,
    ) -> Self {
        Self {
            library: LibraryValues::of(context.and_then(LinkContext::contact)),
            code: code.to_owned(),
            heading,
            text,
            request_no: context.map(|context| context.request_no.clone()).unwrap_or_default(),
            here: None,
            home: String::new(),
        }
    }
}

fn respond(
    pages: &LinkPages,
    problem: &ProblemDetails,
    language: Language,
    zone: &Zone,
    page: &ErrorPage,
) -> Response {
    let rendered = pages.render("error.html", language, zone, page);
    let policy = with_style(pages.policy(), &page.library.accent_rules);
    let mut response = html(policy, problem.status, language, rendered);
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Returns a rendered page as a response, with a policy that allows its inline style sheets.
pub(crate) fn html(
    policy: HeaderValue,
    status: StatusCode,
    language: Language,
    page: Result<String, TemplateError>,
) -> Response {
    let page = match page {
        Ok(page) => page,
        Err(error) => {
            tracing::error!(%error, "could not render a page; check the templates");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    if let Ok(tag) = HeaderValue::from_str(language.as_str()) {
        headers.insert(header::CONTENT_LANGUAGE, tag);
    }
    response
}

/// Chooses the language of a page among those with texts: the requested language, else the
/// browser's, else the library's.
pub(crate) fn language(
    pages: &LinkPages,
    headers: &HeaderMap,
    query: &PageQuery,
    context: Option<&LinkContext>,
) -> Language {
    let catalog = pages.catalog();
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let requested = query.lang.and_then(|language| catalog.best(language));
    requested
        .or_else(|| catalog.negotiate(accepted.unwrap_or_default()))
        .or_else(|| library(context).and_then(|library| catalog.best(library.language)))
        .unwrap_or_default()
}

/// Returns the time zone for the days on a page.
pub(crate) fn zone(context: Option<&LinkContext>) -> Zone {
    context.map_or_else(Zone::utc, |context| context.zone.clone())
}

fn library(context: Option<&LinkContext>) -> Option<&Participant> {
    context.and_then(|context| context.requester.as_ref())
}
