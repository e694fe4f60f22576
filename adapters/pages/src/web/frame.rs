use super::done::message_key_at;
use crate::windows::Visit;
use crate::{FormKey, Pages, Templates};
use desktop_delivery::participants::Accent;
use desktop_delivery::{Language, Participant, Zone};
use desktop_delivery_text::{Catalog, Texts};
use http::request::Parts;
use std::borrow::Cow;

/// The content around every page: language, library, navigation, and the success message.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) templates: Templates,
    pub(crate) t: Texts,
    /// The path under which the pages are mounted, as browsers see it; empty at the root. In a
    /// window, the path of the window.
    pub(crate) base: String,
    /// The path under which assets, links and tickets are mounted, as browsers see it.
    pub(crate) mount: String,
    /// The window that shows the page, if any.
    pub(crate) window: Option<Visit>,
    /// The name of the user's library; empty if nobody is signed in.
    pub(crate) library: String,
    /// The logo of the library as a `data:` URL; empty if it has none.
    pub(crate) logo: String,
    /// The accent color of the library; empty if it has none.
    pub(crate) accent: Accent,
    /// The time zone for days on the page.
    pub(crate) zone: Zone,
    pub(crate) badge: Badge,
    /// The address of the *Sign out* form.
    pub(crate) sign_out: Option<String>,
    /// The address of the user's own account page.
    pub(crate) account: Option<String>,
    pub(crate) has_lending: bool,
    pub(crate) has_borrowing: bool,
    pub(crate) has_library_record: bool,
    pub(crate) has_webhooks: bool,
    /// The key of the session's forms.
    pub(crate) form_key: String,
    /// The path of the page.
    pub(crate) here: String,
    /// The query of the page, including the question mark.
    pub(crate) query: String,
    /// Whether the page is shown in response to a form.
    pub(crate) is_form: bool,
    /// The key of the success message to show.
    pub(crate) done: Option<String>,
}

/// The signed-in user, as shown in the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Badge {
    Anonymous,
    Patron,
    Staff { name: String, is_administrator: bool },
}

impl Frame {
    pub(super) fn new(pages: &Pages, parts: &Parts, language: Language) -> Self {
        let t = pages.templates.texts(language);
        let query = parts.uri.query().unwrap_or_default();
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let window = parts.extensions.get::<Visit>().cloned();
        let done = match &window {
            Some(visit) => visit.message_key_at(parts.uri.path()),
            None => message_key_at(&parts.headers, pages.desk.address(), parts.uri.path()),
        };
        let done = done.filter(|key| t.has(key));
        // A page shown in response to a form has the path of the form's page.
        let is_form = parts.method == http::Method::POST;
        let here = if is_form {
            let page = parts.uri.path().rsplit_once('/').map(|(page, _)| page);
            page.filter(|page| !page.is_empty()).unwrap_or(parts.uri.path())
        } else {
            parts.uri.path()
        };
        let query = if is_form { String::new() } else { query_of(&fields) };
        Self {
            templates: pages.templates.clone(),
            t,
            base: window.as_ref().map_or(pages.base(), |visit| &visit.base).to_owned(),
            mount: pages.base().to_owned(),
            window,
            library: String::new(),
            logo: String::new(),
            accent: Accent::default(),
            zone: Zone::utc(),
            badge: Badge::Anonymous,
            sign_out: None,
            account: None,
            has_lending: pages.has_lending,
            has_borrowing: pages.has_borrowing,
            has_library_record: pages.has_library_record,
            has_webhooks: pages.webhooks.is_some(),
            form_key: String::new(),
            here: here.to_owned(),
            query,
            is_form,
            done,
        }
    }

    pub(super) fn of_library(mut self, library: &Participant) -> Self {
        self.library.clone_from(&library.name);
        self.zone.clone_from(&library.zone);
        library.logo.as_str().clone_into(&mut self.logo);
        self.accent.clone_from(&library.accent);
        self
    }

    pub(super) fn signed_in(mut self, pages: &Pages, badge: Badge, form_key: &FormKey) -> Self {
        (self.sign_out, self.account) = match badge {
            _ if self.window.is_some() => (None, None),
            Badge::Anonymous => (None, None),
            Badge::Patron => (pages.sign_in.patron_sign_out(), None),
            Badge::Staff { .. } => (pages.sign_in.staff_sign_out(), pages.sign_in.staff_account()),
        };
        self.badge = badge;
        form_key.expose().clone_into(&mut self.form_key);
        self
    }

    /// Returns the texts of all languages.
    pub(crate) fn catalog(&self) -> &Catalog {
        self.templates.catalog()
    }

    /// Returns the start page of the signed-in user, or of the window.
    pub(crate) fn home(&self) -> Cow<'static, str> {
        if let Some(visit) = &self.window {
            return visit.start().into();
        }
        Cow::Borrowed(match self.badge {
            Badge::Anonymous => "/",
            Badge::Patron => "/track/requests",
            Badge::Staff { .. } if !self.has_lending => "/borrow",
            Badge::Staff { .. } => "/supply",
        })
    }

    /// Returns whether the page is at this path or below it.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    pub(crate) fn is_staff(&self) -> bool {
        matches!(self.badge, Badge::Staff { .. })
    }

    pub(crate) fn is_patron(&self) -> bool {
        self.badge == Badge::Patron
    }

    pub(crate) fn is_administrator(&self) -> bool {
        matches!(self.badge, Badge::Staff { is_administrator: true, .. })
    }

    /// Returns the name of the signed-in staff member; empty for patrons, whose screen others may
    /// see.
    pub(crate) fn name(&self) -> &str {
        match &self.badge {
            Badge::Staff { name, .. } => name,
            _ => "",
        }
    }

    /// Returns a frame with sample values for checking templates.
    pub(crate) fn sample(templates: Templates) -> Self {
        let text = || "Sample".to_owned();
        Self {
            t: templates.texts(Language::ENGLISH),
            templates,
            base: "/sample".to_owned(),
            mount: "/sample".to_owned(),
            window: None,
            library: text(),
            logo: text(),
            accent: Accent::default(),
            zone: Zone::utc(),
            badge: Badge::Staff { name: text(), is_administrator: true },
            sign_out: Some(text()),
            account: Some(text()),
            has_lending: true,
            has_borrowing: true,
            has_library_record: true,
            has_webhooks: true,
            form_key: text(),
            here: "/library".to_owned(),
            query: String::new(),
            is_form: true,
            done: Some("done-copyright".to_owned()),
        }
    }

    /// Returns the sample frame of a page in a window.
    pub(crate) fn sample_in(mut self, window: Visit) -> Self {
        self.base.clone_from(&window.base);
        self.window = Some(window);
        self
    }
}

fn query_of(fields: &[(String, String)]) -> String {
    match serde_urlencoded::to_string(fields) {
        Ok(query) if !query.is_empty() => format!("?{query}"),
        _ => String::new(),
    }
}
