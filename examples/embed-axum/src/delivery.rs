//! Desktop delivery: everything that is added to the application.

use crate::app::{Account, App, Request};
use crate::problem::Failure;
use async_trait::async_trait;
use desktop_delivery::error::{ErrorChain, StoreErrorKind};
use desktop_delivery::events::EventName;
use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit, Veto};
use desktop_delivery::input::LocalizedText;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::policy::Policies;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::*;
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_http::{Authorizer, HttpParts, router};
use desktop_delivery_mail::{Composer, FolderNotifier, Sender};
use desktop_delivery_pages::{
    FormKey, Pages, SignIn, SignedInPatron, SignedInStaff, borrowing, lending, shared, tracking,
};
use desktop_delivery_preview::{PreviewLimits, Previews};
use desktop_delivery_sqlite::{SqliteOptions, SqliteStore};
use http::HeaderMap;
use rusqlite::Transaction;
use std::sync::Arc;
use std::time::Duration;

/// Assembles the desk from ready-made parts and the application's own records.
pub(crate) fn open(app: &Arc<App>, address: &str) -> Result<Arc<Desk>, Failure> {
    use EventName::{Cancelled, Received, Shipped, Withdrawn};
    let options = SqliteOptions::new(app.folder.join("app.db"))
        .in_host_file()
        .with_hook([Cancelled, Received, Shipped, Withdrawn], follow);
    let store = SqliteStore::open_with(&options)?;
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

/// Sets the status of the application's request, in the transaction that changes the delivery.
fn follow(transaction: &Transaction<'_>, commit: &HookedCommit) -> Result<HookVerdict, HookError> {
    for hooked in &commit.events {
        let (status, at) = (hooked.event.kind.name().as_str(), hooked.event.at.as_seconds());
        let sql = "UPDATE request SET status = ?, changed_at = ? WHERE id = ?";
        if transaction.execute(sql, (status, at, commit.reference.as_str()))? == 0 {
            let reason = LocalizedText::new("the request was deleted")
                .with(Language::FRENCH, "la demande a été supprimée");
            return Ok(HookVerdict::Veto(Veto::new("request-deleted", reason)));
        }
    }
    Ok(HookVerdict::Commit)
}

/// Reports a request to the desk. Repeating it changes nothing.
pub(crate) async fn sync(desk: &Desk, request: &Request) -> Result<RequestHandle, Error> {
    let reference = RequestReference::new(request.id.to_string())?;
    let (borrower, lender) = (AgencyId::new(&request.borrower)?, AgencyId::new(&request.lender)?);
    let facts = Facts::new(reference, borrower, lender, &request.title)
        .with_source(&request.source)
        .with_patron(PatronId::new(&request.patron)?);
    let status = Status::ALL.iter().find(|status| status.as_str() == request.status);
    let status = status.copied().unwrap_or(Status::Pending);
    let synced = desk.sync(facts, status, Timestamp::from_seconds(request.changed_at)).await?;
    Ok(synced.handle)
}

/// Returns the link page, the downloads, the JSON API, and the pages of staff and patrons.
pub(crate) fn routes(app: &Arc<App>, desk: &Arc<Desk>) -> Result<axum::Router, Failure> {
    let previews = Previews::by_this_program(PreviewLimits::default())?;
    let pages = Pages::new(desk.clone(), app.clone(), app.clone(), previews);
    let pages = pages.without_library_record();
    Ok(router(HttpParts::new(desk.clone(), app.clone()))
        .merge(lending(pages.clone()))
        .merge(borrowing(pages.clone()))
        .merge(tracking(pages.clone()))
        .merge(shared(pages)))
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

#[async_trait]
impl SignIn for App {
    async fn staff(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, StoreError> {
        let Some((account, key)) = self.session(headers).map_err(failed)? else { return Ok(None) };
        let name = account.name.clone();
        Ok(match actor(account) {
            Some(Actor::Staff { agency, id }) => {
                let actor = Actor::staff(agency.clone(), id);
                Some(SignedInStaff::new(actor, agency, name, FormKey::new(key)))
            }
            _ => None,
        })
    }

    async fn patron(&self, headers: &HeaderMap) -> Result<Option<SignedInPatron>, StoreError> {
        let Some((account, key)) = self.session(headers).map_err(failed)? else { return Ok(None) };
        let ids = (AgencyId::new(account.library), PatronId::new(account.id));
        Ok(match ids {
            (Ok(agency), Ok(patron)) if !account.is_staff => {
                Some(SignedInPatron::new(agency, patron, FormKey::new(key)))
            }
            _ => None,
        })
    }

    fn staff_sign_in(&self, _next: &str) -> String {
        "/".to_owned()
    }

    fn patron_sign_in(&self, _next: &str) -> String {
        "/".to_owned()
    }
}

fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "embed-axum", "look up").with_source(error)
}
