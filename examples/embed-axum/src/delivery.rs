//! Desktop delivery: all that it adds to an application which knew nothing of it.

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

/// Puts the desk together, from ready parts and the application's own records.
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

/// Tells the desk what the application knows of a request; to repeat it changes nothing.
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

/// What a request's page shows: its files and, from Shipped, the patron's link.
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

/// Says who acts, where it is staff; what they may do is the desk's to say.
pub(crate) fn actor(account: Account) -> Option<Actor> {
    let agency = AgencyId::new(account.library).ok()?;
    account.is_staff.then_some(Actor::staff(agency, StaffId::new(account.id).ok()?))
}

/// Does what falls due: sends mail, ends terms, deletes what nobody can reach.
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
