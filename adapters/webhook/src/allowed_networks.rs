use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The networks of IPv4 that are not public (IANA IPv4 Special-Purpose Address Registry), and
/// multicast.
const SPECIAL_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    // Includes the metadata address of most clouds, 169.254.169.254.
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
    // The metadata service of Azure, which is a public address by number.
    v4([168, 63, 129, 16], 32),
];

/// The only network of IPv6 with public addresses. Everything else is loopback, unique local
/// (including the metadata address `fd00:ec2::254`), link-local, multicast or reserved.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// The networks inside it that are not public: protocol assignments, including Teredo, and
/// documentation.
const SPECIAL_V6: [Ipv6Net; 3] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// 6to4 (RFC 3056): the IPv4 address follows the prefix.
const SIX_TO_FOUR: Ipv6Net = v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16);

/// NAT64 (RFC 6052): the IPv4 address is at the end.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

const NETWORK: InputField = InputField::new("allowed-network", "allowed network");
const NOT_A_NETWORK: InputFault = InputFault::new(
    "not-a-network",
    "is not a network such as 10.0.0.0/8 or fd00::/8",
    "enter an address and the length of the prefix, separated by a slash",
);

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(segments: [u16; 8], prefix: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}

/// Networks that are not public, to which the operator nevertheless lets the host's webhooks
/// connect. Default: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedNetworks(Vec<IpNet>);

impl AllowedNetworks {
    /// Parses networks such as `10.0.0.0/8`, or single addresses.
    ///
    /// # Errors
    /// [`InvalidInput`] if a text is not a network.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidInput> {
        let network = |text: &str| {
            let address = || text.parse::<IpAddr>().map(IpNet::from);
            let wrong = |_| InvalidInput::new(NETWORK, NOT_A_NETWORK);
            text.parse().or_else(|_| address()).map_err(wrong)
        };
        texts.into_iter().map(str::trim).map(network).collect::<Result<_, _>>().map(Self)
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether an address is in one of the networks.
    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Returns whether an address belongs to the public internet. An IPv6 address that stands for an
/// IPv4 address is as public as that.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            let octets = address.octets();
            let embedded = |at: usize| {
                let [a, b, c, d] = [octets[at], octets[at + 1], octets[at + 2], octets[at + 3]];
                is_public(Ipv4Addr::new(a, b, c, d).into())
            };
            if NAT64.contains(&address) {
                embedded(12)
            } else if SIX_TO_FOUR.contains(&address) {
                embedded(2)
            } else {
                let is_special = SPECIAL_V6.iter().any(|network| network.contains(&address));
                GLOBAL_V6.contains(&address) && !is_special
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        for address in [
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.32.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2002:808:808::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::8.8.8.8",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "2002:7f00:1::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn networks_are_parsed_and_contain_mapped_addresses() {
        let networks = AllowedNetworks::new(["10.0.0.0/8", " ::1 "]).unwrap();
        let contain = |address: &str| networks.contain(address.parse().unwrap());
        assert!(contain("10.9.8.7") && contain("::ffff:10.9.8.7") && contain("::1"));
        assert!(!contain("11.0.0.1") && !contain("::2") && !contain("127.0.0.1"));
        for text in ["", "10.0.0.0/33", "localhost", "10.0.0.0-10.0.0.9"] {
            assert!(AllowedNetworks::new([text]).is_err(), "{text}");
        }
    }
}
