use std::net::IpAddr;

/// A limit for each client address.
#[derive(Clone, Copy, Debug)]
pub struct PerClient {
    most: usize,
    /// Whether it also applies to this machine's own addresses, where an unconfigured proxy may
    /// run.
    binds_loopback: bool,
}

impl PerClient {
    /// The configured limit, or else a default from which loopback addresses are exempt.
    #[must_use]
    pub fn of(set: Option<usize>, default: usize) -> Self {
        Self { most: set.unwrap_or(default), binds_loopback: set.is_some() }
    }

    /// The most that a client with this address may have; `None` for no limit.
    #[must_use]
    pub fn most(self, client: IpAddr) -> Option<usize> {
        let is_own = match client.to_canonical() {
            IpAddr::V4(client) => client.is_loopback(),
            // As an address and as its network.
            IpAddr::V6(client) => client.is_loopback() || client.is_unspecified(),
        };
        (!is_own || self.binds_loopback).then_some(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
