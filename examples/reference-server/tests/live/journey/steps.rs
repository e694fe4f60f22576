use crate::support::browser::{Browser, Look};
use crate::support::caller::Caller;
use crate::support::digest;
use crate::support::documents::{by_debian, by_ghostscript, by_weasyprint, scanned_in_grey};
use crate::support::hands::{Hands, With};
use crate::support::mail::MailServer;
use crate::support::server::{Launch, Server};
use crate::support::until;
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;

/// How a person uses the pages.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) look: Look,
    pub(super) with: With,
    pub(super) scripts: bool,
    pub(super) language: &'static str,
}

/// Texts expected on the pages.
struct Words {
    uploaded: &'static str,
    all_left: &'static str,
    used_up: &'static str,
    asked: &'static str,
    granted: &'static str,
    left_of_seven: &'static str,
    told: &'static str,
    cut_off: &'static str,
    replaced: &'static str,
    better: &'static str,
}

const ENGLISH: Words = Words {
    uploaded: "Documents from the lending library",
    all_left: "5 of 5 downloads left",
    used_up: "All 5 downloads have been used",
    asked: "You requested an extension",
    granted: "The extension has been granted",
    left_of_seven: "2 of 7 downloads left",
    told: "The problem has been reported",
    cut_off: "A page is missing or cut off",
    replaced: "The document has been replaced",
    better: "Replaced on",
};

const FRENCH: Words = Words {
    uploaded: "Documents de la bibliothèque prêteuse",
    all_left: "5 téléchargements restants sur 5",
    used_up: "Les 5 téléchargements ont été utilisés",
    asked: "Vous avez demandé une prolongation",
    granted: "La prolongation a été accordée",
    left_of_seven: "2 téléchargements restants sur 7",
    told: "Le problème a été signalé",
    cut_off: "Il manque une page ou une partie de page",
    replaced: "Le document a été remplacé",
    better: "Remplacé le",
};

/// Records the furthest value of any progress bar.
const WATCH_PROGRESS: &str = "
    window.furthest = 0;
    new MutationObserver(() => {
        for (const bar of document.querySelectorAll('[data-queue] progress:not([hidden])'))
            window.furthest = Math.max(window.furthest, bar.value);
    }).observe(document.querySelector('[data-queue]'),
        { subtree: true, childList: true, attributes: true });";

pub(super) struct Journey {
    way: Way,
    words: Words,
    hands: Hands,
    server: Server,
    smtp: MailServer,
    documents: [(String, Vec<u8>); 3],
    handle: String,
    folder: TempDir,
}

impl Journey {
    /// Vancouver has requested an article from Toronto; email goes to a real server.
    pub(super) async fn start(way: Way) -> Self {
        let smtp = MailServer::start();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let server = Launch::new(&folder.path().join("data"))
            .with_sample_data()
            .with("SMTP__HOST", "127.0.0.1")
            .with("SMTP__PORT", smtp.port)
            .with("SMTP__SECURITY", "none")
            .with("MAIL__FROM", "ill@consortium.example.org")
            .start();
        let host = Caller::new(&server.address, Some(&server.printed_word("API key of the host")));
        let handle = request(&host).await;
        let documents = [
            ("part-1.pdf".to_owned(), by_weasyprint()),
            ("part-2.pdf".to_owned(), by_ghostscript()),
            ("the-map.pdf".to_owned(), scanned_in_grey()),
        ];
        let browser = Browser::start_with(way.look, way.scripts).await;
        let hands = Hands::at(browser, way.with);
        let words = if way.language == "fr" { FRENCH } else { ENGLISH };
        Self { way, words, hands, server, smtp, documents, handle, folder }
    }

