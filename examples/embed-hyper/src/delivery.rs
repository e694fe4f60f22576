//! Desktop delivery: everything that is added to the service.

use crate::app::{App, Person, Request};
use async_trait::async_trait;
use desktop_delivery::error::ErrorChain;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryLedger, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::*;
use desktop_delivery_http::Authorizer;
use std::sync::Arc;
use std::time::Duration;

/// Assembles the desk from parts in memory and the service's own people.
pub(crate) fn open(app: &Arc<App>, address: &str) -> Result<Arc<Desk>, Error> {
    let secret = || SecretKey::generate(&SystemEntropy);
    Ok(Arc::new(Desk::new(Parts {
        ledger: Arc::new(MemoryLedger::new()),
        blobs: Arc::new(MemoryBlobStore::new()),
        notifier: Arc::new(RecordingNotifier::new()),
        directory: app.clone(),
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: KeyRing::new(SigningKey::new(0, secret()?), secret()?),
        policies: Policies::default(),
        address: PublicAddress::new(address)?,
    })))
}

/// Reports a patron's request to the desk.
pub(crate) async fn sync(
    desk: &Desk,
    number: &str,
    patron: &Person,
    lender: &str,
    title: &str,
) -> Result<RequestHandle, Error> {
    let (borrower, lender) = (AgencyId::new(patron.library)?, AgencyId::new(lender)?);
    let facts = Facts::new(RequestReference::new(number)?, borrower, lender, title)
        .with_patron(PatronId::new(patron.id)?);
    Ok(desk.sync(facts, Status::Pending, desk.now()).await?.handle)
}

/// Returns a line of the list: the status, and the patron's link or the address for staff.
pub(crate) async fn line(desk: &Desk, request: &Request, who: &Person) -> Result<String, Error> {
    let view = desk.staff_view(request.handle, &Actor::Host).await?;
    let (title, status) = (&request.title, view.status);
    if who.is_staff {
        return Ok(format!("{title}\t{status}\t/api/v1/requests/{}\n", request.handle));
    }
    if !status.is_visible() {
        return Ok(format!("{title}\t{status}\n"));
    }
    let link = desk.issue_link(request.handle, &Actor::Host, Audience::Patron).await?;
    Ok(format!("{title}\t{status}\t{}\n", link.url.expose()))
}

/// Does due work.
pub(crate) async fn work(desk: Arc<Desk>) {
    loop {
        match desk.run_due().await {
            Ok(report) => {
                let failures = report.errors.iter().chain(&report.notice_failures);
                failures.for_each(|failure| eprintln!("embed-hyper: {failure}"));
            }
            Err(error) => eprintln!("embed-hyper: {}", ErrorChain::of(&error)),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[async_trait]
impl Directory for App {
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
        let is_known = ["CA-BVAU", "CA-OTU"].contains(&id.as_str());
        Ok(is_known.then(|| Participant::new(id.clone(), id.as_str())))
    }

    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
        let id = facts.patron.as_ref().map(PatronId::as_str);
        let found = self.people.iter().find(|person| Some(person.id) == id);
        Ok(found.map(|person| Contact::new(person.id, person.email)))
    }
}

#[async_trait]
impl Authorizer for App {
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        let staff = self.caller(&request.headers).filter(|person| person.is_staff);
        let actor = |it: &Person| {
            Some(Actor::staff(AgencyId::new(it.library).ok()?, StaffId::new(it.id).ok()?))
        };
        Ok(staff.and_then(actor))
    }
}
