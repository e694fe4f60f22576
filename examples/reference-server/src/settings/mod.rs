//! The settings, one subject per file.

mod address;
mod database;
mod limits;
mod log;
mod mail;
mod origins;
mod provider;
mod scrub;
mod secret;
mod sign_in;
mod smtp;
mod storage;
mod texts;
mod webhooks;

pub use database::DatabaseSettings;
pub use limits::LimitSettings;
pub use log::{LogFormat, LogSettings};
pub use mail::MailSettings;
pub use provider::{PeopleSetting, ProviderSettings};
pub use scrub::ScrubSettings;
pub use sign_in::SignInSettings;
pub use smtp::{Security, SmtpSettings};
pub use storage::{FrontServerKind, StorageSettings};
pub use texts::TextSettings;
pub use webhooks::WebhookSettings;

#[cfg(feature = "cluster")]
pub(crate) use secret::secret_in;

use crate::startup_error::StartupError;
use config::{Config, Environment, File, FileFormat};
use desktop_delivery::Policy;
use desktop_delivery::policy::Policies;
use serde::Deserialize;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

/// The settings of the server. Every field has a default.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Settings {
    /// The folder for all data.
    pub data: PathBuf,
    /// The database shared by several servers. Default: SQLite in the data folder.
    pub database: Option<DatabaseSettings>,
    /// The store for files. Default: the folder `blobs` in the data folder.
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
    pub worker_seconds: NonZeroU64,
    /// Logs.
    pub log: LogSettings,
    /// Email.
    pub mail: MailSettings,
    /// The mail server. Without one, emails are written to the folder `mail` in the data folder.
    pub smtp: Option<SmtpSettings>,
    /// The websites whose scripts may call the JSON API, such as `https://catalog.example.org`: a
    /// list, or a string with commas, as in an environment variable. Default: none.
    #[serde(deserialize_with = "origins::list")]
    pub api_origins: Vec<String>,
    /// The sign-in of staff and patrons.
    pub sign_in: SignInSettings,
    /// Limits.
    pub limits: LimitSettings,
    /// The background verification of stored files.
    pub scrub: ScrubSettings,
    /// Texts and templates of pages.
    pub texts: TextSettings,
    /// Webhooks.
    pub webhooks: WebhookSettings,
    /// Policy profiles in addition to `illume` and `recommended`, or replacing them.
    pub policies: Vec<Policy>,
}

const WORKER_SECONDS: NonZeroU64 = NonZeroU64::new(2).expect("it is not 0");

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
            worker_seconds: WORKER_SECONDS,
            log: LogSettings::default(),
            mail: MailSettings::default(),
            smtp: None,
            api_origins: Vec::new(),
            sign_in: SignInSettings::default(),
            limits: LimitSettings::default(),
            scrub: ScrubSettings::default(),
            texts: TextSettings::default(),
            webhooks: WebhookSettings::default(),
            policies: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads a settings file, if there is one, and the environment, which takes precedence.
    ///
    /// # Errors
    /// [`StartupError`] if a setting is unknown or not valid.
    pub fn load(file: Option<&Path>) -> Result<Self, StartupError> {
        let mut sources = Config::builder();
        if let Some(path) = file {
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
        let file = file.map(|path| format!("{} or ", path.display()));
        settings.map_err(|error| {
            let file = file.unwrap_or_default();
            StartupError::settings(format!("in {file}the environment: {error}"))
        })
    }

    /// Returns the available policy profiles.
    pub(crate) fn policies(&self) -> Result<Policies, StartupError> {
        let offered = self.policies.iter().cloned().try_fold(Policies::default(), Policies::with);
        offered.map_err(|error| StartupError::settings(error.to_string()))
    }
}
