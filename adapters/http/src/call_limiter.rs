use crate::api_problems::is_api;
use crate::problem::ProblemDetails;
use crate::proxies::Proxies;
use crate::rate_limit::RateLimit;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::Clock;
use http::{Method, StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The length of a window in seconds.
const WINDOW: u32 = 60;
/// The number of callers tracked at once. Further callers are not limited until the next minute.
const MAX_CALLERS: usize = 65_536;

/// Limits how often each caller may call the JSON API per minute.
///
/// A caller is whoever sends the same `Authorization` header; calls without one count by client
/// address. Each server counts on its own.
#[derive(Clone, Debug)]
pub struct CallLimiter {
    calls: Arc<Mutex<HashMap<[u8; 32], Calls>>>,
    clock: Arc<dyn Clock>,
    most: u32,
    proxies: Proxies,
}

/// The calls of a caller within one minute.
#[derive(Clone, Copy, Debug)]
struct Calls {
    minute: i64,
    count: u32,
}

impl CallLimiter {
    /// Creates a limiter that allows each caller `most` calls per minute, at least 1.
    #[must_use]
    pub fn new(most: u32, clock: Arc<dyn Clock>, proxies: Proxies) -> Self {
        Self { calls: Arc::default(), clock, most: most.max(1), proxies }
    }

    /// Counts a call. Returns whether it is allowed, and the state of the quota.
    fn count(&self, caller: [u8; 32]) -> (bool, RateLimit) {
        let now = self.clock.now().as_seconds();
        let minute = now.div_euclid(WINDOW.into());
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() >= MAX_CALLERS && !calls.contains_key(&caller) {
            calls.retain(|_, held| held.minute == minute);
        }
        let count = if calls.len() >= MAX_CALLERS && !calls.contains_key(&caller) {
            1
        } else {
            let held = calls.entry(caller).or_insert(Calls { minute, count: 0 });
            if held.minute != minute {
                *held = Calls { minute, count: 0 };
            }
            held.count = held.count.saturating_add(1);
            held.count
        };
        let left = i64::from(WINDOW) - now.rem_euclid(WINDOW.into());
        let limit = RateLimit {
            name: "calls",
            quota: self.most,
            window: WINDOW,
            remaining: self.most.saturating_sub(count),
            reset: u32::try_from(left).unwrap_or(WINDOW),
        };
        (count <= self.most, limit)
    }
}

/// Limits the calls of the JSON API and reports the quota in `RateLimit` headers, as axum middleware
/// for [`from_fn_with_state`](axum::middleware::from_fn_with_state).
///
/// A call beyond the limit gets 429 with `Retry-After`. Other paths are not limited, nor are the
/// preflight requests of browsers. The service must provide [`ConnectInfo`] with the address of the
/// peer.
pub async fn limit_calls(
    State(limiter): State<CallLimiter>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if !is_api(request.uri().path()) || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    // A hash, so that no key is kept in memory for longer than its request.
    let caller = match request.headers().get(header::AUTHORIZATION) {
        Some(sent) => Sha256::digest(sent.as_bytes()),
        None => Sha256::digest(limiter.proxies.client(peer.ip(), request.headers()).to_string()),
    };
    let (is_allowed, limit) = limiter.count(caller.into());
    let mut response = if is_allowed {
        next.run(request).await
    } else {
        let mut problem = ProblemDetails::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            "too many requests",
            "wait the number of seconds in Retry-After",
        );
        problem.limit = Some(limit.quota.into());
        problem.retry_after = Some(limit.reset);
        problem.into_response()
    };
    limit.add_to(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Timestamp;
    use desktop_delivery::time::ManualClock;

    #[test]
    fn each_caller_has_its_own_quota_until_the_minute_ends() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_752)));
        let limiter = CallLimiter::new(2, clock.clone(), Proxies::default());
        let (one, other) = ([1; 32], [2; 32]);
        let count = |caller| {
            let (is_allowed, limit) = limiter.count(caller);
            (is_allowed, limit.remaining, limit.reset)
        };
        let left = 60 - 1_795_466_752_u32 % 60;
        assert_eq!(count(one), (true, 1, left));
        assert_eq!(count(one), (true, 0, left));
        assert_eq!(count(one), (false, 0, left));
        assert_eq!(count(other), (true, 1, left));
        clock.advance(left.into());
        assert_eq!(count(one), (true, 1, 60));
    }
}
