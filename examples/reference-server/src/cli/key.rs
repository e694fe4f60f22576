use super::parse;
use super::tables::table;
use super::work::Work;
use crate::startup_error::StartupError;
use clap::{Subcommand, ValueEnum};
use desktop_delivery::{AgencyId, StaffId};
use desktop_delivery_identity::{Holder, StoredKey};
use serde_json::json;

/// The digits of an id that a table shows, and that name a key well enough.
const SHOWN: usize = 12;

/// What to do with keys of the JSON API.
#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Makes one and prints it, once: only its digest is kept.
    Make {
        /// For whom it acts.
        #[arg(long, value_enum)]
        role: Role,
        /// The library, for a member of its staff.
        #[arg(long, value_parser = parse::with_remedy(parse::agency), required_if_eq("role", "staff"))]
        agency: Option<AgencyId>,
        /// Who, for a member of staff: stands in the audit.
        #[arg(long, value_parser = parse::with_remedy(parse::staff), required_if_eq("role", "staff"))]
        id: Option<StaffId>,
        /// What it is for, in your words.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Lists them, without the keys themselves.
    List,
    /// Revokes one at once.
    Revoke {
        /// Its id, as the list shows it, or the beginning of it.
        id: String,
    },
}

/// For whom a key acts.
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
                        return Err(StartupError::usage(
                            "--agency and --id go with --role staff alone",
                        ));
                    }
                };
                let key = keys.make(holder, &note).await?;
                work.output.answer(&json!({ "key": *key }), || key.to_string())
            }
            Self::List => {
                let found = keys.list().await?;
                let listed: Vec<_> = found.iter().map(|(id, key)| value(id, key)).collect();
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
    let remedy = "desk key list shows the ids";
    let id = match found.as_slice() {
        [] => return Err(StartupError::plain("there is no such key").with_remedy(remedy)),
        [(id, _)] => id,
        _ => {
            let what = format!("{} keys begin like this", found.len());
            return Err(StartupError::usage(what).with_remedy("give more of the id"));
        }
    };
    let is_revoked = keys.revoke(id).await?;
    work.output.answer(&json!({ "id": id, "revoked": is_revoked }), || {
        format!("The key {} is revoked.", &id[..SHOWN.min(id.len())])
    })
}

fn value(id: &str, StoredKey { holder, note, made_at, .. }: &StoredKey) -> serde_json::Value {
    let made_at = made_at.to_string();
    match holder {
        Holder::Host => json!({ "id": id, "role": "host", "note": note, "made_at": made_at }),
        Holder::Staff { agency, id: staff } => json!({
            "id": id, "role": "staff", "agency": agency.as_str(), "staff": staff.as_str(),
            "note": note, "made_at": made_at,
        }),
    }
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
    table(["ID", "ROLE", "LIBRARY", "WHO", "MADE", "NOTE"], rows, "No keys.")
}
