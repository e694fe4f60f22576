use super::parse;
use super::tables::table;
use super::work::Work;
use crate::startup_error::StartupError;
use clap::{Subcommand, ValueEnum};
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{AgencyId, StaffId};
use desktop_delivery_identity::{Holder, KeyJson, StoredKey};
use serde_json::json;
use std::str::FromStr as _;

/// The number of digits of an id shown in tables, enough to identify a key.
const SHOWN: usize = 12;

/// Commands for keys of the JSON API.
#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Create a key and print it once; only its digest is stored.
    Make {
        /// The identity for which the key acts.
        #[arg(long, value_enum)]
        role: Role,
        /// The library, for a key of staff.
        #[arg(long, value_parser = parse::with_remedy(AgencyId::from_str), required_if_eq("role", "staff"))]
        agency: Option<AgencyId>,
        /// The staff id recorded in the history, for a key of staff.
        #[arg(long, value_parser = parse::with_remedy(StaffId::from_str), required_if_eq("role", "staff"))]
        id: Option<StaffId>,
        /// A note on the purpose of the key.
        #[arg(long, default_value = "")]
        note: String,
        /// A site that may show windows offered with the key, such as https://ill.example.org. For
        /// a key of the host; may be given several times.
        #[arg(long, value_parser = parse::with_remedy(WebOrigin::from_str))]
        origin: Vec<WebOrigin>,
    },
    /// Replace the sites that may show windows offered with a key of the host.
    Origins {
        /// The key's id as shown in the list, or its first digits.
        id: String,
        /// A site, such as https://ill.example.org. May be given several times; without it, the key
        /// offers no windows.
        #[arg(long, value_parser = parse::with_remedy(WebOrigin::from_str))]
        origin: Vec<WebOrigin>,
    },
    /// List keys without the keys themselves.
    List,
    /// Revoke a key immediately.
    Revoke {
        /// The key's id as shown in the list, or its first digits.
        id: String,
    },
}

/// The identity for which a key acts.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Role {
    /// The host system, which may do everything.
    Host,
    /// A member of a library's staff.
    Staff,
}

impl KeyCommand {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let keys = &work.server.identity.api_keys;
        match self {
            Self::Make { role, agency, id, note, origin } => {
                let holder = match (role, agency, id) {
                    (Role::Staff, Some(agency), Some(id)) => Holder::Staff { agency, id },
                    (Role::Host, None, None) => Holder::Host,
                    _ => {
                        return Err(StartupError::usage("--agency and --id require --role staff"));
                    }
                };
                if holder != Holder::Host && !origin.is_empty() {
                    return Err(StartupError::usage("--origin requires --role host"));
                }
                let key = keys.make_with_origins(holder, &note, origin).await?;
                work.output.answer(&json!({ "key": *key }), || key.to_string())
            }
            Self::List => {
                let found = keys.list().await?;
                let listed: Vec<_> = found.iter().map(|(id, key)| KeyJson::of(id, key)).collect();
                work.output.answer(&json!({ "keys": listed }), || text(&found))
            }
            Self::Origins { id, origin } => set_origins(work, &id, &origin).await,
            Self::Revoke { id } => revoke(work, &id).await,
        }
    }
}

async fn set_origins(work: &Work, start: &str, origins: &[WebOrigin]) -> Result<(), StartupError> {
    let (id, key) = find(work, start).await?;
    if key.holder != Holder::Host {
        let what = "only a key of the host offers windows";
        return Err(StartupError::usage(what).with_remedy("choose a key with the role host"));
    }
    let is_set = work.server.identity.api_keys.set_origins(&id, origins).await?;
    work.output.answer(&json!({ "id": id, "origins": origins, "set": is_set }), || {
        let shown = &id[..SHOWN.min(id.len())];
        match origins {
            [] => format!("The key {shown} offers no windows."),
            _ => format!("The key {shown} offers windows to {}.", sites(origins, "")),
        }
    })
}

async fn revoke(work: &Work, start: &str) -> Result<(), StartupError> {
    let (id, _) = find(work, start).await?;
    let is_revoked = work.server.identity.api_keys.revoke(&id).await?;
    work.output.answer(&json!({ "id": id, "revoked": is_revoked }), || {
        format!("The key {} has been revoked.", &id[..SHOWN.min(id.len())])
    })
}

/// Returns the only key whose id begins like this.
async fn find(work: &Work, start: &str) -> Result<(String, StoredKey), StartupError> {
    let mut found = work.server.identity.api_keys.list().await?;
    found.retain(|(id, _)| !start.is_empty() && id.starts_with(start));
    let remedy = "to see the ids, run desk key list";
    if found.len() > 1 {
        let what = format!("{} keys have an id that begins like this", found.len());
        return Err(StartupError::usage(what).with_remedy("enter more digits of the id"));
    }
    let missing = || StartupError::plain("there is no key with this id").with_remedy(remedy);
    found.pop().ok_or_else(missing)
}

fn text(found: &[(String, StoredKey)]) -> String {
    let rows = found.iter().map(|(id, key)| {
        let (role, agency, staff) = match &key.holder {
            Holder::Host => ("host", "-".to_owned(), "-".to_owned()),
            Holder::Staff { agency, id } => ("staff", agency.to_string(), id.as_str().to_owned()),
        };
        let id = id[..SHOWN.min(id.len())].to_owned();
        let sites = sites(&key.origins, "-");
        [id, role.to_owned(), agency, staff, key.made_at.to_string(), key.note.clone(), sites]
    });
    table(["ID", "ROLE", "LIBRARY", "STAFF", "CREATED", "NOTE", "WINDOWS IN"], rows, "No keys.")
}

/// Returns the sites as one text, or `none` if there are none.
fn sites(origins: &[WebOrigin], none: &str) -> String {
    let sites: Vec<_> = origins.iter().map(WebOrigin::as_str).collect();
    if sites.is_empty() { none.to_owned() } else { sites.join(", ") }
}
