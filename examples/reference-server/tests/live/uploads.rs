//! Uploads that are refused before they are read, concurrent ones, and those that never fit.

use crate::support::caller::{Caller, send};
use crate::support::desk::Desk;
use crate::support::documents::noise_pdf;
use crate::support::installation::Installation;
use crate::support::server::Launch;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

const UNKNOWN: &str = "/api/v1/requests/ffffffffffffffff";

/// Sends the head of an upload of 80 MB without its body; returns the head of the response.
fn answer_to_head(here: &Installation, head: &str) -> String {
    let host = here.server.address.strip_prefix("http://").expect("it has no TLS");
    let mut connection = TcpStream::connect(host).expect("the server listens");
    connection.set_read_timeout(Some(Duration::from_secs(5))).expect("it is a duration");
    write!(connection, "{head}\r\nHost: example.org\r\nContent-Length: 80000000\r\n\r\n")
        .expect("it listens");
    let mut answer = Vec::new();
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut byte = [0];
        connection.read_exact(&mut byte).expect("it answers before it has read anything");
        answer.push(byte[0]);
    }
    String::from_utf8(answer).expect("a head is ASCII")
}

#[tokio::test]
async fn unauthorized_uploads_are_refused_before_the_body() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    let key = here.server.printed_word("API key of the host");
    let form = "Content-Type: multipart/form-data; boundary=x";
    let bearer = format!("Authorization: Bearer {key}");
    let page = request.replace("/api/v1/requests/", "/supply/");
    for (line, headers, status) in [
        (format!("POST {request}/files"), vec![form], 401),
        (format!("PUT {request}/uploads/a.pdf"), vec![], 401),
        (format!("POST {UNKNOWN}/files"), vec![form, &bearer], 404),
        (format!("PUT {UNKNOWN}/uploads/a.pdf"), vec![&bearer], 404),
        (format!("POST {UNKNOWN}/ship"), vec![&bearer], 404),
        (format!("POST {page}/upload"), vec![form], 303),
        ("POST /library/logo".to_owned(), vec![form], 303),
    ] {
        let head = format!("{line} HTTP/1.1\r\n{}", headers.join("\r\n"));
        let answer = answer_to_head(&here, head.trim_end());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{line}: {answer}");
    }
}

#[tokio::test]
async fn a_client_that_sends_the_whole_body_gets_its_response() {
    let here = Installation::start().await;
    for _ in 0..3 {
        let refused = here.lender.upload(UNKNOWN, "big.pdf", noise_pdf(60_000_000)).await;
        assert_eq!(refused.expect(404).json()["code"], "unknown");
        let part = Part::bytes(noise_pdf(60_000_000)).file_name("big.pdf");
        let form = Form::new().part("file", part);
        let refused = here.lender.request(Method::POST, &format!("{UNKNOWN}/files"));
        send(refused.multipart(form)).await.expect(404);
    }
    // The same connections remain usable.
    let request = here.request("2026-00417").await;
    here.lender.upload(&request, "small.pdf", noise_pdf(5_000)).await.expect(201);
}

#[tokio::test]
async fn endless_part_headers_cost_nothing() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\nX-Padding: ".to_vec();
    body.resize(80_000_000, b'x');
    let sent = here.lender.request(Method::POST, &format!("{request}/files"));
    let sent = sent.header("content-type", "multipart/form-data; boundary=x").body(body);
    // Rescanning everything for each piece would take 20 seconds.
    let refused = tokio::time::timeout(Duration::from_secs(15), send(sent)).await;
    let problem = refused.expect("it is refused at once").expect(400).json();
    assert!(problem["title"].as_str().is_some_and(|title| title.contains("8192")), "{problem}");
    assert_eq!(here.view(&request).await["files"], json!([]));
}

