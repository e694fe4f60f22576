//! The spans of a whole delivery, as a subscriber of the host sees them.

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use bytes::Bytes;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, Audience, Contact, Desk, Facts, FileName, KeyRing, NewFile, Participant,
    Parts, PatronId, PublicAddress, RequestReference, Shipment, StaffId, Status, StoreError,
    Timestamp,
};
use desktop_delivery_http::{Authorizer, HttpParts, router, trace_requests};
use desktop_delivery_trace::Traced;
use http::{Request, StatusCode};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);
const SIZE: usize = 300_001;

/// A span: its name, those around it, and its fields.
#[derive(Clone, Debug, Default)]
struct Seen {
    name: &'static str,
    inside: Vec<&'static str>,
    fields: BTreeMap<String, String>,
}

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        let _fits = write!(text, "{value:?}");
        self.fields.insert(field.name().to_owned(), text.trim_matches('"').to_owned());
    }
}

/// Collects all spans.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Collected>>);

#[derive(Default)]
struct Collected {
    open: BTreeMap<u64, Seen>,
    closed: Vec<Seen>,
}

impl Spans {
    /// Returns the spans that have ended.
    fn closed(&self) -> Vec<Seen> {
        self.0.lock().expect("it is not poisoned").closed.clone()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        assert_eq!(*attributes.metadata().level(), Level::DEBUG);
        let scope = context.span_scope(id).into_iter().flatten().skip(1);
        let inside = scope.map(|span| span.metadata().name()).collect();
        let name = attributes.metadata().name();
        let mut seen = Seen { name, inside, ..Seen::default() };
        attributes.record(&mut seen);
        self.0.lock().expect("it is not poisoned").open.insert(id.into_u64(), seen);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let open = &mut self.0.lock().expect("it is not poisoned").open;
        values.record(open.get_mut(&id.into_u64()).expect("it was created"));
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        // The registry reuses ids.
        let mut spans = self.0.lock().expect("it is not poisoned");
        let closed = spans.open.remove(&id.into_u64());
        spans.closed.extend(closed);
    }
}

#[derive(Debug)]
struct Nobody;

#[async_trait::async_trait]
impl Authorizer for Nobody {
    async fn authorize(&self, _: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        Ok(None)
    }
}

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("it is valid")
}

fn desk() -> Arc<Desk> {
    let secret = |byte| SecretKey::from_bytes([byte; 32]);
    let patron = PatronId::new("p-2041").expect("it is valid");
    let directory = MemoryDirectory::new()
        .with_patron(patron, Contact::new("Carla Santos", "carla.santos@example.org"))
        .with_participant(Participant::new(agency("CA-BVAU"), "Coast University Library"))
        .with_participant(Participant::new(agency("CA-OTU"), "Northern University Library"));
    Arc::new(Desk::new(Parts {
        ledger: Arc::new(Traced::new(MemoryLedger::new())),
        blobs: Arc::new(Traced::new(MemoryBlobStore::new())),
        notifier: Arc::new(Traced::new(RecordingNotifier::new())),
        directory: Arc::new(Traced::new(directory)),
        inspector: Arc::new(Traced::new(AcceptAll)),
        clock: Arc::new(ManualClock::at(NOW)),
        entropy: Arc::new(SystemEntropy),
        keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(0)),
        policies: Policies::default(),
        address: PublicAddress::new("https://ill.example.org").expect("it is valid"),
    }))
}

async fn send(
    app: &Router,
    request: http::request::Builder,
    body: &'static str,
) -> http::Response<Body> {
    let request = request.body(Body::from(body)).expect("it is valid");
    app.clone().oneshot(request).await.expect("the router never fails")
}

