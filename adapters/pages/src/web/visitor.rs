use super::cookies;
use super::extract::from_parts;
use super::frame::{Badge, Frame};
use super::redirect::redirect;
use super::reply::Failure;
use crate::windows::Visit;
use crate::{FormKey, Pages, SignedInPatron, SignedInStaff};
use axum::response::Response;
use desktop_delivery::{Actor, AgencyId, Language, Participant, PatronId, StoreError};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode, header};

from_parts!(Pages: Visitor, StaffMember, Administrator, PatronVisitor);

/// A visitor of a page, signed in or not.
pub(crate) struct Visitor {
    pub(crate) frame: Frame,
}

/// A signed-in staff member. Others are redirected to sign in, and then back.
pub(crate) struct StaffMember {
    /// The staff member as an actor of the desk.
    pub(crate) actor: Actor,
    /// The library of the staff member.
    pub(crate) library: Participant,
    pub(crate) frame: Frame,
    is_administrator: bool,
}

/// The staff session, stored for later extractors.
#[derive(Clone)]
pub(super) struct StaffSession {
    pub(super) actor: Actor,
    form_key: FormKey,
}

/// The session of the patron who is signed in, for the extractors that follow.
#[derive(Clone)]
struct PatronSession {
    form_key: FormKey,
}

/// A staff member who may change the library's record.
pub(crate) struct Administrator(pub(crate) StaffMember);

/// A signed-in patron. Others are redirected to sign in.
pub(crate) struct PatronVisitor {
    pub(crate) agency: AgencyId,
    pub(crate) patron: PatronId,
    pub(crate) frame: Frame,
}

impl PatronVisitor {
    pub(crate) fn actor(&self) -> Actor {
        Actor::patron(self.agency.clone(), self.patron.clone())
    }
}

/// The kind of session that a form belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionOf {
    Patron,
    Staff,
}

impl Visitor {
    #[expect(clippy::unused_async, reason = "`from_parts!` awaits every extractor")]
    pub(crate) async fn extract(parts: &mut Parts, pages: &Pages) -> Result<Self, Response> {
        let language = language(pages, parts, None, None);
        Ok(Self { frame: Frame::new(pages, parts, language) })
    }
}

impl StaffMember {
    async fn extract(parts: &mut Parts, pages: &Pages) -> Result<Self, Response> {
        let signed_in = signed_in_staff(parts, pages).await;
        Self::of(parts, pages, signed_in).await
    }

    /// Returns whether a form with this key comes from a page of the member's session.
    pub(crate) fn sent(&self, headers: &HeaderMap, key: &str) -> bool {
        !is_cross_site(headers) && FormKey::new(&self.frame.form_key).is(key)
    }

    /// The staff member that the sign-in identified.
    pub(crate) async fn of(
        parts: &mut Parts,
        pages: &Pages,
        signed_in: Result<Option<SignedInStaff>, StoreError>,
    ) -> Result<Self, Response> {
        match staff(parts, pages, signed_in).await {
            Ok(Some((member, session))) => {
                parts.extensions.insert(session);
                Ok(member)
            }
            Ok(None) => Err(redirect(&pages.sign_in.staff_sign_in(&next(parts)))),
            Err(error) => Err(failed(parts, pages, error)),
        }
    }
}

impl Administrator {
    pub(crate) async fn extract(parts: &mut Parts, pages: &Pages) -> Result<Self, Response> {
        let member = StaffMember::extract(parts, pages).await?;
        if member.is_administrator {
            return Ok(Self(member));
        }
        let failure = Failure::new(StatusCode::FORBIDDEN, "not-administrator");
        Err(failure.show(&member.frame))
    }
}

impl PatronVisitor {
    async fn extract(parts: &mut Parts, pages: &Pages) -> Result<Self, Response> {
        let signed_in = signed_in_patron(parts, pages).await;
        Self::of(parts, pages, signed_in).await
    }

    /// The patron that the sign-in identified.
    pub(crate) async fn of(
        parts: &mut Parts,
        pages: &Pages,
        signed_in: Result<Option<SignedInPatron>, StoreError>,
    ) -> Result<Self, Response> {
        match patron(parts, pages, signed_in).await {
            Ok(Some((visitor, session))) => {
                parts.extensions.insert(session);
                Ok(visitor)
            }
            Ok(None) => Err(redirect(&pages.sign_in.patron_sign_in(&next(parts)))),
            Err(error) => Err(failed(parts, pages, error)),
        }
    }
}

async fn staff(
    parts: &Parts,
    pages: &Pages,
    signed_in: Result<Option<SignedInStaff>, StoreError>,
) -> Result<Option<(StaffMember, StaffSession)>, StoreError> {
    let Some(staff) = signed_in? else { return Ok(None) };
    let Some(library) = pages.directory.participant(&staff.library).await? else {
        return Ok(None);
    };
    let language = language(pages, parts, staff.language, Some(&library));
    let is_administrator = staff.is_administrator;
    let badge = Badge::Staff { name: staff.name, is_administrator };
    let frame = Frame::new(pages, parts, language).of_library(&library).signed_in(
        pages,
        badge,
        &staff.form_key,
    );
    let session = StaffSession { actor: staff.actor.clone(), form_key: staff.form_key };
    Ok(Some((StaffMember { actor: staff.actor, library, frame, is_administrator }, session)))
}

