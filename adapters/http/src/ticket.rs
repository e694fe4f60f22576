use crate::api::LinkErrors;
use crate::authorizer::Authorizer;
use crate::content_disposition::content_disposition;
use crate::corruption::{corruption, report_corruption};
use crate::damaged::IntactTicket;
use crate::error_page::{self, Closed};
use crate::hand_over::{Handover, hand_over};
use crate::page_query::PageQuery;
use crate::parts::{HttpParts, Shared};
use crate::preconditions::{Preconditions, Validators};
use crate::problem::ProblemDetails;
use crate::range::{Served, served};
use crate::segments::Segments;
use crate::status::log_error;
use crate::ticket_body::TicketBody;
use async_trait::async_trait;
use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desktop_delivery::desk::TicketPage;
use desktop_delivery::error::{StoreErrorKind, TokenError};
use desktop_delivery::{Actor, ByteStream, Desk, Download, Error, StoreError};
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Sends the file of a ticket. Counts nothing, however often it is fetched.
#[utoipa::path(get, path = "/t/{ticket}", operation_id = "fetch_ticket", tag = "holders", security(()),
    params(("ticket" = String, Path, description = "The ticket, which is a secret."),
    ("Range" = Option<String>, Header, description = "A range of bytes.")), responses(
    (status = 200, description = "The file.", content_type = "*/*"),
    (status = 206, description = "A range of the file.", content_type = "*/*"),
    (status = 302, description = "`Location` is an address of the file, valid for seconds."),
    (status = 303, description = "The address was damaged at its end; `Location` is the correct one."),
    (status = 304, description = "The caller already has the file."),
    (status = 412, description = "A precondition failed."),
    (status = 416, description = "The range lies outside the file."), LinkErrors))]
pub(crate) async fn fetch(
    State(shared): State<Shared>,
    _: IntactTicket,
    Segments(ticket): Segments<String>,
    query: PageQuery,
    method: Method,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let peer = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    let (error, context) = match shared.desk.ticket_page(&ticket).await {
        Ok(TicketPage::Open(opened)) => {
            return serve(&shared, opened, &method, &headers, peer, Errors::Negotiated).await;
        }
        Ok(TicketPage::Closed { refusal, context }) => (Error::Refused(refusal), context),
        Err(error) => (error, None),
    };
    let closed = Closed { query: &query, context: context.as_deref(), address: None };
    error_page::closed(&shared, &headers, &error, &closed)
}

/// Handles every other path below a ticket. Redirects to the ticket, or returns 404 if it is
/// invalid.
pub(crate) async fn unmatched(
    State(shared): State<Shared>,
    _: IntactTicket,
    query: PageQuery,
    headers: HeaderMap,
) -> Response {
    error_page::answer(&shared, &headers, &Error::Token(TokenError::Invalid), &query)
}

/// Responds with a file that the host has opened for staff.
///
/// Supports ranges and preconditions, and suggests a file name, like the JSON API does.
///
/// Use this for files opened without a claim, as by
/// [`Desk::open_as_supplier`](desktop_delivery::Desk::open_as_supplier). A claimed file is fetched
/// with its ticket, which limits the bytes sent.
pub async fn serve_file(
    desk: &Arc<Desk>,
    opened: Download,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    let parts = HttpParts::new(Arc::clone(desk), Arc::new(NoStaff));
    serve(&Shared::of(parts), opened, method, headers, None, Errors::Negotiated).await
}

/// Authorizes nobody. The host has already authorized access to the file.
#[derive(Debug)]
struct NoStaff;

#[async_trait]
impl Authorizer for NoStaff {
    async fn authorize(&self, _: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        Ok(None)
    }
}

/// The format of an error in response to a request for bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errors {
    /// A page or problem details, depending on the request's headers.
    Negotiated,
    /// Problem details.
    ProblemDetails,
}

/// The headers that make a request partial or conditional.
const PARTIAL_OR_CONDITIONAL: [HeaderName; 6] = [
    header::RANGE,
    header::IF_RANGE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
];

