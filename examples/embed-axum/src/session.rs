use crate::app::{Account, App, now};
use crate::problem::Problem;
use crate::site::Site;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, Method, header};

/// The lifetime of a session in seconds.
const LASTS: i64 = 12 * 3_600;

/// The person who is signed in. Handlers that extract it require a sign-in.
pub(crate) struct SignedIn(pub(crate) Account);

impl FromRequestParts<Site> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Problem> {
        site.app.signed_in(parts)?.map(Self).ok_or(Problem::SignIn)
    }
}

impl App {
    /// Returns the session cookie of an account: its id, the expiry, and a signature.
    pub(crate) fn cookie(&self, account: &str) -> String {
        let session = format!("{account}.{}", now() + LASTS);
        let tag = self.secret.sign(&session);
        format!("session={session}.{tag}; Path=/; Max-Age={LASTS}; HttpOnly; SameSite=Lax")
    }

    /// Returns the account of a request's session. An unsafe request counts only if it comes from
    /// one of our pages, because browsers also attach cookies to requests forged by other sites.
    pub(crate) fn signed_in(&self, parts: &Parts) -> Result<Option<Account>, rusqlite::Error> {
        if !is_own(parts) {
            return Ok(None);
        }
        Ok(self.session(&parts.headers)?.map(|(account, _)| account))
    }

    /// Returns the account of a session, and the secret that the forms of this session contain.
    pub(crate) fn session(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<(Account, String)>, rusqlite::Error> {
        let Some((account, until, tag)) = session(headers) else { return Ok(None) };
        let is_valid = self.secret.is_signed(&format!("{account}.{until}"), tag)
            && until.parse().is_ok_and(|until: i64| now() < until);
        let account = if is_valid { self.account(account)? } else { None };
        Ok(account.map(|account| (account, self.secret.sign(&format!("form {tag}")))))
    }
}

fn session(headers: &HeaderMap) -> Option<(&str, &str, &str)> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = cookies.flat_map(|line| line.split(';'));
    let session = cookies.find_map(|cookie| cookie.trim().strip_prefix("session="))?;
    let mut parts = session.splitn(3, '.');
    Some((parts.next()?, parts.next()?, parts.next()?))
}

/// Returns whether a request is safe, comes from one of our pages, or was not sent by a browser.
pub(crate) fn is_own(parts: &Parts) -> bool {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(&parts.method) {
        return true;
    }
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let from = origin.split_once("://").map(|(_, host)| host);
            from.is_some() && from == text("host")
        }
        (None, None) => true,
    }
}
