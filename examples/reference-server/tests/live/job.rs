//! The main job with real documents: upload, ship, links, downloads, limits, extensions.

use crate::support::caller::send;
use crate::support::documents::{by_debian, by_ghostscript, by_img2pdf, by_weasyprint};
use crate::support::installation::{Installation, PATRON_ADDRESS};
use crate::support::patron::Patron;
use crate::support::{digest, until};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;

#[tokio::test]
async fn documents_of_every_producer_arrive_unchanged() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    let documents = [by_weasyprint(), by_ghostscript(), by_img2pdf(), by_debian()]
        .map(|bytes| (digest(&bytes), bytes));

    let [(_, html), (_, postscript), (_, scan), (_, manual)] = documents.clone();
    let form = Form::new()
        .text("description", "Pages 1 to 8")
        .text("downloads", "2")
        .part("file", Part::bytes(html).file_name("Würm – “glaciers”.pdf"))
        .part("file", Part::bytes(postscript).file_name("figures.pdf"));
    let upload = here.lender.request(Method::POST, &format!("{request}/files")).multipart(form);
    let attached = send(upload).await.expect(201).json();
    assert_eq!(attached["files"][0]["digest"], documents[0].0);
    assert_eq!(attached["files"][1]["digest"], documents[1].0);
    let put = here.lender.upload(&request, "scan.pdf", scan).await.expect(201).json();
    assert_eq!(
        (&put["digest"], &put["media_type"]),
        (&json!(documents[2].0), &json!("application/pdf"))
    );
    here.lender.upload(&request, "manual.pdf", manual).await.expect(201);

    // Documents are not visible before they are shipped.
    let patron = here.patron(&request).await;
    let early = patron.claim(1, "too-early").await;
    assert_eq!(early.expect(409).json()["code"], "not-shipped");
    here.ship(&request).await;
    assert_eq!(here.used(&request).await, [0, 0, 0, 0]);

    let page = patron.page().await.expect(200).text();
    for shown in ["Würm – “glaciers”.pdf", "Pages 1 to 8", "scan.pdf", "2 of 2 downloads left"]
    {
        assert!(page.contains(shown), "no {shown}: {page}");
    }
    assert_eq!(here.used(&request).await, [0, 0, 0, 0], "looking is free");

    for (file, (digest_before, bytes)) in (1..).zip(&documents) {
        // The page's form for two of them, the API for the others.
        let ticket = if file % 2 == 1 {
            patron.submit(file, 1).await.location()
        } else {
            patron.ticket(file, "my-key").await
        };
        let got = patron.fetch(&ticket).await.expect(200);
        assert_eq!(digest(&got.bytes), *digest_before);
        assert_eq!(got.header("etag"), format!("\"{digest_before}\""));
        assert_eq!(got.header("content-type"), "application/pdf");
        assert_eq!(got.header("content-length"), bytes.len().to_string());
        assert!(got.header("content-disposition").starts_with("attachment"));
    }
    assert_eq!(here.used(&request).await, [1, 1, 1, 1]);
}

