use crate::Pages;
use crate::requests::Libraries;
use desktop_delivery::{Actor, AgencyId, Audience, StaffId, StoreError};
use desktop_delivery_text::Texts;
use std::collections::HashMap;

/// Returns the names of actors, and looks up each staff member only once.
pub(crate) struct People<'a> {
    pages: &'a Pages,
    t: &'a Texts,
    libraries: Libraries<'a>,
    staff: HashMap<(AgencyId, StaffId), String>,
}

impl<'a> People<'a> {
    pub(crate) fn of(pages: &'a Pages, t: &'a Texts) -> Self {
        Self { pages, t, libraries: Libraries::of(pages), staff: HashMap::new() }
    }

    /// Returns the name of an actor.
    pub(crate) async fn name(&mut self, actor: &Actor) -> Result<String, StoreError> {
        Ok(match actor {
            Actor::Staff { agency, id } => self.staff(agency, id).await?,
            Actor::LinkHolder { audience, .. } => self.t.text(match audience {
                Audience::Patron => "history-by-patron",
                Audience::Partner => "history-by-partner",
                _ => "history-by-link",
            }),
            Actor::Host => self.t.text("history-by-host"),
            _ => self.t.text("history-by-system"),
        })
    }

    /// Returns the name of a staff member with their library. An API key, which has no name, gets
    /// its id.
    async fn staff(&mut self, agency: &AgencyId, id: &StaffId) -> Result<String, StoreError> {
        let key = (agency.clone(), id.clone());
        if let Some(name) = self.staff.get(&key) {
            return Ok(name.clone());
        }
        let mut name = self.pages.sign_in.staff_name(agency, id).await?;
        if let (None, Some(windows)) = (&name, &self.pages.windows) {
            name = windows.staff_name(agency, id).await?;
        }
        let name = name.unwrap_or_else(|| id.as_str().to_owned());
        let library = self.libraries.name(agency).await?;
        let described =
            self.t.message("history-by-staff").set("name", name).set("library", library);
        let described = described.to_string();
        self.staff.insert(key, described.clone());
        Ok(described)
    }
}
