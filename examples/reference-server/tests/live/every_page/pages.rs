use crate::support::sample::Sample;
use crate::support::states::{Standing, States};
use crate::support::webhooks::{WEBHOOKS, lose_progress, make_webhook};

/// A page in one of its states.
pub(super) struct Page {
    pub(super) name: String,
    pub(super) who: Who,
    pub(super) path: String,
    /// A script to run on the page, and a selector that matches afterwards.
    pub(super) then: Option<(&'static str, &'static str)>,
}

/// Who opens the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Nobody,
    Patron,
    /// Staff with this user name.
    Staff(&'static str),
}

const LENDER: Who = Who::Staff("toronto");
const BORROWER: Who = Who::Staff("vancouver");
const ALERT: &str = "[role=alert]";

/// Returns every page and state, ordered by who opens it.
pub(super) async fn all(here: &Sample, states: &States) -> Vec<Page> {
    let mut pages = for_nobody(here, states);
    pages.extend(for_patrons(here, states).await);
    pages.extend(for_lenders(here, states).await);
    pages.extend(for_administrators(here).await);
    pages.extend(for_borrowers(here, states).await);
    pages
}

fn page(who: Who, name: impl Into<String>, path: impl Into<String>) -> Page {
    Page { name: name.into(), who, path: path.into(), then: None }
}

impl Page {
    /// Sets a script to run, and a selector that must match afterwards.
    fn then(mut self, script: &'static str, shows: &'static str) -> Self {
        self.then = Some((script, shows));
        self
    }
}

