use crate::args::Args;
use crate::cli::Command;
use crate::engine_settings::{DatabaseSettings, StorageSettings, secret_in};
use crate::startup_error::StartupError;
use config::{Config, Environment, File, FileFormat};
use desktop_delivery::policy::Policies;
use desktop_delivery::{Policy, PublicAddress};
use desktop_delivery_http::BodyPace;
use desktop_delivery_http::PerClient;
use desktop_delivery_mail::{Password, Sender, SmtpServer};
use serde::de::{self, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// The settings of the server. Every field has a default.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Settings {
    /// The folder for all data.
    pub data: PathBuf,
    /// The database shared by several servers. Default: SQLite in the data folder.
    pub database: Option<DatabaseSettings>,
    /// The object store for files. Default: the folder `blobs` in the data folder.
    pub storage: Option<StorageSettings>,
    /// The file of the signing keys. Default: `keys.json` in the data folder, or the database if
    /// servers share one.
    pub key_file: Option<PathBuf>,
    /// The address to listen on; port 0 selects a free one.
    pub listen: SocketAddr,
    /// The public address of the server, such as `https://ill.example.org`. Required unless
    /// `listen` is a loopback address, which is then the default.
    pub address: Option<String>,
    /// Whether to create sample data in an empty data folder.
    pub sample_data: bool,
    /// The interval in seconds at which the worker looks for due work, at least 1.
    pub worker_seconds: u64,
    /// Logs.
    pub log: LogSettings,
    /// Email.
    pub mail: MailSettings,
    /// The mail server. Without one, emails are written to the folder `mail` in the data folder.
    pub smtp: Option<SmtpSettings>,
    /// Limits.
    pub limits: LimitSettings,
    /// The background verification of stored files.
    pub scrub: ScrubSettings,
    /// Texts and templates of pages.
    pub texts: TextSettings,
    /// Policy profiles in addition to `illume` and `recommended`, or replacing them.
    pub policies: Vec<Policy>,
}

/// Files that change the texts and the look of pages and emails.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TextSettings {
    /// A folder of messages with a subfolder for each language; see the README of
    /// `desktop-delivery-text`.
    pub messages: Option<PathBuf>,
    /// A folder of templates that replace the built-in ones by name: `link` contains those of link
    /// pages, `pages` those of staff and patron pages, and `mail` those of emails. `style.css` is
    /// the style sheet of all pages.
    pub templates: Option<PathBuf>,
}

/// The log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LogSettings {
    /// `text` or `json`.
    pub format: LogFormat,
    /// The filter: a level, or pairs of a target and a level, such as
    /// `info,desktop_delivery_http=debug`. Default: `info`.
    pub filter: String,
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// Text for people.
    Text,
}

/// The sender of emails.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MailSettings {
    /// The sender address.
    pub from: String,
    /// The address to which bounces return. Default: `from`.
    pub envelope: Option<String>,
    /// How long a server leases a notice while sending it, in seconds, at least 1. If the server
    /// dies, another one sends the notice after this time. Must exceed the time that the mail
    /// server may take to respond; otherwise some notices are sent twice.
    pub lease_seconds: u32,
}

/// The mail server.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SmtpSettings {
    /// The host name.
    pub host: String,
    /// The port. Default: the usual one for `security`.
    pub port: Option<u16>,
    /// `starttls` (the default), `tls`, or `none`, which exposes links to anyone who can read the
    /// traffic.
    #[serde(default)]
    pub security: Security,
    /// The user name.
    pub user: Option<String>,
    /// The password. Prefer `password_file`.
    pub password: Option<Zeroizing<String>>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// A root certificate (PEM) to trust in addition to the public ones.
    pub root_certificate: Option<PathBuf>,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings").field("host", &self.host).finish_non_exhaustive()
    }
}

