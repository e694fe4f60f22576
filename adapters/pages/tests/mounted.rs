//! A host with sign-in of its own mounts the pages and the link page below a path.

use axum::Router;
use axum::body::Body;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, Audience, Desk, Directory, Facts, FileName, KeyRing, NewFile, Participant,
    Parts, PatronId, PublicAddress, RequestHandle, RequestReference, Shipment, StaffId, Status,
    StoreError,
};
use desktop_delivery_http::{Authorizer, HttpParts, router};
use desktop_delivery_pages::{
    FormKey, Pages, SignIn, SignedInPatron, SignedInStaff, borrowing, lending, shared, tracking,
};
use desktop_delivery_preview::{PreviewLimits, Previews};
use http::{HeaderMap, Request, StatusCode, header};
use std::sync::Arc;
use tower::ServiceExt as _;

/// Signs in whoever a proxy in front names.
#[derive(Debug)]
struct ProxySignIn;

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("it is valid")
}

fn named<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[async_trait::async_trait]
impl SignIn for ProxySignIn {
    async fn staff(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, StoreError> {
        let Some(user) = named(headers, "x-user") else { return Ok(None) };
        let library = agency(named(headers, "x-library").unwrap_or("CA-OTU"));
        let actor = Actor::staff(library.clone(), StaffId::new(user).expect("it is valid"));
        let key = FormKey::new(format!("staff-{user}"));
        Ok(Some(SignedInStaff::new(actor, library, user, key)))
    }

    async fn patron(&self, headers: &HeaderMap) -> Result<Option<SignedInPatron>, StoreError> {
        let Some(card) = named(headers, "x-card") else { return Ok(None) };
        let key = FormKey::new(format!("patron-{card}"));
        Ok(Some(SignedInPatron::new(
            agency("CA-BVAU"),
            PatronId::new(card).expect("it is valid"),
            key,
        )))
    }

    fn staff_sign_in(&self, next: &str) -> String {
        format!("/login?to={next}")
    }

    fn patron_sign_in(&self, next: &str) -> String {
        format!("/card?to={next}")
    }
}

#[async_trait::async_trait]
impl Authorizer for ProxySignIn {
    async fn authorize(&self, _: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        Ok(None)
    }
}

fn desk(directory: Arc<dyn Directory>, ledger: Arc<MemoryLedger>) -> Arc<Desk> {
    let secret = || SecretKey::generate(&SystemEntropy).expect("it is valid");
    Arc::new(Desk::new(Parts {
        ledger,
        blobs: Arc::new(MemoryBlobStore::new()),
        notifier: Arc::new(RecordingNotifier::new()),
        directory,
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: KeyRing::new(SigningKey::new(1, secret()), secret()),
        policies: Policies::default(),
        address: PublicAddress::new("https://library.example.org/ill/delivery")
            .expect("it is valid"),
    }))
}

/// A host's application with one request.
struct Host {
    app: Router,
    desk: Arc<Desk>,
    ledger: Arc<MemoryLedger>,
    handle: RequestHandle,
    /// The path of the patron's link.
    link: String,
}

/// The host's application, and the path of a request that it lends for.
async fn host() -> (Router, String, String) {
    let Host { app, handle, link, .. } = Host::new().await;
    (app, format!("/ill/delivery/supply/{handle}"), link)
}

impl Host {
    async fn new() -> Self {
        let directory: Arc<dyn Directory> = Arc::new(
            MemoryDirectory::new()
                .with_participant(Participant::new(agency("CA-BVAU"), "Coast University Library"))
                .with_participant(Participant::new(
                    agency("CA-OTU"),
                    "Northern University Library",
                )),
        );
        let ledger = Arc::new(MemoryLedger::new());
        let desk = desk(Arc::clone(&directory), Arc::clone(&ledger));
        let reference = RequestReference::new("2026-00417").expect("it is valid");
        let facts = Facts::new(reference, agency("CA-BVAU"), agency("CA-OTU"), "On Ice Ages")
            .with_patron(PatronId::new("p-2041").expect("it is valid"));
        let handle =
            desk.sync(facts, Status::Pending, desk.now()).await.expect("it is valid").handle;
        let link =
            desk.issue_link(handle, &Actor::Host, Audience::Patron).await.expect("it is valid");
        let link = link.url.expose().replace("https://library.example.org", "");
        let previews = Previews::by_this_program(PreviewLimits::default()).expect("it is valid");
        let pages = Pages::new(Arc::clone(&desk), directory, Arc::new(ProxySignIn), previews)
            .without_library_record();
        let delivery = router(HttpParts::new(Arc::clone(&desk), Arc::new(ProxySignIn)))
            .merge(lending(pages.clone()))
            .merge(borrowing(pages.clone()))
            .merge(tracking(pages.clone()))
            .merge(shared(pages));
        let app = Router::new().nest("/ill/delivery", delivery);
        Self { app, desk, ledger, handle, link }
    }
}

struct Answer {
    status: StatusCode,
    location: String,
    text: String,
}

async fn send(app: &Router, request: http::request::Builder, body: &str) -> Answer {
    let request = request.body(Body::from(body.to_owned())).expect("it is valid");
    let response = app.clone().oneshot(request).await.expect("it is valid");
    let location = named(response.headers(), "location").unwrap_or_default().to_owned();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("it is valid");
    Answer { status, location, text: String::from_utf8_lossy(&bytes).into_owned() }
}

#[tokio::test]
async fn pages_use_the_hosts_sign_in_and_lead_below_its_path() {
    let (app, page, _) = host().await;
    let stranger = send(&app, Request::get(&page), "").await;
    assert_eq!(stranger.status, StatusCode::SEE_OTHER);
    let next = page.strip_prefix("/ill/delivery").expect("it is valid").replace('/', "%2F");
    assert_eq!(stranger.location, format!("/login?to={next}"));

    let shown = send(&app, Request::get(&page).header("x-user", "m.ito"), "").await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.text.contains("On Ice Ages") && shown.text.contains("m.ito"), "{}", shown.text);
    assert!(!shown.text.contains("sign-out"), "the host has its own button: {}", shown.text);
    assert!(!shown.text.contains("/library\""), "the record is not mounted: {}", shown.text);
    let leads = shown.text.split(['"', '\'']).filter(|text| text.starts_with('/'));
    let astray: Vec<_> = leads.filter(|path| !path.starts_with("/ill/delivery/")).collect();
    assert!(astray.is_empty(), "{astray:?}");
    let style = shown.text.split('"').find(|text| text.ends_with(".css")).expect("it is valid");
    assert_eq!(send(&app, Request::get(style), "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn forms_are_taken_with_the_key_of_the_staff_session_alone() {
    let (app, page, _) = host().await;
    let form = |key: &'static str| {
        let request = Request::post(format!("{page}/ship"))
            .header("x-user", "m.ito")
            .header("x-card", "p-2041")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        (request, format!("form_key={key}"))
    };
    for forged in ["", "patron-p-2041", "staff-other"] {
        let (request, body) = form(forged);
        let answer = send(&app, request, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{forged}");
    }
    let (request, body) = form("staff-m.ito");
    let answer = send(&app, request, &body).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "nothing is attached: {}", answer.text);
}

#[tokio::test]
async fn patrons_track_and_links_open_below_the_same_path() {
    let (app, _, link) = host().await;
    let track = "/ill/delivery/track/requests";
    let stranger = send(&app, Request::get(track), "").await;
    assert_eq!(stranger.location, "/card?to=%2Ftrack%2Frequests");
    let shown = send(&app, Request::get(track).header("x-card", "p-2041"), "").await;
    assert!(shown.text.contains("On Ice Ages"), "{}", shown.text);
    assert!(link.starts_with("/ill/delivery/d/"), "{link}");
    let opened = send(&app, Request::get(&link), "").await;
    assert_eq!(opened.status, StatusCode::CONFLICT, "it is not shipped: {}", opened.text);
    assert!(opened.text.contains("Coast University Library"), "{}", opened.text);
}

#[tokio::test]
async fn a_page_loads_its_request_once() {
    let Host { app, desk, ledger, handle, link } = Host::new().await;
    let lender = Actor::staff(agency("CA-OTU"), StaffId::new("m.ito").expect("it is valid"));
    for number in 0..3 {
        let name = FileName::new(&format!("part-{number}.pdf")).expect("it is valid");
        let bytes = futures_util::stream::iter([Ok(format!("%PDF-1.7 {number}").into())]);
        let upload = desk.upload(handle, &lender, NewFile::new(name), Box::pin(bytes));
        upload.await.expect("it is valid");
    }
    desk.ship(handle, &lender, Shipment::WithFiles).await.expect("it is valid");
    let pages = [
        (link, "x-nobody", "CA-BVAU"),
        (format!("/ill/delivery/borrow/{handle}"), "x-user", "CA-BVAU"),
        (format!("/ill/delivery/supply/{handle}"), "x-user", "CA-OTU"),
        (format!("/ill/delivery/supply/{handle}/files/1"), "x-user", "CA-OTU"),
        (format!("/ill/delivery/track/requests/{handle}"), "x-card", "CA-BVAU"),
    ];
    for (path, who, library) in pages {
        let before = ledger.loads();
        let id = if who == "x-card" { "p-2041" } else { "m.ito" };
        let request = Request::get(&path).header(who, id).header("x-library", library);
        let shown = send(&app, request, "").await;
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text);
        assert!(shown.text.contains("part-"), "{path} shows documents: {}", shown.text);
        assert_eq!(ledger.loads() - before, 1, "{path}");
    }
}
