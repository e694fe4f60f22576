use super::cookies;
use super::frame::{Badge, Frame};
use super::reply::{Failure, to};
use crate::accounts::{Account, Login, Origin, SessionToken, SignInName, Who};
use crate::assemble::Server;
use axum::extract::FromRequestParts;
use axum::extract::connect_info::ConnectInfo;
use axum::response::Response;
use desktop_delivery::{
    Actor, AgencyId, Directory as _, Language, Participant, PatronId, StoreError,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Holds the session of staff.
pub(crate) const STAFF_COOKIE: &str = "desk_session";
/// Holds the session of a patron.
pub(crate) const PATRON_COOKIE: &str = "desk_tracking";
/// Shows that staff have signed in in this browser before.
const STAFF_BROWSER_COOKIE: &str = "desk_browser";
/// Shows that a patron has signed in in this browser before.
const PATRON_BROWSER_COOKIE: &str = "desk_tracking_browser";

/// Whoever looks at a page, signed in or not.
pub(crate) struct Visitor {
    pub(crate) frame: Frame,
    /// Where the request comes from.
    pub(crate) network: IpAddr,
    headers: HeaderMap,
}

/// Who signs in, and on which pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionKind {
    Patron,
    Staff,
}

/// A member of staff who is signed in; others are led to sign in, and back.
pub(crate) struct StaffMember {
    pub(crate) login: Login,
    pub(crate) account: Account,
    /// Who this is for the desk.
    pub(crate) actor: Actor,
    /// Their library.
    pub(crate) library: Participant,
    pub(crate) session: SessionToken,
    pub(crate) frame: Frame,
}

/// Who is signed in as a member of staff, for the extractors that follow.
#[derive(Clone)]
pub(super) struct SignedIn(pub(super) Actor);

/// A member of staff who keeps the library's record.
pub(crate) struct Administrator(pub(crate) StaffMember);

/// A patron who is signed in; others are led to sign in.
pub(crate) struct PatronVisitor {
    pub(crate) agency: AgencyId,
    pub(crate) patron: PatronId,
    pub(crate) session: SessionToken,
    pub(crate) frame: Frame,
}

impl FromRequestParts<Arc<Server>> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Response> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
        let network = server.proxies.client(peer, &parts.headers);
        let frame = Frame::new(server, parts, language(server, &parts.headers, None, None));
        Ok(Self { frame, network, headers: parts.headers.clone() })
    }
}

impl Visitor {
    /// Where this visitor's attempt to sign in with a name comes from.
    pub(crate) async fn origin(
        &self,
        server: &Server,
        kind: SessionKind,
        name: &SignInName,
    ) -> Result<Origin, StoreError> {
        let address = server.desk.address();
        if let Some(text) = cookies::get(&self.headers, address, kind.browser_cookie())
            && let Some(known) = server.known_browsers.recognize(&text, name).await?
        {
            return Ok(Origin::KnownBrowser(known));
        }
        Ok(Origin::Stranger(self.network))
    }
}

impl SessionKind {
    const fn session_cookie(self) -> &'static str {
        match self {
            Self::Patron => PATRON_COOKIE,
            Self::Staff => STAFF_COOKIE,
        }
    }

    const fn browser_cookie(self) -> &'static str {
        match self {
            Self::Patron => PATRON_BROWSER_COOKIE,
            Self::Staff => STAFF_BROWSER_COOKIE,
        }
    }

    const fn is_of(self, who: &Who) -> bool {
        matches!((self, who), (Self::Patron, Who::Patron { .. }) | (Self::Staff, Who::Staff { .. }))
    }
}

/// Begins the session of somebody who has signed in, and lets their browser keep it; the browser is
/// known from then on.
pub(crate) async fn begin_session(
    server: &Server,
    mut response: Response,
    who: Who,
    name: &SignInName,
    origin: &Origin,
) -> Result<Response, StoreError> {
    let address = server.desk.address();
    let kind = match who {
        Who::Patron { .. } => SessionKind::Patron,
        Who::Staff { .. } => SessionKind::Staff,
    };
    let (token, seconds) = server.sessions.begin(who).await?;
    let mut kept = vec![cookies::set(address, kind.session_cookie(), token.expose(), seconds)];
    if matches!(origin, Origin::Stranger(_)) {
        let (text, seconds) = server.known_browsers.issue(name).await?;
        kept.push(cookies::set(address, kind.browser_cookie(), &text, seconds));
    }
    for cookie in kept.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

impl FromRequestParts<Arc<Server>> for StaffMember {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Response> {
        match staff(parts, server).await {
            Ok(Some(member)) => {
                parts.extensions.insert(SignedIn(member.actor.clone()));
                Ok(member)
            }
            Ok(None) => Err(to(server, &format!("/sign-in?next={}", next(parts)))),
            Err(error) => Err(failed(parts, server, error)),
        }
    }
}

impl FromRequestParts<Arc<Server>> for Administrator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Response> {
        let member = StaffMember::from_request_parts(parts, server).await?;
        if member.account.is_administrator() {
            return Ok(Self(member));
        }
        let failure = Failure::new(StatusCode::FORBIDDEN, "not-administrator");
        Err(failure.show(&member.frame))
    }
}

