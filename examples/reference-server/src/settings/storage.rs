#[cfg(any(test, feature = "cluster"))]
use super::secret::secret_in;
use crate::startup_error::StartupError;
use desktop_delivery_http::Redirects;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The object store for files.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StorageSettings {
    /// The kind: `s3`, or `azblob` or `gcs` if the server is built with that feature.
    pub service: String,
    /// Options such as `bucket`, `endpoint` and `region`, with the names that opendal uses for that
    /// service.
    #[serde(default)]
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

impl StorageSettings {
    /// Returns the redirects to the object store.
    pub(crate) fn redirects(&self) -> Result<Option<Redirects>, StartupError> {
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
    }
}
