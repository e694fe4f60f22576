use crate::Pages;
use desktop_delivery::{AgencyId, StoreError};
use std::collections::BTreeMap;

/// Names libraries, each looked up once.
pub(crate) struct Libraries<'a> {
    pages: &'a Pages,
    names: BTreeMap<AgencyId, String>,
}

impl<'a> Libraries<'a> {
    pub(crate) const fn of(pages: &'a Pages) -> Self {
        Self { pages, names: BTreeMap::new() }
    }

    /// A library's name; its id where the directory does not know it.
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
