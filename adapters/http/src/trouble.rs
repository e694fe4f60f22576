//! Answers that say no: a page for people, problem details for programs.

use crate::accept;
use crate::asked::Asked;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use crate::words::{self, Texts};
use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::desk::LinkContext;
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::{Audience, Error, Language, Participant, Zone};
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
    emails: &'a [EmailAddress],
    heading: &'a str,
    text: &'a str,
    request_no: String,
    /// The address of this page, which the other language is added to.
    switch: Option<&'a str>,
    home: &'a str,
}

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
    let t = words::texts(language(headers, from.asked, from.context));
    let zone = zone(from.context);
    let reader = from.context.map_or(Audience::Patron, |context| context.audience);
    let (heading, text) = match error {
        Error::Refused(refusal) => t.refusal_to(reader, refusal, &zone),
        Error::InvalidInput(input) => {
            (t.trouble(problem.code).0.to_owned(), input.in_words(t.language))
        }
        _ => {
            let (heading, text) = t.trouble_to(reader, problem.code);
            (heading.to_owned(), text.to_owned())
        }
    };
    // An empty address is the one that is shown, whichever that is.
    let switch = Some(from.address.unwrap_or_default());
    // The start page is for staff; others would find no document there.
    let is_staff = from.context.is_none_or(|context| {
        matches!(context.audience, Audience::RequesterStaff | Audience::SupplierStaff)
    });
    let page = TroublePage {
        switch,
        home: if is_staff { &shared.home } else { "" },
        ..TroublePage::new(t, from.context, &heading, &text)
    };
    shown(&problem, &page)
}

/// Answers a problem that is no error of the desk.
pub(crate) fn problem(headers: &HeaderMap, problem: ProblemDetails) -> Response {
    if accept::wants_problem_json(headers) {
        return problem.into_response();
    }
    let t = words::texts(language(headers, &Asked::default(), None));
    let (heading, text) = t.trouble(problem.code);
    let said = problem.input.as_ref().map(|input| input.in_words(t.language));
    let text = said.unwrap_or_else(|| text.to_owned());
    shown(&problem, &TroublePage::new(t, None, heading, &text))
}

impl<'a> TroublePage<'a> {
    fn new(
        t: &'a Texts,
        context: Option<&'a LinkContext>,
        heading: &'a str,
        text: &'a str,
    ) -> Self {
        let contact = context.and_then(LinkContext::contact);
        let library = contact.map_or("", |library| &library.name);
        Self {
            t,
            style: STYLE,
            library,
            logo: contact.map_or("", |library| library.logo.as_str()),
            contact: words::fill(t.contact, "library", library),
            emails: contact.map_or(&[][..], |library| library.emails.as_slice()),
            heading,
            text,
            request_no: context
                .map(|context| words::fill(t.request_no, "no", &context.request_no))
                .unwrap_or_default(),
            switch: None,
            home: "",
        }
    }
}

fn shown(problem: &ProblemDetails, page: &TroublePage<'_>) -> Response {
    let mut response = html(problem.status, page.render());
    let language = HeaderValue::from_static(page.t.code);
    response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
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
    headers.insert(header::CONTENT_SECURITY_POLICY, crate::router::page_policy(None));
    response
}

/// The language of a page: the one asked for, else the browser's, else the library's.
pub(crate) fn language(
    headers: &HeaderMap,
    asked: &Asked,
    context: Option<&LinkContext>,
) -> Language {
    let asked = asked.lang.as_deref().and_then(words::language);
    asked
        .or_else(|| accept::languages(headers).iter().find_map(|code| words::language(code)))
        .or_else(|| library(context).map(|library| library.language))
        .unwrap_or_default()
}

/// The zone in which a page's days are meant.
pub(crate) fn zone(context: Option<&LinkContext>) -> Zone {
    context.map_or_else(Zone::utc, |context| context.zone.clone())
}

fn library(context: Option<&LinkContext>) -> Option<&Participant> {
    context.and_then(|context| context.requester.as_ref())
}
