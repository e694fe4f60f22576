use super::session_kind::SessionKind;
use super::sign_on_failure::{SignOnFailurePage, failed};
use crate::AccountParts;
use crate::home::local_path;
use crate::web::{
    Field, Frame, PageQuery, Reply, View, Visitor, cookies, done, page, redirect, to,
};
use axum::extract::{Path, State};
use axum::response::Response;
use desktop_delivery_identity::single_sign_on::{
    Callback, SignOnError, SignOnRefusal, SingleSignOn,
};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;

const CODE: Field = Field::in_address("code");
const ERROR: Field = Field::in_address("error");
const ISSUER: Field = Field::in_address("iss");
const NEXT: Field = Field::in_address("next");
const STATE: Field = Field::in_address("state");

/// A button that leads to a provider.
#[derive(Serialize)]
pub(super) struct ProviderButton {
    label: String,
    /// The address below the mount.
    path: String,
}

impl ProviderButton {
    /// Returns the buttons of the providers for staff or patrons.
    pub(super) fn all(
        parts: &AccountParts,
        frame: &Frame,
        kind: SessionKind,
        next: &str,
    ) -> Vec<Self> {
        let providers = parts.single_sign_on.iter().flat_map(SingleSignOn::providers);
        let shown = providers.filter(|it| it.is_for_staff() == (kind == SessionKind::Staff));
        let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
        shown
            .map(|provider| Self {
                label: provider.labels.label(frame.t.language()).to_owned(),
                path: format!("/sign-in/with/{}?{query}", provider.id),
            })
            .collect()
    }

    pub(super) fn sample() -> Self {
        Self { label: "Sample".to_owned(), path: "/sample".to_owned() }
    }
}

/// The page that redirects to the sign-out page of a provider.
#[derive(Serialize)]
pub(super) struct SignOutPage {
    frame: Frame,
    label: String,
    address: String,
}

impl View for SignOutPage {
    const TEMPLATE: &'static str = "sign-out.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self { frame, label: text(), address: text() }
    }
}

/// Sends the browser to a provider.
pub(super) async fn begin(
    State(parts): State<AccountParts>,
    Visitor { frame }: Visitor,
    Path(provider): Path<String>,
    query: PageQuery,
) -> Reply {
    let next = query.read(|query| query.optional(NEXT));
    let next = next.map_err(|fault| fault.failure(&frame.t).show(&frame))?;
    let next = local_path(next.unwrap_or_default());
    let Some(sign_on) = &parts.single_sign_on else { return Err(frame.not_found()) };
    let begun = match sign_on.begin(&provider, next).await {
        Ok(begun) => begun,
        Err(error) => return Err(failed(&parts, frame, &provider, error)),
    };
    let mut response = redirect(&begun.address);
    let address = parts.pages.desk.address();
    let cookie = cookies::set(address, &begun.cookie_name, &begun.cookie, begun.seconds);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(unshared(response))
}

/// Signs in a person who returns from a provider.
pub(super) async fn finish(
    State(parts): State<AccountParts>,
    Visitor { frame }: Visitor,
    Path(provider): Path<String>,
    headers: HeaderMap,
    query: PageQuery,
) -> Response {
    let mut frame = frame;
    // The links of the page must not repeat the code.
    frame.query.clear();
    let callback = query.read(|query| {
        Ok(Callback {
            state: query.optional(STATE)?,
            code: query.optional(CODE)?,
            error: query.optional(ERROR)?,
            issuer: query.optional(ISSUER)?,
        })
    });
    // RFC 6749 §3.1 forbids parameters that are sent twice.
    let callback = callback.unwrap_or_default();
    let cookie_name = SingleSignOn::cookie_name(callback.state.unwrap_or_default());
    let address = parts.pages.desk.address();
    let cookie = cookies::get(&headers, address, &cookie_name);
    let signed_in = match &parts.single_sign_on {
        Some(sign_on) => sign_on.finish(&provider, callback, cookie.as_deref()).await,
        None => Err(SignOnRefusal::ProviderUnknown.into()),
    };
    let response = match signed_in {
        Ok(signed_on) => {
            let kind = SessionKind::of(&signed_on.who);
            let next = kind.page_after_sign_in(local_path(&signed_on.next));
            let begun = parts.sign_in.add_session(to(&parts.pages, next), signed_on.who).await;
            begun.map_err(SignOnError::from)
        }
        Err(error) => Err(error),
    };
    let mut response = response.unwrap_or_else(|error| failed(&parts, frame, &provider, error));
    if cookie.is_some()
        && let Some(cleared) = cookies::clear(address, &cookie_name)
    {
        response.headers_mut().append(header::SET_COOKIE, cleared);
    }
    unshared(response)
}

/// Shows the page that redirects to the sign-out page of a provider. The sign-out form cannot
/// redirect there itself, because browsers apply `form-action` to redirects.
pub(super) async fn sign_out(
    State(parts): State<AccountParts>,
    Visitor { frame }: Visitor,
    Path(id): Path<String>,
) -> Reply {
    let found = parts.single_sign_on.as_ref().and_then(|it| Some((it, it.provider(&id)?)));
    let Some((sign_on, provider)) = found else { return Err(frame.not_found()) };
    let kind = if provider.is_for_staff() { SessionKind::Staff } else { SessionKind::Patron };
    let label = provider.labels.label(frame.t.language()).to_owned();
    match sign_on.sign_out_address(&id, kind.sign_in_page()).await {
        Some(address) => Ok(unshared(page(&SignOutPage { frame, label, address }))),
        None => Ok(to(&parts.pages, kind.sign_in_page())),
    }
}

/// Returns the response to a sign-out, which continues at the provider at which the session began.
pub(super) fn signed_out(
    parts: &AccountParts,
    kind: SessionKind,
    provider: Option<&str>,
) -> Response {
    let mut response = done(&parts.pages, kind.sign_in_page(), "signed-out");
    let sign_on = parts.single_sign_on.as_ref();
    if let Some(provider) = provider.and_then(|id| sign_on?.provider(id)) {
        let address = format!("{}/sign-out/with/{}", parts.pages.base(), provider.id);
        if let Ok(address) = HeaderValue::from_str(&address) {
            response.headers_mut().insert(header::LOCATION, address);
        }
    }
    parts.sign_in.clear_cookie(kind, &mut response);
    response
}

/// Keeps the code out of caches and the Referer header, even if the host has no such layer.
fn unshared(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Adds sample pages of this module for checking templates.
pub(super) fn samples(frame: &Frame, samples: &mut crate::web::Samples) {
    samples.add::<SignOutPage>(frame);
    samples.add::<SignOnFailurePage>(frame);
}