/// The protection of the connection to the mail server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Security {
    /// None.
    None,
    /// Mandatory STARTTLS.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// Limits that protect the server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LimitSettings {
    /// The maximum number of connections. At the limit, idle and slow ones are closed to admit new
    /// ones.
    pub connections: usize,
    /// The maximum number of connections from one client address or one IPv6 /64 network. Default:
    /// 512, except for loopback addresses. Trusted proxies have no such limit.
    pub connections_per_client: Option<usize>,
    /// The maximum number of request bodies received at once from one client address, including
    /// addresses behind a trusted proxy. Default: 64, except for loopback addresses.
    pub bodies_per_client: Option<usize>,
    /// The timeout for the head of a request in seconds.
    pub head_seconds: u64,
    /// The minimum rate of a request's body in bytes per second of waiting, at least 1.
    pub body_bytes_per_second: u32,
    /// How long a request's body may keep the server waiting before that rate applies, in seconds.
    pub body_grace_seconds: u64,
    /// How long a sender or reader may stall, in seconds.
    pub idle_seconds: u64,
    /// How long unfinished transfers may continue when the server stops, in seconds.
    pub stop_seconds: u64,
    /// The number of invalid links that one client address may try per minute.
    pub misses_per_minute: u32,
    /// Proxies whose `X-Forwarded-For` is trusted: a list, or a string with commas, as in an
    /// environment variable.
    #[serde(deserialize_with = "address_list")]
    pub trusted_proxies: Vec<IpAddr>,
}

/// The verification of stored files against what was attached.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ScrubSettings {
    /// The average rate in bytes per second; 0 disables it. Default: 2,000,000, which is 170 GB a
    /// day. Shared by servers that share a database.
    pub bytes_per_second: u64,
    /// The pause between two passes over all files in seconds. Default: 86,400.
    pub rest_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            database: None,
            storage: None,
            key_file: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            address: None,
            sample_data: true,
            worker_seconds: 2,
            log: LogSettings::default(),
            mail: MailSettings::default(),
            smtp: None,
            limits: LimitSettings::default(),
            scrub: ScrubSettings::default(),
            texts: TextSettings::default(),
            policies: Vec::new(),
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

impl Default for MailSettings {
    fn default() -> Self {
        Self { from: "desktop-delivery@localhost".to_owned(), envelope: None, lease_seconds: 900 }
    }
}

