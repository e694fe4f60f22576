//! Answers that say no: a page for people, problem details for programs.

use crate::accept;
use crate::asked::Asked;
use crate::link_pages::LinkPages;
use crate::link_view::{ErrorPage, LibraryValues};
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::desk::LinkContext;
use desktop_delivery::{Audience, Error, Language, Participant, Zone};
use desktop_delivery_text::templates::TemplateError;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// From where somebody is turned away.
pub(crate) struct Closed<'a> {
    /// What the address asks for.
    pub(crate) asked: &'a Asked,
    /// Who stands behind a genuine token.
    pub(crate) context: Option<&'a LinkContext>,
    /// The page of the link, where it has one.
    pub(crate) address: Option<&'a str>,
}

/// Answers an error where no link is known.
pub(crate) fn answer(
    shared: &Shared,
    headers: &HeaderMap,
    error: &Error,
    asked: &Asked,
) -> Response {
    closed(shared, headers, error, &Closed { asked, context: None, address: None })
}

/// Answers an error of a link or a ticket; names the library where the token is genuine.
pub(crate) fn closed(
    shared: &Shared,
    headers: &HeaderMap,
    error: &Error,
    from: &Closed<'_>,
) -> Response {
    let problem = ProblemDetails::of(error, shared.desk.now());
    if accept::wants_problem_json(headers) {
        return problem.into_response();
    }
    let language = language(&shared.pages, headers, from.asked, from.context);
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
    // The start page is for staff; others would find no document there.
    let is_staff = from.context.is_none_or(|context| {
        matches!(context.audience, Audience::RequesterStaff | Audience::SupplierStaff)
    });
    let page = ErrorPage {
        // An empty address is the one that is shown, whichever that is.
        here: Some(from.address.unwrap_or_default().to_owned()),
        home: if is_staff { shared.home.to_string() } else { String::new() },
        ..ErrorPage::new(problem.code, heading, text, from.context)
    };
    shown(&shared.pages, &problem, language, &zone, &page)
}

/// Answers a problem that is no error of the desk.
pub(crate) fn problem(
    pages: &LinkPages,
    headers: &HeaderMap,
    problem: &ProblemDetails,
) -> Response {
    let language = language(pages, headers, &Asked::default(), None);
    let t = pages.texts(language);
    let (heading, text) = t.problem(problem.code, true);
    let text = problem.input.as_ref().map_or(text, |input| t.invalid_input(input));
    let page = ErrorPage::new(problem.code, heading, text, None);
    shown(pages, problem, language, &Zone::utc(), &page)
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

fn shown(
    pages: &LinkPages,
    problem: &ProblemDetails,
    language: Language,
    zone: &Zone,
    page: &ErrorPage,
) -> Response {
    let rendered = pages.render("error.html", language, zone, page);
    let mut response = html(pages, problem.status, language, rendered);
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A page as an answer; its policy allows the inline style sheet.
pub(crate) fn html(
    pages: &LinkPages,
    status: StatusCode,
    language: Language,
    page: Result<String, TemplateError>,
) -> Response {
    let page = match page {
        Ok(page) => page,
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, pages.policy());
    if let Ok(tag) = HeaderValue::from_str(language.as_str()) {
        headers.insert(header::CONTENT_LANGUAGE, tag);
    }
    response
}

/// The language of a page, of those that there are texts in: the one asked for, else the browser's,
/// else the library's.
pub(crate) fn language(
    pages: &LinkPages,
    headers: &HeaderMap,
    asked: &Asked,
    context: Option<&LinkContext>,
) -> Language {
    let catalog = pages.catalog();
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let asked = asked.lang.and_then(|language| catalog.best(language));
    asked
        .or_else(|| catalog.negotiate(accepted.unwrap_or_default()))
        .or_else(|| library(context).and_then(|library| catalog.best(library.language)))
        .unwrap_or_default()
}

/// The zone in which a page's days are meant.
pub(crate) fn zone(context: Option<&LinkContext>) -> Zone {
    context.map_or_else(Zone::utc, |context| context.zone.clone())
}

fn library(context: Option<&LinkContext>) -> Option<&Participant> {
    context.and_then(|context| context.requester.as_ref())
}
