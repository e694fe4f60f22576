use super::identity_sign_in::PatronSession;
use crate::AccountParts;
use crate::web::{Frame, PatronVisitor, from_parts};
use axum::response::Response;
use desktop_delivery_identity::accounts::SessionToken;
use http::request::Parts;

from_parts!(AccountParts: TrackingPatron);

/// A patron who is signed in, with their session.
pub(super) struct TrackingPatron {
    pub(super) token: SessionToken,
    /// The provider at which the session began, if any.
    pub(super) provider: Option<String>,
    pub(super) frame: Frame,
}

impl TrackingPatron {
    async fn extract(request: &mut Parts, parts: &AccountParts) -> Result<Self, Response> {
        let (session, signed_in) = match parts.sign_in.patron_session(&request.headers).await {
            Ok(Some(PatronSession { patron, token, provider })) => {
                (Some((token, provider)), Ok(Some(patron)))
            }
            Ok(None) => (None, Ok(None)),
            Err(error) => (None, Err(error)),
        };
        let PatronVisitor { frame, .. } =
            PatronVisitor::of(request, &parts.pages, signed_in).await?;
        let Some((token, provider)) = session else { return Err(frame.not_found()) };
        Ok(Self { token, provider, frame })
    }
}
