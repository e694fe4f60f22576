use super::entry::{
    Answer, Entry, KEY_SECONDS, MAX_BODY_BYTES, PROGRESS_SECONDS, State, digest, row_key, status_of,
};
use super::handling::{Handling, api_path};
use super::kept::{Kept, Repeated};
use super::key::{HEADER, key_of};
use crate::api_problems::is_api;
use crate::authorizer::Authorizer;
use crate::posted::Posted;
use crate::problem::{ProblemCode, ProblemDetails};
use crate::routes::Route;
use crate::status::log_error;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest as _, FromRequestParts as _, Path, Request, State as Axum};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use desktop_delivery::projections::{NewRow, RowKey};
use desktop_delivery::{Actor, Desk, Error, Projections, RequestHandle, StoreError};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use http_body::Body as _;
use std::collections::HashSet;
use std::sync::Arc;

/// The kind of the rows.
const KIND: &str = "idempotency-key";

/// The number of tries to store a key. Each fails only if another request stored or removed the same
/// key in the meantime.
const MAX_TRIES: u32 = 8;

/// The parts with which [`honor_idempotency_keys`] recognizes repeated requests.
#[derive(Clone, Debug)]
pub struct IdempotencyKeys {
    desk: Arc<Desk>,
    authorizer: Arc<dyn Authorizer>,
    projections: Option<Arc<dyn Projections>>,
    routes: Option<Arc<HashSet<(Method, String)>>>,
}

impl IdempotencyKeys {
    /// Creates the parts. Keys are stored in `projections`; with `None`, the header is refused.
    #[must_use]
    pub fn new(
        desk: Arc<Desk>,
        authorizer: Arc<dyn Authorizer>,
        projections: Option<Arc<dyn Projections>>,
    ) -> Self {
        Self { desk, authorizer, projections, routes: None }
    }

    /// Honors the header only on these routes. Other requests, such as those with a method that
    /// their path does not support, are passed on. Default: all requests that change something.
    #[must_use]
    pub fn with_routes(mut self, routes: impl IntoIterator<Item = Route>) -> Self {
        let routes = routes.into_iter().map(|route| (route.method, route.path));
        self.routes = Some(Arc::new(routes.collect()));
        self
    }

    /// Returns whether a request has a key that this layer must honor.
    fn concerns(&self, request: &Request) -> bool {
        let is_change = is_api(request.uri().path()) && !request.method().is_safe();
        let is_known = self.routes.as_ref().is_none_or(|routes| {
            let path = api_path(request.extensions());
            path.is_some_and(|path| routes.contains(&(request.method().clone(), path.to_owned())))
        });
        is_change
            && is_known
            && request.headers().contains_key(HEADER)
            && request.extensions().get::<Honored>().is_none()
    }

    async fn answer(&self, request: Request, next: Next) -> Result<Response, ProblemDetails> {
        let handling = Handling::of(request.method(), request.extensions());
        if !self.concerns(&request) || handling == Handling::Claim {
            return Ok(next.run(request).await);
        }
        let (mut parts, body) = request.into_parts();
        let caller = self.authorize(&mut parts).await?;
        if handling == Handling::Upload {
            return Err(unsupported("uploads do not support the Idempotency-Key header"));
        }
        let Some(projections) = self.projections.clone() else {
            return Err(unsupported("this server does not support the Idempotency-Key header"));
        };
        let keys = self.desk.keys();
        let row = row_key(&keys, &caller, &key_of(&parts.headers)?);
        let (request, body) = read(parts, body).await?;
        let digest = digest(&keys, request.method(), request.uri(), &body);
        let store = Store { projections, desk: Arc::clone(&self.desk), row, digest, handling };
        // A separate task, so that the entry, the change and its record are completed even if the
        // caller disconnects, which is when callers repeat a request.
        let run = async move {
            match store.begin().await? {
                Begun::First(version) => {
                    let response = next.run(request).await;
                    Ok(store.end(version, response).await)
                }
                Begun::Again(status, answer) => replay(status, answer, request, next).await,
            }
        };
        tokio::spawn(run).await.map_err(|_| ProblemDetails::internal())?
    }

