use crate::stage::{SIZE, Stage, pdf, staff};
use axum::body::Body;
use desktop_delivery::Shipment;
use desktop_delivery::error::StoreErrorKind;
use http::{Method, StatusCode, header};
use http_body_util::BodyExt as _;
use mail_parser::{MessageParser, MimeHeaders as _};
use proptest::prelude::*;
use tower::ServiceExt as _;

#[tokio::test]
async fn a_ticket_returns_the_file_with_its_headers() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    let whole = stage.get(&ticket).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert!(whole.body == pdf(SIZE));
    assert_eq!(whole.header(header::CONTENT_TYPE), "application/pdf");
    assert_eq!(whole.header(header::CONTENT_LENGTH), SIZE.to_string());
    assert_eq!(whole.header(header::ACCEPT_RANGES), "bytes");
    assert_eq!(whole.header(header::CONTENT_DISPOSITION), "attachment; filename=\"ice-ages.pdf\"");
    assert_eq!(whole.header(header::CACHE_CONTROL), "private, no-store");
    assert_eq!(whole.header(header::REFERRER_POLICY), "no-referrer");
    assert_eq!(whole.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(whole.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
    assert!(whole.header(header::ETAG).starts_with('"'), "a strong entity tag");
    assert!(!whole.headers.contains_key(header::SET_COOKIE));
    let head = stage.ask(Method::HEAD, &ticket, &[], Body::empty()).await;
    assert_eq!(head.headers, whole.headers, "HEAD has the same headers as GET");
    assert!(head.body.is_empty());
    let part =
        stage.ask(Method::GET, &ticket, &[("range", "bytes=70000-70009")], Body::empty()).await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.header(header::CONTENT_RANGE), format!("bytes 70000-70009/{SIZE}"));
    assert!(part.body == pdf(SIZE).slice(70_000..70_010));
    let other = [("range", "bytes=0-9"), ("if-range", "\"other\"")];
    let fresh = stage.ask(Method::GET, &ticket, &other, Body::empty()).await;
    assert_eq!(
        (fresh.status, fresh.body.len()),
        (StatusCode::OK, SIZE),
        "ranges of two files are never mixed"
    );
    let beyond =
        stage.ask(Method::GET, &ticket, &[("range", "bytes=300001-")], Body::empty()).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header(header::CONTENT_RANGE), format!("bytes */{SIZE}"));
}

#[tokio::test]
async fn a_ticket_transfers_at_most_twice_the_file_and_1_mib() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    let mut sent = 0;
    loop {
        let answer = stage.get(&ticket).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.text().contains("This download cannot be resumed again"));
            break;
        }
        sent += answer.body.len();
    }
    assert_eq!(sent, 5 * SIZE, "2 × 300,001 bytes plus 1 MiB allow five transfers");
    let small = [("range", "bytes=0-99")];
    let rest = stage.ask(Method::GET, &ticket, &small, Body::empty()).await;
    assert_eq!(rest.status, StatusCode::PARTIAL_CONTENT, "the rest of the limit can be used");
    assert_eq!(stage.left().await, 4, "transfers do not count as downloads");
    let second = stage.ticket(2).await;
    assert_eq!(stage.get(&second).await.status, StatusCode::OK, "another claim has its own limit");
}

#[tokio::test]
async fn a_ticket_outlives_the_terms_and_then_ends() {
    let stage = Stage::shipped().await;
    // One second before the terms end.
    let view = stage.desk.open_link(&stage.token).await.expect("the link opens");
    let end = view.files[0].expires_at.expect("the request is shipped");
    stage.clock.set(end.plus_seconds(-1));
    let ticket = stage.ticket(1).await;
    stage.clock.set(end.plus_seconds(7_198));
    assert_eq!(
        stage.get(&ticket).await.status,
        StatusCode::OK,
        "the end of the terms does not close the ticket"
    );
    stage.clock.set(end.plus_seconds(7_199));
    let ended = stage.get(&ticket).await;
    assert_eq!(ended.status, StatusCode::GONE);
    assert!(ended.text().contains("This link has expired") && !ended.text().contains("{day}"));
}

#[tokio::test]
async fn revoking_withdrawing_or_removing_closes_tickets() {
    for what in ["revoke", "withdraw", "remove"] {
        let stage = Stage::shipped().await;
        let ticket = stage.ticket(1).await;
        let lender = staff("CA-OTU");
        let link = stage.desk.open_link(&stage.token).await.expect("the link opens").link;
        let closed = match what {
            "revoke" => stage.desk.revoke_link(stage.handle, &lender, link).await,
            "withdraw" => stage.desk.withdraw(stage.handle, &lender, "wrong article").await,
            _ => {
                let no = desktop_delivery::AttachmentNo::new(1);
                stage.desk.remove(stage.handle, &lender, no).await
            }
        };
        closed.expect("the link is closed");
        let answer = stage.get(&ticket).await;
        assert_eq!(answer.status, StatusCode::GONE, "{what}");
    }
}

