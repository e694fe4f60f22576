//! A test stage: a router with one request, and helpers that call it.

use async_trait::async_trait;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{
    MemoryBlobStore, MemoryDirectory, MemoryLedger, MemoryProjections, RecordingNotifier,
};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{CountingEntropy, SecretKey, SigningKey};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Audience, BlobStore, Contact, Desk, Facts, FileName, KeyRing,
    NewFile, Participant, Parts, PatronId, Policy, PublicAddress, RequestHandle, RequestReference,
    Shipment, StaffId, Status, StoreError, Timestamp, Zone,
};
use desktop_delivery_http::{Authorizer, HttpParts, LinkPages, Redirects, router};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use sha2::Sha256;
use std::sync::Arc;
use tower::ServiceExt as _;

/// 2026-11-23T20:46:32Z.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);
pub(crate) const SIZE: usize = 300_001;

pub(crate) struct Stage {
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) blobs: Arc<MemoryBlobStore>,
    pub(crate) ledger: Arc<MemoryLedger>,
    pub(crate) projections: Arc<MemoryProjections>,
    pub(crate) app: axum::Router,
    pub(crate) handle: RequestHandle,
    pub(crate) token: String,
}

/// A response and its body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether the body ended with an error.
    pub(crate) is_broken: bool,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("the header is ASCII"))
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

/// Authorizes the actor in the header, such as `X-Actor: host` or `X-Actor: CA-OTU`.
#[derive(Debug)]
struct ByHeader;

#[async_trait]
impl Authorizer for ByHeader {
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        let actor = request.headers.get("x-actor").and_then(|value| value.to_str().ok());
        Ok(actor.map(|name| if name == "host" { Actor::Host } else { staff(name) }))
    }
}

pub(crate) fn staff(agency: &str) -> Actor {
    let agency = AgencyId::new(agency).expect("the id is valid");
    Actor::staff(agency, StaffId::new("s-17").expect("the id is valid"))
}

/// The headers of a request.
pub(crate) type Lines<'a> = &'a [(&'a str, &'a str)];

/// Returns the next byte of a sequence that repeats after 65,536 bytes.
fn next(sum: &mut u8, byte: u8) -> Option<u8> {
    *sum = sum.wrapping_mul(5).wrapping_add(byte);
    Some(*sum)
}

/// Returns a file that starts like a PDF, with content that depends on the position.
pub(crate) fn pdf(size: usize) -> Bytes {
    let mut bytes: Vec<u8> = (0..=u8::MAX).cycle().scan(0_u8, next).take(size).collect();
    bytes.splice(..8.min(size), b"%PDF-1.7"[..8.min(size)].iter().copied());
    bytes.into()
}

impl Stage {
    /// Creates a shipped request with one article of [`SIZE`] bytes and a patron's link.
    pub(crate) async fn shipped() -> Self {
        let stage = Self::pending(Policy::illume()).await;
        stage.attach("ice-ages.pdf", pdf(SIZE)).await;
        let handle = stage.handle;
        stage
            .desk
            .ship(handle, &staff("CA-OTU"), Shipment::WithFiles)
            .await
            .expect("the request can be shipped");
        stage.linked().await
    }

    /// Creates a pending request without files.
    pub(crate) async fn pending(policy: Policy) -> Self {
        Self::pending_for(policy, |library| library).await
    }

    /// Like [`shipped`](Self::shipped), with a wrapper around the in-memory store.
    pub(crate) async fn shipped_over(
        policy: Policy,
        store: impl FnOnce(Arc<MemoryBlobStore>) -> Arc<dyn BlobStore>,
        redirects: Option<Redirects>,
    ) -> Self {
        let stage = Self::assemble(policy, |library| library, store, redirects).await;
        stage.attach("ice-ages.pdf", pdf(SIZE)).await;
        let handle = stage.handle;
        stage
            .desk
            .ship(handle, &staff("CA-OTU"), Shipment::WithFiles)
            .await
            .expect("the request can be shipped");
        stage.linked().await
    }

    /// Creates a pending request of a library with custom settings.
    pub(crate) async fn pending_for(
        policy: Policy,
        set: impl FnOnce(Participant) -> Participant,
    ) -> Self {
        Self::assemble(policy, set, |blobs| blobs, None).await
    }

