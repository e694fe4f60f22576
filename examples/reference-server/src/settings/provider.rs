use super::origins;
use crate::startup_error::StartupError;
use desktop_delivery::{AgencyId, InvalidInput, Language};
use desktop_delivery_identity::accounts::Role;
use desktop_delivery_identity::single_sign_on::{
    AgencyRule, IdentityProvider, PatronRules, People, Provider, ProviderId, ProviderLabels,
    RoleRule, StaffRules,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A provider of OpenID Connect.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ProviderSettings {
    /// The issuer, exactly as the provider writes it.
    pub issuer: String,
    /// The id of this client at the provider.
    pub client_id: String,
    /// The secret of this client. Prefer `client_secret_file`. Default: none, for a public client.
    pub client_secret: Option<Zeroizing<String>>,
    /// A file with the secret.
    pub client_secret_file: Option<PathBuf>,
    /// The scopes to request in addition to `openid`. Default: `profile` and `email`.
    #[serde(deserialize_with = "origins::optional_list")]
    pub scopes: Option<Vec<String>>,
    /// A root certificate (PEM) to trust in addition to the public ones.
    pub root_certificate: Option<PathBuf>,
    /// Whether to reach the provider without TLS. Default: `false`, except on this machine.
    pub danger_allow_http: bool,
    /// The name of the provider on buttons. Default: the name in the settings.
    pub label: Option<String>,
    /// The name on buttons by language.
    pub labels: BTreeMap<Language, String>,
    /// The people who sign in there.
    pub people: PeopleSetting,
    /// Whether a person gets an account or a patron record at the first sign-in. Default: `false`.
    pub create_accounts: bool,
    /// The library of everyone at the provider.
    pub agency: Option<AgencyId>,
    /// The claim with the library.
    pub agency_claim: Option<String>,
    /// The libraries by the values of `agency_claim`. Without it, the value is the id.
    pub agencies: BTreeMap<String, AgencyId>,
    /// The role of all staff.
    pub role: Option<Role>,
    /// The claim with the role.
    pub role_claim: Option<String>,
    /// The roles by the values of `role_claim`.
    pub roles: BTreeMap<String, Role>,
    /// The claim with the name of the person. Default: `name`.
    pub name_claim: Option<String>,
    /// The claim with the user name for a new account. Default: `preferred_username`.
    pub login_claim: Option<String>,
    /// The claim with the patron's number.
    pub number_claim: Option<String>,
    /// The claim with the email address for a new patron. Default: `email`.
    pub email_claim: Option<String>,
    /// Whether to use the address without `email_verified`. Default: `false`.
    pub trust_email: bool,
}

/// The people who sign in at a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PeopleSetting {
    /// Patrons.
    Patrons,
    /// Staff.
    #[default]
    Staff,
}

impl ProviderSettings {
    /// Returns the provider with this name.
    pub(super) fn provider(&self, name: &str) -> Result<Provider, StartupError> {
        let setting = format!("sign_in.providers.{name}");
        let wrong = |error: InvalidInput| StartupError::settings(format!("{setting}: {error}"));
        let id = ProviderId::new(name).map_err(wrong)?;
        let label = self.label.clone().unwrap_or_else(|| name.to_owned());
        let labels = self
            .labels
            .iter()
            .fold(ProviderLabels::new(label), |labels, (tag, label)| labels.with(*tag, label));
        let people = self.people(&setting)?;
        let client = self.client(&setting)?;
        Ok(Provider { id, labels, people, creates: self.create_accounts, client })
    }

