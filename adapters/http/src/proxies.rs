use http::HeaderMap;
use serde::de::{self, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

/// The trusted proxies of a server, used to determine the addresses of its clients. By default,
/// none is trusted.
///
/// With serde, a list of IP addresses, or a string with commas between them, as in an environment
/// variable.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Arc<[IpAddr]>);

impl Proxies {
    /// Trusts the `X-Forwarded-For` header of the given proxies.
    #[must_use]
    pub fn new(trusted: Vec<IpAddr>) -> Self {
        Self(trusted.into())
    }

    /// Returns whether no proxy is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the network that the connections of a peer count against, or `None` for a trusted
    /// proxy, which forwards the requests of many clients.
    #[must_use]
    pub fn connecting(&self, peer: IpAddr) -> Option<IpAddr> {
        let is_trusted = self.0.contains(&peer) || self.0.contains(&peer.to_canonical());
        (!is_trusted).then(|| network(peer))
    }

    /// Returns the network that a request comes from: an IPv4 address, or the first 64 bits of an
    /// IPv6 address.
    ///
    /// Only the entries of `X-Forwarded-For` that trusted proxies added are used.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        let forwarded = headers.get_all("x-forwarded-for").iter();
        let hops: Vec<&str> =
            forwarded.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(',')).collect();
        for hop in hops.into_iter().rev() {
            if !self.0.contains(&client) {
                break;
            }
            let Ok(previous) = hop.trim().parse() else { break };
            client = previous;
        }
        network(client)
    }
}

impl<'de> Deserialize<'de> for Proxies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Addresses).map(Self::new)
    }
}

#[derive(Clone, Copy)]
struct Addresses;

impl<'de> Visitor<'de> for Addresses {
    type Value = Vec<IpAddr>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IP addresses, as a list or separated by commas, such as 10.0.0.1,10.0.0.2")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<IpAddr>, E> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read =
            |part: &str| part.parse().map_err(|_| E::invalid_value(Unexpected::Str(part), &self));
        parts.map(read).collect()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<IpAddr>, A::Error> {
        let mut found = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            found.extend(self.visit_str::<A::Error>(&text)?);
        }
        Ok(found)
    }
}

/// Reduces an IPv6 address to its /64 network, since a client can choose any address in it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let bits = address.to_bits() & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from_bits(bits))
        }
        v4 => v4,
    }
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
    fn only_a_trusted_proxy_can_forward_a_client_address() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let stranger: IpAddr = "203.0.113.9".parse().unwrap();
        let proxies = Proxies::new(vec![proxy]);
        let real: IpAddr = "198.51.100.7".parse().unwrap();
        assert_eq!(proxies.client(proxy, &forwarded("198.51.100.7")), real);
        // Entries that the client sent come before the one that the proxy added.
        assert_eq!(proxies.client(proxy, &forwarded("192.0.2.1, 198.51.100.7")), real);
        assert_eq!(proxies.client(stranger, &forwarded("198.51.100.7")), stranger);
        assert_eq!(proxies.client(proxy, &forwarded("nonsense")), proxy);
        assert_eq!(
            (proxies.connecting(proxy), proxies.connecting(stranger)),
            (None, Some(stranger))
        );
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let proxies = Proxies::new(Vec::new());
        let client = |text: &str| proxies.client(text.parse().unwrap(), &HeaderMap::new());
        assert_eq!(client("2001:db8::1"), client("2001:db8::ffff"));
        assert_ne!(client("2001:db8::1"), client("2001:db8:0:1::1"));
        assert_eq!(client("::ffff:203.0.113.9"), client("203.0.113.9"));
    }

    #[test]
    fn proxies_are_read_from_a_list_or_a_string() {
        let read =
            |json: &str| serde_json::from_str::<Proxies>(json).map(|proxies| proxies.0.to_vec());
        let two: Vec<IpAddr> = vec!["10.0.0.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        assert_eq!(read(r#"["10.0.0.1", "2001:db8::1"]"#).unwrap(), two);
        assert_eq!(read(r#""10.0.0.1, 2001:db8::1,""#).unwrap(), two);
        assert_eq!(read(r#""""#).unwrap(), Vec::<IpAddr>::new());
        for wrong in [r#""10.0.0.0/8""#, r#"["proxy"]"#, "7"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains("IP addresses"), "{error}");
        }
    }
}
