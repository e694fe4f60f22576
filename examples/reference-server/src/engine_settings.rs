use crate::startup_error::StartupError;
use desktop_delivery_http::Redirects;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The PostgreSQL database that several servers share.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatabaseSettings {
    /// Its address, such as `postgres://desk@db.example.org/desk`.
    pub address: Zeroizing<String>,
    /// A file that holds the password, where it is not in the address.
    pub password_file: Option<PathBuf>,
    /// Connections that read, from 1; 8 by default.
    pub connections: Option<usize>,
}

/// The object store of the files.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StorageSettings {
    /// Its kind: `s3`, or `azblob` or `gcs` where the server is built with that feature.
    pub service: String,
    /// What it is reached by, such as `bucket`, `endpoint` and `region`, named as opendal names the
    /// options of that service.
    #[serde(default)]
    pub options: BTreeMap<String, Zeroizing<String>>,
    /// A TOML file with more options, for those that are secret.
    pub options_file: Option<PathBuf>,
    /// The origin of the store's own addresses, such as `https://scans.s3.example.org`, to which
    /// tickets then lead where a profile has `allow_redirect`; by default all bytes go through the
    /// server.
    pub redirect_to: Option<String>,
    /// How long such an address lasts, seconds, 5 to 900; 60 by default.
    pub redirect_seconds: Option<u32>,
}

impl fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password.
        f.debug_struct("DatabaseSettings")
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StorageSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorageSettings").field("service", &self.service).finish_non_exhaustive()
    }
}

impl StorageSettings {
    /// Where tickets may lead beside us.
    pub(crate) fn redirects(&self) -> Result<Option<Redirects>, StartupError> {
        let Some(origin) = &self.redirect_to else { return Ok(None) };
        let redirects = Redirects::to(origin).map_err(|error| {
            StartupError::new("storage.redirect_to cannot be taken", error)
                .with_remedy("name where the store's addresses begin: https://host[:port]")
        })?;
        Ok(Some(match self.redirect_seconds {
            Some(seconds) => redirects.with_valid_seconds(seconds),
            None => redirects,
        }))
    }

    /// All options, those of the file over the others.
    #[cfg(any(test, feature = "cluster"))]
    pub(crate) fn all_options(&self) -> Result<BTreeMap<String, Zeroizing<String>>, StartupError> {
        let mut options = self.options.clone();
        if let Some(path) = &self.options_file {
            let text = secret_in(path, "storage.options_file")?;
            let unreadable = "storage.options_file is no TOML of names and texts";
            let source = config::File::from_str(&text, config::FileFormat::Toml);
            let read = config::Config::builder().add_source(source).build();
            let more = read.and_then(config::Config::try_deserialize::<BTreeMap<String, _>>);
            // The error is not kept, since it could quote the file.
            options.extend(more.map_err(|_| StartupError::settings(unreadable))?);
        }
        Ok(options)
    }
}

/// The text of a file that a setting names, without the line's end.
pub(crate) fn secret_in(path: &Path, setting: &str) -> Result<Zeroizing<String>, StartupError> {
    let text = std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| StartupError::new(format!("{setting} cannot be read"), error))?;
    // Some editors begin a file with a byte order mark.
    let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_come_from_files_and_do_not_show() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s3.toml");
        std::fs::write(&file, "secret_access_key = \"hush-hush\"\nbucket = \"other\"\n").unwrap();
        let options = BTreeMap::from([("bucket".to_owned(), Zeroizing::new("desk".to_owned()))]);
        let options_file = Some(file.clone());
        let service = "s3".to_owned();
        let (redirect_to, redirect_seconds) = (Some("s3.example.org".to_owned()), None);
        let settings =
            StorageSettings { service, options, options_file, redirect_to, redirect_seconds };
        assert!(settings.redirects().unwrap_err().to_string().contains("redirect_to"));
        let all = settings.all_options().unwrap();
        assert_eq!(all["bucket"].as_str(), "other");
        assert_eq!(all["secret_access_key"].as_str(), "hush-hush");
        assert!(!format!("{settings:?}").contains("desk"));
        std::fs::write(&file, "\u{feff}bucket = \"marked\"\r\n").unwrap();
        assert_eq!(settings.all_options().unwrap()["bucket"].as_str(), "marked");
        std::fs::write(&file, "secret_access_key = hush-hush\n").unwrap();
        let error = settings.all_options().unwrap_err().to_string();
        assert!(!error.contains("hush"), "{error}");

        let address = Zeroizing::new("postgres://desk:hush-hush@db/desk".to_owned());
        let database = DatabaseSettings { address, password_file: None, connections: None };
        assert!(!format!("{database:?}").contains("hush"));
    }
}
