use super::provider::ProviderSettings;
use crate::startup_error::StartupError;
use desktop_delivery_identity::single_sign_on::Provider;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The sign-in of staff and patrons.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SignInSettings {
    /// Whether staff can sign in with a password. Default: `true`. Without passwords, there must be
    /// a provider for staff.
    pub staff_passwords: bool,
    /// The providers of OpenID Connect at which people sign in, by their names in addresses.
    pub providers: BTreeMap<String, ProviderSettings>,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self { staff_passwords: true, providers: BTreeMap::new() }
    }
}

impl SignInSettings {
    /// Returns the providers. None is contacted yet.
    pub(crate) fn providers(&self) -> Result<Vec<Provider>, StartupError> {
        let providers = self.providers.iter().map(|(name, settings)| settings.provider(name));
        let providers = providers.collect::<Result<Vec<_>, _>>()?;
        if !self.staff_passwords && !providers.iter().any(Provider::is_for_staff) {
            return Err(StartupError::settings(
                "sign_in.staff_passwords is false, and no provider is for staff",
            )
            .with_remedy("set sign_in.staff_passwords to true, or add a provider for staff"));
        }
        Ok(providers)
    }
}
