//! A host outside the workspace: it mounts the staff pages and the link page below `/ill/delivery`, signs
//! people in itself, replaces a template and adds Spanish.

use axum::Router;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{
    Actor, AgencyId, Desk, Directory, KeyRing, Participant, Parts, PublicAddress, StaffId,
    StoreError,
};
use desktop_delivery_http::{Authorizer, HttpParts, LinkPages, router};
use desktop_delivery_pages::{
    FormKey, Pages, SignIn, SignedInPatron, SignedInStaff, Templates, lending, messages, shared,
};
use desktop_delivery_preview::{PreviewLimits, Previews};
use desktop_delivery_text::Catalog;
use http::HeaderMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// Signs in the user named by the proxy in front.
#[derive(Debug)]
struct OurSignIn;

#[async_trait::async_trait]
impl SignIn for OurSignIn {
    async fn staff(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, StoreError> {
        let user = headers.get("x-user").and_then(|user| user.to_str().ok());
        let (Some(user), Ok(library)) = (user, AgencyId::new("CA-OTU")) else { return Ok(None) };
        let Ok(id) = StaffId::new(user) else { return Ok(None) };
        let actor = Actor::staff(library.clone(), id);
        Ok(Some(SignedInStaff::new(actor, library, user, FormKey::new(format!("key-{user}")))))
    }

    async fn patron(&self, _: &HeaderMap) -> Result<Option<SignedInPatron>, StoreError> {
        Ok(None)
    }

    fn staff_sign_in(&self, next: &str) -> String {
        format!("/login?to={next}")
    }

    fn patron_sign_in(&self, next: &str) -> String {
        format!("/login?to={next}")
    }
}

#[async_trait::async_trait]
impl Authorizer for OurSignIn {
    async fn authorize(&self, _: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        Ok(None)
    }
}

/// The host's application, and the desk on which its own code acts.
pub fn host(folder: &Path) -> Result<(Router, Arc<Desk>), Box<dyn Error>> {
    let texts = Catalog::builder().with_package(messages());
    let texts = texts.with_folder(&folder.join("messages"))?.build()?;
    let templates = Templates::builder(texts.clone()).with_folder(&folder.join("templates"))?;
    let templates = Templates::new(templates)?;
    let link_pages = LinkPages::with_texts(texts);
    let directory: Arc<dyn Directory> = Arc::new(
        MemoryDirectory::new()
            .with_participant(Participant::new(AgencyId::new("CA-BVAU")?, "Coast Library"))
            .with_participant(Participant::new(AgencyId::new("CA-OTU")?, "Northern Library")),
    );
    let secret = || SecretKey::generate(&SystemEntropy);
    let desk = Arc::new(Desk::new(Parts {
        ledger: Arc::new(MemoryLedger::new()),
        blobs: Arc::new(MemoryBlobStore::new()),
        notifier: Arc::new(RecordingNotifier::new()),
        directory: Arc::clone(&directory),
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: KeyRing::new(SigningKey::new(1, secret()?), secret()?),
        policies: Policies::default(),
        address: PublicAddress::new("https://library.example.org/ill/delivery")?,
    }));
    let previews = Previews::by_this_program(PreviewLimits::default())?;
    let pages = Pages::new(Arc::clone(&desk), directory, Arc::new(OurSignIn), previews)
        .without_borrowing()
        .without_library_record()
        .with_templates(templates)
        .with_link_pages(link_pages.clone());
    let http = HttpParts::new(Arc::clone(&desk), Arc::new(OurSignIn)).with_pages(link_pages);
    let delivery = router(http).merge(lending(pages.clone())).merge(shared(pages));
    Ok((Router::new().nest("/ill/delivery", delivery), desk))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use desktop_delivery::{Audience, Facts, RequestReference, Status};
    use http::{Request, header};
    use tower::ServiceExt as _;

    async fn open(app: &Router, path: &str) -> Result<String, Box<dyn Error>> {
        let asked = Request::get(path).header("x-user", "m.ito").header(header::ACCEPT_LANGUAGE, "es");
        let answer = app.clone().oneshot(asked.body(Body::empty())?).await?;
        Ok(String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await?.to_vec())?)
    }

    #[tokio::test]
    async fn a_host_mounts_the_pages_with_its_sign_in_template_and_language()
    -> Result<(), Box<dyn Error>> {
        let (app, desk) = host(Path::new(env!("CARGO_MANIFEST_DIR")))?;
        let (borrower, lender) = (AgencyId::new("CA-BVAU")?, AgencyId::new("CA-OTU")?);
        let facts = Facts::new(RequestReference::new("2026-00417")?, borrower, lender, "On Ice Ages");
        let handle = desk.sync(facts, Status::Pending, desk.now()).await?.handle;

        let list = open(&app, "/ill/delivery/supply").await?;
        assert!(list.contains("<html lang=\"es\" dir=\"ltr\">"), "{list}");
        assert!(list.contains("<h1>Solicitudes por atender</h1>"), "{list}");
        let row = format!("<li><a href=\"/ill/delivery/supply/{handle}\">On Ice Ages</a></li>");
        assert!(list.contains(&format!("<ol class=\"ours\">{row}</ol>")), "{list}");
        let request = open(&app, &format!("/ill/delivery/supply/{handle}")).await?;
        assert!(request.contains("m.ito") && request.contains("key-m.ito"), "{request}");
        let style = request.split('"').find(|it| it.ends_with("desk.css")).unwrap_or_default();
        assert!(open(&app, style).await?.contains(".panel"), "{style}");

        let link = desk.issue_link(handle, &Actor::Host, Audience::Partner).await?.url;
        let path = link.expose().replace("https://library.example.org", "");
        let page = open(&app, &path).await?;
        assert!(page.contains("<html lang=\"es\""), "{page}");
        let stranger = Request::get("/ill/delivery/supply").body(Body::empty())?;
        let stranger = app.oneshot(stranger).await?;
        assert_eq!(stranger.headers()[header::LOCATION], "/login?to=%2Fsupply");
        Ok(())
    }
}
