//! A host with sign-in of its own, which mounts the pages and the link page below a path.

use axum::Router;
use axum::body::Body;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{
    MemoryBlobStore, MemoryDirectory, MemoryLedger, MemoryProjections, MemoryRegistry,
    RecordingNotifier,
};
use desktop_delivery::participants::Accent;
use desktop_delivery::policy::{Policies, Quotas};
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, Audience, Desk, Directory, Facts, FileName, KeyRing, NewFile, Participant,
    Parts, PatronId, Policy, PublicAddress, RequestHandle, RequestReference, Shipment, StaffId,
    Status, StoreError, Terms, Timestamp,
};
use desktop_delivery_http::{Authorizer, HttpParts, router};
use desktop_delivery_identity::ApiKeys;
use desktop_delivery_identity::windows::Windows;
use desktop_delivery_pages::{
    FormKey, Pages, SignIn, SignedInPatron, SignedInStaff, Templates, WindowParts, borrowing,
    lending, shared, tracking, window_api, windows,
};
use desktop_delivery_preview::{PreviewLimits, Previews};
use http::{HeaderMap, Request, StatusCode};
use std::sync::Arc;
use tower::ServiceExt as _;

/// Signs in the user named by a proxy in front.
#[derive(Debug)]
struct ProxySignIn;

pub(crate) fn agency(id: &str) -> AgencyId {
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

/// 2026-11-23T20:46:32Z.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

fn desk(
    directory: Arc<dyn Directory>,
    ledger: Arc<MemoryLedger>,
    clock: Arc<ManualClock>,
) -> Arc<Desk> {
    let one_a_day = Quotas::default().with_patron_claims_per_day(Some(1));
    let secret = || SecretKey::generate(&SystemEntropy).expect("it is valid");
    Arc::new(Desk::new(Parts {
        ledger,
        blobs: Arc::new(MemoryBlobStore::new()),
        notifier: Arc::new(RecordingNotifier::new()),
        directory,
        inspector: Arc::new(AcceptAll),
        clock,
        entropy: Arc::new(SystemEntropy),
        keys: KeyRing::new(SigningKey::new(1, secret()), secret()),
        policies: Policies::default()
            .with(Policy::recommended().with_quotas(one_a_day))
            .expect("it is in range"),
        address: PublicAddress::new("https://library.example.org/ill/delivery")
            .expect("it is valid"),
    }))
}

/// A host's application with one request.
pub(crate) struct Host {
    pub(crate) app: Router,
    pub(crate) desk: Arc<Desk>,
    pub(crate) ledger: Arc<MemoryLedger>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) handle: RequestHandle,
    /// The path of the patron's link.
    pub(crate) link: String,
    pub(crate) windows: WindowParts,
    /// The keys of the API.
    pub(crate) keys: ApiKeys,
}

/// The host's application, and the path of a request that it lends for.
pub(crate) async fn host(templates: Templates) -> (Router, String, String) {
    let Host { app, handle, link, .. } = Host::new(templates).await;
    (app, format!("/ill/delivery/supply/{handle}"), link)
}

impl Host {
    pub(crate) async fn new(templates: Templates) -> Self {
        let directory: Arc<dyn Directory> = Arc::new(
            MemoryDirectory::new()
                .with_participant(
                    Participant::new(agency("CA-BVAU"), "Coast University Library")
                        .with_policy(Policy::recommended().name),
                )
                .with_participant(
                    Participant::new(agency("CA-OTU"), "Northern University Library")
                        .with_accent(Accent::new("#7A1F3D").expect("it is dark")),
                ),
        );
        let ledger = Arc::new(MemoryLedger::new());
        let clock = Arc::new(ManualClock::at(NOW));
        let desk = desk(Arc::clone(&directory), Arc::clone(&ledger), Arc::clone(&clock));
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
            .with_templates(templates)
            .without_library_record();
        let registry = Arc::new(MemoryRegistry::new());
        let entropy = Arc::new(SystemEntropy);
        let keys = ApiKeys::new(registry.clone(), entropy.clone(), clock.clone());
        let opened = Windows::new(registry, entropy, clock.clone());
        let pages = pages.with_windows(opened.clone());
        let in_windows = WindowParts::new(pages.clone(), opened);
        let projections = Arc::new(MemoryProjections::new());
        let delivery = router(HttpParts::new(Arc::clone(&desk), Arc::new(ProxySignIn)))
            .merge(lending(pages.clone()))
            .merge(borrowing(pages.clone()))
            .merge(tracking(pages.clone()))
            .merge(windows(in_windows.clone()))
            .merge(window_api(in_windows.clone(), keys.clone(), Some(projections)))
            .merge(shared(pages));
        let app = Router::new().nest("/ill/delivery", delivery);
        Self { app, desk, ledger, clock, handle, link, windows: in_windows, keys }
    }

    /// Ships the request with one document on these terms.
    pub(crate) async fn ship(&self, terms: Terms) {
        let lender = Actor::staff(agency("CA-OTU"), StaffId::new("m.ito").expect("it is valid"));
        let name = FileName::new("ice-ages.pdf").expect("it is valid");
        let bytes = futures_util::stream::iter([Ok("%PDF-1.7".into())]);
        let file = NewFile::new(name).with_terms(terms);
        let upload = self.desk.upload(self.handle, &lender, file, Box::pin(bytes));
        upload.await.expect("it is valid");
        let shipped = self.desk.ship(self.handle, &lender, Shipment::WithFiles).await;
        shipped.expect("it is valid");
    }

    /// Returns the status and text of a page as the staff of the borrowing library see it.
    pub(crate) async fn staff_page(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(format!("/ill/delivery{path}"));
        let request = request.header("x-user", "m.ito").header("x-library", "CA-BVAU");
        let shown = send(&self.app, request, "").await;
        (shown.status, shown.text)
    }

    /// Returns a page as the patron sees it.
    pub(crate) async fn patron_page(&self, path: &str) -> String {
        let request = Request::get(format!("/ill/delivery{path}")).header("x-card", "p-2041");
        let shown = send(&self.app, request, "").await;
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text);
        shown.text
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) location: String,
    pub(crate) text: String,
}

pub(crate) async fn send(app: &Router, request: http::request::Builder, body: &str) -> Answer {
    let request = request.body(Body::from(body.to_owned())).expect("it is valid");
    let response = app.clone().oneshot(request).await.expect("it is valid");
    let location = named(response.headers(), "location").unwrap_or_default().to_owned();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("it is valid");
    Answer { status, headers, location, text: String::from_utf8_lossy(&bytes).into_owned() }
}