    pub(super) async fn lender_uploads_and_ships(&self) {
        self.open_as("toronto", "/supply").await;
        let paths: Vec<String> =
            self.documents.iter().map(|(name, bytes)| self.file(name, bytes)).collect();
        if self.way.scripts {
            let watch = self.hands.browser.client.execute(WATCH_PROGRESS, Vec::new()).await;
            watch.expect("the page has a queue");
        }
        self.hands.choose("#upload", &paths).await;
        self.hands.press("form[data-upload] > button").await;
        let attached = || async {
            (self.hands.browser.count("#files li.file").await == paths.len()).then_some(())
        };
        until("three files in the list", attached).await;
        if self.way.scripts {
            let furthest = self.hands.browser.evaluate("window.furthest").await;
            assert_eq!(furthest, json!(1), "the progress comes to its end");
        }
        assert!(self.hands.sees("#files").await.contains(self.words.all_left));
        self.hands.press("#ship form button").await;
        self.hands.sees(".done").await;
        self.fits().await;
    }

    pub(super) async fn borrower_previews_and_receives(&self) {
        self.open_as("vancouver", "/borrow").await;
        let text = self.hands.sees("main").await;
        assert!(text.contains(self.words.uploaded), "{text}");
        for (name, _) in &self.documents {
            assert!(text.contains(name), "{name}: {text}");
        }
        self.hands.press("#file-2 a[href*='/files/2/pages']").await;
        self.hands.sees("img.sheet").await;
        let width = "document.querySelector('img.sheet').naturalWidth";
        let drawn =
            || async { (self.hands.browser.evaluate(width).await == json!(900)).then_some(()) };
        until("the image of a page", drawn).await;
        self.fits().await;
        self.hands.press("main p a").await;
        self.hands.sees("#file-2").await;
        self.hands.press("form[action$='/receive'] button").await;
        self.hands.sees(".done").await;
    }

    /// Returns the link in the patron's raw mail as a person copies it: a line of its own without
    /// decoding.
    pub(super) async fn mailed_link(&self) -> String {
        let to_patron = |raw: &String| raw.contains("carla.santos@") && raw.contains("On Moraines");
        let inbox = || async { self.smtp.inbox().into_iter().find(to_patron) };
        let raw = until("the patron's mail", inbox).await;
        let start = format!("{}/d/", self.server.address);
        let link = raw.lines().find(|line| line.starts_with(&start));
        link.unwrap_or_else(|| panic!("no link in {raw}")).to_owned()
    }

    pub(super) async fn patron_downloads_all(&self, link: &str) {
        for (number, (name, bytes)) in (1..).zip(&self.documents) {
            self.patron_downloads(link, number, (name, bytes)).await;
        }
        self.fits().await;
    }

    pub(super) async fn patron_uses_up_the_first_and_asks_for_more(&self, link: &str) {
        let (name, bytes) = &self.documents[0];
        for _ in 2..=5 {
            self.patron_downloads(link, 1, (name, bytes)).await;
        }
        self.open_as_patron(link).await;
        let text = self.hands.sees("main").await;
        assert!(text.contains(self.words.used_up), "{text}");
        assert_eq!(self.hands.browser.count("form[action*='/1/claim']").await, 0);
        self.fits().await;
        self.hands.write("#note-1", "The printer ate it").await;
        self.hands.press("form[action*='/1/ask'] button").await;
        let said = self.hands.sees("[role=status]").await;
        assert!(said.contains(self.words.asked), "{said}");
    }

    pub(super) async fn lender_grants_with_one_click(&self) {
        self.open_as("toronto", "/supply?waiting=yes").await;
        let text = self.hands.sees("main").await;
        assert!(text.contains("The printer ate it"), "{text}");
        self.hands.press("form[action$='/files/1/grant'] button").await;
        let said = self.hands.sees(".done").await;
        assert!(said.contains(self.words.granted), "{said}");
        assert!(self.hands.sees("#files").await.contains(self.words.left_of_seven));
    }

    pub(super) async fn patron_downloads_the_first_again(&self, link: &str) {
        let (name, bytes) = &self.documents[0];
        self.patron_downloads(link, 1, (name, bytes)).await;
    }

    pub(super) async fn borrower_reports_a_problem_with_the_second(&self) {
        self.open_as("vancouver", "/borrow").await;
        self.hands.press("#file-2 details summary").await;
        self.hands.tick("#file-2 [name=kind][value=missing-page]").await;
        self.hands.write("#note-2", "Page 3 is cut off").await;
        self.hands.press("#file-2 details form button").await;
        let said = self.hands.sees(".done").await;
        assert!(said.contains(self.words.told), "{said}");
        self.fits().await;
    }

