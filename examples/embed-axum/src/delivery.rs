//! Desktop delivery: everything that is added to the application.

use crate::app::{Account, App, Request};
use crate::problem::Failure;
use async_trait::async_trait;
use desktop_delivery::error::{ErrorChain, StoreErrorKind};
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::policy::Policies;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::*;
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_http::Authorizer;
use desktop_delivery_mail::{Composer, FolderNotifier, Sender};
use desktop_delivery_sqlite::SqliteStore;
use std::sync::Arc;
use std::time::Duration;

/// Assembles the desk from ready-made parts and the application's own records.
pub(crate) fn open(app: &Arc<App>, address: &str) -> Result<Arc<Desk>, Failure> {
    let store = SqliteStore::open(app.folder.join("delivery.db"))?;
    let composer = Arc::new(Composer::new(Sender::new("ill@example.org")?));
    let key = |purpose| SecretKey::from_bytes(app.secret.key(purpose));
    Ok(Arc::new(Desk::new(Parts {
        ledger: Arc::new(store.ledger()),
        blobs: Arc::new(FsBlobStore::open(app.folder.join("blobs"))?),
        notifier: Arc::new(FolderNotifier::open(app.folder.join("mail"), composer)?),
        directory: app.clone(),
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: KeyRing::new(SigningKey::new(1, key("links")), key("hashing")),
        policies: Policies::default(),
        address: PublicAddress::new(address)?,
    })))
}

/// Reports a request to the desk. Repeating it changes nothing.
pub(crate) async fn sync(desk: &Desk, request: &Request) -> Result<RequestHandle, Error> {
    let reference = RequestReference::new(request.id.to_string())?;
    let (borrower, lender) = (AgencyId::new(&request.borrower)?, AgencyId::new(&request.lender)?);
    let facts = Facts::new(reference, borrower, lender, &request.title)
        .with_source(&request.source)
        .with_patron(PatronId::new(&request.patron)?);
    let status = match request.status.as_str() {
        "received" => Status::Received,
        "shipped" => Status::Shipped,
        _ => Status::Pending,
    };
    let synced = desk.sync(facts, status, Timestamp::from_seconds(request.changed_at)).await?;
    Ok(synced.handle)
}

/// Returns what a request's page shows: its files and, once shipped, the patron's link.
pub(crate) async fn show(
    desk: &Desk,
    request: &Request,
) -> Result<(RequestHandle, StaffView, String), Error> {
    let handle = sync(desk, request).await?;
    let view = desk.staff_view(handle, &Actor::Host).await?;
    let mut url = String::new();
    if view.status.is_visible() {
        let link = desk.issue_link(handle, &Actor::Host, Audience::Patron).await?;
        url.push_str(link.url.expose());
    }
    Ok((handle, view, url))
}

/// Returns the actor of a member of staff. The desk decides what they may do.
pub(crate) fn actor(account: Account) -> Option<Actor> {
    let agency = AgencyId::new(account.library).ok()?;
    account.is_staff.then_some(Actor::staff(agency, StaffId::new(account.id).ok()?))
}

/// Does due work: sends email, ends terms, deletes unreachable files.
pub(crate) async fn work(desk: Arc<Desk>) {
    loop {
        match desk.run_due().await {
            Ok(report) => {
                let failures = report.errors.iter().chain(&report.notice_failures);
                failures.for_each(|failure| eprintln!("embed-axum: {failure}"));
            }
            Err(error) => eprintln!("embed-axum: {}", ErrorChain::of(&error)),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[async_trait]
impl Directory for App {
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
        let library = self.library(id.as_str()).map_err(failed)?;
        Ok(library.map(|it| Participant::new(id.clone(), it.name).with_email(it.email)))
    }

    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
        let Some(id) = &facts.patron else { return Ok(None) };
        Ok(self.account(id.as_str()).map_err(failed)?.map(|it| Contact::new(it.name, it.email)))
    }
}

#[async_trait]
impl Authorizer for App {
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        Ok(self.signed_in(request).map_err(failed)?.and_then(actor))
    }
}

fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "embed-axum", "look up").with_source(error)
}
