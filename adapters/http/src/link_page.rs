use crate::accept;
use crate::api::{LinkErrors, LinkJson, TicketJson};
use crate::claim_form::{ClaimForm, ExtensionForm, attachment_no, read_body, read_claim};
use crate::damaged::{IntactLink, see_other};
use crate::error_page::{self, Closed};
use crate::link_view::{Explanation, FileBox, LinkPage, TicketValues};
use crate::page_policy::with_style;
use crate::page_query::PageQuery;
use crate::parts::Shared;
use crate::posted::Posted;
use crate::problem::ProblemDetails;
use crate::segments::Segments;
use crate::status::{log_error, refusal_status};
use axum::extract::{FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use desktop_delivery::desk::LinkContext;
use desktop_delivery::error::TokenError;
use desktop_delivery::{Error, IssuedTicket, Refusal};
use http::{HeaderMap, StatusCode};

/// Shows the page of a link, or its content as JSON. Counts nothing.
#[utoipa::path(get, path = "/d/{token}", operation_id = "show_link", tag = "holders", security(()),
    params(("token" = String, Path, description = "The token of the link, which is a secret."),
    ("lang" = Option<String>, Query, description = "The language of the page, such as `fr`.")), responses(
    (status = 200, description = "The content of the link.", content(
    (LinkJson = "application/json"), (String = "text/html"))),
    (status = 303, description = "The address was damaged at its end; `Location` is the correct one."),
    LinkErrors))]
pub(crate) async fn show(
    State(shared): State<Shared>,
    _: IntactLink,
    Segments(token): Segments<String>,
    query: PageQuery,
    headers: HeaderMap,
) -> Response {
    if accept::wants_json(&headers) {
        return match shared.desk.open_link(&token).await {
            Ok(view) => axum::Json(LinkJson::of(&view)).into_response(),
            Err(error) => failed(&shared, &headers, &token, &query, &error).await,
        };
    }
    page(&shared, &headers, &token, &query, None).await
}

/// Handles every other path below a link, such as the address of a form that someone opens again.
/// Redirects to the page of the link, or returns 404 if the token is invalid.
pub(crate) async fn unmatched(
    State(shared): State<Shared>,
    _: IntactLink,
    query: PageQuery,
    headers: HeaderMap,
) -> Response {
    error_page::answer(&shared, &headers, &Error::Token(TokenError::Invalid), &query)
}

/// Counts one download and redirects to its ticket.
#[utoipa::path(post, path = "/d/{token}/{attachment}/claim", operation_id = "claim_by_link",
    tag = "holders", security(()), request_body = ClaimForm,
    params(("token" = String, Path, description = "The token of the link, which is a secret."),
    ("attachment" = u16, Path, description = "The number of the attachment."),
    ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 ASCII characters. Takes \
    precedence over `ordinal`.")), responses(
    (status = 200, description = "The ticket.", body = TicketJson),
    (status = 303, description = "For browsers: `Location` is the ticket."), LinkErrors))]
pub(crate) async fn claim(
    State(shared): State<Shared>,
    Segments((token, attachment)): Segments<(String, String)>,
    query: PageQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let outcome = match shared.desk.verify_link(&token) {
        Ok(_) => {
            match read_form(request).await.and_then(|body| read_claim(&attachment, &headers, &body))
            {
                Ok(request) => shared.desk.claim(&token, &request).await,
                Err(problem) => return problem.answer(&headers, &shared.pages),
            }
        }
        Err(error) => Err(error),
    };
    let is_json = accept::wants_json_back(&headers);
    match outcome {
        Ok(issued) if is_json => {
            count(outcome_of(&issued));
            let address = shared.desk.address().as_str();
            axum::Json(TicketJson::of(address, &issued)).into_response()
        }
        Ok(issued) => {
            count(outcome_of(&issued));
            let ticket = format!("{}/t/{}", shared.prefix, issued.ticket.expose());
            see_other(&ticket)
        }
        Err(error) => {
            count("refused");
            refused(&shared, &headers, &token, &query, error).await
        }
    }
}

/// Returns the `outcome` label of a successful claim. A repeated claim is not counted again.
const fn outcome_of(issued: &IssuedTicket) -> &'static str {
    if issued.is_repeat { "repeated" } else { "granted" }
}

fn count(outcome: &'static str) {
    metrics::counter!("desktop_delivery_claims_total", "outcome" => outcome).increment(1);
}