impl Default for ScrubSettings {
    fn default() -> Self {
        Self { bytes_per_second: 2_000_000, rest_seconds: 86_400 }
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            connections: 8_192,
            connections_per_client: None,
            bodies_per_client: None,
            head_seconds: 20,
            body_bytes_per_second: 1_000,
            body_grace_seconds: 10,
            idle_seconds: 60,
            stop_seconds: 30,
            misses_per_minute: 60,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads the settings file named on the command line and the environment, which takes
    /// precedence.
    ///
    /// # Errors
    /// [`StartupError`] if a setting is unknown or not valid.
    pub fn load(args: &Args) -> Result<Self, StartupError> {
        let mut sources = Config::builder();
        if let Some(path) = &args.config {
            let unreadable = |error| {
                let file = path.display();
                StartupError::settings(format!("could not read the settings file {file}: {error}"))
                    .with_remedy("check the path in --config or DESKTOP_DELIVERY_CONFIG")
            };
            let text = std::fs::read_to_string(path).map_err(unreadable)?;
            // Some editors begin a file with a byte order mark.
            let text = text.trim_start_matches('\u{feff}');
            sources = sources.add_source(File::from_str(text, FileFormat::Toml));
        }
        let environment = std::env::vars()
            .filter(|(name, _)| name.starts_with("DESKTOP_DELIVERY_"))
            // This variable names the file itself.
            .filter(|(name, _)| name != "DESKTOP_DELIVERY_CONFIG")
            .collect();
        let environment = Environment::with_prefix("DESKTOP_DELIVERY")
            .prefix_separator("_")
            .separator("__")
            // Values are parsed according to their types only: a password may consist of digits and
            // begin with 0.
            .source(Some(environment));
        let read = sources.add_source(environment).build();
        let settings = read.and_then(Config::try_deserialize::<Self>);
        let file = args.config.as_ref().map(|path| format!("{} or ", path.display()));
        let mut settings = settings.map_err(|error| {
            let file = file.unwrap_or_default();
            StartupError::settings(format!("in {file}the environment: {error}"))
        })?;
        let serve = match &args.command {
            Some(Command::Serve(serve)) => serve,
            _ => &args.serve,
        };
        settings.sample_data &= !serve.no_sample_data;
        settings.worker_seconds = settings.worker_seconds.max(1);
        Ok(settings)
    }

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
        let wrong = |what: &str| StartupError::settings(what).with_remedy(REMEDY);
        let public = PublicAddress::new(address)
            .map_err(|error| wrong(&format!("address is not valid: {error}")))?;
        let uri: http::Uri = public
            .as_str()
            .parse()
            .map_err(|_| wrong(&format!("address is not valid: {address} is not a URL")))?;
        let host = uri.host().unwrap_or_default();
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let port = authority.strip_prefix(host).and_then(|rest| rest.strip_prefix(':'));
        if port.is_some_and(|port| port.parse::<NonZeroU16>().is_err()) {
            return Err(wrong(&format!("address is not valid: {address} has no port after `:`")));
        }
        if is_unspecified(host) {
            return Err(wrong(&format!(
                "address is not valid: {address} cannot be opened, because {host} stands for all \
                 addresses of this machine"
            )));
        }
        Ok(public)
    }

    /// Returns the address of a server that listens on this machine, unless `address` is set. For
    /// commands that show it to nobody.
    pub(crate) fn own_address(&self, listening: SocketAddr) -> Result<PublicAddress, StartupError> {
        let own = format!("http://{listening}");
        Ok(PublicAddress::new(self.address.as_deref().unwrap_or(&own))?)
    }

    /// Returns a warning about a public address that may be wrong.
    pub(crate) fn address_warning(
        public: &PublicAddress,
        listening: SocketAddr,
    ) -> Option<&'static str> {
        let uri: http::Uri = public.as_str().parse().ok()?;
        let is_here = is_loopback(uri.host().unwrap_or_default());
        if is_here && !listening.ip().to_canonical().is_loopback() {
            return Some("links only work on this machine, although others can reach the server");
        }
        if !is_here && uri.scheme_str() == Some("http") {
            return Some("passwords and links go over the network unencrypted; use https");
        }
        None
    }

    /// Returns the available policy profiles.
    pub(crate) fn policies(&self) -> Result<Policies, StartupError> {
        let offered = self.policies.iter().cloned().try_fold(Policies::default(), Policies::with);
        offered.map_err(|error| StartupError::settings(error.to_string()))
    }

    /// Returns the sender of emails.
    pub(crate) fn sender(&self) -> Result<Sender, StartupError> {
        let wrong = |error| StartupError::new("mail.from or mail.envelope is not valid", error);
        let sender = Sender::new(&self.mail.from).map_err(wrong)?;
        match &self.mail.envelope {
            Some(envelope) => sender.with_envelope(envelope).map_err(wrong),
            None => Ok(sender),
        }
    }
}

