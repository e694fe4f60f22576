use desktop_delivery_http::{BodyPace, PerClient, Proxies, ServerLimits};
use serde::Deserialize;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

/// Limits that protect the server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LimitSettings {
    /// The maximum number of connections, at least 1. At the limit, idle and slow ones are closed to
    /// admit new ones.
    pub connections: NonZeroUsize,
    /// The maximum number of connections from one client address or one IPv6 /64 network. Default:
    /// 512, except for loopback addresses. Trusted proxies have no such limit.
    pub connections_per_client: Option<usize>,
    /// The maximum number of request bodies received at once from one client address, including
    /// addresses behind a trusted proxy. Default: 64, except for loopback addresses.
    pub bodies_per_client: Option<usize>,
    /// The timeout for the head of a request in seconds.
    pub head_seconds: u64,
    /// The minimum rate of a request's body in bytes per second of waiting, at least 1.
    pub body_bytes_per_second: NonZeroU32,
    /// How long a request's body may keep the server waiting before that rate applies, in seconds.
    pub body_grace_seconds: u64,
    /// How long a sender or reader may stall, in seconds.
    pub idle_seconds: u64,
    /// How long unfinished transfers may continue when the server stops, in seconds.
    pub stop_seconds: u64,
    /// The number of invalid links that one client address may try per minute.
    pub misses_per_minute: u32,
    /// The maximum number of calls of the JSON API per minute for each API key, and for each client
    /// address without a valid key; at least 1. Default: no limit. Each server counts separately.
    pub api_calls_per_minute: Option<NonZeroU32>,
    /// Proxies whose `X-Forwarded-For` is trusted: a list, or a string with commas, as in an
    /// environment variable.
    pub trusted_proxies: Proxies,
}

const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(8_192).expect("it is not 0");
const BODY_BYTES_PER_SECOND: NonZeroU32 = NonZeroU32::new(1_000).expect("it is not 0");

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            connections: CONNECTIONS,
            connections_per_client: None,
            bodies_per_client: None,
            head_seconds: 20,
            body_bytes_per_second: BODY_BYTES_PER_SECOND,
            body_grace_seconds: 10,
            idle_seconds: 60,
            stop_seconds: 30,
            misses_per_minute: 60,
            api_calls_per_minute: None,
            trusted_proxies: Proxies::default(),
        }
    }
}

impl LimitSettings {
    /// Returns the minimum rate of request bodies.
    pub(crate) fn body_pace(&self) -> BodyPace {
        BodyPace::default()
            .with_bytes_per_second(self.body_bytes_per_second.get())
            .with_grace(Duration::from_secs(self.body_grace_seconds))
            .with_idle(Duration::from_secs(self.idle_seconds))
    }

    /// Returns the limits on connections.
    pub(crate) fn server(&self) -> ServerLimits {
        let mut limits = ServerLimits::default();
        limits.connections = self.connections.get();
        limits.per_client = PerClient::of(self.connections_per_client, 512);
        limits.slow_bytes_per_second = self.body_bytes_per_second.get();
        limits.head = Duration::from_secs(self.head_seconds);
        limits.idle = Duration::from_secs(self.idle_seconds);
        limits.stop = Duration::from_secs(self.stop_seconds);
        limits
    }

    pub(crate) fn bodies_per_client(&self) -> PerClient {
        PerClient::of(self.bodies_per_client, 64)
    }
}
