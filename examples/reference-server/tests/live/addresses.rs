//! Email addresses, wherever they are entered, and link addresses damaged by email programs.

use crate::support::documents::{by_ghostscript, noise_pdf};
use crate::support::installation::Installation;
use crate::support::mail::MailServer;
use crate::support::until;
use serde_json::json;

#[tokio::test]
async fn invalid_addresses_are_refused_everywhere() {
    let here = Installation::start().await;
    let library = |emails: serde_json::Value| json!({ "name": "Library", "email": emails });
    let path = "/api/v1/participants/CA-QMU";
    for (wrong, place) in [
        (json!("bad"), "(address 1 of `email`)"),
        (json!("a@x.org; b"), "(address 2 of `email`)"),
        (json!(["a@x.org; b@y.org"]), "(`email[0]`)"),
        (json!(["a@x.org", "b@y.org", "c@z"]), "(`email[2]`)"),
    ] {
        let refused = here.host.put(path, library(wrong.clone())).await.expect(422).json();
        let title = refused["title"].as_str().unwrap();
        assert!(
            title.starts_with("email address ") && title.ends_with(place),
            "{wrong}: {refused}"
        );
        assert_eq!(refused["field"], "email", "{refused}");
        assert!(!title.contains("x.org"), "no address is repeated: {refused}");
    }
    let empty = here.host.put(path, library(json!(""))).await.expect(422).json();
    assert_eq!((&empty["field"], &empty["title"]), (&json!("email"), &json!("`email` is empty")));
    let named = json!({ "name": "Library", "emails": ["bad"] });
    let refused = here.host.put(path, named).await.expect(422).json();
    assert!(refused["title"].as_str().unwrap().ends_with("(`emails[0]`)"), "{refused}");
    let twice = json!({ "name": "Library", "emails": ["a@x.org"], "email": "b@y.org" });
    let refused = here.host.put(path, twice).await.expect(400).json();
    assert!(refused["title"].as_str().unwrap().contains("`email` and `emails`"), "{refused}");
    let policy = json!({ "name": "Library", "policy": "strict" });
    let refused = here.host.put(path, policy).await.expect(422).json();
    let title = refused["title"].as_str().unwrap();
    assert!(title.starts_with("`policy` is \"strict\"; expected one of illume, "), "{title}");
    for wrong in [json!(7), json!([7]), json!({ "a": 1 })] {
        here.host.put(path, library(wrong)).await.expect(400);
    }
    let listed = here.host.get("/api/v1/participants").await.expect(200).text();
    assert!(!listed.contains("CA-QMU"), "nothing of it was kept: {listed}");
    for (sent, kept) in [
        (json!("a@x.org; b@y.org"), json!(["a@x.org", "b@y.org"])),
        (json!(["a@x.org", "A@x.org", "é@exämple.org"]), json!(["a@x.org", "é@exämple.org"])),
        (json!(null), json!([])),
    ] {
        here.host.put(path, library(sent)).await.expect(204);
        let all = here.host.get("/api/v1/participants").await.expect(200).json();
        let found = all.as_array().unwrap().iter().find(|one| one["id"] == "CA-QMU").unwrap();
        assert_eq!(found["emails"], kept);
        // A returned value can be sent back.
        here.host.put(path, found.clone()).await.expect(204);
    }
    let patron = format!("{path}/patrons/p-1");
    for wrong in ["bad", "", "a@x.org; b@y.org", "a@x.org\r\nBcc: b@y.org"] {
        let refused = here.host.put(&patron, json!({ "email": wrong })).await.expect(422).json();
        assert!(refused["title"].as_str().unwrap().starts_with("email address "), "{refused}");
    }
    for wrong in ["a@x.org; b@y.org", "Carla Santos <a@x.org>"] {
        let refused = here.host.put(&patron, json!({ "email": wrong })).await.expect(422).json();
        assert_eq!(refused["reason"], "not-one-address", "{refused}");
        assert!(refused["remedy"].as_str().unwrap().contains("one address only"), "{refused}");
    }
}

#[tokio::test]
async fn a_failed_address_of_a_library_shows_with_the_request() {
    let smtp = MailServer::start();
    let here = Installation::start_with(|launch| {
        let launch = launch.with("SMTP__HOST", "127.0.0.1").with("SMTP__PORT", smtp.port);
        launch.with("SMTP__SECURITY", "none").with("MAIL__FROM", "ill@consortium.example.org")
    })
    .await;
    let library = json!({
        "name": "Halifax Public Library", "channel": "email",
        "emails": ["ill@halifax.example.org", "unknown@halifax.example.org", "é@halifax.example.org",
            "loans@exämple.org"],
    });
    here.host.put("/api/v1/participants/CA-NSHPL", library).await.expect(204);
    let request = here.request_of("2026-00416", "CA-NSHPL").await;
    here.lender.upload(&request, "lighthouses.pdf", by_ghostscript()).await.expect(201);
    here.ship(&request).await;
    let notice = until("the notice to be settled", || async {
        let view = here.view(&request).await;
        let notices = view["notices"].as_array()?.clone();
        notices.into_iter().find(|n| n["to"] == "partner" && n["state"] == "sent")
    })
    .await;
    let ends: Vec<_> = notice["copies"].as_array().unwrap().iter().collect();
    let states: Vec<_> = ends.iter().map(|copy| copy["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["sent", "failed", "failed", "sent"], "{notice}");
    assert_eq!(ends[1]["reason"], "refused");
    assert_eq!(ends[2]["reason"], "unsupported-address");
    let inbox = smtp.inbox();
    assert_eq!(inbox.len(), 2);
    for address in ["ill@halifax.example.org", "loans@xn--exmple-cua.org"] {
        assert!(inbox.iter().any(|raw| raw.contains(address)), "{address}: {inbox:?}");
    }
}

#[tokio::test]
async fn a_link_with_trailing_text_redirects_and_is_not_a_miss() {
    let here = Installation::start_with(|launch| launch.with("LIMITS__MISSES_PER_MINUTE", 3)).await;
    let (_, patron) = here.shipped(&noise_pdf(5_000)).await;
    let path = patron.link.clone();
    for behind in [".", ")", "%3E", "%E2%80%8B", "/", ".?utm_source=mail", "%20"] {
        // The client follows the redirect if it can; both are fine.
        let answer = patron.caller.get(&format!("{path}{behind}")).await;
        assert!(answer.status == 303 || answer.status == 200, "{behind}: {}", answer.status);
        if answer.status == 303 {
            assert_eq!(answer.header("location"), path, "{behind}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            assert!(answer.header("cache-control").contains("no-store"));
        }
    }
    assert!(!here.server.log().contains(&path[3..]), "a token is logged");
    // A forged token counts as one miss, however it is damaged.
    for forged in ["/d/AQEAAAAAAAAAAAA1.", "/d/AQEAAAAAAAAAAAA2/", "/d/AQEAAAAAAAAAAAA3%20"] {
        patron.caller.get(forged).await.expect(404);
    }
    patron.page().await.expect(429);
}