#[tokio::test]
async fn a_running_transfer_is_cut_off_after_its_link_is_revoked() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    stage.attach("long.pdf", pdf(5_000_000)).await;
    stage
        .desk
        .ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles)
        .await
        .expect("the request can be shipped");
    let stage = stage.linked().await;
    let ticket = stage.ticket(1).await;
    let request = http::Request::get(&ticket).body(Body::empty()).expect("the request is valid");
    let response = stage.app.clone().oneshot(request).await.expect("the router never fails");
    let mut body = response.into_body();
    let first = body.frame().await.expect("the body has bytes").expect("the bytes can be read");
    assert!(first.is_data());
    let link = stage.desk.open_link(&stage.token).await.expect("the link opens").link;
    stage
        .desk
        .revoke_link(stage.handle, &staff("CA-OTU"), link)
        .await
        .expect("the link is revoked");
    // The transfer may continue until the next check, after 5 seconds.
    stage.clock.advance(4);
    assert!(body.frame().await.expect("the body continues").is_ok());
    stage.clock.advance(1);
    assert!(
        body.frame().await.expect("the body ends with an error").is_err(),
        "cut off after 5 seconds"
    );
}

#[tokio::test]
async fn a_download_that_fails_on_the_server_before_its_first_byte_is_refunded() {
    for broken in ["missing", "unreachable", "unreadable"] {
        let stage = Stage::shipped().await;
        let ticket = stage.ticket(1).await;
        match broken {
            "missing" => {
                use desktop_delivery::BlobStore as _;
                let key = stage.blobs.keys()[0];
                stage.blobs.delete(key).await.expect("memory deletes");
            }
            "unreachable" => stage.blobs.fail_next(StoreErrorKind::Unavailable),
            _ => stage.blobs.break_next_read(0),
        }
        let answer = stage.get(&ticket).await;
        assert!(answer.status.is_server_error(), "{broken}: {}", answer.status);
        assert_eq!(stage.left().await, 5, "{broken}: the download is refunded");
    }
}

#[tokio::test]
async fn a_download_that_fails_after_its_first_byte_is_not_refunded() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    stage.blobs.break_next_read(1);
    let answer = stage.get(&ticket).await;
    assert!(answer.is_broken || answer.status.is_server_error());
    let was_sent = !answer.body.is_empty();
    assert_eq!(stage.left().await, if was_sent { 4 } else { 5 });
    if was_sent {
        let rest = stage.get(&ticket).await;
        assert!(rest.body == pdf(SIZE), "the download can be repeated");
    }
}

#[tokio::test]
async fn a_corrupt_file_ends_with_an_error_before_its_last_piece() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    assert!(stage.blobs.flip_a_bit(stage.blobs.keys()[0]));
    let answer = stage.get(&ticket).await;
    assert!(answer.is_broken && answer.body.len() < SIZE, "{} bytes", answer.body.len());
    assert_eq!(answer.body, pdf(SIZE)[..answer.body.len()]);
    assert_eq!(stage.left().await, 4, "bytes were sent, so the download counts");
    // A client that resumes the transfer gets an error.
    let rest = format!("bytes={}-", answer.body.len());
    let rest = stage.ask(Method::GET, &ticket, &[("range", &rest)], Body::empty()).await;
    assert_eq!(rest.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(stage.left().await, 4);
    // Once the file is restored, the same ticket works.
    assert!(stage.blobs.flip_a_bit(stage.blobs.keys()[0]));
    assert!(stage.get(&ticket).await.body == pdf(SIZE));
}

#[tokio::test]
async fn a_short_corrupt_file_is_an_error_and_is_refunded() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    stage.attach("short.pdf", pdf(900)).await;
    stage
        .desk
        .ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles)
        .await
        .expect("the request can be shipped");
    let stage = stage.linked().await;
    let ticket = stage.ticket(1).await;
    assert!(stage.blobs.flip_a_bit(stage.blobs.keys()[0]));
    let answer = stage.get(&ticket).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(stage.left().await, 5, "nothing was sent");
}

proptest! {
    #[test]
    fn a_file_name_can_be_parsed_from_its_header(name in "\\PC{1,60}") {
        let header = desktop_delivery_http::fuzzed::content_disposition(&name);
        let header = header.to_str().expect("the header is ASCII");
        prop_assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        let message = format!("Content-Disposition: {header}\r\n\r\nx");
        let parsed = MessageParser::default().parse(message.as_bytes()).expect("the message can be parsed");
        let parsed = parsed.content_disposition().expect("the header is there");
        prop_assert_eq!(parsed.ctype(), "attachment");
        // The encoded form comes after the plain one and takes precedence.
        let names = parsed.attributes().expect("the header has attributes");
        let read = names.iter().rfind(|attribute| attribute.name == "filename");
        prop_assert_eq!(read.expect("the header has a file name").value.trim(), name.trim());
    }

    #[test]
    fn a_range_resolves_like_a_slice(start in 0_u64..2_000, end in 0_u64..2_000, size in 1_u64..1_500) {
        use desktop_delivery_http::fuzzed::{Served, served};
        let expected = if start > end {
            // RFC 9110 section 14.1.1: the range is invalid, and either response is correct.
            return Ok(());
        } else if start >= size {
            Served::Unsatisfiable
        } else {
            Served::Part(start..(end + 1).min(size))
        };
        prop_assert_eq!(served(Some(&format!("bytes={start}-{end}")), size), expected);
        let last = end.min(size);
        let expected = if last == 0 { Served::Unsatisfiable } else { Served::Part(size - last..size) };
        prop_assert_eq!(served(Some(&format!("bytes=-{end}")), size), expected);
    }
}
