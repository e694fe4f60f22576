//! The public address of the server.

use super::Settings;
use crate::startup_error::StartupError;
use desktop_delivery::PublicAddress;
use std::net::SocketAddr;

impl Settings {
    /// Returns the public address of a server that listens on this address.
    ///
    /// # Errors
    /// [`StartupError`] if no address is set and other machines can reach the server, because its
    /// links would not work, or if the address is one that cannot be opened.
    pub(crate) fn public_address(
        &self,
        listening: SocketAddr,
    ) -> Result<PublicAddress, StartupError> {
        const REMEDY: &str = "set address (DESKTOP_DELIVERY_ADDRESS) to the public address of the \
                              server, such as https://ill.example.org";
        let Some(address) = &self.address else {
            if listening.ip().to_canonical().is_loopback() {
                return self.own_address(listening);
            }
            let what = format!("listen is {listening}, but address is not set");
            return Err(StartupError::settings(what).with_remedy(REMEDY));
        };
        PublicAddress::new(address).map_err(|error| {
            let what = format!("address is {address}: {error}");
            StartupError::settings(what).with_remedy(REMEDY)
        })
    }

    /// Returns the address of a server that listens on this machine, unless `address` is set. For
    /// commands that show it to nobody.
    pub(crate) fn own_address(&self, listening: SocketAddr) -> Result<PublicAddress, StartupError> {
        let own = match listening.ip().to_canonical().is_unspecified() {
            true => format!("http://localhost:{}", listening.port()),
            false => format!("http://{listening}"),
        };
        Ok(PublicAddress::new(self.address.as_deref().unwrap_or(&own))?)
    }

    /// Returns a warning about a public address that may be wrong.
    pub(crate) fn address_warning(
        public: &PublicAddress,
        listening: SocketAddr,
    ) -> Option<&'static str> {
        if public.is_loopback() && !listening.ip().to_canonical().is_loopback() {
            return Some("links only work on this machine, although others can reach the server");
        }
        if !public.is_loopback() && !public.is_https() {
            return Some("passwords and links go over the network unencrypted; use https");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn with_address(address: &str) -> Settings {
        Settings { address: Some(address.to_owned()), ..Settings::default() }
    }

    #[test]
    fn a_server_reachable_by_others_needs_an_address() {
        let unset = Settings::default();
        for here in ["127.0.0.1:8080", "127.0.0.9:1", "[::1]:8080", "[::ffff:127.0.0.1]:8080"] {
            let address = unset.public_address(listening(here)).unwrap();
            assert_eq!(address.as_str(), format!("http://{here}"));
        }
        for public in ["0.0.0.0:8080", "[::]:8080", "192.168.1.20:80", "[2001:db8::1]:80"] {
            let error = unset.public_address(listening(public)).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let said = error.to_string();
            assert!(said.contains(public) && said.contains("DESKTOP_DELIVERY_ADDRESS"), "{said}");
            // A command that shows no address works nonetheless.
            assert!(unset.own_address(listening(public)).is_ok());
        }
    }

    #[test]
    fn an_address_that_cannot_be_opened_is_refused() {
        let public = listening("0.0.0.0:8080");
        for wrong in ["http://0.0.0.0:8080", "https://ill.example.org:port", "ill.example.org", ""]
        {
            let error = with_address(wrong).public_address(public).unwrap_err().to_string();
            assert!(error.contains("DESKTOP_DELIVERY_ADDRESS"), "{wrong}: {error}");
        }
        for right in
            ["https://ill.example.org", "https://ill.example.org/desk", "http://10.0.0.5:81"]
        {
            assert_eq!(with_address(right).public_address(public).unwrap().as_str(), right);
        }
    }

    #[test]
    fn a_suspicious_address_produces_a_warning() {
        let doubt = |address: &str, listen: &str| {
            Settings::address_warning(&PublicAddress::new(address).unwrap(), listening(listen))
        };
        assert!(doubt("http://localhost:8080", "0.0.0.0:8080").unwrap().contains("this machine"));
        assert!(doubt("https://127.0.0.1", "[::]:443").unwrap().contains("this machine"));
        assert!(doubt("http://ill.example.org", "127.0.0.1:8080").unwrap().contains("https"));
        assert_eq!(doubt("http://localhost:8080", "127.0.0.1:8080"), None);
        assert_eq!(doubt("https://ill.example.org/desk", "0.0.0.0:8080"), None);
    }
}
