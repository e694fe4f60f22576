use crate::AccountParts;
use crate::web::{Frame, StaffMember};
use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use desktop_delivery_identity::accounts::{Account, Login};
use http::request::Parts;

/// A member of staff who manages their own account.
pub(super) struct AccountHolder {
    pub(super) login: Login,
    pub(super) account: Account,
    pub(super) frame: Frame,
}

impl<S> FromRequestParts<S> for AccountHolder
where
    S: Send + Sync,
    AccountParts: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Response> {
        let parts = AccountParts::from_ref(state);
        let StaffMember { frame, .. } = StaffMember::from_request_parts(request, &parts).await?;
        match parts.sign_in.staff_session(&request.headers).await {
            Ok(Some(session)) => Ok(Self { login: session.login, account: session.account, frame }),
            // The session ended in between, or belongs to a host with another sign-in.
            Ok(None) => Err(frame.not_found()),
            Err(error) => Err(frame.failed(error)),
        }
    }
}
