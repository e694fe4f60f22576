use super::CODE;
use super::signer::Signer;
use axum::body::Body;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

pub(crate) const SECRET: &str = "a-secret-of-the-client";
pub(crate) const SUBJECT: &str = "subject-1f2e";

/// Makes an ID token from its claims.
type Issue = Arc<dyn Fn(Value, &Signer) -> String + Send + Sync>;
/// Makes the answer of an endpoint, instead of the right one.
type Answer = Arc<dyn Fn() -> Response + Send + Sync>;

/// How the provider behaves.
#[derive(Clone)]
pub(crate) struct Behavior {
    pub(crate) issue: Issue,
    pub(crate) metadata: Arc<dyn Fn(&mut Value) + Send + Sync>,
    pub(crate) token_endpoint: Option<Answer>,
    pub(crate) discovery: Option<Answer>,
    pub(crate) user_info: Value,
}

impl Default for Behavior {
    fn default() -> Self {
        Self {
            issue: Arc::new(|claims, signer| signer.sign(&claims)),
            metadata: Arc::new(|_| ()),
            token_endpoint: None,
            discovery: None,
            user_info: json!({ "sub": SUBJECT, "groups": ["ill-staff"], "name": "Anne Roy" }),
        }
    }
}

impl Behavior {
    /// Changes the claims of ID tokens.
    pub(crate) fn claims(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::issues(move |mut claims, signer| {
            change(&mut claims);
            signer.sign(&claims)
        })
    }

    pub(crate) fn issues(issue: impl Fn(Value, &Signer) -> String + Send + Sync + 'static) -> Self {
        Self { issue: Arc::new(issue), ..Self::default() }
    }

    pub(crate) fn answers(answer: impl Fn() -> Response + Send + Sync + 'static) -> Self {
        Self { token_endpoint: Some(Arc::new(answer)), ..Self::default() }
    }
}

/// A provider on a free port of this machine.
pub(crate) struct FakeProvider {
    pub(crate) issuer: String,
    shared: Shared,
}

#[derive(Clone)]
struct Shared {
    issuer: String,
    parts: Arc<Mutex<Parts>>,
}

struct Parts {
    behavior: Behavior,
    signer: Arc<Signer>,
    visit: HashMap<String, String>,
    now: i64,
    token_requests: usize,
}

impl FakeProvider {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let issuer = format!("http://{}", listener.local_addr().expect("it is bound"));
        let parts = Parts {
            behavior: Behavior::default(),
            signer: Arc::new(Signer::new("first")),
            visit: HashMap::new(),
            now: 0,
            token_requests: 0,
        };
        let shared = Shared { issuer: issuer.clone(), parts: Arc::new(Mutex::new(parts)) };
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(me))
            .with_state(shared.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { issuer, shared }
    }

    pub(crate) fn behave(&self, behavior: Behavior) {
        self.shared.parts.lock().expect("nobody panics").behavior = behavior;
    }

    pub(crate) fn sign_with(&self, signer: Signer) {
        self.shared.parts.lock().expect("nobody panics").signer = Arc::new(signer);
    }

    pub(crate) fn expect_visit(&self, query: &HashMap<String, String>, now: i64) {
        let mut parts = self.shared.parts.lock().expect("nobody panics");
        (parts.visit, parts.now) = (query.clone(), now);
    }

    pub(crate) fn token_requests(&self) -> usize {
        self.shared.parts.lock().expect("nobody panics").token_requests
    }
}

async fn metadata(State(shared): State<Shared>) -> Response {
    let behavior = shared.parts.lock().expect("nobody panics").behavior.clone();
    if let Some(answer) = behavior.discovery {
        return answer();
    }
    let issuer = &shared.issuer;
    let mut metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth?tenant=1"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "end_session_endpoint": format!("{issuer}/end?tenant=1"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    (behavior.metadata)(&mut metadata);
    Json(metadata).into_response()
}

async fn keys(State(shared): State<Shared>) -> Json<Value> {
    let signer = Arc::clone(&shared.parts.lock().expect("nobody panics").signer);
    Json(json!({ "keys": [signer.jwk()] }))
}

/// Issues tokens, as RFC 6749 §4.1.3 and RFC 7636 §4.6 require.
async fn token(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut parts = shared.parts.lock().expect("nobody panics");
    parts.token_requests += 1;
    if let Some(answer) = &parts.behavior.token_endpoint {
        return answer();
    }
    let basic = format!("Basic {}", STANDARD.encode(format!("desk:{SECRET}")));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    let is_right = headers.get(header::AUTHORIZATION).is_some_and(|sent| *sent == *basic)
        && form["grant_type"] == "authorization_code"
        && form["code"] == CODE
        && form["redirect_uri"] == parts.visit["redirect_uri"]
        && parts.visit["code_challenge_method"] == "S256"
        && challenge == parts.visit["code_challenge"];
    if !is_right {
        let error = json!({ "error": "invalid_grant" });
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let claims = json!({
        "iss": shared.issuer, "sub": SUBJECT, "aud": "desk", "nonce": parts.visit["nonce"],
        "iat": parts.now, "exp": parts.now + 300, "preferred_username": "anne.roy",
    });
    let token = (parts.behavior.issue)(claims, &parts.signer);
    let tokens =
        json!({ "access_token": "a-secret-token", "token_type": "Bearer", "id_token": token });
    Json(tokens).into_response()
}

async fn me(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let is_right = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|sent| sent.as_bytes() == b"Bearer a-secret-token");
    if !is_right {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(shared.parts.lock().expect("nobody panics").behavior.user_info.clone()).into_response()
}

impl Behavior {
    /// Redirects to another address.
    pub(crate) fn redirect() -> Response {
        (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/elsewhere")]).into_response()
    }

    /// Sends an endless answer.
    pub(crate) fn endless() -> Response {
        let piece = || Ok::<_, std::io::Error>(vec![b' '; 64 * 1024]);
        let pieces = futures_util::stream::repeat_with(piece);
        ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(pieces)).into_response()
    }

    /// Never sends the rest of the answer.
    pub(crate) fn silent() -> Response {
        Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>())
            .into_response()
    }
}