fn standings(states: &States) -> [(&'static str, &Standing); 7] {
    [
        ("troubled", &states.troubled),
        ("claimed", &states.claimed),
        ("used up", &states.used_up),
        ("expired", &states.expired),
        ("revoked", &states.revoked),
        ("withdrawn", &states.withdrawn),
        ("to be cancelled", &states.cancelling),
    ]
}

fn for_nobody(here: &Sample, states: &States) -> Vec<Page> {
    let unticked = "document.querySelector('form[action*=\"/claim\"]').submit()";
    let printed = here.server.printed.iter().rev().find_map(|line| line.split_once("/d/"));
    let link = format!("/d/{}", printed.expect("a link is printed").1);
    let mut pages = vec![
        page(Who::Nobody, "start", "/"),
        page(Who::Nobody, "nowhere", "/nowhere"),
        page(Who::Nobody, "sign-in", "/sign-in"),
        page(Who::Nobody, "sign-in refused", "/sign-in").then(
            "login.value = 'nobody'; password.value = 'x'; document.querySelector('main form').submit()",
            ALERT,
        ),
        page(Who::Nobody, "track", "/track"),
        page(Who::Nobody, "track refused", "/track").then(
            "library.value = 'CA-BVAU'; number.value = 'p-9999'; password.value = 'x';
             document.querySelector('main form').submit()",
            ALERT,
        ),
        page(Who::Nobody, "link", link.clone()),
        page(Who::Nobody, "link, not ticked", link).then(unticked, ALERT),
        page(Who::Nobody, "no link", "/d/nothing"),
        page(Who::Nobody, "no ticket", "/t/nothing"),
        page(Who::Nobody, "ticket of a closed link", states.ticket.clone()),
    ];
    for (name, standing) in standings(states) {
        pages.push(page(Who::Nobody, format!("link, {name}"), standing.link.clone()));
    }
    pages
}

async fn for_patrons(here: &Sample, states: &States) -> Vec<Page> {
    let request = |handle: &str| format!("/track/requests/{handle}");
    let mut pages = vec![
        page(Who::Patron, "tracking", "/track/requests"),
        page(Who::Patron, "tracking nothing", request("0000000000000000")),
    ];
    for reference in ["2026-00411", "2026-00415", "2026-00417"] {
        let path = request(&here.handle(reference).await);
        pages.push(page(Who::Patron, format!("tracking {reference}"), path));
    }
    for (name, standing) in standings(states) {
        pages.push(page(Who::Patron, format!("tracking, {name}"), request(&standing.handle)));
    }
    pages
}

async fn for_lenders(here: &Sample, states: &States) -> Vec<Page> {
    let refuse_upload = "
        const chosen = new DataTransfer();
        chosen.items.add(new File(['MZ'], 'setup.exe'));
        upload.files = chosen.files;
        document.querySelector('form[data-upload]').submit()";
    let refuse_in_queue = "
        const chosen = new DataTransfer();
        chosen.items.add(new File(['MZ'], 'setup.exe'));
        upload.files = chosen.files;
        upload.dispatchEvent(new Event('change'));
        document.querySelector('form[data-upload]').requestSubmit()";
    let request = |handle: &str| format!("/supply/{handle}");
    let pending = request(&here.handle("2026-00411").await);
    let troubled = request(&states.troubled.handle);
    let file = format!("{troubled}/files/1");
    let mut pages = vec![
        page(LENDER, "lending list", "/supply"),
        page(LENDER, "lending search", "/supply?q=nothing+like+it"),
        page(LENDER, "nothing to supply", request("0000000000000000")),
        page(LENDER, "upload refused", pending.clone()).then(refuse_upload, ALERT),
        page(LENDER, "upload refused, by script", pending.clone())
            .then(refuse_in_queue, "[data-queue] .state"),
        page(LENDER, "shipping nothing", pending)
            .then("document.querySelector('#ship form').submit()", ALERT),
        page(LENDER, "the link's address", troubled.clone())
            .then("document.querySelector('form[action$=\"/link\"]').submit()", "#address"),
        page(LENDER, "file", file.clone()),
        page(LENDER, "file, refused", file.clone())
            .then("downloads.value = 99; downloads.form.submit()", ALERT),
        page(LENDER, "file's pages", format!("{file}/pages")),
        page(LENDER, "no such page", format!("{file}/pages?page=99")),
        page(LENDER, "lending history", format!("{troubled}/history")),
        page(LENDER, "account", "/account"),
        page(LENDER, "password refused", "/account").then(
            "current.value = again.value = 'x'; document.getElementById('new').value = 'y';
             current.form.submit()",
            ALERT,
        ),
    ];
    for reference in ["2026-00411", "2026-00412", "2026-00413", "2026-00416", "2026-00417"] {
        let path = request(&here.handle(reference).await);
        pages.push(page(LENDER, format!("lending {reference}"), path));
    }
    for (name, standing) in standings(states) {
        pages.push(page(LENDER, format!("lending, {name}"), request(&standing.handle)));
    }
    pages
}

async fn for_administrators(here: &Sample) -> Vec<Page> {
    let cookie = here.cookie("toronto").await;
    let text = [("text", "For private study alone.\nNobody else may have it.")];
    here.submit("/library/copyright", "/library/copyright/save", &cookie, &text).await.expect(303);
    let accounts = "/library/accounts";
    let lucie = [("login", "lucie"), ("name", "Lucie Tremblay"), ("role", "staff")];
    here.submit(accounts, "/library/accounts/make", &cookie, &lucie).await.expect(201);
    let off = [("disabled", "true")];
    here.submit(accounts, "/library/accounts/lucie/access", &cookie, &off).await.expect(303);
    let text = "/library/notices/received-patron/en";
    let webhook = make_webhook(here, &cookie, "https://localhost:9/hooks").await;
    let paused = make_webhook(here, &cookie, "https://hooks.example.org/desk").await;
    lose_progress(here, &cookie, &paused).await;
    vec![
        page(LENDER, "record", "/library"),
        page(LENDER, "record refused", "/library")
            .then("zone.value = 'Nowhere'; zone.form.submit()", ALERT),
        page(LENDER, "notices", "/library/notices"),
        page(LENDER, "notice text", text),
        page(LENDER, "notice text, in French", text.replace("/en", "/fr")),
        page(LENDER, "notice text refused", text)
            .then("subject.value = '{nonsense'; subject.form.submit()", ALERT),
        page(LENDER, "copyright", "/library/copyright"),
        page(LENDER, "copyright of a time", "/library/copyright/1"),
        page(LENDER, "accounts", accounts),
        page(LENDER, "accounts, taken", accounts).then(
            "login.value = 'toronto'; document.getElementById('name').value = 'X';
             login.form.submit()",
            ALERT,
        ),
        page(LENDER, "own account", "/library/accounts/toronto"),
        page(LENDER, "disabled account", "/library/accounts/lucie"),
        page(LENDER, "password made", "/library/accounts/lucie").then(
            "document.querySelector('form[action$=\"/lucie/password\"]').submit()",
            "#password-created",
        ),
        page(LENDER, "webhooks", WEBHOOKS),
        page(LENDER, "webhook refused", WEBHOOKS)
            .then("url.value = 'http://10.0.0.1/'; url.form.submit()", ALERT),
        page(LENDER, "webhook paused", paused),
        page(LENDER, "webhook tested", webhook.clone())
            .then("document.querySelector('form[action$=\"/test\"]').submit()", "#tested"),
        page(LENDER, "new secret", webhook).then(
            "document.querySelector('form[action$=\"/secret\"]').submit()",
            "#secret-created",
        ),
    ]
}

async fn for_borrowers(here: &Sample, states: &States) -> Vec<Page> {
    let request = |handle: &str| format!("/borrow/{handle}");
    let received = request(&here.handle("2026-00417").await);
    let mut pages = vec![
        page(BORROWER, "borrowing list", "/borrow"),
        page(BORROWER, "borrowing search", "/borrow?q=nothing+like+it"),
        page(BORROWER, "not ticked", received.clone())
            .then("document.querySelector('form[action$=\"/download\"]').submit()", ALERT),
        page(
            BORROWER,
            "borrowing history",
            format!("{}/history", request(&states.troubled.handle)),
        ),
        page(BORROWER, "borrowing history, none", format!("{received}/history")),
    ];
    for reference in ["2026-00411", "2026-00415", "2026-00417"] {
        let path = request(&here.handle(reference).await);
        pages.push(page(BORROWER, format!("borrowing {reference}"), path));
    }
    for (name, standing) in standings(states) {
        pages.push(page(BORROWER, format!("borrowing, {name}"), request(&standing.handle)));
    }
    pages
}
