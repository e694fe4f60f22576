//! The history of a request, as staff read and save it.

use crate::support::browser::Browser;
use crate::support::sample::Sample;
use crate::support::until;
use serde_json::{Value, json};

#[tokio::test]
async fn staff_read_and_save_the_history_in_their_language() {
    let here = Sample::start();
    let handle = here.handle("2026-00417").await;
    let request = format!("/api/v1/requests/{handle}");
    // An account's name, and an id that a spreadsheet would treat as a formula.
    let grant = json!({ "audience": "patron", "downloads": 2 });
    let path = format!("{request}/files/1/grant");
    here.lender("toronto").await.post(&path, grant.clone()).await.expect(204);
    here.lender("=1+1").await.post(&path, grant).await.expect(204);
    until("the patron's mail", || async {
        let view = here.host.get(&request).await.json();
        let notices = view["notices"].as_array()?.clone();
        notices.iter().any(|notice| notice["state"] == "sent").then_some(())
    })
    .await;

    let browser = Browser::start().await;
    browser.sign_in(&here.server, "toronto").await;
    browser.sees("Anne Roy").await;
    let page = format!("{}/supply/{}/history", here.server.address, handle);
    browser.open(&page).await;
    let text = browser.sees("History").await;
    for shown in [
        "Uploaded document 1 (on-ice-ages.pdf)",
        "Shipped the request with 1 document",
        "Marked the request as received",
        "Created a link for the patron",
        "The mail server accepted the email “Received, with documents”",
        "Granted 2 extra downloads of document 1",
        "Anne Roy, Toronto University Library",
        "lender-1, Toronto University Library",
        "borrower-1, Vancouver University Library",
        "The host system",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    browser.open(&page.replace("/supply/", "/borrow/")).await;
    browser.sees("Page not found").await;
    let french = format!("{}/language?to=fr&back=/supply/{}/history", here.server.address, handle);
    browser.open(&french).await;
    let text = browser.sees("Historique").await;
    for shown in [
        "A téléversé le document 1 (on-ice-ages.pdf)",
        "A expédié la demande avec 1 document",
        "A marqué la demande comme reçue",
        "A accordé 2 téléchargements supplémentaires du document 1",
        "Le système hôte",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }

    let lender = here.cookie("toronto").await;
    let file = here.get(&format!("/supply/{}/history.csv", handle), &lender, "en").await;
    assert!(file.header("content-disposition").starts_with("attachment"));
    let file = file.expect(200);
    let mut table = csv::Reader::from_reader(&*file.bytes);
    let heads: Vec<String> = table.headers().unwrap().iter().map(ToOwned::to_owned).collect();
    assert_eq!(heads, ["When (UTC)", "When", "Who", "What happened", "Event"]);
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!((&rows[0][4], &rows[0][2]), ("created", "The host system"));
    assert!(rows.iter().any(|row| &row[2] == "'=1+1, Toronto University Library (sample)"));
    for row in &rows {
        assert!(!row.iter().any(|cell| cell.starts_with('=')), "{row:?}");
    }
    let file = here.get(&format!("/supply/{}/history.json", handle), &lender, "fr").await;
    let told: Value = file.expect(200).json();
    let told = told.as_array().unwrap();
    assert_eq!(told.len(), rows.len());
    let granted: Vec<_> = told.iter().filter(|one| one["event"] == "granted").collect();
    assert_eq!((granted.len(), &granted[0]["downloads"]), (2, &json!(2)));
    assert_eq!(granted[0]["who"], "Anne Roy, Toronto University Library (sample)");
    assert!(granted[0]["at"].as_str().unwrap().ends_with('Z'));

    // The history contains no working link and does not name the patron.
    let link = here.server.printed.last().unwrap();
    let token = link.rsplit('/').next().unwrap();
    for file in ["history", "history.csv", "history.json"] {
        let text = here.get(&format!("/supply/{}/{file}", handle), &lender, "en").await.text();
        assert!(!text.contains(token) && !text.contains("santos"), "{file}");
    }
}

#[tokio::test]
async fn a_history_is_limited_to_the_participating_libraries() {
    let here = Sample::start();
    let handle = here.handle("2026-00417").await;
    let (lender, stranger) = (here.cookie("toronto").await, here.cookie("montreal").await);
    let borrower = here.cookie("vancouver").await;
    for file in ["history", "history.csv", "history.json"] {
        let (supply, borrow) =
            (format!("/supply/{}/{file}", handle), format!("/borrow/{}/{file}", handle));
        here.get(&supply, &lender, "en").await.expect(200);
        here.get(&borrow, &borrower, "en").await.expect(200);
        for (path, cookie) in
            [(&supply, &stranger), (&borrow, &stranger), (&supply, &borrower), (&borrow, &lender)]
        {
            here.get(path, cookie, "en").await.expect(404);
        }
        let nobody = here.get(&supply, "", "en").await.location();
        assert!(nobody.contains("/sign-in?next="), "{nobody}");
    }
    // Before shipping, the borrowing library sees nothing about documents.
    let handle = here.handle("2026-00412").await;
    let text = here.get(&format!("/borrow/{handle}/history"), &borrower, "en").await.text();
    assert!(text.contains("Added the request"), "{text}");
    assert!(!text.contains("Uploaded"), "{text}");
    let lender = here.get(&format!("/supply/{handle}/history"), &lender, "en").await.text();
    assert!(lender.contains("Uploaded document 1"), "{lender}");
}
