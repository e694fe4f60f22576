use super::assets::accent_path;
use super::frame::Frame;
use crate::windows::{Visit, actions};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The values of a frame for templates.
#[derive(Serialize)]
struct Values<'a> {
    /// The style sheet of the library's accent color; empty if it has none.
    accent: String,
    account: Option<&'a str>,
    /// The path and query of the page, percent-encoded, for the language links.
    back: String,
    base: &'a str,
    /// The success message to show.
    done: Option<String>,
    form_key: &'a str,
    /// The path of the page.
    here: &'a str,
    home: Cow<'static, str>,
    is_at_account: bool,
    is_form: bool,
    is_patron: bool,
    is_staff: bool,
    library: &'a str,
    logo: &'a str,
    /// The links and forms of the page, each with whether to show it. Outside of windows, all are.
    may: BTreeMap<&'static str, bool>,
    mount: &'a str,
    name: &'a str,
    nav: Vec<Entry>,
    script: String,
    sign_out: Option<&'a str>,
    style_sheet: String,
    /// The pages of the library record.
    tabs: Vec<Entry>,
    /// The window that shows the page, if any.
    window: Option<Window<'a>>,
}

/// A window for templates.
#[derive(Serialize)]
struct Window<'a> {
    /// The event that the page reports to the host's page; empty if there is none.
    event: &'static str,
    /// The id; empty if the window is not open yet.
    id: &'a str,
    is_open: bool,
    origin: &'a str,
    /// What the window shows.
    shown: &'static str,
}

impl<'a> Window<'a> {
    fn of(visit: &'a Visit, frame: &Frame) -> Self {
        Self {
            event: visit.event_at(&frame.here).unwrap_or_default(),
            id: visit.id.as_ref().map_or("", |id| id.as_str()),
            is_open: visit.is_open(),
            origin: visit.window.origin.as_str(),
            shown: visit.shown(),
        }
    }
}

/// An entry of a navigation.
#[derive(Serialize)]
struct Entry {
    is_current: bool,
    name: String,
    path: &'static str,
}

impl Serialize for Frame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let asset = |name| format!("{}{}", self.mount, self.templates.asset_path(name));
        Values {
            accent: self.accent.rgb().map_or_else(String::new, |_| {
                format!("{}{}", self.mount, accent_path(&self.accent))
            }),
            account: self.account.as_deref(),
            back: self.back(),
            base: &self.base,
            done: self.done.as_deref().map(|key| self.t.text(key)),
            form_key: &self.form_key,
            here: &self.here,
            home: self.home(),
            is_at_account: self.is_at("/account"),
            is_form: self.is_form,
            is_patron: self.is_patron(),
            is_staff: self.is_staff(),
            library: &self.library,
            logo: &self.logo,
            may: self.window.as_ref().map_or_else(|| actions(None), Visit::actions),
            mount: &self.mount,
            name: self.name(),
            nav: self.nav(),
            script: asset("desk.js"),
            sign_out: self.sign_out.as_deref(),
            style_sheet: asset("desk.css"),
            tabs: self.tabs(),
            window: self.window.as_ref().map(|visit| Window::of(visit, self)),
        }
        .serialize(serializer)
    }
}

impl Frame {
    fn nav(&self) -> Vec<Entry> {
        let has_record = self.has_library_record && self.is_administrator();
        let entries = [
            (self.has_lending, "/supply", "nav-supply"),
            (self.has_borrowing, "/borrow", "nav-borrow"),
            (has_record, "/library", "nav-library"),
        ];
        let shown = entries.into_iter().filter(|(is_there, ..)| *is_there);
        shown.map(|(_, path, key)| self.entry(path, key, self.is_at(path))).collect()
    }

    fn tabs(&self) -> Vec<Entry> {
        if !self.is_at("/library") {
            return Vec::new();
        }
        let mut tabs = vec![
            self.entry("/library", "library-record", self.here == "/library"),
            self.tab("/library/notices", "library-notices"),
            self.tab("/library/copyright", "library-copyright"),
            self.tab("/library/accounts", "library-accounts"),
        ];
        if self.has_webhooks {
            tabs.push(self.tab("/library/webhooks", "library-webhooks"));
        }
        tabs
    }

    fn tab(&self, path: &'static str, key: &str) -> Entry {
        self.entry(path, key, self.is_at(path))
    }

    fn entry(&self, path: &'static str, key: &str, is_current: bool) -> Entry {
        Entry { is_current, name: self.t.text(key), path }
    }

    fn back(&self) -> String {
        let address = format!("{}{}", self.here, self.query);
        let encoded = serde_urlencoded::to_string([("", address)]).unwrap_or_default();
        encoded.trim_start_matches('=').replace("%2F", "/").replace('+', "%20")
    }
}
