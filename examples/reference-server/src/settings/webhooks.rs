use super::origins;
use crate::startup_error::StartupError;
use desktop_delivery_webhook::{AllowedNetworks, Sender};
use serde::Deserialize;
use std::path::PathBuf;

/// Webhooks.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct WebhookSettings {
    /// Networks that are not public, to which the host's webhooks may connect, such as
    /// `10.0.0.0/8`: a list, or a string with commas. Default: none.
    #[serde(deserialize_with = "origins::list")]
    pub allowed_networks: Vec<String>,
    /// A root certificate (PEM) to trust in addition to the public ones.
    pub root_certificate: Option<PathBuf>,
}

impl WebhookSettings {
    /// Returns the sender of deliveries.
    pub(crate) fn sender(&self) -> Result<Sender, StartupError> {
        let networks = AllowedNetworks::new(self.allowed_networks.iter().map(String::as_str));
        let networks = networks.map_err(|error| {
            StartupError::settings(format!("webhooks.allowed_networks: an {error}"))
                .with_remedy(error.fault().remedy().into_owned())
        })?;
        let sender = Sender::new().with_allowed_networks(networks);
        let Some(path) = &self.root_certificate else { return Ok(sender) };
        let pem = std::fs::read(path).map_err(|error| {
            StartupError::new("could not read webhooks.root_certificate", error)
        })?;
        sender
            .with_root_certificate(&pem)
            .map_err(|error| StartupError::new("webhooks.root_certificate is not valid", error))
    }
}