/// Sends an extension request to the library.
#[utoipa::path(post, path = "/d/{token}/{attachment}/ask", operation_id = "ask_by_link",
    tag = "holders", security(()), request_body = ExtensionForm,
    params(("token" = String, Path, description = "The token of the link, which is a secret."),
    ("attachment" = u16, Path, description = "The number of the attachment.")), responses(
    (status = 204, description = "The extension was requested."),
    (status = 303, description = "For browsers: `Location` is the page of the link."), LinkErrors))]
pub(crate) async fn ask(
    State(shared): State<Shared>,
    Segments((token, attachment)): Segments<(String, String)>,
    query: PageQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    if let Err(error) = shared.desk.verify_link(&token) {
        return refused(&shared, &headers, &token, &query, error).await;
    }
    let attachment = match attachment_no(&attachment) {
        Ok(attachment) => attachment,
        Err(problem) => return problem.answer(&headers, &shared.pages),
    };
    let form: ExtensionForm =
        match read_form(request).await.and_then(|body| read_body(&headers, &body)) {
            Ok(form) => form,
            Err(problem) => return problem.answer(&headers, &shared.pages),
        };
    match shared.desk.ask(&token, attachment, &form.note).await {
        Ok(()) if accept::wants_json_back(&headers) => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => see_other(&format!("{}/d/{token}{}", shared.prefix, query.suffix())),
        Err(error) => refused(&shared, &headers, &token, &query, error).await,
    }
}

/// Reads the body of a form. Handlers call it only after the token has been verified, so that a
/// client without a link cannot occupy a connection with a body.
async fn read_form(request: Request) -> Result<Bytes, ProblemDetails> {
    Posted::from_request(request, &()).await.map(|Posted(body)| body)
}

/// Shows the page again with an alert if one document was refused; other errors get an error page.
async fn refused(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    query: &PageQuery,
    error: Error,
) -> Response {
    log_error(&error);
    match &error {
        Error::Refused(refusal) if !accept::wants_json_back(headers) => {
            page(shared, headers, token, query, Some(refusal)).await
        }
        _ => failed(shared, headers, token, query, &error).await,
    }
}

/// Explains why a link cannot be opened. Only a genuine token reveals the reason and the library.
async fn failed(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    query: &PageQuery,
    error: &Error,
) -> Response {
    let context = match error {
        Error::Token(TokenError::Invalid) => None,
        _ => shared.desk.link_context(token).await.ok(),
    };
    closed(shared, headers, token, query, error, context.as_ref())
}

/// Returns the error page of a link. `context` is `None` unless the token is genuine.
fn closed(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    query: &PageQuery,
    error: &Error,
    context: Option<&LinkContext>,
) -> Response {
    log_error(error);
    // The language links of the error page lead to the link, since a form's address cannot be
    // opened with GET. The page of an invalid token must not contain the token: all of them look
    // the same.
    let address = context.is_some().then(|| format!("{}/d/{token}", shared.prefix));
    let closed = Closed { query, context, address: address.as_deref() };
    error_page::closed(shared, headers, error, &closed)
}

async fn page(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    query: &PageQuery,
    alert: Option<&Refusal>,
) -> Response {
    let (context, view, tickets) = match shared.desk.link_page(token).await {
        Ok(page) => (page.context, page.view, page.tickets),
        Err(error) => return closed(shared, headers, token, query, &error, None),
    };
    let view = match view {
        Ok(view) => view,
        Err(refusal) => {
            let error = Error::Refused(refusal);
            return closed(shared, headers, token, query, &error, Some(&context));
        }
    };
    let language = error_page::language(&shared.pages, headers, query, Some(&context));
    let t = shared.pages.texts(language);
    let now = shared.desk.now();
    let mut files = Vec::with_capacity(view.files.len());
    for file in &view.files {
        let ticket = tickets.iter().find(|(no, _)| *no == file.no);
        let ticket = ticket.map(|(_, issued)| TicketValues::of(issued, &shared.prefix, now));
        files.push(FileBox::of(&t, &context, file, ticket));
    }
    let explained = alert.map(|refusal| Explanation::of(&t, &context, refusal));
    let explained = explained.filter(|one| !files.iter().any(|file| file.shows(one)));
    let here = format!("{}/d/{token}", shared.prefix);
    let status = alert.map_or(StatusCode::OK, refusal_status);
    let page = LinkPage::new(&context, &view, &here, &query.suffix(), explained, files);
    let policy = match context.may_redirect {
        true => shared.redirecting_policy.clone(),
        false => shared.pages.policy(),
    };
    let policy = with_style(policy, page.accent_rules());
    let page = shared.pages.render("link.html", language, &context.zone, &page);
    error_page::html(policy, status, language, page)
}
