use super::alert::Alert;
use super::frame::Frame;
use super::view::View;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::{Error, Refusal};
use desktop_delivery_http::{ProblemDetails, log_error, status_of};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use std::sync::Arc;

/// The result of a page handler: the page, or an error page.
pub(crate) type Reply = Result<Response, Response>;

/// The content security policy of pages: everything comes from this origin, and forms stay on it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Renders a page as a response.
pub(crate) fn page(page: &impl View) -> Response {
    page_with(StatusCode::OK, page)
}

/// Renders a page as a response with the given status.
pub(crate) fn page_with<V: View>(status: StatusCode, page: &V) -> Response {
    let frame = page.frame();
    let language = frame.t.language();
    let text = match frame.templates.render(V::TEMPLATE, language, &frame.zone, page) {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(%error, "could not render a page; check the templates");
            // If the error page itself fails, respond without a body.
            return if V::TEMPLATE == FailurePage::TEMPLATE {
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            } else {
                Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").show(frame)
            };
        }
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY"));
    response
}

/// Allows a page to show another page of this site in a frame.
pub(crate) fn with_frame(mut response: Response) -> Response {
    let policy = format!("{POLICY}; frame-src 'self'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Allows the forms of all pages to reach an origin that tickets redirect to, as axum middleware.
pub(crate) async fn allow_forms_to(
    State(origin): State<Arc<str>>,
    mut response: Response,
) -> Response {
    if let Some(policy) = response.headers_mut().get_mut(header::CONTENT_SECURITY_POLICY)
        && let Ok(text) = policy.to_str()
        && let wider = text.replace("form-action 'self'", &format!("form-action 'self' {origin}"))
        && let Ok(wider) = HeaderValue::from_str(&wider)
    {
        *policy = wider;
    }
    response
}

/// Renders a page for a frame, with content that users wrote. The page runs no scripts, loads no
/// other resources and has no forms, but its content may have inline styles.
pub(crate) fn framed(shown: &impl View) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; \
                          form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
    let mut response = page(shown);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers
        .insert(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("SAMEORIGIN"));
    response
}

/// Renders a page with status 429 that asks to try again after the given seconds.
pub(crate) fn later(seconds: u32, shown: &impl View) -> Response {
    let mut response = page_with(StatusCode::TOO_MANY_REQUESTS, shown);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A failure, with the status and the alert of its page.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) alert: Alert,
}

#[derive(Serialize)]
pub(super) struct FailurePage {
    frame: Frame,
    alert: Alert,
}

impl View for FailurePage {
    const TEMPLATE: &'static str = "failure.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        Self { frame, alert: Alert::sample() }
    }
}

impl Failure {
    /// Creates a failure with the messages `failure-{word}` and `failure-{word}-text`.
    pub(crate) const fn new(status: StatusCode, word: &'static str) -> Self {
        Self { status, alert: Alert::Named(word) }
    }

    /// Creates the failure of something that does not exist or that the user may not see.
    pub(crate) const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found")
    }

    /// Creates the failure for an error of the desk, with days in the time zone of the frame.
    pub(crate) fn of(error: &Error, frame: &Frame) -> Self {
        log_error(error);
        let alert = match error {
            // Staff and patrons sign in here, so a token never explains itself.
            Error::Refused(Refusal::Unknown) | Error::Token(_) => return Self::not_found(),
            Error::Refused(refusal) => Alert::Text(frame.t.refusal(refusal, &frame.zone)),
            Error::InvalidInput(input) => Alert::Text(frame.t.invalid_input(input)),
            Error::Store(store) => Alert::Named(ProblemDetails::of_store(store).code),
            _ => Alert::Named("internal"),
        };
        Self { status: status_of(error), alert }
    }

    /// Renders the error page.
    pub(crate) fn show(&self, frame: &Frame) -> Response {
        page_with(self.status, &FailurePage { frame: frame.clone(), alert: self.alert.clone() })
    }
}

impl Frame {
    /// Returns the page that explains an error of the desk.
    pub(crate) fn failed(&self, error: impl Into<Error>) -> Response {
        Failure::of(&error.into(), self).show(self)
    }

    /// Returns the page for something that does not exist or that the user may not see.
    pub(crate) fn not_found(&self) -> Response {
        Failure::not_found().show(self)
    }
}
