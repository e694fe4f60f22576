use super::kept::Kept;
use bytes::Bytes;
use desktop_delivery::token::KeyRing;
use desktop_delivery::{Actor, Timestamp};
use http::{Method, StatusCode, Uri};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long a key is kept, in seconds: 24 hours.
pub(super) const KEY_SECONDS: i64 = 86_400;

/// How long a request counts as in progress, in seconds: 1 minute. Handlers respond much sooner, so
/// after this time the process has probably died.
pub(super) const PROGRESS_SECONDS: i64 = 60;

/// The maximum size of a stored body, in bytes.
pub(super) const MAX_BODY_BYTES: u64 = 60_000;

/// The stored value of a key. Contains neither the key nor the caller nor the body of the request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The digest of the request.
    pub(super) request: String,
    pub(super) state: State,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// The request succeeded.
    Done { status: u16, answer: Answer },
    /// The request began at this time and has not ended, or its process died.
    Running { since: Timestamp },
}

/// The part of the first response, besides its status, that a repeat gets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Answer {
    Body(Value),
    Empty,
    Ids(Value),
    /// The response had a body that may contain secrets.
    Withheld,
}

impl Answer {
    /// Returns what is kept of a body.
    pub(super) fn of(kept: Option<&Kept>, body: &[u8]) -> Self {
        match kept {
            Some(Kept::Ids(ids)) => Self::Ids(ids.clone()),
            _ if body.is_empty() => Self::Empty,
            Some(Kept::Body) => serde_json::from_slice(body).map_or(Self::Withheld, Self::Body),
            None => Self::Withheld,
        }
    }
}

/// Converts a stored status code, which was valid when it was stored.
pub(super) fn status_of(stored: u16) -> StatusCode {
    StatusCode::from_u16(stored).unwrap_or(StatusCode::OK)
}

/// Returns the key under which an entry is stored: a keyed hash. The key of one caller is independent
/// of that of another (section 5 of the draft).
pub(super) fn row_key(keys: &KeyRing, caller: &Actor, key: &str) -> String {
    let key = key.as_bytes();
    let hash = match caller {
        Actor::Staff { agency, id } => keys.idempotency(&[
            b"row of staff",
            agency.as_str().as_bytes(),
            id.as_str().as_bytes(),
            key,
        ]),
        _ => keys.idempotency(&[b"row of host", key]),
    };
    hash.to_string()
}

/// Returns the digest by which the same request is recognized (section 2.4 of the draft): a keyed
/// hash of its method, path, query and body. Without the key, a password in the body could be
/// guessed from the database.
pub(super) fn digest(keys: &KeyRing, method: &Method, uri: &Uri, body: &Bytes) -> String {
    let query = uri.query().unwrap_or_default().as_bytes();
    let (method, path) = (method.as_str().as_bytes(), uri.path().as_bytes());
    keys.idempotency(&[b"request", method, path, query, body]).to_string()
}
