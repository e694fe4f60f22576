use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use desktop_delivery_http::Problem;
use http::{HeaderMap, StatusCode};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(60);
/// Clients remembered at once; beyond that nobody new is, until some minute is over.
const MAX_CLIENTS: usize = 65_536;

/// Slows down whoever tries links that do not exist: after so many misses in a minute a client
/// address hears nothing more of links until the minute is over.
#[derive(Clone, Debug)]
pub(crate) struct Limiter {
    misses: Arc<Mutex<HashMap<IpAddr, (Instant, u32)>>>,
    most: u32,
    trusted_proxies: Arc<[IpAddr]>,
}

impl Limiter {
    pub(crate) fn new(most: u32, trusted_proxies: Vec<IpAddr>) -> Self {
        Self { misses: Arc::default(), most, trusted_proxies: trusted_proxies.into() }
    }

    /// The address that a request comes from; a proxy is believed only where it is trusted.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        let forwarded = headers.get_all("x-forwarded-for").iter();
        let hops: Vec<&str> =
            forwarded.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(',')).collect();
        for hop in hops.into_iter().rev() {
            if !self.trusted_proxies.contains(&client) {
                break;
            }
            let Ok(before) = hop.trim().parse() else { break };
            client = before;
        }
        network(client)
    }

    fn is_over(&self, client: IpAddr) -> bool {
        let misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        misses
            .get(&client)
            .is_some_and(|(since, count)| since.elapsed() < WINDOW && *count >= self.most)
    }

    fn missed(&self, client: IpAddr) {
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() >= MAX_CLIENTS {
            misses.retain(|_, (since, _)| since.elapsed() < WINDOW);
            if misses.len() >= MAX_CLIENTS {
                return;
            }
        }
        let entry = misses.entry(client).or_insert_with(|| (Instant::now(), 0));
        if entry.0.elapsed() >= WINDOW {
            *entry = (Instant::now(), 0);
        }
        entry.1 = entry.1.saturating_add(1);
    }
}

/// Whoever has an IPv6 address has the 64 bits of its network to choose from, so those count as one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let bits = address.to_bits() & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from_bits(bits))
        }
        v4 => v4,
    }
}

/// Lets a request pass unless its client has missed too often, and counts a miss.
pub(crate) async fn limit(
    State(limiter): State<Limiter>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if !path.starts_with("/d/") && !path.starts_with("/t/") {
        return next.run(request).await;
    }
    let client = limiter.client(peer.ip(), request.headers());
    if limiter.is_over(client) {
        let mut problem = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-misses",
            "too many links that do not exist",
            "wait a minute",
        );
        problem.retry_after = Some(60);
        return problem.answer(request.headers());
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        limiter.missed(client);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", http::HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let stranger: IpAddr = "203.0.113.9".parse().unwrap();
        let limiter = Limiter::new(1, vec![proxy]);
        let real: IpAddr = "198.51.100.7".parse().unwrap();
        assert_eq!(limiter.client(proxy, &forwarded("198.51.100.7")), real);
        // Whatever a client writes itself stands to the left of what the proxy adds.
        assert_eq!(limiter.client(proxy, &forwarded("192.0.2.1, 198.51.100.7")), real);
        assert_eq!(limiter.client(stranger, &forwarded("198.51.100.7")), stranger);
        assert_eq!(limiter.client(proxy, &forwarded("nonsense")), proxy);
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let limiter = Limiter::new(1, Vec::new());
        let client = |text: &str| limiter.client(text.parse().unwrap(), &HeaderMap::new());
        assert_eq!(client("2001:db8::1"), client("2001:db8::ffff"));
        assert_ne!(client("2001:db8::1"), client("2001:db8:0:1::1"));
        assert_eq!(client("::ffff:203.0.113.9"), client("203.0.113.9"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_later_a_client_may_try_again() {
        let limiter = Limiter::new(2, Vec::new());
        let client: IpAddr = "203.0.113.9".parse().unwrap();
        limiter.missed(client);
        assert!(!limiter.is_over(client));
        limiter.missed(client);
        assert!(limiter.is_over(client));
        tokio::time::advance(WINDOW).await;
        assert!(!limiter.is_over(client));
    }
}