    fn people(&self, setting: &str) -> Result<People, StartupError> {
        let refuse = |problem: &str, remedy: &'static str| {
            Err(StartupError::settings(format!("{setting}: {problem}")).with_remedy(remedy))
        };
        let agency = match (&self.agency, &self.agency_claim) {
            (Some(agency), None) => AgencyRule::Fixed(agency.clone()),
            (None, Some(claim)) if self.agencies.is_empty() => {
                AgencyRule::Id { claim: claim.clone() }
            }
            (None, Some(claim)) => {
                AgencyRule::Table { claim: claim.clone(), agencies: self.agencies.clone() }
            }
            _ => {
                return refuse(
                    "it needs either agency or agency_claim",
                    "set agency for one library, or agency_claim to the claim that names it",
                );
            }
        };
        let claim = |name: &Option<String>, default: &str| {
            name.clone().unwrap_or_else(|| default.to_owned())
        };
        let name_claim = claim(&self.name_claim, "name");
        if self.people == PeopleSetting::Patrons {
            let Some(number_claim) = self.number_claim.clone() else {
                return refuse(
                    "a provider for patrons needs number_claim",
                    "set it to the claim with the patron number that requests contain",
                );
            };
            let (email_claim, trusts_email) = (claim(&self.email_claim, "email"), self.trust_email);
            return Ok(People::Patrons(PatronRules {
                agency,
                number_claim,
                name_claim,
                email_claim,
                trusts_email,
            }));
        }
        let role = match (self.role, &self.role_claim) {
            (Some(role), None) => RoleRule::Fixed(role),
            (None, Some(claim)) if !self.roles.is_empty() => {
                RoleRule::Table { claim: claim.clone(), roles: self.roles.clone() }
            }
            // Otherwise everyone at a university could be staff of its library.
            (None, None) if !self.create_accounts => RoleRule::OfAccount,
            _ => {
                return refuse(
                    "create_accounts needs either role, or role_claim with roles",
                    "map the values of a claim to administrator and staff",
                );
            }
        };
        let login_claim = claim(&self.login_claim, "preferred_username");
        Ok(People::Staff(StaffRules { agency, role, name_claim, login_claim }))
    }

    #[cfg(feature = "oidc")]
    fn client(&self, setting: &str) -> Result<Arc<dyn IdentityProvider>, StartupError> {
        use super::secret::secret_in;
        use desktop_delivery::time::SystemClock;
        use desktop_delivery_oidc::{OidcOptions, OidcProvider, OptionsError};

        let wrong = |error: OptionsError| StartupError::settings(format!("{setting}.{error}"));
        let mut options = OidcOptions::new(&self.issuer, &self.client_id).map_err(wrong)?;
        let secret = match (&self.client_secret, &self.client_secret_file) {
            (secret, None) => secret.clone(),
            (None, Some(path)) => Some(secret_in(path, &format!("{setting}.client_secret_file"))?),
            (Some(_), Some(_)) => {
                let both = "set either client_secret or client_secret_file";
                return Err(StartupError::settings(format!("{setting}: {both}")));
            }
        };
        if let Some(secret) = secret {
            options = options.with_secret(secret.to_string());
        }
        let default = || vec!["profile".to_owned(), "email".to_owned()];
        options = options.with_scopes(self.scopes.clone().unwrap_or_else(default));
        if let Some(path) = &self.root_certificate {
            let what = format!("could not read {setting}.root_certificate");
            let pem = std::fs::read(path).map_err(|error| StartupError::new(what, error))?;
            options = options.with_root_certificate(&pem).map_err(wrong)?;
        }
        if self.danger_allow_http {
            options = options.danger_allow_http();
        }
        Ok(Arc::new(OidcProvider::new(options, Arc::new(SystemClock)).map_err(wrong)?))
    }

    /// Refuses the setting.
    #[cfg(not(feature = "oidc"))]
    #[expect(clippy::unused_self, reason = "with the feature, it uses the settings")]
    fn client(&self, setting: &str) -> Result<Arc<dyn IdentityProvider>, StartupError> {
        let what = format!(
            "this program was built without OpenID Connect, which the setting {setting} requires"
        );
        Err(StartupError::settings(what).with_remedy(
            "build it with cargo build --release -p desktop-delivery-server --features full, \
             or remove the setting",
        ))
    }
}

