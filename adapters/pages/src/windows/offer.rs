use super::window_parts::WindowParts;
use desktop_delivery::input::{InputFault, InputField, WebOrigin};
use desktop_delivery::{
    Actor, AgencyId, Error, InvalidInput, Language, PatronId, Refusal, RequestHandle, StaffId,
    Timestamp,
};
use desktop_delivery_identity::check_name;
use desktop_delivery_identity::windows::{
    OfferedWindow, StaffTask, Window, WindowId, WindowKind, WindowTask,
};
use std::fmt;
use zeroize::Zeroizing;

/// The maximum length of a person's name in bytes.
const MAX_NAME_BYTES: usize = 200;

const UNKNOWN_LIBRARY: InputFault = InputFault::new(
    "unknown-library",
    "is not a library in the directory",
    "send the id of a participant",
);

/// A staff member of a host, for whom it opens windows.
#[derive(Clone)]
#[non_exhaustive]
pub struct WindowPerson {
    /// The library for which they act.
    pub agency: AgencyId,
    /// Their id in the host's records, which the history records.
    pub id: StaffId,
    /// Their name, which the history shows: 1 to 200 bytes.
    pub name: String,
}

impl WindowPerson {
    /// Creates a person.
    #[must_use]
    pub fn new(agency: AgencyId, id: StaffId, name: impl Into<String>) -> Self {
        Self { agency, id, name: name.into() }
    }
}

impl fmt::Debug for WindowPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowPerson").field("agency", &self.agency).finish_non_exhaustive()
    }
}

/// The site in whose pages a window is shown.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WindowPlace {
    /// The only site that may show the window in a frame, and that it reports to. Over HTTP, the
    /// API key must list it.
    pub origin: WebOrigin,
    /// The language. Default: `None`, which uses the language of the browser or the library.
    pub language: Option<Language>,
    /// The id of the API key with which the host asks, whose end is the end of the window. Default:
    /// `None`, for a host in the same program.
    pub key: Option<String>,
}

impl WindowPlace {
    /// Creates a place in a site.
    #[must_use]
    pub const fn new(origin: WebOrigin) -> Self {
        Self { origin, language: None, key: None }
    }

    /// Sets the language.
    #[must_use]
    pub const fn with_language(mut self, language: Option<Language>) -> Self {
        self.language = language;
        self
    }

    /// Sets the API key.
    #[must_use]
    pub fn with_key(mut self, id: impl Into<String>) -> Self {
        self.key = Some(id.into());
        self
    }
}

/// An offered window.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WindowOffer {
    /// The id, with which [`Windows::end`](desktop_delivery_identity::windows::Windows::end) ends
    /// the window.
    pub id: WindowId,
    /// The address that opens it, once.
    pub address: WindowAddress,
    /// When the address expires, exclusive: 60 seconds after the offer.
    pub expires_at: Timestamp,
}

/// The absolute address of an offered window. It is a secret.
#[derive(Clone)]
pub struct WindowAddress(Zeroizing<String>);

impl WindowAddress {
    /// Returns the text. Give it only to the person's browser.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WindowAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WindowAddress(..)")
    }
}

impl WindowParts {
    /// Offers a window on a request to a staff member.
    ///
    /// # Errors
    /// [`Error`] if the library of the person is not a party of the request or not in the
    /// directory, if it is not the lending library but the window is [`WindowKind::Upload`], if the
    /// name is empty or too long, or if a store fails.
    pub async fn offer(
        &self,
        request: RequestHandle,
        kind: WindowKind,
        person: &WindowPerson,
        place: &WindowPlace,
    ) -> Result<WindowOffer, Error> {
        let WindowPerson { agency, id, name } = person;
        let name = check_name(name, MAX_NAME_BYTES)?;
        self.check_library(agency).await?;
        let actor = Actor::staff(agency.clone(), id.clone());
        let facts = self.pages.desk.staff_view(request, &actor).await?.facts;
        let lends = facts.supplier == *agency;
        if kind == WindowKind::Upload && !lends {
            return Err(Refusal::Forbidden.into());
        }
        let person = (agency.clone(), id.clone());
        let task = StaffTask::new(kind, request, lends, person, name);
        self.offer_task(WindowTask::Staff(task), place).await
    }

    /// Offers the list of a patron's requests to the patron.
    ///
    /// # Errors
    /// [`Error`] if the library is not in the directory, or a store fails.
    pub async fn offer_to_patron(
        &self,
        agency: &AgencyId,
        patron: &PatronId,
        place: &WindowPlace,
    ) -> Result<WindowOffer, Error> {
        self.check_library(agency).await?;
        let (agency, patron) = (agency.clone(), patron.clone());
        self.offer_task(WindowTask::Patron { agency, patron }, place).await
    }

    async fn offer_task(
        &self,
        task: WindowTask,
        place: &WindowPlace,
    ) -> Result<WindowOffer, Error> {
        let window = Window::new(task, place.origin.clone()).with_language(place.language);
        let OfferedWindow { id, code, expires_at, .. } =
            self.windows.offer(&window, place.key.as_deref()).await?;
        let address = format!("{}/w/{}", self.pages.desk.address().as_str(), *code);
        let address = WindowAddress(Zeroizing::new(address));
        Ok(WindowOffer { id, address, expires_at })
    }

    async fn check_library(&self, agency: &AgencyId) -> Result<(), Error> {
        match self.pages.directory.participant(agency).await? {
            Some(_) => Ok(()),
            None => Err(InvalidInput::new(InputField::AGENCY_ID, UNKNOWN_LIBRARY).into()),
        }
    }
}
