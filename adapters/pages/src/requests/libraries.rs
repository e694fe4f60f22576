use crate::Pages;
use desktop_delivery::{AgencyId, StoreError};
use std::collections::BTreeMap;

/// Returns the names of libraries, and looks up each library only once.
pub(crate) struct Libraries<'a> {
    pages: &'a Pages,
    names: BTreeMap<AgencyId, String>,
}

impl<'a> Libraries<'a> {
    pub(crate) const fn of(pages: &'a Pages) -> Self {
        Self { pages, names: BTreeMap::new() }
    }

    /// Returns the name of a library, or its id if the directory does not have it.
    pub(crate) async fn name(&mut self, id: &AgencyId) -> Result<String, StoreError> {
        if let Some(name) = self.names.get(id) {
            return Ok(name.clone());
        }
        let found = self.pages.directory.participant(id).await?;
        let name = found.map_or_else(|| id.as_str().to_owned(), |library| library.name);
        self.names.insert(id.clone(), name.clone());
        Ok(name)
    }
}
