//! The application's own pages.

use crate::app::{Account, Library, Request};
use crate::delivery;
use crate::problem::Problem;
use crate::session::{SignedIn, is_own};
use crate::site::Site;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use http::{header, request};
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The maximum length of a title or source in bytes.
const MAX_TEXT: usize = 500;

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(home))
        .route("/style.css", get(style))
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/requests", post(create_request))
        .route("/requests/{id}", get(show))
}

/// The templates. Values are escaped for HTML, and an unknown variable is an error.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in [
        ("base.html", include_str!("../templates/base.html")),
        ("home.html", include_str!("../templates/home.html")),
        ("request.html", include_str!("../templates/request.html")),
        ("sign_in.html", include_str!("../templates/sign_in.html")),
        ("who.html", include_str!("../templates/who.html")),
    ] {
        templates.add_template(name, source).expect("the built-in templates are valid");
    }
    templates
});

#[derive(Serialize)]
struct SignInPage {
    is_wrong: bool,
}

#[derive(Serialize)]
struct HomePage {
    account: Account,
    requests: Vec<Request>,
    libraries: Vec<Library>,
}

#[derive(Serialize)]
struct RequestPage {
    account: Account,
    request: Request,
    /// Added for desktop delivery.
    delivery: String,
}

async fn home(State(site): State<Site>, parts: request::Parts) -> Result<Response, Problem> {
    let Some(account) = site.app.signed_in(&parts)? else {
        return page("sign_in.html", &SignInPage { is_wrong: false });
    };
    let requests = site.app.requests(&account)?;
    let mut libraries = site.app.libraries()?;
    libraries.retain(|library| library.id != account.library);
    page("home.html", &HomePage { account, requests, libraries })
}

#[derive(Deserialize)]
struct SignIn {
    account: String,
    password: String,
}

async fn sign_in(
    State(site): State<Site>,
    parts: request::Parts,
    Form(form): Form<SignIn>,
) -> Result<Response, Problem> {
    if !is_own(&parts) || !site.app.is_password(&form.account, &form.password)? {
        return page("sign_in.html", &SignInPage { is_wrong: true });
    }
    let cookie = [(header::SET_COOKIE, site.app.cookie(&form.account))];
    Ok((cookie, Redirect::to("/")).into_response())
}

async fn sign_out() -> Response {
    let cookie = [(header::SET_COOKIE, "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")];
    (cookie, Redirect::to("/")).into_response()
}

#[derive(Deserialize)]
struct NewRequest {
    lender: String,
    title: String,
    source: String,
}

/// Lets a patron request an article.
async fn create_request(
    State(site): State<Site>,
    SignedIn(patron): SignedIn,
    Form(form): Form<NewRequest>,
) -> Result<Redirect, Problem> {
    let is_text = |text: &str| text.len() <= MAX_TEXT && !text.chars().any(char::is_control);
    let is_known = form.lender != patron.library && site.app.library(&form.lender)?.is_some();
    if form.title.is_empty() || !is_text(&form.title) || !is_text(&form.source) || !is_known {
        return Err(Problem::Refused("Enter a title and choose a library.".to_owned()));
    }
    if patron.is_staff {
        return Err(Problem::Unknown);
    }
    let id = site.app.add(&patron, &form.lender, &form.title, &form.source)?;
    let request = site.app.request(id, &patron)?.ok_or(Problem::Unknown)?;
    delivery::sync(&site.desk, &request).await?;
    Ok(Redirect::to(&format!("/requests/{id}")))
}

async fn show(
    State(site): State<Site>,
    SignedIn(account): SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let request = site.app.request(id, &account)?.ok_or(Problem::Unknown)?;
    let handle = delivery::sync(&site.desk, &request).await?;
    let pages = match (account.is_staff, account.library == request.lender) {
        (true, true) => "/supply",
        (true, false) => "/borrow",
        (false, _) => "/track/requests",
    };
    let delivery = format!("{pages}/{handle}");
    page("request.html", &RequestPage { account, request, delivery })
}

async fn style() -> impl axum::response::IntoResponse {
    ([(header::CONTENT_TYPE, "text/css")], include_str!("style.css"))
}

fn page(template: &str, values: &impl Serialize) -> Result<Response, Problem> {
    let headers = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
        ),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let html = TEMPLATES.get_template(template)?.render(Serde(values))?;
    Ok((headers, Html(html)).into_response())
}
