use super::session_kind::SessionKind;
use crate::AccountParts;
use crate::web::{Frame, Visitor, cookies};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use desktop_delivery::StoreError;
use desktop_delivery_identity::accounts::{Origin, SignInName};
use http::HeaderMap;
use http::request::Parts;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// A visitor who is about to sign in.
pub(super) struct Newcomer {
    pub(super) frame: Frame,
    /// The network that the request comes from.
    network: IpAddr,
    headers: HeaderMap,
}

impl<S> FromRequestParts<S> for Newcomer
where
    S: Send + Sync,
    AccountParts: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Response> {
        let parts = AccountParts::from_ref(state);
        let Visitor { frame } = Visitor::from_request_parts(request, &parts).await?;
        let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
        let network = parts.proxies.client(peer, &request.headers);
        Ok(Self { frame, network, headers: request.headers.clone() })
    }
}

impl Newcomer {
    /// Where this visitor's attempt to sign in with a name comes from.
    pub(super) async fn origin(
        &self,
        parts: &AccountParts,
        kind: SessionKind,
        name: &SignInName,
    ) -> Result<Origin, StoreError> {
        let address = parts.pages.desk.address();
        if let Some(text) = cookies::get(&self.headers, address, kind.browser_cookie())
            && let Some(known) = parts.identity.known_browsers.recognize(&text, name).await?
        {
            return Ok(Origin::KnownBrowser(known));
        }
        Ok(Origin::Stranger(self.network))
    }
}