/// Responds with an opened file, applying preconditions and ranges (RFC 9110 sections 13 and 14).
/// `peer` is the address that the request's connection comes from, if known.
pub(crate) async fn serve(
    shared: &Shared,
    opened: Download,
    method: &Method,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
    errors: Errors,
) -> Response {
    let used_up = || match errors {
        Errors::Negotiated => used_up().answer(headers, &shared.pages),
        Errors::ProblemDetails => used_up().into_response(),
    };
    let validators = validators(&opened);
    let range = match Preconditions::evaluate(method, headers, &validators) {
        Preconditions::Failed => return empty(StatusCode::PRECONDITION_FAILED, &validators),
        Preconditions::NotModified => return empty(StatusCode::NOT_MODIFIED, &validators),
        // RFC 9110 section 14.2 defines ranges for GET only.
        Preconditions::Pass if method == Method::GET => {
            headers.get(header::RANGE).and_then(|value| value.to_str().ok())
        }
        Preconditions::Pass | Preconditions::PassWithoutRange => None,
    };
    let part = match served(range, opened.size) {
        Served::Whole => None,
        Served::Part(range) => Some(range),
        Served::Unsatisfiable => {
            let mut response = empty(StatusCode::RANGE_NOT_SATISFIABLE, &validators);
            let size = format!("bytes */{}", opened.size);
            insert(response.headers_mut(), header::CONTENT_RANGE, &size);
            return response;
        }
    };
    if method == Method::HEAD {
        return file_response(&opened, &validators, None, Body::empty());
    }
    let length = part.as_ref().map_or(opened.size, |part| part.end - part.start);
    let allowance = shared.allowances.of(&opened, shared.desk.now());
    if allowance.as_ref().is_some_and(|allowance| !allowance.has(length)) {
        return used_up();
    }
    // An object store or a front server would evaluate these headers again, possibly with another
    // result, and could then send more bytes than were charged, or mix two files.
    if !PARTIAL_OR_CONDITIONAL.iter().any(|name| headers.contains_key(name))
        && let Some(handover) = hand_over(shared, &opened, peer).await
    {
        let is_allowed = allowance.is_none_or(|allowance| allowance.take(length));
        return if is_allowed { handed_over(handover, &opened, &validators) } else { used_up() };
    }
    match first_piece(shared, &opened, part.clone()).await {
        Ok(bytes) => {
            metrics::counter!("desktop_delivery_transfers_total").increment(1);
            let head = file_response(&opened, &validators, part.as_ref(), Body::empty());
            let body = TicketBody::new(shared, opened, bytes, length, allowance);
            head.map(|_| Body::new(body))
        }
        Err(error) => {
            log_error(&error);
            if matches!(&error, Error::Store(error) if error.kind() == StoreErrorKind::Corrupt) {
                report_corruption(&opened);
            }
            // A download that failed on the server before its first byte does not count.
            if allowance.is_none_or(|allowance| allowance.is_untouched())
                && let Err(error) = shared.desk.refund(&opened).await
            {
                log_error(&error);
            }
            match errors {
                Errors::Negotiated => {
                    error_page::answer(shared, headers, &error, &PageQuery::default())
                }
                Errors::ProblemDetails => {
                    ProblemDetails::of(&error, shared.desk.now()).into_response()
                }
            }
        }
    }
}

/// Opens the file and waits for the first bytes, so that a failure can still set the status.
async fn first_piece(
    shared: &Shared,
    opened: &Download,
    part: Option<Range<u64>>,
) -> Result<ByteStream, Error> {
    let is_empty = part.as_ref().map_or(opened.size, |part| part.end - part.start) == 0;
    let failed = || StoreError::new(StoreErrorKind::Unexpected, "blob store", "read");
    let mut bytes = shared.desk.read(opened, part).await?;
    match bytes.next().await {
        None if is_empty => Ok(Box::pin(futures_util::stream::empty())),
        None => Err(failed().into()),
        Some(Ok(first)) => {
            Ok(Box::pin(futures_util::stream::once(std::future::ready(Ok(first))).chain(bytes)))
        }
        Some(Err(error)) => {
            Err(corruption(error).unwrap_or_else(|error| failed().with_source(error)).into())
        }
    }
}

fn validators(opened: &Download) -> Validators {
    let seconds = u64::try_from(opened.attached_at.as_seconds()).unwrap_or_default();
    Validators {
        etag: format!("\"{}\"", opened.digest),
        last_modified: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn with_validators(response: &mut Response, validators: &Validators) {
    let modified = httpdate::fmt_http_date(validators.last_modified);
    insert(response.headers_mut(), header::ETAG, &validators.etag);
    insert(response.headers_mut(), header::LAST_MODIFIED, &modified);
}

fn empty(status: StatusCode, validators: &Validators) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    with_validators(&mut response, validators);
    response
}

/// Returns a response with the headers of a file, which are the same for GET and HEAD.
fn file_response(
    opened: &Download,
    validators: &Validators,
    part: Option<&Range<u64>>,
    body: Body,
) -> Response {
    let mut response = Response::new(body);
    with_validators(&mut response, validators);
    let length = part.map_or(opened.size, |part| part.end - part.start);
    if let Some(part) = part {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, opened.size);
        insert(response.headers_mut(), header::CONTENT_RANGE, &range);
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_DISPOSITION, content_disposition(&opened.file_name));
    insert(headers, header::CONTENT_TYPE, &opened.media_type);
    // RFC 9530 defines this digest over the whole file, whichever range is sent.
    let digest = format!("sha-256=:{}:", STANDARD.encode(opened.digest.as_bytes()));
    insert(headers, HeaderName::from_static("repr-digest"), &digest);
    response
}

/// Returns the response that lets an object store or a front server send the whole file.
fn handed_over(handover: Handover, opened: &Download, validators: &Validators) -> Response {
    metrics::counter!("desktop_delivery_redirects_total").increment(1);
    let mut response = match &handover {
        Handover::Location(_) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::FOUND;
            response
        }
        Handover::Internal(server, _) => {
            let mut response = file_response(opened, validators, None, Body::empty());
            let headers = response.headers_mut();
            // The front server states the length of the body that it sends. This one is empty.
            headers.remove(header::CONTENT_LENGTH);
            if server.adds_accept_ranges() {
                headers.remove(header::ACCEPT_RANGES);
            }
            response
        }
    };
    let (name, value) = handover.into_header();
    response.headers_mut().insert(name, value);
    response
}

/// The problem of a ticket whose allowance is used up.
fn used_up() -> ProblemDetails {
    ProblemDetails::new(
        StatusCode::TOO_MANY_REQUESTS,
        "transfer-used-up",
        "the transfer limit of this download is used up",
        "open the link and download the file again, which counts as another download",
    )
}