/// Omits the secret.
impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ProviderSettings");
        shown.field("issuer", &self.issuer).field("people", &self.people).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::SignInSettings;

    fn read(toml: &str) -> SignInSettings {
        let source = config::File::from_str(toml, config::FileFormat::Toml);
        let read = config::Config::builder().add_source(source).build().unwrap();
        read.try_deserialize().unwrap()
    }

    const CAMPUS: &str = "
        [providers.campus]
        issuer = 'https://login.example.edu/realms/campus'
        client_id = 'desk'
        client_secret = 'hush-hush'
        label = 'Example University'
        labels = { fr = 'Université Exemple' }
        agency_claim = 'https://example.edu/claims.unit'
        agencies = { 'Faculty of Law' = 'CA-BVAU', 'urn:x:science.physics' = 'CA-OTU' }
        role_claim = 'realm_access.roles'
        roles = { ILL-Admins = 'administrator', ill-staff = 'staff' }
        create_accounts = true";

    #[test]
    fn the_rules_of_a_provider_are_read_with_their_exact_values() {
        let settings = read(CAMPUS);
        assert!(!format!("{settings:?}").contains("hush"));
        let campus = &settings.providers["campus"];
        let People::Staff(rules) = campus.people("campus").unwrap() else { panic!("it is staff") };
        let AgencyRule::Table { claim, agencies } = rules.agency else { panic!("it is a table") };
        assert_eq!(claim, "https://example.edu/claims.unit");
        assert_eq!(agencies["urn:x:science.physics"].as_str(), "CA-OTU");
        assert_eq!(agencies["Faculty of Law"].as_str(), "CA-BVAU");
        let RoleRule::Table { roles, .. } = rules.role else { panic!("it is a table") };
        assert_eq!(roles["ILL-Admins"], Role::Administrator);
        assert_eq!((&*rules.name_claim, &*rules.login_claim), ("name", "preferred_username"));
        assert_eq!(campus.labels[&Language::FRENCH], "Université Exemple");
    }

    #[test]
    fn incomplete_rules_stop_the_start_with_the_missing_setting() {
        let base = "[providers.campus]\nissuer = 'https://i.example.org'\nclient_id = 'desk'\n";
        for (more, named) in [
            ("", "either agency or agency_claim"),
            ("agency = 'CA-OTU'\nagency_claim = 'unit'", "either agency or agency_claim"),
            ("agency = 'CA-OTU'\ncreate_accounts = true", "needs either role"),
            ("agency = 'CA-OTU'\nrole_claim = 'groups'", "needs either role"),
            ("agency = 'CA-OTU'\npeople = 'patrons'", "needs number_claim"),
        ] {
            let error = read(&format!("{base}{more}")).providers().unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let error = error.to_string();
            assert!(error.contains("sign_in.providers.campus"), "{error}");
            assert!(error.contains(named), "{more}: {error}");
        }
        let error = read("staff_passwords = false").providers().unwrap_err().to_string();
        assert!(error.contains("no provider is for staff"), "{error}");
        let wrong =
            read(&CAMPUS.replace("campus]", "'Cämpus']")).providers().unwrap_err().to_string();
        assert!(wrong.contains("1 to 32 characters"), "{wrong}");
    }

    #[cfg(feature = "oidc")]
    #[test]
    fn a_provider_needs_https_and_one_secret() {
        let providers = read(CAMPUS).providers().unwrap();
        assert_eq!(providers[0].labels.label(Language::FRENCH), "Université Exemple");
        for (old, new, named) in [
            ("https://login", "http://login", "campus.issuer must begin with https://"),
            ("https://login", "login", "campus.issuer is not an address"),
            ("'desk'", "''", "campus.client_id is empty"),
            ("label =", "client_secret_file = 'x'\nlabel =", "either client_secret or"),
            ("client_secret =", "client_secret_file =", "could not read"),
        ] {
            let error = read(&CAMPUS.replace(old, new)).providers().unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
            assert!(!error.contains("hush") || named == "could not read", "{error}");
        }
    }

    #[cfg(not(feature = "oidc"))]
    #[test]
    fn a_build_without_openid_connect_names_the_feature() {
        let error = read(CAMPUS).providers().unwrap_err().to_string();
        assert!(error.contains("without OpenID Connect"), "{error}");
        assert!(error.contains("--features full") && !error.contains("hush"), "{error}");
    }
}
