use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use desktop_delivery_http::Problem;
use desktop_delivery_http::Proxies;
use http::StatusCode;
use http_body::{Frame, SizeHint};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The bodies of requests that are under way, counted for each client address; behind a trusted proxy,
/// for the address that the proxy forwards.
#[derive(Clone, Debug)]
pub(crate) struct Bodies {
    under_way: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_client: PerClient,
    proxies: Proxies,
}

/// A limit for each client address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PerClient {
    most: usize,
    /// Whether it also applies to this machine's own addresses, where an unconfigured proxy may
    /// run.
    binds_loopback: bool,
}

/// A body's place among those of its client, given up when dropped.
struct Place {
    bodies: Bodies,
    client: IpAddr,
}

/// A body that gives its place up once it has been read.
struct Counted {
    body: Body,
    place: Option<Place>,
}

impl PerClient {
    /// The configured limit, or else a default from which loopback addresses are exempt.
    pub(crate) fn of(set: Option<usize>, default: usize) -> Self {
        Self { most: set.unwrap_or(default), binds_loopback: set.is_some() }
    }

    /// The most that a client with this address may have; `None` for no limit.
    pub(crate) fn most(self, client: IpAddr) -> Option<usize> {
        let is_own = match client.to_canonical() {
            IpAddr::V4(client) => client.is_loopback(),
            // As an address and as its network.
            IpAddr::V6(client) => client.is_loopback() || client.is_unspecified(),
        };
        (!is_own || self.binds_loopback).then_some(self.most)
    }
}

impl Bodies {
    pub(crate) fn new(per_client: PerClient, proxies: Proxies) -> Self {
        Self { under_way: Arc::default(), per_client, proxies }
    }

    fn admit(&self, client: IpAddr) -> Option<Place> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(client).or_default();
        if self.per_client.most(client).is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        Some(Place { bodies: self.clone(), client })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self.bodies.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.client);
            }
        }
    }
}

/// Accepts a request with a body unless its client has too many of them under way.
pub(crate) async fn limit_bodies(
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
        None => refused().answer_at(request.uri().path(), request.headers()),
    }
}

fn refused() -> Problem {
    let mut problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-bodies",
        "too many requests of this client address are being received at once",
        "wait until some of them have ended",
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
    fn places_are_counted_for_each_client_and_given_back() {
        let bodies = Bodies::new(PerClient::of(None, 2), Proxies::new(Vec::new()));
        let (client, other): (IpAddr, IpAddr) =
            ("203.0.113.9".parse().unwrap(), "198.51.100.7".parse().unwrap());
        let held = [bodies.admit(client).unwrap(), bodies.admit(client).unwrap()];
        assert!(bodies.admit(client).is_none());
        assert!(bodies.admit(other).is_some());
        drop(held);
        assert!(bodies.admit(client).is_some());
        assert!(bodies.under_way.lock().unwrap().is_empty(), "nobody is remembered for nothing");
    }

    #[test]
    fn loopback_is_bound_by_what_is_set_alone() {
        let own =
            ["127.0.0.1", "127.0.0.2", "::1", "::"].map(|text| text.parse::<IpAddr>().unwrap());
        for address in own {
            assert_eq!(PerClient::of(None, 64).most(address), None);
            assert_eq!(PerClient::of(Some(3), 64).most(address), Some(3));
        }
        assert_eq!(PerClient::of(None, 64).most("203.0.113.9".parse().unwrap()), Some(64));
    }
}