#[tokio::test]
async fn every_layer_of_a_delivery_has_a_span_with_the_handle() {
    let spans = Spans::default();
    let subscriber = tracing_subscriber::registry().with(spans.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let desk = desk();
    let lender = Actor::staff(agency("CA-OTU"), StaffId::new("m.ito").expect("it is valid"));
    let borrower = Actor::staff(agency("CA-BVAU"), StaffId::new("a.roy").expect("it is valid"));
    let reference = RequestReference::new("2026-00417").expect("it is valid");
    let facts = Facts::new(reference, agency("CA-BVAU"), agency("CA-OTU"), "On Ice Ages")
        .with_patron(PatronId::new("p-2041").expect("it is valid"));
    let handle = desk.sync(facts, Status::Pending, NOW).await.expect("it is valid").handle;
    let file = NewFile::new(FileName::new("ice-ages.pdf").expect("it is valid"));
    let bytes = [b"%PDF-1.7".as_slice(), &vec![7; SIZE - 8]].concat();
    let stream = futures_util::stream::iter([Ok(Bytes::from(bytes))]);
    desk.upload(handle, &lender, file, Box::pin(stream)).await.expect("it is accepted");
    desk.ship(handle, &lender, Shipment::WithFiles).await.expect("it is attached");
    desk.receive(handle, &borrower).await.expect("it is shipped");
    desk.run_due().await.expect("nothing fails");
    let link = desk.issue_link(handle, &Actor::Host, Audience::Patron).await.expect("it is valid");
    let token = link.token.expose();
    let app = router(HttpParts::new(Arc::clone(&desk), Arc::new(Nobody)))
        .layer(from_fn_with_state(Arc::clone(&desk), trace_requests));
    let form = Request::post(format!("/d/{token}/1/claim"))
        .header("content-type", "application/x-www-form-urlencoded");
    let claimed = send(&app, form, "ordinal=1&acknowledged=yes").await;
    assert_eq!(claimed.status(), StatusCode::SEE_OTHER);
    let ticket = claimed.headers()["location"].to_str().expect("it is ASCII").to_owned();
    let fetched = send(&app, Request::get(&ticket).header("range", "bytes=10-109"), "").await;
    assert_eq!(fetched.status(), StatusCode::PARTIAL_CONTENT);
    let forged = send(&app, Request::get(format!("/d/{}", "A".repeat(44))), "").await;
    assert_eq!(forged.status(), StatusCode::NOT_FOUND);
    drop((claimed, fetched, forged));

    let spans = spans.closed();
    let handle = handle.to_string();
    let find = |name: &str, field: &str, value: &str| -> Seen {
        let is_it = |span: &&Seen| {
            span.name == name && span.fields.get(field).is_some_and(|it| it == value)
        };
        spans
            .iter()
            .find(is_it)
            .cloned()
            .unwrap_or_else(|| panic!("{name} {field}={value}: {spans:#?}"))
    };
    let claim = find("http.request", "route", "/d/{token}/{attachment}/claim");
    assert_eq!((&*claim.fields["request"], &*claim.fields["status"]), (&*handle, "303"));
    let commit = find("ledger.commit", "events", "claimed");
    assert_eq!((&*commit.fields["request"], &*commit.fields["outcome"]), (&*handle, "committed"));
    assert_eq!(commit.inside, ["http.request"]);
    let fetch = find("http.request", "route", "/t/{ticket}");
    assert_eq!(fetch.fields["request"], handle);
    assert_eq!(find("blobs.get", "bytes", "100").inside, ["http.request"]);
    find("blobs.put", "bytes", &SIZE.to_string());
    find("inspector.inspect", "bytes", &SIZE.to_string());
    let notice = find("notifier.notify", "kind", "received");
    assert_eq!((&*notice.fields["request"], &*notice.fields["to"]), (&*handle, "patron"));
    find("directory.patron", "agency", "CA-BVAU");
    let unknown = find("http.request", "status", "404");
    assert!(!unknown.fields.contains_key("request"), "a forged token belongs to no request");

    let all = format!("{spans:?}");
    let ticket = ticket.trim_start_matches("/t/");
    for secret in [token, ticket, "p-2041", "Carla", "example.org", "AAAA", "m.ito", "Ice"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}

#[tokio::test]
async fn a_failed_call_has_the_kind_of_its_failure() {
    let spans = Spans::default();
    let subscriber = tracing_subscriber::registry().with(spans.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let ledger = Arc::new(MemoryLedger::new());
    ledger.fail_next(StoreErrorKind::Unavailable);
    let traced = Traced::new(Arc::clone(&ledger));
    let key = desktop_delivery::RequestHandle::from_bytes([7; 8]);
    let loaded = desktop_delivery::Ledger::load_to_recall(&traced, key).await;
    assert!(loaded.is_err());
    let spans = spans.closed();
    let failed = spans.iter().find(|span| span.name == "ledger.load_to_recall").expect("it ran");
    assert_eq!(failed.fields["error"], "Unavailable");
}
