use super::rules;
use crate::{FormKey, SignedInPatron, SignedInStaff};
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{AgencyId, Language, RequestHandle, StaffId};
use desktop_delivery_identity::windows::{StaffTask, Window, WindowId, WindowKind, WindowTask};
use std::collections::BTreeMap;

/// A request to a window, in the extensions of the request that the ordinary pages handle.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// The id; `None` before the window is open.
    pub(crate) id: Option<WindowId>,
    pub(crate) window: Window,
    /// The key of the window's forms; empty if the window is not open.
    pub(super) form_key: String,
    /// The path of the window, as browsers see it.
    pub(crate) base: String,
    /// The word of the success message to show, and the page that shows it.
    pub(super) done: Option<(String, String)>,
    /// The event that the page reports to the host's page.
    pub(super) event: Option<&'static str>,
}

impl Visit {
    /// A page about a window that is not open.
    pub(super) fn closed(window: Window, event: Option<&'static str>, mount: &str) -> Self {
        let (form_key, base) = (String::new(), mount.to_owned());
        Self { id: None, window, form_key, base, done: None, event }
    }

    /// Returns sample values for checking templates.
    pub(crate) fn sample() -> Option<Self> {
        let origin = WebOrigin::new("https://ill.example.org").ok()?;
        let agency = AgencyId::new("CA-OTU").ok()?;
        let person = (agency, StaffId::new("m-7").ok()?);
        let request = RequestHandle::from_bytes([0; 8]);
        let task = StaffTask::new(WindowKind::Request, request, true, person, "Sample");
        Some(Self {
            id: WindowId::parse("000000000000000000000000"),
            form_key: "sample".to_owned(),
            base: "/sample/windows/000000000000000000000000".to_owned(),
            done: None,
            event: Some("opened"),
            window: Window::new(WindowTask::Staff(task), origin),
        })
    }

    /// Returns the person, if they are staff.
    pub(crate) fn staff(&self) -> Option<SignedInStaff> {
        let WindowTask::Staff(task) = &self.window.task else { return None };
        let key = FormKey::new(&self.form_key);
        Some(SignedInStaff::new(task.actor(), task.agency.clone(), &task.name, key))
    }

    /// Returns the person, if they are a patron.
    pub(crate) fn patron(&self) -> Option<SignedInPatron> {
        let WindowTask::Patron { agency, patron } = &self.window.task else { return None };
        let key = FormKey::new(&self.form_key);
        Some(SignedInPatron::new(agency.clone(), patron.clone(), key))
    }

    pub(crate) const fn language(&self) -> Option<Language> {
        self.window.language
    }

    /// Returns the key of the success message for the page at this path.
    pub(crate) fn message_key_at(&self, path: &str) -> Option<String> {
        let (word, page) = self.done.as_ref()?;
        (page == path).then(|| format!("done-{word}"))
    }

    /// Returns the event that a page at this path reports.
    pub(crate) fn event_at(&self, path: &str) -> Option<&'static str> {
        let (word, page) = self.done.as_ref().map_or(("", ""), |(word, page)| (word, page));
        self.event.or_else(|| rules::event_of(word).filter(|_| page == path))
    }

    /// Returns the actions of templates, each with whether the window has it.
    pub(crate) fn actions(&self) -> BTreeMap<&'static str, bool> {
        rules::actions(Some(&self.window.task))
    }

    /// Returns the path on which the window starts, below its own.
    pub(crate) fn start(&self) -> String {
        if self.id.is_some() { rules::start(&self.window.task) } else { String::new() }
    }

    pub(crate) const fn shown(&self) -> &'static str {
        rules::shown(&self.window.task).as_str()
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.form_key.is_empty()
    }
}
