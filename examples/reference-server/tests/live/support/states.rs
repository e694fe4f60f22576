//! The sample data with more requests, links and files, in every state that a page shows.

use crate::support::caller::Caller;
use crate::support::documents::by_ghostscript;
use crate::support::patron::Patron;
use crate::support::sample::Sample;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// A document with a long title, as is common.
const TITLE: &str = "Sediments of the Strait of Georgia, and the glaciers that left them behind";

/// A request and its link.
pub(crate) struct Standing {
    pub(crate) handle: String,
    /// The path of the patron's link.
    pub(crate) link: String,
}

/// Requests of Vancouver supplied by Toronto, each in a different state.
pub(crate) struct States {
    /// Of three files, one has a problem, one is used up with an extension request, and one has an
    /// answer.
    pub(crate) troubled: Standing,
    /// Shipped, with a file that has no preview and an open download.
    pub(crate) claimed: Standing,
    pub(crate) used_up: Standing,
    pub(crate) expired: Standing,
    /// The link was closed.
    pub(crate) revoked: Standing,
    /// The path of a ticket of the closed link.
    pub(crate) ticket: String,
    pub(crate) withdrawn: Standing,
    /// Not shipped, with a cancellation request.
    pub(crate) cancelling: Standing,
}

impl States {
    pub(crate) async fn of(here: &Sample) -> Self {
        let lender = here.staff("CA-OTU", "m-7").await;
        let borrower = here.staff("CA-BVAU", "m-8").await;
        let document = by_ghostscript();
        let stage = Stage { here, lender, borrower, document };

        let troubled = stage.shipped("2026-00501", 3).await;
        stage.trouble(&troubled).await;
        let claimed = stage.pending("2026-00502", 1).await;
        // A kind of file without a preview.
        let letter = stage.request(&claimed, "/uploads/letter.txt");
        stage.lender.put_bytes(&letter, b"Dear colleague,\n".to_vec()).await.expect(201);
        stage.ship(&claimed).await;
        stage.patron(&claimed).claim(1, "one").await.expect(200);
        let used_up = stage.shipped("2026-00503", 1).await;
        stage.use_up(&used_up, 1).await;
        let expired = stage.shipped("2026-00504", 1).await;
        let revoked = stage.shipped("2026-00505", 1).await;
        let ticket = stage.patron(&revoked).ticket(1, "one").await;
        let link = stage.request(&revoked, "/links/1");
        stage.lender.delete(&link).await.expect(204);
        let withdrawn = stage.shipped("2026-00506", 1).await;
        let why = json!({ "why": "The wrong volume" });
        let path = stage.request(&withdrawn, "/withdraw");
        stage.lender.post(&path, why).await.expect(204);
        let cancelling = stage.pending("2026-00507", 1).await;
        let path = stage.request(&cancelling, "/cancel");
        stage.borrower.post(&path, json!({})).await.expect(204);
        stage.expire(&expired).await;
        Self { troubled, claimed, used_up, expired, revoked, ticket, withdrawn, cancelling }
    }
}

struct Stage<'a> {
    here: &'a Sample,
    lender: Caller,
    borrower: Caller,
    document: Vec<u8>,
}

impl Stage<'_> {
    fn request(&self, standing: &Standing, rest: &str) -> String {
        format!("/api/v1/requests/{}{rest}", standing.handle)
    }

    fn patron(&self, standing: &Standing) -> Patron {
        Patron::new(&self.here.server.address, &standing.link)
    }

    /// Creates a request with this many files and its patron's link.
    async fn pending(&self, reference: &str, files: u8) -> Standing {
        let news = json!({
            "reference": reference, "requester": "CA-BVAU", "supplier": "CA-OTU", "patron": "p-2041",
            "title": TITLE, "source": "Canadian Journal of Earth Sciences 21 (1984), 112-139",
            "requester_request_id": reference, "supplier_request_id": &reference[5..],
            "status": "pending",
        });
        let known = self.here.host.post("/api/v1/requests", news).await.expect(200).json();
        let handle = known["handle"].as_str().expect("it is text").to_owned();
        let mut standing = Standing { handle, link: String::new() };
        for number in 1..=files {
            let path = self.request(&standing, &format!("/uploads/sediments-{number}.pdf"));
            self.lender.put_bytes(&path, self.document.clone()).await.expect(201);
        }
        let links = self.request(&standing, "/links");
        let patron = json!({ "audience": "patron" });
        let issued: Value = self.here.host.post(&links, patron).await.expect(200).json();
        let url = issued["url"].as_str().expect("it is text");
        url[url.find("/d/").expect("it is a link")..].clone_into(&mut standing.link);
        standing
    }

    async fn shipped(&self, reference: &str, files: u8) -> Standing {
        let standing = self.pending(reference, files).await;
        self.ship(&standing).await;
        standing
    }

    async fn ship(&self, standing: &Standing) {
        let path = self.request(standing, "/ship");
        self.lender.post(&path, json!({})).await.expect(204);
    }

    async fn use_up(&self, standing: &Standing, file: u64) {
        for number in 1..=5 {
            self.patron(standing).claim(file, &format!("{file}-{number}")).await.expect(200);
        }
    }

    async fn trouble(&self, standing: &Standing) {
        self.use_up(standing, 2).await;
        let patron = self.patron(standing);
        patron.ask(2, "Page+7+is+unreadable,+and+the+last+one+did+not+print").await.expect(303);
        for (file, kind, note) in
            [(1, "missing-page", "Page 17 is cut off"), (3, "unreadable", "The map")]
        {
            let path = self.request(standing, &format!("/files/{file}/problem"));
            let problem = json!({ "kind": kind, "note": note });
            self.borrower.post(&path, problem).await.expect(204);
        }
        let path = self.request(standing, "/files/3/problem/answer");
        let answer = json!({ "note": "It is as good as the original is." });
        self.lender.post(&path, answer).await.expect(204);
    }

    /// Ends the terms of the first file now.
    async fn expire(&self, standing: &Standing) {
        let end = OffsetDateTime::now_utc() + Duration::seconds(1);
        let end = end.format(&Rfc3339).expect("it is a date");
        let terms = json!({ "terms": { "max_downloads": 5, "expires_at": end, "why": "a test" } });
        let path = self.request(standing, "/files/1");
        self.lender.patch(&path, terms).await.expect(204);
        let patron = self.patron(standing);
        crate::support::until("a file to expire", || async {
            patron.page().await.text().contains("The document has expired").then_some(())
        })
        .await;
    }
}
