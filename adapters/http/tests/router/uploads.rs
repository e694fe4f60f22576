use crate::stage::{Lines, Stage, pdf};
use axum::body::Body;
use bytes::Bytes;
use desktop_delivery::AttachmentNo;
use desktop_delivery::Policy;
use futures_util::stream;
use http::{Method, Request, StatusCode};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const LENDER: (&str, &str) = ("x-actor", "CA-OTU");

/// A part of a form: its field name, its file name, and its content.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn form(parts: &[Part<'_>]) -> (String, Vec<u8>) {
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

async fn post(stage: &Stage, parts: &[Part<'_>]) -> crate::stage::Answer {
    let (content_type, body) = form(parts);
    let path = format!("/api/v1/requests/{}/files", stage.handle);
    stage.ask(Method::POST, &path, &[LENDER, ("content-type", &content_type)], body).await
}

async fn attached(stage: &Stage) -> usize {
    let lender = crate::stage::staff("CA-OTU");
    stage
        .desk
        .staff_view(stage.handle, &lender)
        .await
        .expect("the library may see the request")
        .files
        .len()
}

#[tokio::test]
async fn a_form_attaches_its_files_with_the_fields_before_each() {
    let stage = Stage::pending(Policy::illume()).await;
    let (one, two) = (pdf(100_000), pdf(7));
    let answer = post(
        &stage,
        &[
            ("description", None, b"The article"),
            ("downloads", None, b"3"),
            ("file", Some("article.pdf"), &one),
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
    let path = format!("/api/v1/requests/{}", stage.handle);
    let shown = stage.ask(Method::GET, &path, &[LENDER], Body::empty()).await.json();
    assert_eq!(shown["files"][0]["description"], "The article");
    assert_eq!(shown["files"][0]["max_downloads"], 3);
    assert_eq!(shown["files"][1]["description"], "");
    assert_eq!(shown["files"][1]["max_downloads"], 5);
}

#[tokio::test]
async fn file_names_are_decoded_and_sanitized() {
    let stage = Stage::pending(Policy::illume()).await;
    let long = format!("{}.pdf", "é".repeat(200));
    let shortened = format!("{}.pdf", "é".repeat(125));
    // The name as browsers send it, and the stored name.
    let names = [
        ("The %22Ice%22 Ages.pdf", "The \"Ice\" Ages.pdf"),
        ("two%0D%0Alines.pdf", "twolines.pdf"),
        ("100%25 of 5%.pdf", "100%25 of 5%.pdf"),
        ("می\u{200c}خواهم.pdf", "می\u{200c}خواهم.pdf"),
        ("👩\u{200d}🔬.pdf", "👩\u{200d}🔬.pdf"),
        ("invoice\u{202e}fdp.pdf", "invoicefdp.pdf"),
        (&long, &shortened),
    ];
    let files: Vec<_> = (0..names.len()).map(|no| pdf(100 + no)).collect();
    let parts: Vec<(&str, Option<&str>, &[u8])> = names
        .iter()
        .zip(&files)
        .map(|((sent, _), file)| ("file", Some(*sent), &file[..]))
        .collect();
    let answer = post(&stage, &parts).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    for (no, (_, name)) in names.iter().enumerate() {
        assert_eq!(answer.json()["files"][no]["file_name"], *name);
    }
    // Paths do not use the escapes of forms.
    let path = format!("/api/v1/requests/{}/uploads/a%2522b%22.pdf", stage.handle);
    let answer = stage.ask(Method::PUT, &path, &[LENDER], pdf(50)).await;
    assert_eq!(answer.json()["file_name"], "a%22b\".pdf");
}

#[tokio::test]
async fn harmful_content_is_refused_with_a_description() {
    let stage = Stage::pending(Policy::illume()).await;
    let cases: [(&str, &[u8], &str); 10] = [
        ("a.pdf", b"MZ\x90\0\x03", "a Windows program"),
        ("a.png", b"\x7fELF\x02\x01", "a Linux program"),
        ("a.pdf", b"#!/bin/sh\n", "a script"),
        ("a.png", b"<svg xmlns='x'><script>1</script></svg>", "an SVG drawing"),
        ("a.pdf", b"\xef\xbb\xbf<!doctype html><html>", "a web page"),
        ("a.pdf", b"<\0h\0t\0m\0l\0>\0", "a web page"),
        ("a.pdf", b"only text", "plain text"),
        ("a.bar", b"\x01\x02\x03", "not recognized"),
        ("e.htm", b"%PDF-1.7", "names end in .htm"),
        ("a.lnk", b"%PDF-1.7", "names end in .lnk"),
    ];
    for (name, bytes, description) in cases {
        let path = format!("/api/v1/requests/{}/uploads/{name}", stage.handle);
        let answer = stage.ask(Method::PUT, &path, &[LENDER], bytes).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name} {description}");
        let problem = answer.json();
        assert_eq!(problem["code"], "unsupported-type");
        assert!(
            problem["title"].as_str().is_some_and(|title| title.contains(description)),
            "{problem}"
        );
        assert!(!answer.text().contains("octet-stream"), "{problem}");
    }
    assert_eq!(attached(&stage).await, 0);
    stage.desk.run_due().await.expect("the ledger answers");
    assert!(stage.blobs.keys().is_empty(), "refused files are deleted");
}

#[tokio::test]
async fn uploading_the_same_bytes_again_returns_a_warning() {
    let stage = Stage::pending(Policy::illume()).await;
    let file = pdf(100);
    let parts: &[(&str, Option<&str>, &[u8])] =
        &[("file", Some("one.pdf"), &file), ("file", Some("two.pdf"), &file)];
    let answer = post(&stage, parts).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let files = answer.json()["files"].clone();
    assert_eq!(files[0]["warnings"].as_array().map(Vec::len), Some(0));
    let warning = &files[1]["warnings"][0];
    assert_eq!((&warning["code"], &warning["file"]), (&"same-bytes".into(), &1.into()));
    assert!(warning["title"].as_str().is_some_and(|title| title.contains("one.pdf")), "{warning}");
    let path = format!("/api/v1/requests/{}", stage.handle);
    let shown = stage.ask(Method::GET, &path, &[LENDER], Body::empty()).await.json();
    assert_eq!(&shown["files"][1]["warnings"][0], warning);
}

#[tokio::test]
async fn a_refused_file_is_named_and_earlier_files_stay_attached() {
    let stage = Stage::pending(Policy::illume()).await;
    let good = pdf(100);
    let parts: &[Part<'_>] = &[
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
async fn invalid_uploads_are_refused_and_attach_nothing() {
    let stage = Stage::pending(Policy::illume().with_max_file_bytes(1_000)).await;
    let path = |name: &str| format!("/api/v1/requests/{}/uploads/{name}", stage.handle);
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
        ("/api/v1/requests/ffffffffffffffff/uploads/a.pdf".to_owned(), &[LENDER], pdf(20), 404),
        ("/api/v1/requests/nonsense/uploads/a.pdf".to_owned(), &[LENDER], pdf(20), 404),
    ];
    for (path, headers, body, status) in cases {
        let answer = stage.ask(Method::PUT, &path, headers, body).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {headers:?}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(attached(&stage).await, 0, "{path} {headers:?}");
    }
    // The path is correct and the caller may upload, so the problem refers to the parameter.
    let raw = stage.ask(Method::PUT, &path("a.pdf?replaces=9"), &[LENDER], pdf(20)).await;
    let form = post(&stage, &[("replaces", None, b"9"), ("file", Some("a.pdf"), &pdf(20))]).await;
    for answer in [raw, form] {
        let problem = answer.json();
        assert_eq!(problem["title"], "`replaces` is 9; the request has no file with that number");
        assert!(problem["remedy"].as_str().is_some_and(|remedy| remedy.contains("`replaces`")));
    }
    let strange = [("x-actor", "CA-QMU")];
    let answer = stage.ask(Method::PUT, &path("a.pdf?replaces=9"), &strange, pdf(20)).await;
    assert_eq!(
        answer.json()["title"],
        "unknown",
        "another library learns nothing about the request"
    );
    assert_eq!(post(&stage, &[]).await.status, StatusCode::BAD_REQUEST, "no file");
    assert_eq!(
        post(&stage, &[("file", Some("a.pdf"), &big)]).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let broken = "--x-boundary-417\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7";
    let files = format!("/api/v1/requests/{}/files", stage.handle);
    let kind = ("content-type", "multipart/form-data; boundary=x-boundary-417");
    let answer = stage.ask(Method::POST, &files, &[LENDER, kind], broken).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    let answer = stage.ask(Method::POST, &files, &[LENDER], "x").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(attached(&stage).await, 0);
}

#[tokio::test]
async fn an_interrupted_upload_attaches_and_stores_nothing() {
    let stage = Stage::pending(Policy::illume()).await;
    let pieces = [Ok(pdf(50_000)), Err(io::Error::other("the sender disconnected"))];
    let body = Body::from_stream(stream::iter(pieces));
    let path = format!("/api/v1/requests/{}/uploads/a.pdf", stage.handle);
    let request = Request::put(path)
        .header(LENDER.0, LENDER.1)
        .header("transfer-encoding", "chunked")
        .body(body)
        .expect("the request is valid");
    let answer = stage.send(request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["code"], "interrupted");
    assert_eq!(attached(&stage).await, 0);
    assert!(stage.blobs.keys().is_empty());
}

#[tokio::test]
async fn a_form_replaces_a_file_like_a_put() {
    for by_form in [false, true] {
        let stage = Stage::pending(Policy::illume()).await;
        stage.attach("wrong.pdf", pdf(100)).await;
        let right = pdf(200);
        let answer = if by_form {
            let parts: &[Part<'_>] = &[
                ("replaces", None, b"1"),
                ("reason", None, b"wrong-document"),
                ("description", None, b"The right one"),
                ("file", Some("right.pdf"), &right),
            ];
            let answer = post(&stage, parts).await;
            assert_eq!(answer.json()["files"][0]["no"], 1, "{}", answer.text());
            assert_eq!(answer.json()["files"][0]["version"], 2);
            answer
        } else {
            let path = format!(
                "/api/v1/requests/{}/uploads/right.pdf?replaces=1&reason=wrong-document\
                 &description=The+right+one",
                stage.handle
            );
            stage.ask(Method::PUT, &path, &[LENDER], right).await
        };
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let lender = crate::stage::staff("CA-OTU");
        let view = stage
            .desk
            .staff_view(stage.handle, &lender)
            .await
            .expect("the library may see the request");
        assert_eq!(view.files.len(), 1);
        let attachment = &view.files[0].attachment;
        assert_eq!(attachment.no, AttachmentNo::new(1));
        assert_eq!(attachment.description, "The right one");
        assert_eq!(attachment.current().file_name.as_str(), "right.pdf");
        let recalled = attachment.recalled.expect("the old version was the wrong document");
        assert_eq!(recalled.version.get(), 1);
    }
}

#[tokio::test]
async fn fields_that_would_have_no_effect_are_rejected() {
    let stage = Stage::pending(Policy::illume()).await;
    stage.attach("first.pdf", pdf(100)).await;
    let file = pdf(50);
    let before: &[(&str, &[u8], &str)] = &[
        ("csrf", b"1", "`csrf` is not a known field; expected files and the fields days,"),
        ("replace", b"1", "`replace` is not"),
        ("Replaces", b"1", "`Replaces` is not"),
        ("", b"1", "a field without a name is not"),
        ("file", b"%PDF-1.7", "`file` is text; expected a file"),
        ("replaces", b"first", "`replaces` is \"first\"; expected a whole number from 0 to 65535"),
        ("downloads", b"-1", "`downloads` is the number -1; expected a whole number from 1 to"),
        ("days", b"70000", "`days` is the number 70000; expected a whole number from 0 to 65535"),
        ("reason", b"bogus", "`reason` is \"bogus\"; expected one of missing-pages, unreadable,"),
        ("reason", b"unreadable", "reason"),
        ("description", b"\xff", "`description` is not UTF-8"),
        ("description", &[b'x'; 4_097], "`description` is longer than 4096 bytes"),
    ];
    for (name, text, expected) in before {
        let answer = post(&stage, &[(name, None, text), ("file", Some("a.pdf"), &file)]).await;
        let problem = answer.json();
        let is_unknown = problem["code"] == "unknown-field";
        let status = if is_unknown { 422 } else { 400 };
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text());
        assert_eq!(is_unknown, expected.contains("is not a") || expected.ends_with("is not"));
        assert!(
            problem["title"].as_str().is_some_and(|title| title.contains(expected)),
            "{problem}"
        );
        assert_eq!(attached(&stage).await, 1, "{name}");
    }
    let wrong: &[&[Part<'_>]] = &[
        &[("replaces", None, b"1"), ("reason", None, b"bad"), ("file", Some("a.pdf"), &file)],
        &[("replaces", None, b"1"), ("days", None, b"3"), ("file", Some("a.pdf"), &file)],
        &[("replaces", Some("a.pdf"), &file)],
        &[("days", None, b"3"), ("days", None, b"9"), ("file", Some("a.pdf"), &file)],
    ];
    for parts in wrong {
        let answer = post(&stage, parts).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
        assert_eq!(attached(&stage).await, 1);
    }
    // A field after its file is an error.
    let answer = post(&stage, &[("file", Some("a.pdf"), &file), ("replaces", None, b"1")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    assert_eq!(answer.json()["files"][0]["file_name"], "a.pdf", "attached files are listed");
    assert!(answer.text().contains("replaces"));
    for (query, status) in
        [("replace=1", 422), ("reason=other", 400), ("replaces=1&downloads=3", 400)]
    {
        let path = format!("/api/v1/requests/{}/uploads/b.pdf?{query}", stage.handle);
        let answer = stage.ask(Method::PUT, &path, &[LENDER], file.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.text());
    }
    assert_eq!(attached(&stage).await, 2);
}

#[tokio::test]
async fn a_form_interrupted_after_a_file_does_not_attach_it() {
    let stage = Stage::pending(Policy::illume()).await;
    let kind = "multipart/form-data; boundary=x-boundary-417";
    let part = |name: &str| {
        format!(
            "--x-boundary-417\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"{name}\"\r\n\r\n%PDF-1.7\n%{name}\r\n"
        )
    };
    let path = format!("/api/v1/requests/{}/files", stage.handle);
    let send = async |body: String| {
        stage.ask(Method::POST, &path, &[LENDER, ("content-type", kind)], body).await
    };
    for end in ["", "--x-boundary-417", "--x-boundary-417\r\n", "--x-boundary-417-", "--x-bound"] {
        let answer = send(format!("{}{end}", part("a.pdf"))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{end}: {}", answer.text());
        assert_eq!(answer.json()["files"], serde_json::json!([]), "{end}");
        assert_eq!(attached(&stage).await, 0, "{end}");
    }
    // The file before the interrupted one is complete and listed.
    let answer = send(format!("{}{}--x-boundary-417", part("a.pdf"), part("b.pdf"))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    assert_eq!(answer.json()["files"][0]["file_name"], "a.pdf");
    assert_eq!(attached(&stage).await, 1);
    for end in ["--x-boundary-417--", "--x-boundary-417--\r\n", "--x-boundary-417--\r\nepilogue"] {
        let answer = send(format!("{}{end}", part("c.pdf"))).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{end}: {}", answer.text());
    }
    assert_eq!(attached(&stage).await, 4);
}

/// Returns a body of the given pieces, and a counter of the bytes read from it.
fn counted(pieces: impl Iterator<Item = Bytes> + Send + 'static) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let pieces = pieces.map(move |piece| {
        counter.fetch_add(piece.len(), Ordering::Relaxed);
        Ok::<_, io::Error>(piece)
    });
    (Body::from_stream(stream::iter(pieces)), taken)
}

/// Sends a request outside of a Tokio runtime, so that the body is not read after the response.
fn send_alone(stage: &Stage, request: Request<Body>) -> crate::stage::Answer {
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| futures_executor::block_on(stage.send(request)));
        sending.join().expect("sending does not panic")
    })
}

#[tokio::test]
async fn endless_part_headers_are_refused_after_their_limit() {
    let stage = Stage::pending(Policy::illume()).await;
    let kind = "multipart/form-data; boundary=x-boundary-417";
    let head =
        "--x-boundary-417\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"";
    let endless = |line: &'static str| {
        let pieces = std::iter::repeat_n(Bytes::from_static(line.as_bytes()), 1_000_000);
        std::iter::once(Bytes::from(format!("{head}\r\n"))).chain(pieces)
    };
    for line in ["X-Padding: 0123456789\r\n", "x", "\r", ": "] {
        let (body, taken) = counted(endless(line));
        let request = Request::post(format!("/api/v1/requests/{}/files", stage.handle))
            .header(LENDER.0, LENDER.1)
            .header("content-type", kind)
            .body(body)
            .expect("the request is valid");
        let answer = send_alone(&stage, request);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{line:?}");
        assert!(answer.text().contains("8192"), "{line:?}: {}", answer.text());
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken < 10_000, "{line:?}: {taken} bytes were read");
    }
    // The limit is the same for every part of a form.
    for (padding, status) in [(8_000, 201), (9_000, 400)] {
        for first in [true, false] {
            let mut body = Vec::new();
            if !first {
                body.extend_from_slice(
                    b"--x-boundary-417\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nx\r\n",
                );
            }
            let padding = "x".repeat(padding);
            let part = format!("{head}\r\nX-Padding: {padding}\r\n\r\n%PDF-1.7\r\n");
            body.extend_from_slice(part.as_bytes());
            body.extend_from_slice(b"--x-boundary-417--\r\n");
            let path = format!("/api/v1/requests/{}/files", stage.handle);
            let headers = [LENDER, ("content-type", kind)];
            let answer = stage.ask(Method::POST, &path, &headers, body).await;
            assert_eq!(answer.status.as_u16(), status, "{first}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_form_has_at_most_32_parts() {
    let file = pdf(20);
    for (count, status) in [(32, StatusCode::CREATED), (33, StatusCode::BAD_REQUEST)] {
        let stage = Stage::pending(Policy::illume()).await;
        let answer = post(&stage, &vec![("file", Some("a.pdf"), &file[..]); count]).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.json()["files"].as_array().map(Vec::len), Some(32));
        assert_eq!(status == StatusCode::BAD_REQUEST, answer.text().contains("32 parts"));
    }
}

#[tokio::test]
async fn a_refused_body_is_not_read() {
    let stage = Stage::pending(Policy::illume()).await;
    let own = format!("/api/v1/requests/{}", stage.handle);
    let unknown = "/api/v1/requests/ffffffffffffffff";
    let form = "multipart/form-data; boundary=x-boundary-417";
    let mut cases = Vec::new();
    for (path, actor, status) in [
        (own.as_str(), "", 401),
        (own.as_str(), "CA-QMU", 404),
        (unknown, "CA-OTU", 404),
        (unknown, "host", 404),
    ] {
        cases.push((Method::POST, format!("{path}/files"), actor, status));
        cases.push((Method::PUT, format!("{path}/uploads/a.pdf"), actor, status));
        for rest in ["ship", "withdraw", "links", "files/1/grant", "files/1/problem", "notices"] {
            cases.push((Method::POST, format!("{path}/{rest}"), actor, status));
        }
        cases.push((Method::PATCH, format!("{path}/files/1"), actor, status));
        cases.push((Method::PUT, format!("{path}/order"), actor, status));
    }
    cases.push((Method::POST, format!("{own}/files"), "CA-BVAU", 403));
    cases.push((Method::PUT, format!("{own}/uploads/a.pdf"), "CA-BVAU", 403));
    cases.push((Method::POST, "/api/v1/requests".to_owned(), "", 401));
    for (method, path, actor, status) in cases {
        let (body, taken) = counted(std::iter::repeat_n(pdf(1_000), 100));
        let mut request = Request::builder().method(method.clone()).uri(&path);
        request = request.header("content-type", form).header("content-length", "100000");
        if !actor.is_empty() {
            request = request.header("x-actor", actor);
        }
        let answer = send_alone(&stage, request.body(body).expect("the request is valid"));
        assert_eq!(answer.status.as_u16(), status, "{method} {path} {actor}: {}", answer.text());
        assert_eq!(taken.load(Ordering::Relaxed), 0, "{method} {path} {actor}");
    }
}

#[tokio::test]
async fn the_rest_of_a_refused_body_is_read_after_the_response() {
    let stage = Stage::pending(Policy::illume()).await;
    for (expect, read) in [(None, 100_000), (Some("100-continue"), 0)] {
        let (body, taken) = counted(std::iter::repeat_n(pdf(1_000), 100));
        let mut request = Request::post("/api/v1/requests/ffffffffffffffff/files")
            .header(LENDER.0, LENDER.1)
            .header("content-type", "multipart/form-data; boundary=x");
        if let Some(expect) = expect {
            request = request.header("expect", expect);
        }
        let answer = stage.send(request.body(body).expect("the request is valid")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(taken.load(Ordering::Relaxed), read, "{expect:?}");
    }
}

#[tokio::test]
async fn a_body_whose_sender_died_attaches_nothing() {
    let stage = Stage::pending(Policy::illume()).await;
    let path = format!("/api/v1/requests/{}/uploads/a.pdf", stage.handle);
    // The bytes that arrived before the sender died: a stream that just ends.
    let truncated = || Body::from_stream(stream::iter([Ok::<_, io::Error>(pdf(5_000))]));
    for (length, status, code) in
        [(None, 411, "length-required"), (Some("9000"), 422, "invalid"), (Some("5000"), 201, "")]
    {
        let mut request = Request::put(&path).header(LENDER.0, LENDER.1);
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        let answer = stage.send(request.body(truncated()).expect("the request is valid")).await;
        assert_eq!(answer.status.as_u16(), status, "{length:?}: {}", answer.text());
        assert!(code.is_empty() || answer.json()["code"] == code, "{}", answer.text());
    }
    assert_eq!(attached(&stage).await, 1, "only the complete file");
}

#[tokio::test]
async fn a_form_without_its_closing_boundary_is_an_error() {
    let stage = Stage::pending(Policy::illume()).await;
    let (kind, whole) = form(&[("file", Some("a.pdf"), &pdf(500))]);
    let end = whole.len() - "--x-boundary-417--\r\n".len();
    let path = format!("/api/v1/requests/{}/files", stage.handle);
    for length in (0..whole.len() - "\r\n".len()).rev().step_by(7).chain([end, end + 15, end + 16])
    {
        let body = Body::from_stream(stream::iter([Ok::<_, io::Error>(Bytes::from(
            whole[..length].to_vec(),
        ))]));
        let request = Request::post(&path)
            .header(LENDER.0, LENDER.1)
            .header("content-type", &kind)
            .body(body)
            .expect("the request is valid");
        let answer = stage.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{length}: {}", answer.text());
        // Not even a complete file is attached if the boundary after it does not close the form.
        assert_eq!(answer.json()["files"], serde_json::json!([]), "{length}: {}", answer.text());
        assert_eq!(attached(&stage).await, 0, "{length}");
    }
}
