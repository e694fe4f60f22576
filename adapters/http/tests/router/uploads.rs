use crate::stage::{Lines, Stage, pdf};
use axum::body::Body;
use bytes::Bytes;
use desktop_delivery::Policy;
use http::{Method, Request, StatusCode};

const LENDER: (&str, &str) = ("x-actor", "CA-OTU");

fn form(parts: &[(&str, Option<&str>, &[u8])]) -> (String, Vec<u8>) {
    let boundary = "x-boundary-417";
    let mut body = Vec::new();
    for (name, file_name, bytes) in parts {
        body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        let file = file_name.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        let head = format!("Content-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

async fn post(stage: &Stage, parts: &[(&str, Option<&str>, &[u8])]) -> crate::stage::Answer {
    let (content_type, body) = form(parts);
    let path = format!("/api/requests/{}/files", stage.handle);
    stage.ask(Method::POST, &path, &[LENDER, ("content-type", &content_type)], body).await
}

async fn attached(stage: &Stage) -> usize {
    let lender = crate::stage::staff("CA-OTU");
    stage.desk.staff_view(stage.handle, &lender).await.expect("it is theirs").files.len()
}

#[tokio::test]
async fn a_form_attaches_its_files_each_with_what_goes_before_it() {
    let stage = Stage::pending(Policy::illume()).await;
    let (one, two) = (pdf(100_000), pdf(7));
    let answer = post(
        &stage,
        &[
            ("description", None, b"The article"),
            ("downloads", None, b"3"),
            ("file", Some("article.pdf"), &one),
            ("csrf", None, b"the host's own"),
            ("file", Some("C:\\scans\\Über.pdf"), &two),
            ("file", Some(""), b""),
        ],
    )
    .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let files = &answer.json()["files"];
    assert_eq!(files[0]["file_name"], "article.pdf");
    assert_eq!(files[0]["size"], 100_000);
    assert_eq!(files[0]["media_type"], "application/pdf");
    assert_eq!(files[1]["file_name"], "Über.pdf");
    assert_eq!(attached(&stage).await, 2);
    let path = format!("/api/requests/{}", stage.handle);
    let shown = stage.ask(Method::GET, &path, &[LENDER], Body::empty()).await.json();
    assert_eq!(shown["files"][0]["description"], "The article");
    assert_eq!(shown["files"][0]["max_downloads"], 3);
    assert_eq!(shown["files"][1]["description"], "");
    assert_eq!(shown["files"][1]["max_downloads"], 5);
}

#[tokio::test]
async fn a_file_that_is_refused_is_named_and_those_before_it_stay() {
    let stage = Stage::pending(Policy::illume()).await;
    let good = pdf(100);
    let parts: &[(&str, Option<&str>, &[u8])] = &[
        ("file", Some("good.pdf"), &good),
        ("file", Some("setup.exe"), b"MZ"),
        ("file", Some("never.pdf"), &good),
    ];
    let answer = post(&stage, parts).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let problem = answer.json();
    assert_eq!(problem["file_name"], "setup.exe");
    assert_eq!(problem["files"][0]["file_name"], "good.pdf");
    assert!(problem["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()));
    assert_eq!(attached(&stage).await, 1);
}

#[tokio::test]
async fn bad_uploads_get_a_reason_and_attach_nothing() {
    let stage = Stage::pending(Policy::illume().with_max_file_bytes(1_000)).await;
    let path = |name: &str| format!("/api/requests/{}/uploads/{name}", stage.handle);
    let big = pdf(1_001);
    let cases: Vec<(String, Lines<'_>, Bytes, u16)> = vec![
        (path("a.pdf"), &[LENDER], big.clone(), 413),
        (path("a.pdf"), &[LENDER, ("content-length", "10")], pdf(20), 422),
        (path("a.pdf"), &[LENDER, ("content-length", "30")], pdf(20), 422),
        (path("a.pdf"), &[LENDER, ("content-length", "2000")], pdf(20), 413),
        (path("a.pdf"), &[LENDER], Bytes::new(), 422),
        (path("a.html"), &[LENDER], pdf(20), 415),
        (path("a.pdf"), &[LENDER], Bytes::from_static(b"<!DOCTYPE html><html>"), 415),
        (path("%E2%80%AE"), &[LENDER], pdf(20), 422),
        (path("a.pdf?downloads=6"), &[LENDER], pdf(20), 422),
        (path("a.pdf?downloads=many"), &[LENDER], pdf(20), 400),
        (path("a.pdf?replaces=9"), &[LENDER], pdf(20), 404),
        (path("a.pdf"), &[("x-actor", "CA-BVAU")], pdf(20), 403),
        (path("a.pdf"), &[("x-actor", "CA-QMU")], pdf(20), 404),
        (path("a.pdf"), &[], pdf(20), 401),
        ("/api/requests/ffffffffffffffff/uploads/a.pdf".to_owned(), &[LENDER], pdf(20), 404),
        ("/api/requests/nonsense/uploads/a.pdf".to_owned(), &[LENDER], pdf(20), 404),
    ];
    for (path, headers, body, status) in cases {
        let answer = stage.ask(Method::PUT, &path, headers, body).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {headers:?}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(attached(&stage).await, 0, "{path} {headers:?}");
    }
    assert_eq!(post(&stage, &[]).await.status, StatusCode::BAD_REQUEST, "no file");
    assert_eq!(
        post(&stage, &[("file", Some("a.pdf"), &big)]).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let broken = "--x-boundary-417\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7";
    let files = format!("/api/requests/{}/files", stage.handle);
    let kind = ("content-type", "multipart/form-data; boundary=x-boundary-417");
    let answer = stage.ask(Method::POST, &files, &[LENDER, kind], broken).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    let answer = stage.ask(Method::POST, &files, &[LENDER], "x").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(attached(&stage).await, 0);
}

#[tokio::test]
async fn an_upload_that_breaks_off_attaches_nothing_and_leaves_nothing() {
    let stage = Stage::pending(Policy::illume()).await;
    let pieces = [Ok(pdf(50_000)), Err(std::io::Error::other("the sender went away"))];
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let path = format!("/api/requests/{}/uploads/a.pdf", stage.handle);
    let request = Request::put(path).header(LENDER.0, LENDER.1).body(body).expect("it is whole");
    let answer = stage.send(request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["code"], "interrupted");
    assert_eq!(attached(&stage).await, 0);
    assert!(stage.blobs.keys().is_empty());
}