    async fn assemble(
        policy: Policy,
        set: impl FnOnce(Participant) -> Participant,
        store: impl FnOnce(Arc<MemoryBlobStore>) -> Arc<dyn BlobStore>,
        redirects: Option<Redirects>,
    ) -> Self {
        let agency = |id: &str| AgencyId::new(id).expect("the id is valid");
        let (requester, supplier) = (agency("CA-BVAU"), agency("CA-OTU"));
        let clock = Arc::new(ManualClock::at(NOW));
        let blobs = Arc::new(MemoryBlobStore::new());
        let ledger = Arc::new(MemoryLedger::new());
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        let borrower = Participant::new(requester.clone(), "Vancouver Library")
            .with_email("ill@vancouver.example.org")
            .with_zone(Zone::new("America/Vancouver").expect("the zone is valid"))
            .with_policy(policy.name.clone());
        let desk = Arc::new(Desk::new(Parts {
            ledger: ledger.clone(),
            blobs: store(blobs.clone()),
            notifier: Arc::new(RecordingNotifier::new()),
            directory: Arc::new(
                MemoryDirectory::new()
                    .with_patron(
                        PatronId::new("p-2041").expect("the id is valid"),
                        Contact::new("Carla Santos", "carla.santos@example.org"),
                    )
                    .with_participant(set(borrower))
                    .with_participant(
                        Participant::new(supplier.clone(), "Toronto Library")
                            .with_email("lending@toronto.example.org"),
                    ),
            ),
            inspector: Arc::new(AcceptAll),
            clock: clock.clone(),
            entropy: Arc::new(CountingEntropy::default()),
            keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(0)),
            policies: Policies::default().with(policy).expect("the policy is in range"),
            address: PublicAddress::new("https://ill.example.org/delivery")
                .expect("the address is valid"),
        }));
        let reference = RequestReference::new("2026-00417").expect("the reference is valid");
        let facts = Facts::new(reference, requester, supplier, "On <b>Ice</b> Ages")
            .with_patron(PatronId::new("p-2041").expect("the id is valid"));
        let handle =
            desk.sync(facts, Status::Pending, NOW).await.expect("the update is valid").handle;
        let projections = Arc::new(MemoryProjections::new());
        let mut parts = HttpParts::new(Arc::clone(&desk), Self::authorizer())
            .with_projections(projections.clone())
            .with_home("/start");
        parts.redirects = redirects;
        let app = router(parts);
        Self { desk, clock, blobs, ledger, projections, app, handle, token: String::new() }
    }

    pub(crate) async fn attach(&self, name: &str, bytes: Bytes) {
        let file = NewFile::new(FileName::new(name).expect("the file name is valid"));
        let bytes = futures_util::stream::iter([Ok(bytes)]);
        let lender = staff("CA-OTU");
        let upload = self.desk.upload(self.handle, &lender, file, Box::pin(bytes));
        upload.await.expect("the file is accepted");
    }

    /// Replaces the article with another file.
    pub(crate) async fn replace(&self, name: &str, bytes: Bytes, reason: ReplaceReason) {
        let file = NewFile::new(FileName::new(name).expect("the file name is valid"));
        let file = file.replacing(AttachmentNo::new(1), reason);
        let bytes = futures_util::stream::iter([Ok(bytes)]);
        let lender = staff("CA-OTU");
        let upload = self.desk.upload(self.handle, &lender, file, Box::pin(bytes));
        upload.await.expect("the file is accepted");
    }

    pub(crate) fn authorizer() -> Arc<dyn Authorizer> {
        Arc::new(ByHeader)
    }

    /// Rebuilds the router of a host without projections.
    pub(crate) fn without_projections(mut self) -> Self {
        self.app = router(HttpParts::new(Arc::clone(&self.desk), Self::authorizer()));
        self
    }

    /// Rebuilds the router with these templates and texts.
    pub(crate) fn with_pages(mut self, pages: LinkPages) -> Self {
        let parts = HttpParts::new(Arc::clone(&self.desk), Arc::new(ByHeader));
        self.app = router(parts.with_pages(pages));
        self
    }

    /// Issues the patron's link.
    pub(crate) async fn linked(mut self) -> Self {
        let link = self.desk.issue_link(self.handle, &Actor::Host, Audience::Patron).await;
        link.expect("a link can be issued").token.expose().clone_into(&mut self.token);
        self
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> =
            self.app.clone().oneshot(request).await.expect("the router never fails");
        let (parts, mut body) = response.into_parts();
        let (mut bytes, mut is_broken) = (Vec::new(), false);
        while let Some(frame) = body.frame().await {
            match frame.map(http_body::Frame::into_data) {
                Ok(Ok(data)) => bytes.extend_from_slice(&data),
                Ok(Err(_)) => {}
                Err(_) => {
                    is_broken = true;
                    break;
                }
            }
        }
        Answer { status: parts.status, headers: parts.headers, body: bytes.into(), is_broken }
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).expect("the request is valid")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], Body::empty()).await
    }

    pub(crate) fn link(&self) -> String {
        format!("/d/{}", self.token)
    }

    /// Posts the claim form of the page.
    pub(crate) async fn claim(&self, ordinal: u32) -> Answer {
        let path = format!("{}/1/claim", self.link());
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = format!("ordinal={ordinal}&acknowledged=yes");
        self.ask(Method::POST, &path, &form, body).await
    }

    /// Claims the article, and returns the path of the ticket as the router sees it.
    pub(crate) async fn ticket(&self, ordinal: u32) -> String {
        let answer = self.claim(ordinal).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let path = answer.header(header::LOCATION);
        path.strip_prefix("/delivery")
            .expect("the path starts with the prefix of the public address")
            .to_owned()
    }

    /// Returns the downloads left for the article.
    pub(crate) async fn left(&self) -> u32 {
        self.desk.open_link(&self.token).await.expect("the link opens").files[0].left
    }
}

/// Signs a token like that of a link but with an earlier expiry, the latest one for which
/// `is_wanted` accepts the text. The production signer avoids some endings that tests need.
pub(crate) fn signed_by_hand(token: &str, is_wanted: impl Fn(&str) -> bool) -> String {
    let mut raw = URL_SAFE_NO_PAD.decode(token).expect("the token is base64");
    let end = u32::from_be_bytes(raw[12..16].try_into().expect("the range has four bytes"));
    for end in (0..end).rev() {
        raw[12..16].copy_from_slice(&end.to_be_bytes());
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&[1; 32]).expect("HMAC accepts any key length");
        mac.update(&raw[..16]);
        raw[16..].copy_from_slice(&mac.finalize().into_bytes()[..17]);
        let text = URL_SAFE_NO_PAD.encode(&raw);
        if is_wanted(&text) {
            return text;
        }
    }
    panic!("no expiry produces such a text");
}
