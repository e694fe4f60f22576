use desktop_delivery::input::WebOrigin;
use desktop_delivery::{Actor, AgencyId, Language, PatronId, RequestHandle, StaffId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A window to open: a task, and the site in whose pages it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Window {
    /// What the window shows, and to whom.
    #[serde(flatten)]
    pub task: WindowTask,
    /// The site that may show the window in a frame, and that it reports to.
    pub origin: WebOrigin,
    /// The language of the window. Default: `None`, which uses the language of the browser or the
    /// library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl Window {
    /// Creates a window in the language of the browser.
    #[must_use]
    pub const fn new(task: WindowTask, origin: WebOrigin) -> Self {
        Self { task, origin, language: None }
    }

    /// Sets the language.
    #[must_use]
    pub fn with_language(mut self, language: Option<Language>) -> Self {
        self.language = language;
        self
    }
}

/// The task of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "who")]
#[non_exhaustive]
pub enum WindowTask {
    /// A patron follows their own requests.
    Patron {
        /// Their library.
        agency: AgencyId,
        /// Their id there.
        patron: PatronId,
    },
    /// A staff member works on one request.
    Staff(StaffTask),
}

/// The task of a staff member on one request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StaffTask {
    /// The window.
    pub kind: WindowKind,
    /// The request.
    pub request: RequestHandle,
    /// Whether the person acts for the lending library of the request, not for the borrowing one.
    pub lends: bool,
    /// The library for which they act.
    pub agency: AgencyId,
    /// Their id in the host's records, which the history records.
    pub id: StaffId,
    /// Their name, which the history shows.
    pub name: String,
}

impl StaffTask {
    /// Creates a task. `lends` states whether the agency is the lending library of the request.
    #[must_use]
    pub fn new(
        kind: WindowKind,
        request: RequestHandle,
        lends: bool,
        (agency, id): (AgencyId, StaffId),
        name: impl Into<String>,
    ) -> Self {
        Self { kind, request, lends, agency, id, name: name.into() }
    }

    /// Returns the actor whom the history records.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::staff(self.agency.clone(), self.id.clone())
    }
}

impl fmt::Debug for StaffTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut task = f.debug_struct("StaffTask");
        task.field("kind", &self.kind).field("request", &self.request).field("lends", &self.lends);
        // Logs contain no names of people.
        task.field("agency", &self.agency).finish_non_exhaustive()
    }
}

/// The windows on one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WindowKind {
    /// The uploaded documents: to look at, to download, and to correct.
    Files,
    /// The history.
    History,
    /// The whole request with everything that its page offers.
    Request,
    /// The form to upload documents and to ship them. Only for the lending library.
    Upload,
}

impl WindowKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[Self::Files, Self::History, Self::Request, Self::Upload];

    /// Returns the name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::History => "history",
            Self::Request => "request",
            Self::Upload => "upload",
        }
    }
}

impl WindowTask {
    /// Returns a text that is the same for all windows of one person, and differs between people.
    pub(super) fn person(&self) -> String {
        match self {
            Self::Patron { agency, patron } => {
                format!("patron\0{}\0{}", agency.as_str(), patron.as_str())
            }
            Self::Staff(task) => format!("staff\0{}\0{}", task.agency.as_str(), task.id.as_str()),
        }
    }
}