    /// Returns the caller if they may see the request in the path.
    async fn authorize(&self, parts: &mut Parts) -> Result<Actor, ProblemDetails> {
        let authorized = self.authorizer.authorize(parts).await.map_err(failed)?;
        let caller = authorized.ok_or_else(ProblemDetails::unauthorized)?;
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, &()).await;
        let handle = path.ok().and_then(|Path(path)| {
            let (_, handle) = path.into_iter().find(|(name, _)| name == "handle")?;
            RequestHandle::parse(&handle).ok()
        });
        if let Some(handle) = handle {
            let allowed = self.desk.check_access(handle, &caller).await;
            allowed.map_err(|error| {
                log_error(&error);
                ProblemDetails::of(&error, self.desk.now())
            })?;
        }
        Ok(caller)
    }
}

/// Reads a body, and returns the request with it.
async fn read(mut parts: Parts, body: Body) -> Result<(Request, Bytes), ProblemDetails> {
    // The limit of the body is in the extensions.
    let mut sent = Request::new(body);
    *sent.headers_mut() = parts.headers.clone();
    *sent.extensions_mut() = parts.extensions.clone();
    let Posted(bytes) = Posted::from_request(sent, &()).await?;
    parts.extensions.insert(Honored);
    Ok((Request::from_parts(parts, Body::from(bytes.clone())), bytes))
}

/// Marks a request whose key is honored, so that a second layer passes it on.
#[derive(Clone, Copy, Debug)]
struct Honored;

/// How a request with a key begins.
enum Begun {
    /// It repeats a request that succeeded.
    Again(StatusCode, Answer),
    /// It is the first, and its row has this version.
    First(u64),
}

/// The stored entry of one key.
struct Store {
    projections: Arc<dyn Projections>,
    desk: Arc<Desk>,
    row: String,
    digest: String,
    handling: Handling,
}

impl Store {
    fn key(&self) -> Result<RowKey<'_>, ProblemDetails> {
        RowKey::new(KIND, &self.row).map_err(ProblemDetails::of_input)
    }

    async fn write(&self, state: State, expected: u64) -> Result<Option<u64>, ProblemDetails> {
        let now = self.desk.now();
        let entry = Entry { request: self.digest.clone(), state };
        let value = serde_json::to_vec(&entry).map_err(|_| ProblemDetails::internal())?;
        let row = NewRow::new(self.key()?, value).map_err(ProblemDetails::of_input)?;
        let row = row.with_expiry(now.plus_seconds(KEY_SECONDS));
        self.projections.write(&row, expected, now).await.map_err(failed)
    }

    /// Stores that the request has begun, or returns what its key was used for.
    async fn begin(&self) -> Result<Begun, ProblemDetails> {
        for _ in 0..MAX_TRIES {
            let now = self.desk.now();
            let stored = self.projections.read(self.key()?, now).await.map_err(failed)?;
            let expected = match &stored {
                None => 0,
                Some(row) => {
                    let entry: Entry = serde_json::from_slice(&row.value).map_err(|_| {
                        tracing::error!("the entry of an Idempotency-Key cannot be read");
                        ProblemDetails::internal()
                    })?;
                    if entry.request != self.digest {
                        return Err(reused());
                    }
                    match entry.state {
                        State::Done { status, answer } => {
                            return Ok(Begun::Again(status_of(status), answer));
                        }
                        State::Running { since } if now < since.plus_seconds(PROGRESS_SECONDS) => {
                            return Err(in_progress());
                        }
                        State::Running { .. } if self.handling == Handling::Repeatable => {
                            row.version
                        }
                        State::Running { .. } => return Err(outcome_unknown()),
                    }
                }
            };
            if let Some(version) = self.write(State::Running { since: now }, expected).await? {
                return Ok(Begun::First(version));
            }
        }
        Err(in_progress())
    }

    /// Stores the outcome. A request that changed nothing leaves no entry, so that a repeat is
    /// decided anew; one whose outcome is unknown stays in progress.
    async fn end(&self, version: u64, response: Response) -> Response {
        let status = response.status();
        if status.is_success() {
            return self.keep(version, response).await;
        }
        let code = response.extensions().get::<ProblemCode>().map(|ProblemCode(code)| *code);
        let is_unchanged =
            !status.is_server_error() || matches!(code, Some("busy" | "storage-full"));
        if is_unchanged {
            self.forget(version).await;
        }
        response
    }

    /// Deletes the entry, so that a repeat is a first request.
    async fn forget(&self, version: u64) {
        if let Ok(key) = self.key()
            && let Err(error) = self.projections.delete(key, version).await
        {
            log_error(&Error::Store(error));
        }
    }

    async fn keep(&self, version: u64, response: Response) -> Response {
        let kept = response.extensions().get::<Kept>().cloned();
        let (parts, body) = response.into_parts();
        let is_short = body.size_hint().upper().is_some_and(|size| size <= MAX_BODY_BYTES);
        let (answer, body) = if is_short {
            match to_bytes(body, usize::MAX).await {
                Ok(bytes) => (Answer::of(kept.as_ref(), &bytes), Body::from(bytes)),
                Err(_) => return ProblemDetails::internal().into_response(),
            }
        } else {
            let ids = kept.as_ref().filter(|kept| matches!(kept, Kept::Ids(_)));
            (Answer::of(ids, b"withheld"), body)
        };
        let done = State::Done { status: parts.status.as_u16(), answer };
        // On failure, which is logged, a repeat is refused with `outcome-unknown`.
        if let Ok(None) = self.write(done, version).await {
            tracing::error!("another call used an Idempotency-Key at the same time");
        }
        Response::from_parts(parts, body)
    }
}

