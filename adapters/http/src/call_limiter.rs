use crate::api_problems::is_api;
use crate::authorizer::Authorizer;
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
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The length of a window in seconds.
const WINDOW: u32 = 60;
/// The maximum number of callers with a quota of their own. Further callers share one until the next
/// minute.
const MAX_CALLERS: usize = 65_536;
/// Stands for all callers without a quota of their own.
const OTHERS: [u8; 32] = [0; 32];

/// Limits how often each caller may call the JSON API per minute.
///
/// Calls with a valid credential in `Authorization` belong to the caller with that credential. All
/// other calls belong to their client address, so that inventing credentials gains nothing. Each
/// server counts separately.
#[derive(Clone, Debug)]
pub struct CallLimiter {
    calls: Arc<Mutex<Calls>>,
    authorizer: Arc<dyn Authorizer>,
    clock: Arc<dyn Clock>,
    most: u32,
    proxies: Proxies,
}

/// The calls of one minute.
#[derive(Debug, Default)]
struct Calls {
    minute: i64,
    counts: HashMap<[u8; 32], u32>,
}

impl CallLimiter {
    /// Creates a limiter that allows each caller `most` calls per minute. The authorizer looks up a
    /// credential once a minute.
    #[must_use]
    pub fn new(
        most: NonZeroU32,
        authorizer: Arc<dyn Authorizer>,
        clock: Arc<dyn Clock>,
        proxies: Proxies,
    ) -> Self {
        Self { calls: Arc::default(), authorizer, clock, most: most.get(), proxies }
    }

    /// Returns the calls of this minute, and the number of seconds until it ends.
    fn this_minute(&self) -> (MutexGuard<'_, Calls>, u32) {
        let now = self.clock.now().as_seconds();
        let minute = now.div_euclid(WINDOW.into());
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.minute != minute {
            *calls = Calls { minute, counts: HashMap::new() };
        }
        let left = i64::from(WINDOW) - now.rem_euclid(WINDOW.into());
        (calls, u32::try_from(left).unwrap_or(WINDOW))
    }

    /// Returns the hash of the caller: of a valid credential, or of the client address.
    async fn caller(&self, peer: IpAddr, request: Request) -> ([u8; 32], Request) {
        // Hashes, so that no key is kept in memory for longer than its call.
        let client = self.proxies.client(peer, request.headers()).to_string();
        let client = hash(b"client", client.as_bytes());
        let Some(sent) = request.headers().get(header::AUTHORIZATION) else {
            return (client, request);
        };
        let holder = hash(b"holder", credential(sent.as_bytes()));
        // Only valid credentials are counted.
        if self.this_minute().0.counts.contains_key(&holder) {
            return (holder, request);
        }
        let (parts, body) = request.into_parts();
        // If the look-up fails, so does that of the handler, which reports the error.
        let is_valid = matches!(self.authorizer.authorize(&parts).await, Ok(Some(_)));
        (if is_valid { holder } else { client }, Request::from_parts(parts, body))
    }

    /// Counts a call. Returns whether it is allowed, and the state of the quota.
    fn count(&self, caller: [u8; 32]) -> (bool, RateLimit) {
        let (mut calls, reset) = self.this_minute();
        let is_full = calls.counts.len() >= MAX_CALLERS;
        let caller = if is_full && !calls.counts.contains_key(&caller) { OTHERS } else { caller };
        let count = calls.counts.entry(caller).or_default();
        *count = count.saturating_add(1);
        let count = *count;
        let limit = RateLimit {
            name: "calls",
            quota: self.most,
            window: WINDOW,
            remaining: self.most.saturating_sub(count),
            reset,
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
    let (caller, request) = limiter.caller(peer.ip(), request).await;
    let (is_allowed, limit) = limiter.count(caller);
    let mut response = if is_allowed {
        next.run(request).await
    } else {
        let mut problem = ProblemDetails::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            "too many calls",
            "wait the number of seconds in Retry-After",
        );
        problem.limit = Some(limit.quota.into());
        problem.retry_after = Some(limit.reset);
        problem.into_response()
    };
    limit.add_to(response.headers_mut());
    response
}

fn hash(kind: &[u8], of: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(kind).chain_update(of).finalize().into()
}

/// Returns the credential without its scheme, which can be written in several ways
/// (RFC 9110 section 11.4).
fn credential(sent: &[u8]) -> &[u8] {
    sent.rsplit(|byte| byte.is_ascii_whitespace()).find(|part| !part.is_empty()).unwrap_or(sent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use desktop_delivery::time::ManualClock;
    use desktop_delivery::{Actor, StoreError, Timestamp};

    /// Accepts one key.
    #[derive(Debug)]
    struct OneKey;

    #[async_trait::async_trait]
    impl Authorizer for OneKey {
        async fn authorize(
            &self,
            request: &http::request::Parts,
        ) -> Result<Option<Actor>, StoreError> {
            let sent = request.headers.get(header::AUTHORIZATION);
            Ok(sent.filter(|sent| *sent == "Bearer ddk_genuine").map(|_| Actor::Host))
        }
    }

    fn limiter(clock: &Arc<ManualClock>) -> CallLimiter {
        let most = NonZeroU32::new(2).unwrap();
        CallLimiter::new(most, Arc::new(OneKey), clock.clone(), Proxies::default())
    }

    #[tokio::test]
    async fn keys_that_are_not_valid_share_the_quota_of_their_client_address() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_752)));
        let limiter = limiter(&clock);
        let call = async |from: &str, key: Option<&str>| {
            let mut request = Request::new(Body::empty());
            if let Some(key) = key {
                let sent = format!("Bearer {key}").parse().unwrap();
                request.headers_mut().insert(header::AUTHORIZATION, sent);
            }
            let (caller, _) = limiter.caller(from.parse().unwrap(), request).await;
            limiter.count(caller).0
        };
        assert!(call("203.0.113.9", Some("ddk_guess1")).await);
        assert!(call("203.0.113.9", None).await);
        assert!(!call("203.0.113.9", Some("ddk_guess2")).await, "the address has used its quota");
        assert!(call("203.0.113.9", Some("ddk_genuine")).await, "a valid key has its own");
        assert!(call("198.51.100.7", Some("ddk_genuine")).await);
        assert!(!call("198.51.100.7", Some("ddk_genuine")).await, "from any address");
        assert!(call("198.51.100.7", Some("ddk_guess2")).await);
    }

    #[test]
    fn each_caller_has_its_own_quota_until_the_minute_ends() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_752)));
        let limiter = limiter(&clock);
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

    #[test]
    fn callers_beyond_the_capacity_share_a_quota() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_752)));
        let limiter = limiter(&clock);
        let caller = |number: usize| {
            let mut caller = [9; 32];
            caller[..8].copy_from_slice(&number.to_be_bytes());
            caller
        };
        for number in 0..MAX_CALLERS {
            assert!(limiter.count(caller(number)).0);
        }
        let late = (0..4).map(|more| limiter.count(caller(MAX_CALLERS + more)).0);
        assert_eq!(late.collect::<Vec<_>>(), [true, true, false, false]);
        assert!(limiter.count(caller(7)).0, "it has a quota of its own");
        clock.advance(60);
        assert!(limiter.count(caller(MAX_CALLERS + 1)).0);
    }

    #[test]
    fn a_credential_is_the_same_with_any_scheme_and_spacing() {
        for sent in ["Bearer abc", "bearer abc", "BEARER   abc ", "abc"] {
            assert_eq!(credential(sent.as_bytes()), b"abc", "{sent:?}");
        }
    }
}
