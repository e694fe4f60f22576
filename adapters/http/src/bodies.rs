use crate::link_pages::LinkPages;
use crate::per_client::PerClient;
use crate::problem::ProblemDetails;
use crate::proxies::Proxies;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http_body::{Frame, SizeHint};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The request bodies being received, counted by client address.
///
/// Behind a trusted proxy, the address is the one that the proxy forwards.
#[derive(Clone, Debug)]
pub struct Bodies {
    in_progress: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_client: PerClient,
    proxies: Proxies,
    /// The pages that explain a refusal.
    pages: LinkPages,
}

/// A counted body, which counts until it is dropped.
struct Place {
    bodies: Bodies,
    client: IpAddr,
}

/// A body that counts until it has been read.
struct Counted {
    body: Body,
    place: Option<Place>,
}

impl Bodies {
    /// Creates a counter with a limit for each client. The reference server uses 64 by default.
    #[must_use]
    pub fn new(per_client: PerClient, proxies: Proxies) -> Self {
        let pages = LinkPages::default();
        Self { in_progress: Arc::default(), per_client, proxies, pages }
    }

    /// Sets the pages that explain a refusal.
    #[must_use]
    pub fn with_pages(mut self, pages: LinkPages) -> Self {
        self.pages = pages;
        self
    }

    fn admit(&self, client: IpAddr) -> Option<Place> {
        let mut in_progress = self.in_progress.lock().unwrap_or_else(PoisonError::into_inner);
        let count = in_progress.entry(client).or_default();
        if self.per_client.most(client).is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        Some(Place { bodies: self.clone(), client })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut in_progress =
            self.bodies.in_progress.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = in_progress.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                in_progress.remove(&self.client);
            }
        }
    }
}

/// Rejects a request with a body if its client has too many bodies in progress (429), as axum
/// middleware for [`from_fn_with_state`](axum::middleware::from_fn_with_state).
///
/// The service must provide [`ConnectInfo`] with the address of the peer.
pub async fn limit_bodies(
    State(bodies): State<Bodies>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let client = bodies.proxies.client(peer.ip(), request.headers());
    match bodies.admit(client) {
        Some(place) => {
            let counted = |body| Body::new(Counted { body, place: Some(place) });
            next.run(request.map(counted)).await
        }
        None => refused().answer_at(request.uri().path(), request.headers(), &bodies.pages),
    }
}

fn refused() -> ProblemDetails {
    let mut problem = ProblemDetails::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-bodies",
        "too many request bodies from this client address are in progress",
        "wait for some of them to finish",
    );
    problem.retry_after = Some(5);
    problem
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(task);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.place = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        HttpBody::size_hint(&self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_counted_for_each_client_until_they_are_dropped() {
        let bodies = Bodies::new(PerClient::of(None, 2), Proxies::new(Vec::new()));
        let (client, other): (IpAddr, IpAddr) =
            ("203.0.113.9".parse().unwrap(), "198.51.100.7".parse().unwrap());
        let held = [bodies.admit(client).unwrap(), bodies.admit(client).unwrap()];
        assert!(bodies.admit(client).is_none());
        assert!(bodies.admit(other).is_some());
        drop(held);
        assert!(bodies.admit(client).is_some());
        assert!(
            bodies.in_progress.lock().unwrap().is_empty(),
            "clients without a body are removed"
        );
    }
}
