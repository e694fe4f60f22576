#[cfg(any(test, feature = "cluster"))]
use super::secret::secret_in;
use crate::startup_error::StartupError;
use desktop_delivery_http::{FrontServer, Proxies, Redirects};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The service that stores the data folder's files.
const FOLDER: &str = "folder";

/// The store for files.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct StorageSettings {
    /// The kind: `folder` for the folder `blobs` in the data folder, or an object store: `s3`, or
    /// `azblob` or `gcs` if the server is built with that feature. Default: `folder`.
    pub service: String,
    /// The server in front of this one that sends the files of the folder under profiles with
    /// `allow_redirect`: `nginx` by `X-Accel-Redirect`, `apache` by `X-Sendfile`. Requires
    /// `limits.trusted_proxies`. Default: this server sends all bytes itself.
    pub front_server: Option<FrontServerKind>,
    /// The path of the folder as the front server knows it. Default: `/internal/files` for nginx,
    /// the absolute path of the folder for Apache.
    pub internal_path: Option<String>,
    /// Options such as `bucket`, `endpoint` and `region`, with the names that opendal uses for that
    /// service.
    pub options: BTreeMap<String, Zeroizing<String>>,
    /// A TOML file with further options, for those that are secret.
    pub options_file: Option<PathBuf>,
    /// The origin of the store's own addresses, such as `https://scans.s3.example.org`. If set,
    /// tickets redirect there under profiles with `allow_redirect`. Default: the server sends all
    /// bytes itself.
    pub redirect_to: Option<String>,
    /// The lifetime of such an address in seconds, 5 to 900. Default: 60.
    pub redirect_seconds: Option<u32>,
}

impl fmt::Debug for StorageSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorageSettings").field("service", &self.service).finish_non_exhaustive()
    }
}

/// A kind of front server.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FrontServerKind {
    /// nginx.
    Nginx,
    /// Apache with `mod_xsendfile`.
    Apache,
}

impl Default for StorageSettings {
    fn default() -> Self {
        Self {
            service: FOLDER.to_owned(),
            front_server: None,
            internal_path: None,
            options: BTreeMap::new(),
            options_file: None,
            redirect_to: None,
            redirect_seconds: None,
        }
    }
}

impl StorageSettings {
    /// Returns whether files are in the data folder.
    pub(crate) fn is_folder(&self) -> bool {
        self.service == FOLDER
    }

    /// Returns the path of the folder `blobs` as the front server knows it, or `None` if there is
    /// no front server.
    pub(crate) fn front_path(&self, blobs: &Path) -> Result<Option<String>, StartupError> {
        let Some(server) = self.front_server else { return Ok(None) };
        if let Some(path) = &self.internal_path {
            return Ok(Some(path.clone()));
        }
        Ok(Some(match server {
            FrontServerKind::Nginx => "/internal/files".to_owned(),
            FrontServerKind::Apache => {
                let path = std::path::absolute(blobs).map_err(|error| {
                    StartupError::new("could not determine the path of the data folder", error)
                })?;
                path.to_string_lossy().into_owned()
            }
        }))
    }

    /// Returns whether and how somebody else sends files: an object store, or one of `proxies`.
    pub(crate) fn redirects(&self, proxies: &Proxies) -> Result<Option<Redirects>, StartupError> {
        self.check(proxies)?;
        let server = self.front_server.map(|kind| match kind {
            FrontServerKind::Nginx => FrontServer::Nginx,
            FrontServerKind::Apache => FrontServer::Apache,
        });
        if let Some(server) = server {
            return Ok(Some(Redirects::by(server, proxies.clone())));
        }
        let Some(origin) = &self.redirect_to else { return Ok(None) };
        let redirects = Redirects::to(origin).map_err(|error| {
            StartupError::new("storage.redirect_to is not valid", error)
                .with_remedy("set the origin of the store's addresses: https://host[:port]")
        })?;
        Ok(Some(match self.redirect_seconds {
            Some(seconds) => redirects.with_valid_seconds(seconds),
            None => redirects,
        }))
    }

