use crate::Records;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use desktop_delivery::ids::Digest;
use desktop_delivery::time::SystemClock;
use desktop_delivery::{Clock, Registry, StoreError, Timestamp};
use desktop_delivery_http::{LinkPages, ProblemDetails, Proxies, RateLimit};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

const KIND: &str = "misses";
/// The length of a counting window in seconds.
const WINDOW: u32 = 60;
/// The number of clients tracked at once. Further clients are not tracked until the next minute.
const MAX_CLIENTS: usize = 65_536;

/// Limits guesses of links, tickets and addresses of windows: after too many misses within a
/// minute, a client address gets status 429 until the minute is over.
///
/// Servers that share a registry add up their counts with each miss, so that switching servers does
/// not help a client. Requests that find something are not counted.
#[derive(Clone, Debug)]
pub struct GuessLimiter {
    misses: Arc<Mutex<HashMap<IpAddr, Misses>>>,
    shared: Option<Arc<tokio::sync::Mutex<Records<Count>>>>,
    clock: Arc<dyn Clock>,
    most: u32,
    proxies: Proxies,
    /// The pages that explain a refusal.
    pages: LinkPages,
}

/// The misses of a client within one minute.
#[derive(Clone, Copy, Debug)]
struct Misses {
    minute: i64,
    count: u32,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Count {
    misses: u32,
}

impl GuessLimiter {
    /// Returns a limiter that allows each client address `most` misses per minute.
    #[must_use]
    pub fn new(most: u32, proxies: Proxies) -> Self {
        let (clock, pages) = (Arc::new(SystemClock), LinkPages::default());
        Self { misses: Arc::default(), shared: None, clock, most, proxies, pages }
    }

    /// Sets the pages that explain a refusal.
    #[must_use]
    pub fn with_pages(mut self, pages: LinkPages) -> Self {
        self.pages = pages;
        self
    }

    /// Adds up counts with the other servers that share the registry.
    #[must_use]
    pub fn with_shared(mut self, registry: Arc<dyn Registry>) -> Self {
        self.shared = Some(Arc::new(tokio::sync::Mutex::new(Records::new(registry, KIND))));
        self
    }

    /// Removes the shared counts of past minutes.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub(crate) async fn sweep(
        registry: Arc<dyn Registry>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let records = Records::<Count>::new(registry, KIND);
        records.remove_before(&key(minute(now), "")).await.map(|_| ())
    }

    fn is_over(&self, client: IpAddr) -> bool {
        let now = minute(self.clock.now());
        let misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        misses.get(&client).is_some_and(|held| held.minute == now && held.count >= self.most)
    }

    /// Counts a miss and returns whether it exceeds the limit.
    async fn missed(&self, client: IpAddr) -> bool {
        let now = minute(self.clock.now());
        let Some(shared) = &self.shared else {
            return self.count(client, now, |count| count.saturating_add(1)) > self.most;
        };
        // Serialized, because concurrent misses of one client would conflict.
        let records = shared.lock().await;
        if self.is_over(client) {
            return true;
        }
        let client_hash = Digest::from_bytes(Sha256::digest(client.to_string().as_bytes()).into());
        let key = key(now, &client_hash.to_string());
        let more = |held: Option<Count>| {
            Some(Count { misses: held.map_or(0, |held| held.misses).saturating_add(1) })
        };
        match records.update(&key, more).await {
            Ok(total) => {
                let total = total.map_or(0, |total| total.misses);
                self.count(client, now, |count| count.max(total));
                total > self.most
            }
            Err(error) => {
                tracing::warn!(%error, "could not count misses in the registry");
                self.count(client, now, |count| count.saturating_add(1)) > self.most
            }
        }
    }

