use super::window_code::hash;
use crate::records::Records;
use desktop_delivery::{AgencyId, Registry, StaffId, StoreError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const KIND: &str = "window-person";

/// The names of the people for whom a host has offered windows, as the host last sent them.
///
/// They are kept as long as the history, which shows what these people did. The key is a hash of
/// library and id, because both together can be longer than a key.
#[derive(Clone, Debug)]
pub(super) struct PersonNames(Records<Stated>);

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stated {
    name: String,
}

impl PersonNames {
    pub(super) fn new(registry: Arc<dyn Registry>) -> Self {
        Self(Records::new(registry, KIND))
    }

    pub(super) async fn read(
        &self,
        agency: &AgencyId,
        id: &StaffId,
    ) -> Result<Option<String>, StoreError> {
        Ok(self.0.read(&key(agency, id)).await?.map(|(stated, _)| stated.name))
    }

    pub(super) async fn store(
        &self,
        agency: &AgencyId,
        id: &StaffId,
        name: &str,
    ) -> Result<(), StoreError> {
        let change = |known: Option<Stated>| {
            let is_new = known.is_none_or(|known| known.name != name);
            is_new.then(|| Stated { name: name.to_owned() })
        };
        self.0.update(&key(agency, id), change).await.map(drop)
    }
}

fn key(agency: &AgencyId, id: &StaffId) -> String {
    hash(&format!("{}\0{}", agency.as_str(), id.as_str()))
}
