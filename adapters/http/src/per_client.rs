use std::net::IpAddr;

/// A limit that applies to each client address separately.
#[derive(Clone, Copy, Debug)]
pub struct PerClient {
    limit: usize,
    /// Whether the limit also applies to loopback addresses, which an unconfigured proxy on this
    /// machine connects from.
    includes_loopback: bool,
}

impl PerClient {
    /// Returns the configured limit `set`, or `default` with loopback addresses exempt.
    #[must_use]
    pub fn of(set: Option<usize>, default: usize) -> Self {
        Self { limit: set.unwrap_or(default), includes_loopback: set.is_some() }
    }

    /// Returns the limit of a client address, or `None` if it is unlimited.
    #[must_use]
    pub fn most(self, client: IpAddr) -> Option<usize> {
        let is_loopback = match client.to_canonical() {
            IpAddr::V4(client) => client.is_loopback(),
            // `::` is the /64 network of `::1`, as `Proxies` reports it.
            IpAddr::V6(client) => client.is_loopback() || client.is_unspecified(),
        };
        (!is_loopback || self.includes_loopback).then_some(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_configured_limit_applies_to_loopback() {
        let own =
            ["127.0.0.1", "127.0.0.2", "::1", "::"].map(|text| text.parse::<IpAddr>().unwrap());
        for address in own {
            assert_eq!(PerClient::of(None, 64).most(address), None);
            assert_eq!(PerClient::of(Some(3), 64).most(address), Some(3));
        }
        assert_eq!(PerClient::of(None, 64).most("203.0.113.9".parse().unwrap()), Some(64));
    }
}