    /// Refuses settings that do not apply together.
    fn check(&self, proxies: &Proxies) -> Result<(), StartupError> {
        let refuse = |what: &str, remedy: &'static str| {
            Err(StartupError::settings(what).with_remedy(remedy))
        };
        let has_store_settings =
            !self.options.is_empty() || self.options_file.is_some() || self.redirect_to.is_some();
        if self.is_folder() && has_store_settings {
            return refuse(
                "storage.options and storage.redirect_to are for object stores",
                "set storage.service, for example to s3, or remove them",
            );
        }
        if self.front_server.is_none() {
            if self.internal_path.is_none() {
                return Ok(());
            }
            return refuse(
                "storage.internal_path has no effect without storage.front_server",
                "set storage.front_server to nginx or apache, or remove storage.internal_path",
            );
        }
        if !self.is_folder() {
            return refuse(
                "storage.front_server requires that files are in the data folder",
                "remove storage.front_server; an object store sends files with storage.redirect_to",
            );
        }
        if proxies.is_empty() {
            return refuse(
                "storage.front_server requires limits.trusted_proxies",
                "list the address from which the front server connects, for example 127.0.0.1",
            );
        }
        Ok(())
    }

    /// Returns all options; those of the file take precedence.
    #[cfg(any(test, feature = "cluster"))]
    pub(crate) fn all_options(&self) -> Result<BTreeMap<String, Zeroizing<String>>, StartupError> {
        let mut options = self.options.clone();
        if let Some(path) = &self.options_file {
            let text = secret_in(path, "storage.options_file")?;
            let unreadable = "storage.options_file is not a TOML file of names and strings";
            let source = config::File::from_str(&text, config::FileFormat::Toml);
            let read = config::Config::builder().add_source(source).build();
            let more = read.and_then(config::Config::try_deserialize::<BTreeMap<String, _>>);
            // The error is dropped because it could quote the file.
            options.extend(more.map_err(|_| StartupError::settings(unreadable))?);
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_from_files_and_not_printed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s3.toml");
        std::fs::write(&file, "secret_access_key = \"hush-hush\"\nbucket = \"other\"\n").unwrap();
        let options = BTreeMap::from([("bucket".to_owned(), Zeroizing::new("desk".to_owned()))]);
        let options_file = Some(file.clone());
        let (service, redirect_to) = ("s3".to_owned(), Some("s3.example.org".to_owned()));
        let settings = StorageSettings {
            service,
            options,
            options_file,
            redirect_to,
            ..StorageSettings::default()
        };
        let error = settings.redirects(&Proxies::default()).unwrap_err();
        assert!(error.to_string().contains("redirect_to"));
        let all = settings.all_options().unwrap();
        assert_eq!(all["bucket"].as_str(), "other");
        assert_eq!(all["secret_access_key"].as_str(), "hush-hush");
        assert!(!format!("{settings:?}").contains("desk"));
        std::fs::write(&file, "\u{feff}bucket = \"marked\"\r\n").unwrap();
        assert_eq!(settings.all_options().unwrap()["bucket"].as_str(), "marked");
        std::fs::write(&file, "secret_access_key = hush-hush\n").unwrap();
        let error = settings.all_options().unwrap_err().to_string();
        assert!(!error.contains("hush"), "{error}");
    }

    fn settings(toml: &str) -> StorageSettings {
        let source = config::File::from_str(toml, config::FileFormat::Toml);
        let read = config::Config::builder().add_source(source).build().unwrap();
        read.try_deserialize().unwrap()
    }

    #[test]
    fn a_front_server_sends_files_of_the_folder_for_trusted_proxies_only() {
        let proxies = Proxies::new(vec!["127.0.0.1".parse().unwrap()]);
        for (toml, path) in [
            ("front_server = 'nginx'", "/internal/files"),
            ("front_server = 'apache'", "/srv/desk/blobs"),
            ("front_server = 'nginx'\ninternal_path = '/f'", "/f"),
            ("front_server = 'apache'\ninternal_path = '/mnt/blobs'", "/mnt/blobs"),
        ] {
            let settings = settings(toml);
            let found = settings.front_path(Path::new("/srv/desk/blobs")).unwrap();
            assert_eq!(found.as_deref(), Some(path), "{toml}");
            assert!(settings.redirects(&proxies).unwrap().is_some(), "{toml}");
            let error = settings.redirects(&Proxies::default()).unwrap_err();
            assert!(error.to_string().contains("limits.trusted_proxies"), "{error}");
        }
        for (toml, named) in [
            ("front_server = 'nginx'\nservice = 's3'", "data folder"),
            ("internal_path = '/f'", "without storage.front_server"),
            ("redirect_to = 'https://s3.example.org'", "are for object stores"),
            ("options_file = 's3.toml'", "are for object stores"),
        ] {
            let error = settings(toml).redirects(&proxies).unwrap_err();
            assert!(error.to_string().contains(named), "{toml}: {error}");
            assert_eq!(error.exit_code(), 2);
        }
        assert!(settings("").redirects(&proxies).unwrap().is_none());
    }
}