    /// Refuses a client that has missed too often. Only a refusal has `RateLimit` headers: before
    /// that, they would help to guess as often as possible.
    fn refused(&self, headers: &HeaderMap) -> Response {
        let mut problem = ProblemDetails::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-misses",
            "too many addresses that do not exist were tried",
            "wait a minute",
        );
        problem.retry_after = Some(WINDOW);
        let mut response = problem.answer(headers, &self.pages);
        let limit = RateLimit {
            name: "misses",
            quota: self.most,
            window: WINDOW,
            remaining: 0,
            reset: WINDOW,
        };
        limit.add_to(response.headers_mut());
        response
    }

    /// Changes a client's count within a minute and returns it, or 0 if the client is not tracked.
    fn count(&self, client: IpAddr, now: i64, change: impl Fn(u32) -> u32) -> u32 {
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() >= MAX_CLIENTS && !misses.contains_key(&client) {
            misses.retain(|_, held| held.minute == now);
            if misses.len() >= MAX_CLIENTS {
                return 0;
            }
        }
        let held = misses.entry(client).or_insert(Misses { minute: now, count: 0 });
        if held.minute != now {
            *held = Misses { minute: now, count: 0 };
        }
        held.count = change(held.count);
        held.count
    }
}

fn minute(now: Timestamp) -> i64 {
    now.as_seconds().div_euclid(WINDOW.into())
}

/// Returns a key that sorts by the minute.
fn key(minute: i64, client: &str) -> String {
    format!("{minute:012x}-{client}")
}

/// Serves a request for a link or ticket and counts it if it is a miss, unless the client has
/// missed too often. A layer for [`from_fn_with_state`](axum::middleware::from_fn_with_state); the
/// router needs [`ConnectInfo`] of the peer.
pub async fn limit_guesses(
    State(limiter): State<GuessLimiter>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if !["/d/", "/t/", "/w/"].iter().any(|secret| path.starts_with(secret)) {
        return next.run(request).await;
    }
    let client = limiter.proxies.client(peer.ip(), request.headers());
    if limiter.is_over(client) {
        return limiter.refused(request.headers());
    }
    let headers = request.headers().clone();
    let response = next.run(request).await;
    // Of concurrent misses too, only as many as the limit get the answer "not found".
    if response.status() == StatusCode::NOT_FOUND && limiter.missed(client).await {
        return limiter.refused(&headers);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::ManualClock;

    fn limiter(most: u32, clock: &Arc<ManualClock>) -> GuessLimiter {
        let limiter = GuessLimiter::new(most, Proxies::new(Vec::new()));
        GuessLimiter { clock: Arc::clone(clock) as Arc<dyn Clock>, ..limiter }
    }

    #[tokio::test]
    async fn a_client_may_try_again_after_a_minute() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let limiter = limiter(2, &clock);
        let client: IpAddr = "203.0.113.9".parse().unwrap();
        assert!(!limiter.missed(client).await && !limiter.is_over(client));
        assert!(!limiter.missed(client).await && limiter.is_over(client));
        assert!(limiter.missed(client).await, "a concurrent miss");
        clock.set(clock.now().plus_seconds(WINDOW.into()));
        assert!(!limiter.is_over(client));
    }

    #[tokio::test]
    async fn servers_that_share_a_registry_count_together() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let registry = Arc::new(MemoryRegistry::new());
        let [one, other] = [0, 1].map(|_| limiter(4, &clock).with_shared(registry.clone()));
        let (client, stranger): (IpAddr, IpAddr) =
            ("203.0.113.9".parse().unwrap(), "198.51.100.7".parse().unwrap());
        for _ in 0..3 {
            one.missed(client).await;
        }
        assert!(!one.is_over(client) && !other.is_over(client));
        other.missed(client).await;
        assert!(other.is_over(client), "the fourth miss in total");
        assert!(!other.is_over(stranger));
        let later = clock.now().plus_seconds(WINDOW.into());
        GuessLimiter::sweep(registry.clone(), later).await.unwrap();
        assert!(registry.kinds().await.unwrap().is_empty());
    }
}