#[tokio::test]
async fn forty_concurrent_uploads_to_one_request_are_all_attached() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    let uploads = (0..40).map(|number| {
        let (lender, request) = (here.lender.clone(), request.clone());
        tokio::spawn(async move {
            lender.upload(&request, &format!("page-{number}.pdf"), noise_pdf(20_000)).await
        })
    });
    for upload in uploads.collect::<Vec<_>>() {
        upload.await.expect("nothing panics").expect(201);
    }
    assert_eq!(here.view(&request).await["files"].as_array().map(Vec::len), Some(40));
}

/// Adds settings with a quota of bytes for every lending library.
fn with_quota(launch: Launch, folder: &Path) -> Launch {
    let settings = folder.join("settings.toml");
    let quota = "[[policies]]\nname = \"illume\"\n[policies.quotas]\nsupplier_bytes = 20000\n";
    std::fs::write(&settings, quota).expect("the folder can be written");
    launch.with("CONFIG", settings.display())
}

#[tokio::test]
async fn a_file_larger_than_the_whole_quota_never_fits() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let here = Installation::start_with(|launch| with_quota(launch, folder.path())).await;
    let request = here.request("2026-00417").await;
    // By the API: with a stated length, and by a form, whose files have none.
    let problem = here.lender.upload(&request, "a.pdf", noise_pdf(20_001)).await.expect(413).json();
    assert_eq!((&problem["code"], &problem["limit"]), (&json!("never-fits"), &json!(20_000)));
    assert!(problem["remedy"].as_str().is_some_and(|text| text.contains("supplier_bytes")));
    let part = Part::bytes(noise_pdf(30_000)).file_name("a.pdf");
    let sent = here.lender.request(Method::POST, &format!("{request}/files"));
    let problem = send(sent.multipart(Form::new().part("file", part))).await.expect(413).json();
    assert_eq!(problem["code"], "never-fits");
    // By command.
    let file = folder.path().join("large.pdf");
    std::fs::write(&file, noise_pdf(20_001)).expect("the folder can be written");
    let settings = folder.path().join("settings.toml").display().to_string();
    let desk = Desk::on(&here.data).with("CONFIG", &settings);
    let refused = desk.run_with("attach 2026-00417 {}", &[&file]).expect(1);
    assert!(
        refused.err.contains("20000") && refused.err.contains("supplier_bytes"),
        "{}",
        refused.err
    );
    assert!(!refused.err.contains("wait"), "{}", refused.err);
    // A file that fits is accepted, even without a stated length.
    let part = Part::bytes(noise_pdf(15_000)).file_name("b.pdf");
    let sent = here.lender.request(Method::POST, &format!("{request}/files"));
    send(sent.multipart(Form::new().part("file", part))).await.expect(201);
    let problem = here.lender.upload(&request, "c.pdf", noise_pdf(9_000)).await.expect(429).json();
    let remedy = problem["remedy"].as_str().expect("it is text");
    assert!(remedy.contains("supplier_bytes") && !remedy.contains("wait"), "{remedy}");
    assert_eq!(problem["from"], json!(null), "no time frees it");
}

#[tokio::test]
async fn every_call_reports_unknown_fields() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    let host: &Caller = &here.host;
    for (method, path, body) in [
        (Method::POST, format!("{request}/ship"), json!({ "withuot_file": true })),
        (Method::POST, format!("{request}/withdraw"), json!({ "withuot_file": true })),
        (
            Method::POST,
            format!("{request}/links"),
            json!({ "audience": "patron", "withuot_file": 1 }),
        ),
        (Method::POST, "/api/v1/keys".to_owned(), json!({ "role": "host", "withuot_file": 1 })),
        (
            Method::PUT,
            "/api/v1/participants/CA-OTU".to_owned(),
            json!({ "name": "x", "withuot_file": 1 }),
        ),
    ] {
        let answer = send(host.request(method, &path).json(&body)).await.expect(422).json();
        let title = answer["title"].as_str().expect("it is text");
        assert!(title.contains("withuot_file"), "{path}: {title}");
    }
    let answer = host.get("/api/v1/requests?role=any&withuot_file=1").await.expect(422).json();
    assert!(answer["title"].as_str().is_some_and(|title| title.contains("withuot_file")));
}