#[tokio::test]
async fn an_interrupted_download_resumes_for_free() {
    let here = Installation::start().await;
    let document = by_img2pdf();
    let (request, patron) = here.shipped(&document).await;
    let ticket = patron.submit(1, 1).await.location();

    let host = here.server.address.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    write!(connection, "GET {ticket} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut received = Vec::new();
    connection.try_clone().unwrap().take(400_000).read_to_end(&mut received).unwrap();
    // Unread bytes make the kernel reset the connection.
    drop(connection);
    let head = received.windows(4).position(|at| at == b"\r\n\r\n").unwrap() + 4;
    let etag = format!("\"{}\"", digest(&document));
    assert!(String::from_utf8_lossy(&received[..head]).contains(&etag));
    let mut whole = received.split_off(head);
    assert!(whole.len() > 300_000 && whole.len() < document.len());

    let rest = patron.caller.request(Method::GET, &ticket);
    let rest = rest.header("range", format!("bytes={}-", whole.len())).header("if-range", etag);
    let rest = send(rest).await.expect(206);
    let range = format!("bytes {}-{}/{}", whole.len(), document.len() - 1, document.len());
    assert_eq!(rest.header("content-range"), range);
    whole.extend(rest.bytes);
    assert_eq!(digest(&whole), digest(&document));
    assert_eq!(here.used(&request).await, [1]);

    // The page offers the same ticket again.
    let page = patron.page().await.text();
    assert!(page.contains(&format!("href=\"{ticket}\"")), "{page}");
    assert!(page.contains("4 of 5 downloads left"), "{page}");
}

#[tokio::test]
async fn after_the_last_download_an_extension_can_be_requested() {
    let here = Installation::start().await;
    let document = by_ghostscript();
    let (request, patron) = here.shipped(&document).await;
    for ordinal in 1..=5 {
        let ticket = patron.submit(1, ordinal).await.location();
        assert_eq!(patron.fetch(&ticket).await.expect(200).bytes, document);
    }

    let sixth = patron.submit(1, 6).await.expect(403);
    let page = sixth.text();
    assert!(page.contains("All 5 downloads have been used"), "{page}");
    assert!(page.contains("ill@ca-bvau.example.org"), "whom to write to: {page}");
    assert!(page.contains(&format!("action=\"{}/1/ask\"", patron.link)), "a form to ask: {page}");
    let problem = patron.claim(1, "sixth").await.expect(403).json();
    assert_eq!((&problem["code"], &problem["limit"]), (&json!("exhausted"), &json!(5)));
    assert_eq!(here.used(&request).await, [5]);

    assert_eq!(patron.ask(1, "Page 7 is unreadable").await.location(), patron.link);
    assert!(patron.page().await.text().contains("You requested an extension"));
    assert_eq!(here.view(&request).await["extension_requests"][0]["note"], "Page 7 is unreadable");

    let wish = json!({ "audience": "patron", "downloads": 2 });
    let path = format!("{request}/files/1/grant");
    let refused = here.borrower.post(&path, wish.clone()).await;
    assert_eq!(refused.expect(403).json()["code"], "forbidden", "granting is the lender's");
    here.lender.post(&path, wish).await.expect(204);
    assert_eq!(here.view(&request).await["extension_requests"], json!([]));

    assert!(patron.page().await.text().contains("2 of 7 downloads left"));
    let ticket = patron.submit(1, 6).await.location();
    assert_eq!(patron.fetch(&ticket).await.expect(200).bytes, document);
    assert_eq!(here.used(&request).await, [6]);
}

#[tokio::test]
async fn receiving_sends_the_patron_a_working_link() {
    let here = Installation::start().await;
    let document = by_weasyprint();
    let request = here.request("2026-00417").await;
    here.lender.upload(&request, "on-ice-ages.pdf", document.clone()).await.expect(201);
    here.ship(&request).await;
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);

    let mail = here.data.join("mail");
    let message = until("the patron's mail", || async {
        let entries = std::fs::read_dir(&mail).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        entries
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .filter_map(|path| Some((std::fs::read_to_string(&path).ok()?, path)))
            .find(|(text, _)| text.contains(PATRON_ADDRESS))
    });
    let (raw, path) = message.await;
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds an address and a link");

    // As a person copies it: a line of the raw text without decoding.
    let start = format!("{}/d/", here.server.address);
    let link = raw.lines().find(|line| line.starts_with(&start));
    let patron = Patron::new(&here.server.address, link.unwrap_or_else(|| panic!("{raw}")));
    let ticket = patron.submit(1, 1).await.location();
    assert_eq!(patron.fetch(&ticket).await.expect(200).bytes, document);
    assert_eq!(here.used(&request).await, [1]);
    let notice = until("the notice to be settled", || async {
        let view = here.view(&request).await;
        let notices = view["notices"].as_array()?.clone();
        notices.into_iter().find(|notice| notice["to"] == "patron" && notice["state"] == "sent")
    });
    assert_eq!(notice.await["kind"], "received");
}

#[tokio::test]
async fn the_printed_sample_link_works() {
    let folder = tempfile::tempdir().unwrap();
    let server = crate::support::server::Launch::new(folder.path()).with_sample_data().start();
    let link = server.printed_word(&format!("{}/d/", server.address));
    let patron = Patron::new(&server.address, &link);
    let view = patron.view().await;
    assert_eq!((&view["files"][0]["left"], &view["files"][0]["limit"]), (&json!(5), &json!(5)));
    let ticket = patron.submit(1, 1).await.location();
    let bytes = patron.fetch(&ticket).await.expect(200).bytes;
    assert!(bytes.starts_with(b"%PDF-"));

    for (key, status) in [("API key of the host", 200), ("API key of the lending library", 200)] {
        let key = server.printed_word(key);
        let caller = crate::support::caller::Caller::new(&server.address, Some(&key));
        let list = caller.get("/api/v1/requests").await.expect(status).json();
        assert!(list["requests"].as_array().is_some_and(|requests| requests.len() >= 4));
    }
}