    pub(super) async fn lender_replaces_the_second(&self) {
        self.open_as("toronto", "/supply?waiting=yes").await;
        let text = self.hands.sees("main").await;
        assert!(text.contains("Page 3 is cut off") && text.contains(self.words.cut_off), "{text}");
        self.hands.press("a[href$='/files/2#replace']").await;
        self.hands.sees("#replace").await;
        self.hands.choose("#copy", &[self.file("part-2-whole.pdf", &by_debian())]).await;
        self.hands.press("#replace form button").await;
        let said = self.hands.sees(".done").await;
        assert!(said.contains(self.words.replaced), "{said}");
    }

    pub(super) async fn borrower_and_patron_have_the_new_version(&self, link: &str) {
        self.open_as("vancouver", "/borrow").await;
        let text = self.hands.sees("#file-2").await;
        assert!(text.contains(self.words.better) && text.contains("part-2-whole.pdf"), "{text}");
        self.patron_downloads(link, 2, ("part-2-whole.pdf", &by_debian())).await;
    }

    /// Downloads a file through its page and compares the bytes.
    async fn patron_downloads(&self, link: &str, number: u16, sent: (&str, &[u8])) {
        self.open_as_patron(link).await;
        let form = format!("form[action*='/{number}/claim']");
        self.hands.tick(&format!("{form} [name=acknowledged]")).await;
        self.hands.press(&format!("{form} button")).await;
        let (name, bytes) = self.hands.browser.take_download().await;
        assert_eq!((name.as_str(), digest(&bytes)), (sent.0, digest(sent.1)));
    }

    async fn open_as_patron(&self, link: &str) {
        self.hands.browser.client.delete_all_cookies().await.expect("the browser answers");
        self.hands.browser.open(link).await;
        if self.way.language == "fr" {
            self.hands.press("header a[hreflang=fr]").await;
            self.hands.sees("html[lang=fr] main").await;
        }
    }

    /// Signs in with this user name and opens the request from a list.
    async fn open_as(&self, login: &str, list: &str) {
        let hands = &self.hands;
        hands.browser.client.delete_all_cookies().await.expect("the browser answers");
        hands.browser.open(&format!("{}/sign-in?next={list}", self.server.address)).await;
        if self.way.language == "fr" {
            hands.press(".who a[hreflang=fr]").await;
            hands.sees("html[lang=fr] #login").await;
        }
        hands.write("#login", login).await;
        let password = self.server.printed_word("The password of all three:");
        hands.write("#password", &password).await;
        hands.press("main form button").await;
        let row = format!("td a[href$='/{}']", self.handle);
        hands.sees(&row).await;
        hands.press(&row).await;
        hands.sees(".columns").await;
    }

    /// Asserts that nothing overflows the window.
    async fn fits(&self) {
        let beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(self.hands.browser.evaluate(beyond).await, json!(0), "something sticks out");
    }

    /// Writes a file for the browser to choose.
    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path: &Path = &self.folder.path().join(name);
        std::fs::write(path, bytes).expect("the folder is writable");
        path.to_str().expect("it is text").to_owned()
    }
}

/// Creates a request under the profile with previews; returns its handle.
async fn request(host: &Caller) -> String {
    let vancouver = json!({
        "name": "Vancouver University Library", "email": "ill@vancouver.example.org",
        "zone": "America/Vancouver", "channel": "account", "policy": "recommended",
    });
    host.put("/api/v1/participants/CA-BVAU", vancouver).await.expect(204);
    let news = json!({
        "reference": "2026-00700", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Moraines", "source": "Journal of Glaciology 13 (1974), 21-40",
        "patron": "p-2041", "status": "pending",
    });
    let known = host.post("/api/v1/requests", news).await.expect(200).json();
    known["handle"].as_str().expect("it is text").to_owned()
}
