use super::session_kind::SessionKind;
use crate::AccountParts;
use crate::web::{Frame, Visitor, cookies, from_parts};
use axum::extract::connect_info::ConnectInfo;
use axum::response::Response;
use desktop_delivery::StoreError;
use desktop_delivery_identity::accounts::{Origin, SignInName};
use http::HeaderMap;
use http::request::Parts;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

from_parts!(AccountParts: Newcomer);

/// A visitor who is about to sign in.
pub(super) struct Newcomer {
    pub(super) frame: Frame,
    /// The network that the request comes from.
    network: IpAddr,
    headers: HeaderMap,
}

impl Newcomer {
    async fn extract(request: &mut Parts, parts: &AccountParts) -> Result<Self, Response> {
        let Visitor { frame } = Visitor::extract(request, &parts.pages).await?;
        let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
        let network = parts.proxies.client(peer, &request.headers);
        Ok(Self { frame, network, headers: request.headers.clone() })
    }
}

impl Newcomer {
    /// Returns the origin of this visitor's attempt to sign in with a name.
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
