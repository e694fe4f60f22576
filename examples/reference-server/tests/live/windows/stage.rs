use super::host_site::HostSite;
use crate::support::browser::{Browser, Look};
use crate::support::caller::Caller;
use crate::support::sample::Sample;
use crate::support::server::Launch;
use crate::support::until;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

/// A server with sample data, and a host on another site.
pub(super) struct Stage {
    pub(super) here: Sample,
    pub(super) site: HostSite,
    /// The host's key, which lists the origin of its site.
    pub(super) host: Caller,
}

impl Stage {
    pub(super) async fn start() -> Self {
        Self::start_with(|launch| launch).await
    }

    /// Starts the server with these settings.
    pub(super) async fn start_with(settings: impl FnOnce(Launch) -> Launch) -> Self {
        let (here, site) = (Sample::start_with(settings), HostSite::start().await);
        let key = json!({ "role": "host", "note": "windows", "origins": [site.origin()] });
        let made = here.host.post("/api/v1/keys", key).await.expect(201).json();
        let host = Caller::new(&here.server.address, made["key"].as_str());
        Self { here, site, host }
    }

    /// Offers a window on a request; returns its id and address.
    pub(super) async fn offer(&self, handle: &str, window: &str, agency: &str) -> (String, String) {
        let asked = json!({
            "window": window, "origin": self.site.origin(), "language": "en",
            "person": { "agency": agency, "id": "koha-7", "name": "Ana Ruiz" },
        });
        let path = format!("/api/v1/requests/{handle}/windows");
        offered(&self.host.post(&path, asked).await.expect(201).json())
    }

    pub(super) async fn offer_to_patron(&self) -> (String, String) {
        let asked = json!({ "origin": self.site.origin(), "language": "en" });
        let path = "/api/v1/participants/CA-BVAU/patrons/p-2041/windows";
        offered(&self.host.post(path, asked).await.expect(201).json())
    }

    pub(super) async fn status(&self, handle: &str) -> Value {
        let view = self.host.get(&format!("/api/v1/requests/{handle}")).await.expect(200).json();
        view["status"].clone()
    }

    /// Returns who did what, as the history of the request tells the lending library.
    pub(super) async fn history(&self, handle: &str) -> Vec<(String, String)> {
        let cookie = self.here.cookie("toronto").await;
        let path = format!("/supply/{handle}/history.json");
        let events = self.here.get(&path, &cookie, "en").await.expect(200).json();
        let text = |value: &Value| value.as_str().expect("it is text").to_owned();
        let events = events.as_array().expect("it is a list").iter();
        events.map(|event| (text(&event["event"]), text(&event["who"]))).collect()
    }

    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.here.data.join(name);
        std::fs::write(&path, bytes).expect("the folder is ours");
        path.to_str().expect("it is text").to_owned()
    }
}

fn offered(answer: &Value) -> (String, String) {
    let text = |name: &str| answer[name].as_str().expect("it is text").to_owned();
    (text("id"), text("url"))
}

/// How a host shows a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Frame,
    PopUp,
}

/// A browser at the host's page, with a window in it.
pub(super) struct Shown {
    pub(super) browser: Browser,
    pub(super) host: WindowHandle,
    by: By,
}

impl Shown {
    pub(super) async fn open(stage: &Stage, by: By, address: &str) -> Self {
        let browser = Browser::start_without_third_party_cookies(Look::Wide, true).await;
        Self::open_in(browser, stage, by, address).await
    }

    pub(super) async fn open_in(browser: Browser, stage: &Stage, by: By, address: &str) -> Self {
        let host = browser.client.window().await.expect("the browser answers");
        // A page that differs only in its fragment would not be loaded again.
        browser.open("about:blank").await;
        match by {
            By::Frame => browser.open(&stage.site.frame(address)).await,
            By::PopUp => {
                browser.open(&stage.site.pop_up(address)).await;
                browser.click("open").await;
            }
        }
        let shown = Self { browser, host, by };
        shown.enter().await;
        shown
    }

    /// Goes on inside the window.
    pub(super) async fn enter(&self) {
        let client = &self.browser.client;
        match self.by {
            By::Frame => client.enter_frame(0).await.expect("there is a frame"),
            By::PopUp => {
                let other = until("the pop-up", || async {
                    let all = client.windows().await.ok()?;
                    all.into_iter().find(|one| *one != self.host)
                });
                client.switch_to_window(other.await).await.expect("it is open");
            }
        }
    }

    /// Returns what the host's page has heard once it has heard this event.
    pub(super) async fn heard(&self, event: &str) -> Vec<Value> {
        let client = &self.browser.client;
        match self.by {
            By::Frame => client.clone().enter_parent_frame().await.expect("it is the host's"),
            By::PopUp => client.switch_to_window(self.host.clone()).await.expect("it is open"),
        }
        let what = format!("the event {event}");
        let heard = until(&what, || async {
            let heard = self.browser.evaluate("window.heard").await;
            let heard = heard.as_array().expect("it is a list").clone();
            heard.iter().any(|one| one["event"] == event).then_some(heard)
        })
        .await;
        let is_open = client.windows().await.expect("the browser answers").len() > 1;
        if self.by == By::Frame || is_open {
            self.enter().await;
        }
        heard
    }
}