impl FromRequestParts<Arc<Server>> for PatronVisitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Response> {
        match patron(parts, server).await {
            Ok(Some(visitor)) => Ok(visitor),
            Ok(None) => Err(to(server, "/track")),
            Err(error) => Err(failed(parts, server, error)),
        }
    }
}

async fn staff(parts: &Parts, server: &Arc<Server>) -> Result<Option<StaffMember>, StoreError> {
    let Some(cookie) = session_cookie(parts, server, STAFF_COOKIE) else { return Ok(None) };
    let Some(session) = server.sessions.open(&cookie).await? else { return Ok(None) };
    let Who::Staff { login, epoch } = session.who else { return Ok(None) };
    let Ok(login) = Login::new(&login) else { return Ok(None) };
    let Some(account) = server.accounts.find(&login).await? else { return Ok(None) };
    if account.disabled || account.epoch != epoch {
        return Ok(None);
    }
    let Some(library) = server.directory.participant(&account.agency).await? else {
        return Ok(None);
    };
    let Ok(actor) = login.actor(&account) else { return Ok(None) };
    let language = language(server, &parts.headers, account.language, Some(&library));
    let badge =
        Badge::Staff { name: account.name.clone(), is_administrator: account.is_administrator() };
    let frame =
        Frame::new(server, parts, language).of_library(&library).signed_in(badge, &session.token);
    Ok(Some(StaffMember { login, account, actor, library, session: session.token, frame }))
}

async fn patron(parts: &Parts, server: &Arc<Server>) -> Result<Option<PatronVisitor>, StoreError> {
    let Some(cookie) = session_cookie(parts, server, PATRON_COOKIE) else { return Ok(None) };
    let Some(session) = server.sessions.open(&cookie).await? else { return Ok(None) };
    let Who::Patron { agency, patron, stamp } = session.who else { return Ok(None) };
    let known = server.directory.patrons().find(&agency, &patron).await?;
    // Whose password was changed, or who was forgotten, is signed out at once.
    if stamp.is_empty() || known.is_none_or(|known| known.tracking_stamp() != stamp) {
        return Ok(None);
    }
    let Some(library) = server.directory.participant(&agency).await? else { return Ok(None) };
    let language = language(server, &parts.headers, None, Some(&library));
    let frame = Frame::new(server, parts, language)
        .of_library(&library)
        .signed_in(Badge::Patron, &session.token);
    Ok(Some(PatronVisitor { agency, patron, session: session.token, frame }))
}

fn failed(parts: &Parts, server: &Arc<Server>, error: StoreError) -> Response {
    let frame = Frame::new(server, parts, language(server, &parts.headers, None, None));
    frame.failed(error)
}

fn session_cookie(parts: &Parts, server: &Server, name: &str) -> Option<String> {
    cookies::get(&parts.headers, server.desk.address(), name)
}

/// The language of a page: the one chosen on a page, else the account's, else the browser's, else the
/// library's.
fn language(
    server: &Server,
    headers: &HeaderMap,
    account: Option<Language>,
    library: Option<&Participant>,
) -> Language {
    let known = |code: &str| match code {
        "en" => Some(Language::English),
        "fr" => Some(Language::French),
        _ => None,
    };
    cookies::get(headers, server.desk.address(), cookies::LANGUAGE_COOKIE)
        .and_then(|code| known(&code))
        .or(account)
        .or_else(|| {
            desktop_delivery_http::accepted_languages(headers).iter().find_map(|code| known(code))
        })
        .or_else(|| library.map(|library| library.language))
        .unwrap_or_default()
}

/// Where to go after signing in: the page that was asked for, unless it was a form that was sent.
fn next(parts: &Parts) -> String {
    let path = match parts.method {
        http::Method::GET => parts.uri.path_and_query().map_or("/", |path| path.as_str()),
        // The page of a form: its address is the form's own, without the last word.
        _ => parts.uri.path().rsplit_once('/').map_or("/", |(page, _)| page),
    };
    serde_urlencoded::to_string([("", path)]).unwrap_or_default().split_off(1)
}

/// Whether a browser says that a form comes from another site (Fetch Metadata).
pub(super) fn is_cross_site(headers: &HeaderMap) -> bool {
    headers
        .get(HeaderName::from_static("sec-fetch-site"))
        .and_then(|value| value.to_str().ok())
        .is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

/// Whether a form that carries this key comes from a page of the staff session that this browser holds.
pub(crate) async fn is_of_session(headers: &HeaderMap, server: &Server, sent: &str) -> bool {
    is_of(SessionKind::Staff, headers, server, sent).await
}

/// Whether a form that carries this key comes from a page of this kind's session, which this
/// browser has. The key of a patron's session is not valid in staff forms, because an attacker who
/// plants their own patron session in a browser has that key.
pub(super) async fn is_of(
    kind: SessionKind,
    headers: &HeaderMap,
    server: &Server,
    sent: &str,
) -> bool {
    if is_cross_site(headers) {
        return false;
    }
    let cookie = cookies::get(headers, server.desk.address(), kind.session_cookie());
    let Some(cookie) = cookie else { return false };
    let Ok(Some(session)) = server.sessions.open(&cookie).await else { return false };
    // Digests are compared, so that the time it takes tells nothing of the key.
    kind.is_of(&session.who) && Sha256::digest(session.token.form_key()) == Sha256::digest(sent)
}
