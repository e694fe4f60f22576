use crate::accept;
use crate::api::{LinkJson, TicketJson};
use crate::asked::Asked;
use crate::claim_form::{AskForm, attachment_no, read_body, read_claim};
use crate::damaged::{WholeLink, see_other};
use crate::error_page::{self, Closed};
use crate::link_view::{Explained, FileBox, LinkPage};
use crate::parts::Shared;
use crate::posted::Posted;
use crate::problem::{self, ProblemDetails};
use crate::segments::Segments;
use axum::extract::{FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use desktop_delivery::desk::LinkContext;
use desktop_delivery::error::TokenError;
use desktop_delivery::{Error, IssuedTicket, Refusal};
use http::{HeaderMap, StatusCode, header};

/// Shows what a link leads to; counts nothing.
pub(crate) async fn show(
    State(shared): State<Shared>,
    _: WholeLink,
    Segments(token): Segments<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Response {
    if accept::wants_json(&headers) {
        return match shared.desk.open_link(&token).await {
            Ok(view) => axum::Json(LinkJson::of(&view)).into_response(),
            Err(error) => failed(&shared, &headers, &token, &asked, &error).await,
        };
    }
    page(&shared, &headers, &token, &asked, None).await
}

/// Answers an address below that of a link, such as that of a form which somebody opens again: leads
/// to the link, or to nothing where the token is wrong.
pub(crate) async fn lost(
    State(shared): State<Shared>,
    _: WholeLink,
    asked: Asked,
    headers: HeaderMap,
) -> Response {
    error_page::answer(&shared, &headers, &Error::Token(TokenError::Invalid), &asked)
}

/// Counts one download and leads to its ticket.
pub(crate) async fn claim(
    State(shared): State<Shared>,
    Segments((token, attachment)): Segments<(String, String)>,
    asked: Asked,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let outcome = match shared.desk.verify_link(&token) {
        Ok(()) => {
            match posted(request).await.and_then(|body| read_claim(&attachment, &headers, &body)) {
                Ok(request) => shared.desk.claim(&token, &request).await,
                Err(problem) => return problem.answer(&headers, &shared.pages),
            }
        }
        Err(error) => Err(error),
    };
    let is_json = accept::wants_json(&headers);
    match outcome {
        Ok(granted) if is_json => {
            count(outcome_of(&granted));
            let address = shared.desk.address().as_str();
            axum::Json(TicketJson::of(address, &granted)).into_response()
        }
        Ok(granted) => {
            count(outcome_of(&granted));
            let ticket = format!("{}/t/{}", shared.prefix, granted.ticket.expose());
            see_other(&ticket)
        }
        Err(error) => {
            count("refused");
            refused(&shared, &headers, &token, &asked, error).await
        }
    }
}

/// What became of a claim: a repeat is none that was counted.
const fn outcome_of(granted: &IssuedTicket) -> &'static str {
    if granted.is_repeat { "repeated" } else { "granted" }
}

fn count(outcome: &'static str) {
    metrics::counter!("desktop_delivery_claims_total", "outcome" => outcome).increment(1);
}

/// Asks the library for more.
pub(crate) async fn ask(
    State(shared): State<Shared>,
    Segments((token, attachment)): Segments<(String, String)>,
    asked: Asked,
    headers: HeaderMap,
    request: Request,
) -> Response {
    if let Err(error) = shared.desk.verify_link(&token) {
        return refused(&shared, &headers, &token, &asked, error).await;
    }
    let attachment = match attachment_no(&attachment) {
        Ok(attachment) => attachment,
        Err(problem) => return problem.answer(&headers, &shared.pages),
    };
    let form: AskForm = match posted(request).await.and_then(|body| read_body(&headers, &body)) {
        Ok(form) => form,
        Err(problem) => return problem.answer(&headers, &shared.pages),
    };
    match shared.desk.ask(&token, attachment, &form.note).await {
        Ok(()) if accept::wants_json(&headers) => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => see_other(&format!("{}/d/{token}{}", shared.prefix, asked.query())),
        Err(error) => refused(&shared, &headers, &token, &asked, error).await,
    }
}

/// The body of a form, read only once its link is known to be genuine, so that a client without a
/// link cannot keep a connection busy with a body.
async fn posted(request: Request) -> Result<Bytes, ProblemDetails> {
    Posted::from_request(request, &()).await.map(|Posted(body)| body)
}

/// A refusal of one document shows the page again, with what happened on top of it.
async fn refused(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    asked: &Asked,
    error: Error,
) -> Response {
    problem::log(&error);
    match &error {
        Error::Refused(refusal) if !accept::wants_problem_json(headers) => {
            page(shared, headers, token, asked, Some(refusal)).await
        }
        _ => failed(shared, headers, token, asked, &error).await,
    }
}

/// An answer for a link that opens nothing; who holds a genuine token hears why, and from whom.
async fn failed(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    asked: &Asked,
    error: &Error,
) -> Response {
    let context = match error {
        Error::Token(TokenError::Invalid) => None,
        _ => shared.desk.link_context(token).await.ok(),
    };
    turned_away(shared, headers, token, asked, error, context.as_ref())
}

/// As [`failed`], where who stands behind the link is known already, or nobody.
fn turned_away(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    asked: &Asked,
    error: &Error,
    context: Option<&LinkContext>,
) -> Response {
    problem::log(error);
    // From a form's address nothing can be opened, but from that of the link itself; and every wrong
    // token gets the same page, without what was tried.
    let address = context.is_some().then(|| format!("{}/d/{token}", shared.prefix));
    let closed = Closed { asked, context, address: address.as_deref() };
    error_page::closed(shared, headers, error, &closed)
}

async fn page(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    asked: &Asked,
    alert: Option<&Refusal>,
) -> Response {
    let (context, view, tickets) = match shared.desk.link_page(token).await {
        Ok(page) => (page.context, page.view, page.tickets),
        Err(error) => return turned_away(shared, headers, token, asked, &error, None),
    };
    let view = match view {
        Ok(view) => view,
        Err(refusal) => {
            let error = Error::Refused(refusal);
            return turned_away(shared, headers, token, asked, &error, Some(&context));
        }
    };
    let language = error_page::language(&shared.pages, headers, asked, Some(&context));
    let t = shared.pages.texts(language);
    let mut files = Vec::with_capacity(view.files.len());
    for file in &view.files {
        let ticket = tickets.iter().find(|(no, _)| *no == file.no).map(|(_, ticket)| ticket);
        files.push(FileBox::of(shared, &t, &context, file, ticket));
    }
    let explained = alert.map(|refusal| Explained::of(&t, &context, refusal));
    let explained = explained.filter(|one| !files.iter().any(|file| file.says(one)));
    let here = format!("{}/d/{token}", shared.prefix);
    let status = alert.map_or(StatusCode::OK, problem::status_of);
    let page = LinkPage::new(&context, &view, &here, &asked.query(), explained, files);
    let page = shared.pages.render("link.html", language, &context.zone, &page);
    let mut response = error_page::html(&shared.pages, status, language, page);
    if context.may_redirect {
        let policy = shared.redirecting_policy.clone();
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
