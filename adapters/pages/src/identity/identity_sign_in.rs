use super::session_kind::SessionKind;
use crate::web::cookies;
use crate::{FormKey, SignIn, SignedInPatron, SignedInStaff};
use async_trait::async_trait;
use axum::response::Response;
use desktop_delivery::{AgencyId, PatronId, PublicAddress, StaffId, StoreError};
use desktop_delivery_identity::Identity;
use desktop_delivery_identity::accounts::{
    Account, Login, OpenSession, Origin, SessionToken, SignInName, Who,
};
use desktop_delivery_identity::single_sign_on::SingleSignOn;
use http::{HeaderMap, header};

/// A [`SignIn`] that uses the accounts and sessions of an [`Identity`].
#[derive(Clone, Debug)]
pub struct IdentitySignIn {
    identity: Identity,
    address: PublicAddress,
    single_sign_on: Option<SingleSignOn>,
}

/// A session of staff with its account.
pub(super) struct StaffSession {
    pub(super) login: Login,
    pub(super) account: Account,
    pub(super) token: SessionToken,
    /// The provider at which it began, if any.
    pub(super) provider: Option<String>,
}

/// A session of a patron.
pub(super) struct PatronSession {
    pub(super) patron: SignedInPatron,
    pub(super) token: SessionToken,
    /// The provider at which it began, if any.
    pub(super) provider: Option<String>,
}

impl StaffSession {
    /// Returns the signed-in staff member.
    pub(super) fn signed_in(&self) -> Option<SignedInStaff> {
        let Self { login, account, token, .. } = self;
        let actor = login.actor(account).ok()?;
        let key = FormKey::new(token.form_key());
        let (agency, name) = (account.agency.clone(), account.name.clone());
        let mut staff = SignedInStaff::new(actor, agency, name, key);
        staff.is_administrator = account.is_administrator();
        staff.language = account.language;
        Some(staff)
    }
}

impl IdentitySignIn {
    /// Creates a sign-in for browsers that use this public address.
    #[must_use]
    pub const fn new(identity: Identity, address: PublicAddress) -> Self {
        Self { identity, address, single_sign_on: None }
    }

    /// Lets patrons track their requests if they can sign in at a provider.
    #[must_use]
    pub fn with_single_sign_on(mut self, single_sign_on: SingleSignOn) -> Self {
        self.single_sign_on = Some(single_sign_on);
        self
    }

    async fn session(
        &self,
        kind: SessionKind,
        headers: &HeaderMap,
    ) -> Result<Option<OpenSession>, StoreError> {
        match cookies::get(headers, &self.address, kind.session_cookie()) {
            Some(cookie) => self.identity.sessions.open(&cookie).await,
            None => Ok(None),
        }
    }

    pub(super) async fn staff_session(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<StaffSession>, StoreError> {
        let Some(session) = self.session(SessionKind::Staff, headers).await? else {
            return Ok(None);
        };
        let Who::Staff { login, epoch, provider } = session.who else { return Ok(None) };
        let Ok(login) = Login::new(&login) else { return Ok(None) };
        let found = self.identity.accounts.find(&login).await?;
        let account = found.filter(|account| !account.disabled && account.epoch == epoch);
        let token = session.token;
        Ok(account.map(|account| StaffSession { login, account, token, provider }))
    }

    pub(super) async fn patron_session(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<PatronSession>, StoreError> {
        let Some(session) = self.session(SessionKind::Patron, headers).await? else {
            return Ok(None);
        };
        let Who::Patron { agency, patron, stamp, provider } = session.who else { return Ok(None) };
        let known = self.identity.directory.patrons().find(&agency, &patron).await?;
        // A changed password, or the deletion of the patron, ends the session at once.
        if known.is_none_or(|known| !known.allows_session(&stamp, provider.as_deref())) {
            return Ok(None);
        }
        let token = session.token;
        let patron = SignedInPatron::new(agency, patron, FormKey::new(token.form_key()));
        Ok(Some(PatronSession { patron, token, provider }))
    }

    /// Deletes the session cookie of this kind.
    pub(super) fn clear_cookie(&self, kind: SessionKind, response: &mut Response) {
        if let Some(cookie) = cookies::clear(&self.address, kind.session_cookie()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }

    /// Begins a session after sign-in and sets its cookie. A browser that was unknown also gets a
    /// cookie that identifies it at later sign-ins.
    pub(super) async fn begin_session(
        &self,
        response: Response,
        who: Who,
        name: &SignInName,
        origin: &Origin,
    ) -> Result<Response, StoreError> {
        let kind = SessionKind::of(&who);
        let mut response = self.add_session(response, who).await?;
        if matches!(origin, Origin::Stranger(_)) {
            let (text, seconds) = self.identity.known_browsers.issue(name).await?;
            let cookie = cookies::set(&self.address, kind.browser_cookie(), &text, seconds);
            if let Some(cookie) = cookie {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
        Ok(response)
    }

    /// Begins a session and sets its cookie, which replaces that of an earlier session.
    pub(super) async fn add_session(
        &self,
        mut response: Response,
        who: Who,
    ) -> Result<Response, StoreError> {
        let kind = SessionKind::of(&who);
        let (token, seconds) = self.identity.sessions.begin(who).await?;
        let cookie = cookies::set(&self.address, kind.session_cookie(), token.expose(), seconds);
        if let Some(cookie) = cookie {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    fn path(&self, below: &str) -> String {
        format!("{}{below}", self.address.path())
    }
}

#[async_trait]
impl SignIn for IdentitySignIn {
    async fn staff(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, StoreError> {
        Ok(self.staff_session(headers).await?.as_ref().and_then(StaffSession::signed_in))
    }

    async fn patron(&self, headers: &HeaderMap) -> Result<Option<SignedInPatron>, StoreError> {
        Ok(self.patron_session(headers).await?.map(|session| session.patron))
    }

    fn staff_sign_in(&self, next: &str) -> String {
        self.path(&format!("/sign-in?next={next}"))
    }

    fn patron_sign_in(&self, next: &str) -> String {
        self.path(&format!("/track?next={next}"))
    }

    fn staff_sign_out(&self) -> Option<String> {
        Some(self.path("/sign-out"))
    }

    fn patron_sign_out(&self) -> Option<String> {
        Some(self.path("/track/sign-out"))
    }

    fn staff_account(&self) -> Option<String> {
        Some(self.path("/account"))
    }

    async fn staff_name(
        &self,
        agency: &AgencyId,
        id: &StaffId,
    ) -> Result<Option<String>, StoreError> {
        // The ids of API keys are not sign-in names.
        let Some(login) = Login::new(id.as_str()).ok().filter(|it| it.as_str() == id.as_str())
        else {
            return Ok(None);
        };
        let account = self.identity.accounts.find(&login).await?;
        Ok(account.filter(|account| account.agency == *agency).map(|account| account.name))
    }

    async fn can_track(&self, agency: &AgencyId, patron: &PatronId) -> Result<bool, StoreError> {
        let known = self.identity.directory.patrons().find(agency, patron).await?;
        let has_provider =
            self.single_sign_on.as_ref().is_some_and(|it| it.serves_patrons_of(agency));
        Ok(known.is_some_and(|patron| has_provider || patron.tracking_hash().is_some()))
    }
}
