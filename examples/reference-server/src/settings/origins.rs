use super::Settings;
use crate::startup_error::StartupError;
use desktop_delivery::input::WebOrigin;
use desktop_delivery_http::Origins;
use serde::{Deserialize, Deserializer};

/// A list, or a string with commas.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a list of texts")]
enum Listed {
    List(Vec<String>),
    Text(String),
}

/// Reads a list of texts.
pub(super) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Listed::deserialize(deserializer)? {
        Listed::List(list) => list,
        Listed::Text(text) => {
            let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            entries.map(str::to_owned).collect()
        }
    })
}

/// Reads a list of texts that may be missing.
pub(super) fn optional_list<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<String>>, D::Error> {
    list(deserializer).map(Some)
}

impl Settings {
    /// Returns the websites whose scripts may call the JSON API.
    pub(crate) fn origins(&self) -> Result<Origins, StartupError> {
        let origin = |entry: &String| {
            WebOrigin::new(entry).map_err(|error| {
                let fault = error.fault();
                StartupError::settings(format!("api_origins: {entry:?} {}", fault.clause()))
                    .with_remedy(fault.remedy().into_owned())
            })
        };
        let origins = self.api_origins.iter().map(origin).collect::<Result<Vec<_>, _>>()?;
        Ok(Origins::new(origins))
    }
}