/// Answers a repeat of a request that succeeded.
async fn replay(
    status: StatusCode,
    answer: Answer,
    mut request: Request,
    next: Next,
) -> Result<Response, ProblemDetails> {
    let mut response = match answer {
        Answer::Body(body) => (status, Json(body)).into_response(),
        Answer::Empty => status.into_response(),
        Answer::Ids(ids) => {
            request.extensions_mut().insert(Repeated(ids));
            next.run(request).await
        }
        Answer::Withheld => return Err(already_done(status)),
    };
    if response.status().is_success() {
        let replayed = HeaderValue::from_static("true");
        response.headers_mut().insert("idempotent-replayed", replayed);
    }
    Ok(response)
}

fn failed(error: StoreError) -> ProblemDetails {
    let problem = ProblemDetails::of_store(&error);
    log_error(&Error::Store(error));
    problem
}

fn unsupported(title: &str) -> ProblemDetails {
    let remedy = "send the call without this header";
    ProblemDetails::new(StatusCode::BAD_REQUEST, "idempotency-key-unsupported", title, remedy)
}

/// The problem of a key that was used for another request (section 2.7 of the draft).
fn reused() -> ProblemDetails {
    ProblemDetails::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency-key-reused",
        "the Idempotency-Key was used for another call",
        "use a new key for each call, and the same key only to repeat a call unchanged",
    )
}

/// The problem of a repeat while the first request is in progress (section 2.7 of the draft).
fn in_progress() -> ProblemDetails {
    let title = "a call with this Idempotency-Key is in progress";
    let remedy = "repeat the call in a moment";
    let mut problem =
        ProblemDetails::new(StatusCode::CONFLICT, "idempotency-key-in-progress", title, remedy);
    problem.retry_after = Some(1);
    problem
}

fn outcome_unknown() -> ProblemDetails {
    ProblemDetails::new(
        StatusCode::CONFLICT,
        "outcome-unknown",
        "a call with this Idempotency-Key was interrupted, and its outcome is unknown",
        "read the data that it should have changed; if nothing changed, send it again with a new \
         key",
    )
}

fn already_done(status: StatusCode) -> ProblemDetails {
    ProblemDetails::new(
        StatusCode::CONFLICT,
        "already-done",
        format!(
            "a call with this Idempotency-Key succeeded with status {}; its response was not kept, \
             because it is long or may contain a secret",
            status.as_u16()
        ),
        "use the first response; if it was lost, read what was changed, or revoke what was created \
         and create it again with a new key",
    )
}

/// Honors the `Idempotency-Key` header of every request below `/api` that changes something, as
/// axum middleware for [`from_fn_with_state`](axum::middleware::from_fn_with_state).
///
/// A repeat with the same key and caller within 24 hours gets the first response, as far as it was
/// [`Kept`], and changes nothing. The same key with another method, path, query or body is refused
/// (422), as is a repeat while the first request is in progress (409). A refusal is not kept: the
/// request changed nothing, and a repeat is decided anew. If the process died before it could store
/// the outcome, or the request ended in an internal error, a repeat after 60 seconds is refused
/// with the code `outcome-unknown`. PUT, DELETE and updates of requests are applied again instead.
///
/// Claims are passed on, because a claim uses its key as its identity, and uploads with the header
/// are refused. [`router`](crate::router) already includes this layer. A host adds it to its own
/// routes below `/api`, inside the layer that limits the size of bodies.
pub async fn honor_idempotency_keys(
    Axum(keys): Axum<IdempotencyKeys>,
    request: Request,
    next: Next,
) -> Response {
    keys.answer(request, next).await.unwrap_or_else(ProblemDetails::into_response)
}