async fn patron(
    parts: &Parts,
    pages: &Pages,
    signed_in: Result<Option<SignedInPatron>, StoreError>,
) -> Result<Option<(PatronVisitor, PatronSession)>, StoreError> {
    let Some(patron) = signed_in? else { return Ok(None) };
    let Some(library) = pages.directory.participant(&patron.agency).await? else {
        return Ok(None);
    };
    let language = language(pages, parts, None, Some(&library));
    let frame = Frame::new(pages, parts, language).of_library(&library).signed_in(
        pages,
        Badge::Patron,
        &patron.form_key,
    );
    let session = PatronSession { form_key: patron.form_key };
    Ok(Some((PatronVisitor { agency: patron.agency, patron: patron.patron, frame }, session)))
}

fn failed(parts: &Parts, pages: &Pages, error: StoreError) -> Response {
    Frame::new(pages, parts, language(pages, parts, None, None)).failed(error)
}

/// Returns the staff member of a window, or else of the session.
async fn signed_in_staff(
    parts: &Parts,
    pages: &Pages,
) -> Result<Option<SignedInStaff>, StoreError> {
    match parts.extensions.get::<Visit>() {
        Some(visit) => Ok(visit.staff()),
        None => pages.sign_in.staff(&parts.headers).await,
    }
}

/// Returns the patron of a window, or else of the session.
async fn signed_in_patron(
    parts: &Parts,
    pages: &Pages,
) -> Result<Option<SignedInPatron>, StoreError> {
    match parts.extensions.get::<Visit>() {
        Some(visit) => Ok(visit.patron()),
        None => pages.sign_in.patron(&parts.headers).await,
    }
}

/// Chooses the language of a page: the window's, else the one chosen on a page, else the account's,
/// else the browser's, else the library's.
fn language(
    pages: &Pages,
    parts: &Parts,
    account: Option<Language>,
    library: Option<&Participant>,
) -> Language {
    let catalog = pages.templates.catalog();
    let headers = &parts.headers;
    let of_window = parts.extensions.get::<Visit>().and_then(Visit::language);
    if let Some(language) = of_window.and_then(|language| catalog.best(language)) {
        return language;
    }
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    cookies::get(headers, pages.desk.address(), cookies::LANGUAGE_COOKIE)
        .and_then(|tag| catalog.best(tag.parse().ok()?))
        .or_else(|| catalog.best(account?))
        .or_else(|| catalog.negotiate(accepted.unwrap_or_default()))
        .or_else(|| catalog.best(library?.language))
        .unwrap_or_default()
}

/// Returns the page to return to after sign-in, percent-encoded: the requested page, or the page of
/// the sent form.
fn next(parts: &Parts) -> String {
    let path = match parts.method {
        http::Method::GET => parts.uri.path_and_query().map_or("/", |path| path.as_str()),
        // The path of a form is the path of its page plus one segment.
        _ => parts.uri.path().rsplit_once('/').map_or("/", |(page, _)| page),
    };
    serde_urlencoded::to_string([("", path)]).unwrap_or_default().split_off(1)
}

/// Returns whether a form comes from another site, according to the browser (Fetch Metadata).
pub(crate) fn is_cross_site(headers: &HeaderMap) -> bool {
    headers
        .get(HeaderName::from_static("sec-fetch-site"))
        .and_then(|value| value.to_str().ok())
        .is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

/// Returns whether an upload with this form key comes from a page of the browser's staff session.
pub(crate) async fn is_of_staff_session(headers: &HeaderMap, pages: &Pages, sent: &str) -> bool {
    !is_cross_site(headers)
        && matches!(pages.sign_in.staff(headers).await, Ok(Some(staff)) if staff.form_key.is(sent))
}

/// Returns whether a form with this key comes from a page of the browser's session of this kind.
///
/// The key of a patron session is not valid in staff forms, because an attacker who plants their
/// own patron session in a browser knows its key.
pub(super) async fn is_of_session(
    kind: SessionOf,
    parts: &Parts,
    pages: &Pages,
    sent: &str,
) -> bool {
    if is_cross_site(&parts.headers) {
        return false;
    }
    match kind {
        SessionOf::Staff => match parts.extensions.get::<StaffSession>() {
            Some(session) => session.form_key.is(sent),
            None => {
                let staff = signed_in_staff(parts, pages).await;
                matches!(staff, Ok(Some(staff)) if staff.form_key.is(sent))
            }
        },
        SessionOf::Patron => match parts.extensions.get::<PatronSession>() {
            Some(session) => session.form_key.is(sent),
            None => {
                let patron = signed_in_patron(parts, pages).await;
                matches!(patron, Ok(Some(patron)) if patron.form_key.is(sent))
            }
        },
    }
}
