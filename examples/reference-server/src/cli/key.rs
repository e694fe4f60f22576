use super::parse;
use super::tables::table;
use super::work::Work;
use crate::startup_error::StartupError;
use clap::{Subcommand, ValueEnum};
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
            Self::Make { role, agency, id, note } => {
                let holder = match (role, agency, id) {
                    (Role::Staff, Some(agency), Some(id)) => Holder::Staff { agency, id },
                    (Role::Host, None, None) => Holder::Host,
                    _ => {
                        return Err(StartupError::usage("--agency and --id require --role staff"));
                    }
                };
                let key = keys.make(holder, &note).await?;
                work.output.answer(&json!({ "key": *key }), || key.to_string())
            }
            Self::List => {
                let found = keys.list().await?;
                let listed: Vec<_> = found.iter().map(|(id, key)| KeyJson::of(id, key)).collect();
                work.output.answer(&json!({ "keys": listed }), || text(&found))
            }
            Self::Revoke { id } => revoke(work, &id).await,
        }
    }
}

async fn revoke(work: &Work, start: &str) -> Result<(), StartupError> {
    let keys = &work.server.identity.api_keys;
    let mut found = keys.list().await?;
    found.retain(|(id, _)| !start.is_empty() && id.starts_with(start));
    let remedy = "to see the ids, run desk key list";
    let id = match found.as_slice() {
        [] => return Err(StartupError::plain("there is no key with this id").with_remedy(remedy)),
        [(id, _)] => id,
        _ => {
            let what = format!("{} keys have an id that begins like this", found.len());
            return Err(StartupError::usage(what).with_remedy("enter more digits of the id"));
        }
    };
    let is_revoked = keys.revoke(id).await?;
    work.output.answer(&json!({ "id": id, "revoked": is_revoked }), || {
        format!("The key {} has been revoked.", &id[..SHOWN.min(id.len())])
    })
}

fn text(found: &[(String, StoredKey)]) -> String {
    let rows = found.iter().map(|(id, key)| {
        let (role, agency, staff) = match &key.holder {
            Holder::Host => ("host", "-".to_owned(), "-".to_owned()),
            Holder::Staff { agency, id } => ("staff", agency.to_string(), id.as_str().to_owned()),
        };
        let id = id[..SHOWN.min(id.len())].to_owned();
        [id, role.to_owned(), agency, staff, key.made_at.to_string(), key.note.clone()]
    });
    table(["ID", "ROLE", "LIBRARY", "STAFF", "CREATED", "NOTE"], rows, "No keys.")
}