/// Returns the IP address in the host of a URL, if it is one.
fn ip_of(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn is_unspecified(host: &str) -> bool {
    ip_of(host).is_some_and(|ip| ip.to_canonical().is_unspecified())
}

fn is_loopback(host: &str) -> bool {
    let is_local_name = host == "localhost" || host.ends_with(".localhost");
    is_local_name || ip_of(host).is_some_and(|ip| ip.to_canonical().is_loopback())
}

/// Parses a list of IP addresses, or a string with commas between them.
fn address_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpAddr>, D::Error> {
    #[derive(Clone, Copy)]
    struct Addresses;

    impl<'de> Visitor<'de> for Addresses {
        type Value = Vec<IpAddr>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("IP addresses, as a list or separated by commas, such as 10.0.0.1,10.0.0.2")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<IpAddr>, E> {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            let read = |part: &str| {
                part.parse().map_err(|_| E::invalid_value(Unexpected::Str(part), &self))
            };
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

    deserializer.deserialize_any(Addresses)
}

impl LimitSettings {
    /// Returns the minimum rate of request bodies.
    pub(crate) fn body_pace(&self) -> BodyPace {
        BodyPace::default()
            .with_bytes_per_second(self.body_bytes_per_second)
            .with_grace(Duration::from_secs(self.body_grace_seconds))
            .with_idle(Duration::from_secs(self.idle_seconds))
    }

    pub(crate) fn connections_per_client(&self) -> PerClient {
        PerClient::of(self.connections_per_client, 512)
    }

    pub(crate) fn bodies_per_client(&self) -> PerClient {
        PerClient::of(self.bodies_per_client, 64)
    }
}

impl SmtpSettings {
    pub(crate) fn server(&self) -> Result<SmtpServer, StartupError> {
        let host = self.host.clone();
        let is_own_machine = matches!(host.as_str(), "127.0.0.1" | "localhost");
        let mut server = match self.security {
            Security::Starttls => SmtpServer::starttls(host),
            Security::Tls => SmtpServer::implicit_tls(host),
            Security::None if is_own_machine => SmtpServer::loopback(),
            Security::None => SmtpServer::danger_without_tls(host),
        };
        if let Some(port) = self.port {
            server = server.with_port(port);
        }
        if let Some(path) = &self.root_certificate {
            let unreadable =
                |error| StartupError::new("could not read smtp.root_certificate", error);
            let pem = std::fs::read(path).map_err(unreadable)?;
            server = server
                .with_root_certificate(&pem)
                .map_err(|error| StartupError::new("smtp.root_certificate is not valid", error))?;
        }
        let Some(user) = &self.user else { return Ok(server) };
        let password = match (&self.password, &self.password_file) {
            (Some(password), None) => password.clone(),
            (None, Some(path)) => secret_in(path, "smtp.password_file")?,
            _ => {
                return Err(StartupError::settings(
                    "smtp.user needs either smtp.password or smtp.password_file",
                ));
            }
        };
        Ok(server.with_credentials(user, Password::new(password.to_string())))
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
        for wrong in [
            "http://0.0.0.0:8080",
            "http://[::]:8080",
            "http://0.0.0.0/desk",
            "https://[::ffff:0.0.0.0]",
            "https://ill.example.org?x=1",
            "https://ill.example.org:port",
            "https://ill.example.org:",
            "https://ill.example.org:70000",
            "ill.example.org",
            "",
        ] {
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

    #[test]
    fn proxies_are_a_list_or_a_string() {
        let read = |toml: &str| {
            let source = File::from_str(toml, FileFormat::Toml);
            let limits = Config::builder().add_source(source).build().unwrap();
            limits.try_deserialize::<LimitSettings>().map(|limits| limits.trusted_proxies)
        };
        let two: Vec<IpAddr> = vec!["10.0.0.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        assert_eq!(read("trusted_proxies = ['10.0.0.1', '2001:db8::1']").unwrap(), two);
        assert_eq!(read("trusted_proxies = '10.0.0.1, 2001:db8::1,'").unwrap(), two);
        assert_eq!(read("trusted_proxies = ''").unwrap(), Vec::<IpAddr>::new());
        for wrong in ["'10.0.0.0/8'", "['proxy']", "7"] {
            let error = read(&format!("trusted_proxies = {wrong}")).unwrap_err().to_string();
            assert!(error.contains("IP addresses"), "{error}");
            assert!(error.contains("trusted_proxies"), "{error}");
        }
    }
}
