use super::identity_sign_in::StaffSession;
use crate::AccountParts;
use crate::web::{Frame, StaffMember, from_parts};
use axum::response::Response;
use desktop_delivery_identity::accounts::{Account, Login, SessionToken};
use http::request::Parts;

from_parts!(AccountParts: AccountHolder);

/// A staff member on their own account page.
pub(super) struct AccountHolder {
    pub(super) login: Login,
    pub(super) account: Account,
    /// Their session.
    pub(super) token: SessionToken,
    /// The provider at which the session began, if any.
    pub(super) provider: Option<String>,
    pub(super) frame: Frame,
}

impl AccountHolder {
    async fn extract(request: &mut Parts, parts: &AccountParts) -> Result<Self, Response> {
        let (session, signed_in) = match parts.sign_in.staff_session(&request.headers).await {
            Ok(session) => {
                let signed_in = session.as_ref().and_then(StaffSession::signed_in);
                (session, Ok(signed_in))
            }
            Err(error) => (None, Err(error)),
        };
        let StaffMember { frame, .. } = StaffMember::of(request, &parts.pages, signed_in).await?;
        let Some(StaffSession { login, account, token, provider }) = session else {
            return Err(frame.not_found());
        };
        Ok(Self { login, account, token, provider, frame })
    }
}
