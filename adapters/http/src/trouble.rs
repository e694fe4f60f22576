//! Answers that say no: a page for people, problem details for programs.

use crate::accept;
use crate::parts::Shared;
use crate::problem::Problem;
use crate::words::{self, Texts};
use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::{Error, Language, LinkContext, Participant, Zone};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// The style sheet of every page, inline and allowed by its hash.
pub(crate) const STYLE: &str = include_str!("../templates/style.css");

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'a> {
    t: &'a Texts,
    style: &'a str,
    library: &'a str,
    logo: &'a str,
    contact: String,
    email: &'a str,
    heading: &'a str,
    text: &'a str,
    request_no: String,
}

/// Answers an error.
pub(crate) fn answer(shared: &Shared, headers: &HeaderMap, error: &Error) -> Response {
    closed(shared, headers, error, None, None)
}

/// Answers an error of a link in the language that its address asks for; `context` names the library
/// where the link is genuine.
pub(crate) fn closed(
    shared: &Shared,
    headers: &HeaderMap,
    error: &Error,
    asked: Option<&str>,
    context: Option<&LinkContext>,
) -> Response {
    let problem = Problem::of(error, shared.desk.now());
    if accept::wants_json(headers) {
        return problem.into_response();
    }
    let t = words::texts(language(headers, asked, context));
    let zone = zone(context);
    let (heading, text) = match error {
        Error::Refused(refusal) => t.refusal(refusal, &zone),
        _ => {
            let (heading, text) = t.trouble(problem.code);
            (heading.to_owned(), text.to_owned())
        }
    };
    page(&problem, t, context, &heading, &text)
}

/// Answers a problem that is no error of the desk.
pub(crate) fn problem(headers: &HeaderMap, problem: Problem) -> Response {
    if accept::wants_json(headers) {
        return problem.into_response();
    }
    let t = words::texts(language(headers, None, None));
    let (heading, text) = t.trouble(problem.code);
    page(&problem, t, None, heading, text)
}

fn page(
    problem: &Problem,
    t: &Texts,
    context: Option<&LinkContext>,
    heading: &str,
    text: &str,
) -> Response {
    let requester = context.and_then(|context| context.requester.as_ref());
    let library = requester.map_or("", |library| &library.name);
    let page = TroublePage {
        t,
        style: STYLE,
        library,
        logo: requester.map_or("", |library| library.logo.as_str()),
        contact: words::fill(t.contact, "library", library),
        email: requester.and_then(|library| library.email.as_deref()).unwrap_or_default(),
        heading,
        text,
        request_no: context
            .map(|context| words::fill(t.request_no, "no", &context.request_no))
            .unwrap_or_default(),
    };
    let mut response = html(problem.status, page.render());
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(t.code));
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A page as an answer; its policy allows the inline style sheet.
pub(crate) fn html(status: StatusCode, page: askama::Result<String>) -> Response {
    let Ok(page) = page else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, crate::router::page_policy(&[]));
    response
}

/// The language of a page: the one asked for, else the browser's, else the library's.
pub(crate) fn language(
    headers: &HeaderMap,
    asked: Option<&str>,
    context: Option<&LinkContext>,
) -> Language {
    asked
        .and_then(words::language)
        .or_else(|| accept::languages(headers).iter().find_map(|code| words::language(code)))
        .or_else(|| library(context).map(|library| library.language))
        .unwrap_or_default()
}

/// The zone in which a page's days are meant.
pub(crate) fn zone(context: Option<&LinkContext>) -> Zone {
    library(context).map_or_else(Zone::utc, |library| library.zone.clone())
}

fn library(context: Option<&LinkContext>) -> Option<&Participant> {
    context.and_then(|context| context.requester.as_ref())
}
