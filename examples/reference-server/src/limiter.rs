use crate::proxies::Proxies;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use desktop_delivery_http::Problem;
use http::StatusCode;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
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
    proxies: Proxies,
}

impl Limiter {
    pub(crate) fn new(most: u32, proxies: Proxies) -> Self {
        Self { misses: Arc::default(), most, proxies }
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
    let client = limiter.proxies.client(peer.ip(), request.headers());
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

    #[tokio::test(start_paused = true)]
    async fn a_minute_later_a_client_may_try_again() {
        let limiter = Limiter::new(2, Proxies::new(Vec::new()));
        let client: IpAddr = "203.0.113.9".parse().unwrap();
        limiter.missed(client);
        assert!(!limiter.is_over(client));
        limiter.missed(client);
        assert!(limiter.is_over(client));
        tokio::time::advance(WINDOW).await;
        assert!(!limiter.is_over(client));
    }
}
