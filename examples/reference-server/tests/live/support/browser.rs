use crate::support::server::Server;
use crate::support::until;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const HOW_TO_INSTALL: &str = "is needed: apt-get install chromium chromium-driver";

/// A headless Chromium with its own profile and download folder; closed on drop.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    folder: TempDir,
}

/// How a browser shows pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Wide,
    WideDark,
    /// A phone, 360 pixels wide.
    Narrow,
    NarrowDark,
}

impl Browser {
    pub(crate) async fn start() -> Self {
        Self::start_as(Look::Wide).await
    }

    pub(crate) async fn start_as(look: Look) -> Self {
        Self::start_with(look, true).await
    }

    /// Starts a browser that runs the scripts of pages, or not.
    pub(crate) async fn start_with(look: Look, scripts: bool) -> Self {
        Self::start_on(look, scripts, false).await
    }

    /// Starts a browser that blocks third-party cookies.
    pub(crate) async fn start_without_third_party_cookies(look: Look, scripts: bool) -> Self {
        Self::start_on(look, scripts, true).await
    }

    async fn start_on(look: Look, scripts: bool, blocks_third_party_cookies: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (profile, downloads) = (folder.path().join("profile"), folder.path().join("downloads"));
        fs::create_dir(&downloads).expect("the folder is writable");
        assert!(Path::new("/usr/bin/chromium").exists(), "chromium {HOW_TO_INSTALL}");
        let (driver, port) = drive(folder.path());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--window-size=1200,900",
            // 0 is dark, 1 is light.
            match look {
                Look::WideDark | Look::NarrowDark => "--blink-settings=preferredColorScheme=0",
                Look::Wide | Look::Narrow => "--blink-settings=preferredColorScheme=1",
            },
            &format!("--user-data-dir={}", profile.display()),
        ];
        let mut wanted = json!({ "goog:chromeOptions": {
            "binary": "/usr/bin/chromium",
            "args": arguments,
            "prefs": {
                "download.default_directory": downloads,
                "download.prompt_for_download": false,
                // 1 allows, 2 blocks.
                "profile.managed_default_content_settings.javascript": if scripts { 1 } else { 2 },
                // 0 allows third-party cookies, 1 blocks them.
                "profile.cookie_controls_mode": u8::from(blocks_third_party_cookies),
                "profile.block_third_party_cookies": blocks_third_party_cookies,
                // Pop-ups: 1 allows.
                "profile.default_content_setting_values.popups": 1,
            },
        }});
        if matches!(look, Look::Narrow | Look::NarrowDark) {
            let phone =
                json!({ "deviceMetrics": { "width": 360, "height": 780, "pixelRatio": 1.0 } });
            wanted["goog:chromeOptions"]["mobileEmulation"] = phone;
        }
        let serde_json::Value::Object(wanted) = wanted else { unreachable!("it is an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromium starts");
        Self { client, driver, folder }
    }

    pub(crate) async fn open(&self, address: &str) {
        self.client.goto(address).await.expect("the browser opens it");
    }

    /// Signs in as staff of the sample data.
    pub(crate) async fn sign_in(&self, server: &Server, login: &str) {
        self.open(&format!("{}/sign-in", server.address)).await;
        self.fill("login", login).await;
        self.fill("password", &server.printed_word("The password of all three:")).await;
        self.press_submit().await;
        self.is_led_on_from("/sign-in").await;
    }

    /// Signs in as the patron of the sample data.
    pub(crate) async fn sign_in_to_track(&self, server: &Server) {
        self.open(&format!("{}/track?library=CA-BVAU", server.address)).await;
        self.fill("number", "p-2041").await;
        self.fill("password", &server.printed_word("A patron follows requests at")).await;
        self.press_submit().await;
        self.is_led_on_from("/track").await;
    }

    /// Waits until a form has led to another page.
    async fn is_led_on_from(&self, path: &str) {
        until("the next page", || async {
            (self.evaluate("location.pathname").await != *path).then_some(())
        })
        .await;
    }

    /// Replaces the value of the field with this id.
    pub(crate) async fn fill(&self, id: &str, text: &str) {
        let field = self.client.find(Locator::Id(id)).await;
        let field = field.unwrap_or_else(|error| panic!("no field {id}: {error}"));
        field.clear().await.expect("it can be emptied");
        field.send_keys(text).await.expect("it can be written into");
    }

    /// Chooses this file in the field with this id.
    pub(crate) async fn choose_file(&self, id: &str, file: &Path) {
        let field = self.client.find(Locator::Id(id)).await;
        let field = field.unwrap_or_else(|error| panic!("no field {id}: {error}"));
        field.send_keys(&file.to_string_lossy()).await.expect("it takes a file");
    }

    /// Clicks the element with this id.
    pub(crate) async fn click(&self, id: &str) {
        let found = self.client.find(Locator::Id(id)).await;
        let found = found.unwrap_or_else(|error| panic!("nothing is called {id}: {error}"));
        found.click().await.expect("it can be clicked");
    }

    /// Submits the form in the page's content.
    pub(crate) async fn press_submit(&self) {
        let button = self.client.find(Locator::Css("main form button")).await;
        button.expect("there is a form").click().await.expect("it can be pressed");
    }

    /// Returns whether the page shows this text.
    pub(crate) async fn shows(&self, text: &str) -> bool {
        self.text().await.contains(text)
    }

    /// Waits until the page shows this text; returns all of its text.
    pub(crate) async fn sees(&self, text: &str) -> String {
        until(&format!("a page that says `{text}`"), || async {
            // A page being unloaded returns nothing.
            let script = "return document.body.innerText";
            let shown = self.client.execute(script, Vec::new()).await.ok()?;
            shown.as_str().filter(|shown| shown.contains(text)).map(ToOwned::to_owned)
        })
        .await
    }

    pub(crate) async fn text(&self) -> String {
        let text = self.evaluate("document.body.innerText").await;
        text.as_str().expect("it is text").to_owned()
    }

    /// Clicks the button with this text.
    pub(crate) async fn press(&self, words: &str) {
        let path = format!("//button[normalize-space()='{words}']");
        let button = self.client.find(Locator::XPath(&path)).await;
        let button = button.unwrap_or_else(|error| panic!("no button {words}: {error}"));
        button.click().await.expect("it can be pressed");
    }

    pub(crate) async fn tick(&self) {
        let tick = self.client.find(Locator::Css("input[type=checkbox]")).await;
        tick.expect("there is a box").click().await.expect("it can be ticked");
    }

    /// Returns the number of elements that match a CSS selector.
    pub(crate) async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.expect("the browser answers").len()
    }

    /// Evaluates an expression in the page.
    pub(crate) async fn evaluate(&self, expression: &str) -> serde_json::Value {
        let script = format!("return {expression}");
        self.client.execute(&script, Vec::new()).await.expect("the browser answers")
    }

    /// Returns the only downloaded file once it is complete, and removes it.
    pub(crate) async fn take_download(&self) -> (String, Vec<u8>) {
        let (name, bytes) = self.downloaded().await;
        let path = self.folder.path().join("downloads").join(&name);
        fs::remove_file(path).expect("the folder is ours");
        (name, bytes)
    }

    /// Returns the only downloaded file once it is complete.
    pub(crate) async fn downloaded(&self) -> (String, Vec<u8>) {
        let downloads = self.folder.path().join("downloads");
        until("a download", || async {
            let mut files = fs::read_dir(&downloads).ok()?.filter_map(Result::ok);
            let file = files.next()?;
            let name = file.file_name().to_string_lossy().into_owned();
            // Chromium uses another name during the download.
            let is_whole = !name.ends_with(".crdownload") && !name.starts_with('.');
            let bytes = is_whole.then(|| fs::read(file.path()).ok()).flatten()?;
            (files.next().is_none() && !bytes.is_empty()).then_some((name, bytes))
        })
        .await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The process may have ended on its own.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        // Chromium's processes outlive a killed driver and write to the folder.
        for _ in 0..200 {
            if !kill_all_with(&self.folder.path().to_string_lossy()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Kills the processes with this text in their arguments; returns whether there were any.
fn kill_all_with(mark: &str) -> bool {
    let mut found = false;
    for process in fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok) {
        let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let id = process.file_name().to_str().and_then(|name| name.parse().ok());
        if String::from_utf8_lossy(&arguments).contains(mark)
            && let Some(id) = id.and_then(rustix::process::Pid::from_raw)
        {
            found = true;
            let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
        }
    }
    found
}

/// Starts a ChromeDriver and returns its port.
fn drive(folder: &Path) -> (Child, u16) {
    let mut driver = Command::new("/usr/bin/chromedriver")
        .arg("--port=0")
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|_| panic!("chromedriver {HOW_TO_INSTALL}"));
    let out = BufReader::new(driver.stdout.take().expect("it is piped"));
    let mut lines = out.lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    // It writes little more but must not find its output closed.
    std::thread::spawn(move || lines.for_each(drop));
    (driver, port.expect("chromedriver names its port"))
}
