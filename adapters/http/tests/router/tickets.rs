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
async fn a_ticket_gives_the_bytes_with_all_that_goes_with_them() {
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
    assert_eq!(head.headers, whole.headers, "HEAD says what GET says");
    assert!(head.body.is_empty());
    let part =
        stage.ask(Method::GET, &ticket, &[("range", "bytes=70000-70009")], Body::empty()).await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.header(header::CONTENT_RANGE), format!("bytes 70000-70009/{SIZE}"));
    assert!(part.body == pdf(SIZE).slice(70_000..70_010));
    let other = [("range", "bytes=0-9"), ("if-range", "\"other\"")];
    let fresh = stage.ask(Method::GET, &ticket, &other, Body::empty()).await;
    assert_eq!((fresh.status, fresh.body.len()), (StatusCode::OK, SIZE), "no two files are mixed");
    let beyond =
        stage.ask(Method::GET, &ticket, &[("range", "bytes=300001-")], Body::empty()).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header(header::CONTENT_RANGE), format!("bytes */{SIZE}"));
}

#[tokio::test]
async fn a_ticket_gives_its_bytes_twice_and_a_bit_and_no_more() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    // 2 × 300,001 bytes and 1 MiB.
    let mut given = 0;
    loop {
        let answer = stage.get(&ticket).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.text().contains("This download cannot be resumed again"));
            break;
        }
        given += answer.body.len();
    }
    assert_eq!(given, 5 * SIZE, "five times fit into 2 × size and 1 MiB");
    let small = [("range", "bytes=0-99")];
    let rest = stage.ask(Method::GET, &ticket, &small, Body::empty()).await;
    assert_eq!(rest.status, StatusCode::PARTIAL_CONTENT, "what is left may still be fetched");
    assert_eq!(stage.left().await, 4, "and none of it counts");
    let second = stage.ticket(2).await;
    assert_eq!(stage.get(&second).await.status, StatusCode::OK, "another claim has its own");
}

#[tokio::test]
async fn a_ticket_ends_and_outlives_the_terms() {
    let stage = Stage::shipped().await;
    // The last hour of the last day.
    let view = stage.desk.open_link(&stage.token).await.expect("the link opens");
    let end = view.files[0].expires_at.expect("it is shipped");
    stage.clock.set(end.plus_seconds(-1));
    let ticket = stage.ticket(1).await;
    stage.clock.set(end.plus_seconds(7_198));
    assert_eq!(stage.get(&ticket).await.status, StatusCode::OK, "terms that end cut no ticket");
    stage.clock.set(end.plus_seconds(7_199));
    let ended = stage.get(&ticket).await;
    assert_eq!(ended.status, StatusCode::GONE);
    assert!(ended.text().contains("This link has expired") && !ended.text().contains("{day}"));
}

#[tokio::test]
async fn whatever_closes_a_link_closes_its_tickets() {
    for what in ["revoke", "withdraw", "remove"] {
        let stage = Stage::shipped().await;
        let ticket = stage.ticket(1).await;
        let lender = staff("CA-OTU");
        let link = stage.desk.open_link(&stage.token).await.expect("the link opens").link;
        let done = match what {
            "revoke" => stage.desk.revoke_link(stage.handle, &lender, link).await,
            "withdraw" => stage.desk.withdraw(stage.handle, &lender, "wrong article").await,
            _ => {
                let no = desktop_delivery::AttachmentNo::new(1);
                stage.desk.remove(stage.handle, &lender, no).await
            }
        };
        done.expect("it is done");
        let answer = stage.get(&ticket).await;
        assert_eq!(answer.status, StatusCode::GONE, "{what}");
    }
}

#[tokio::test]
async fn a_transfer_under_way_is_cut_when_its_link_is_revoked() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    stage.attach("long.pdf", pdf(5_000_000)).await;
    stage
        .desk
        .ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles)
        .await
        .expect("it can be shipped");
    let stage = stage.linked().await;
    let ticket = stage.ticket(1).await;
    let request = http::Request::get(&ticket).body(Body::empty()).expect("it is whole");
    let response = stage.app.clone().oneshot(request).await.expect("the router never fails");
    let mut body = response.into_body();
    let first = body.frame().await.expect("there are bytes").expect("they can be read");
    assert!(first.is_data());
    let link = stage.desk.open_link(&stage.token).await.expect("the link opens").link;
    stage.desk.revoke_link(stage.handle, &staff("CA-OTU"), link).await.expect("it is done");
    // Within the stated bound it may go on.
    stage.clock.advance(4);
    assert!(body.frame().await.expect("there is more").is_ok());
    stage.clock.advance(1);
    assert!(body.frame().await.expect("it is cut").is_err(), "five seconds later nothing comes");
}

#[tokio::test]
async fn a_download_that_failed_here_before_its_first_byte_is_given_back() {
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
        assert_eq!(stage.left().await, 5, "{broken}: nobody pays for it");
    }
}

#[tokio::test]
async fn a_download_that_broke_off_later_is_not_given_back() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    stage.blobs.break_next_read(1);
    let answer = stage.get(&ticket).await;
    assert!(answer.broke || answer.status.is_server_error());
    let was_sent = !answer.body.is_empty();
    assert_eq!(stage.left().await, if was_sent { 4 } else { 5 });
    if was_sent {
        let rest = stage.get(&ticket).await;
        assert!(rest.body == pdf(SIZE), "and can be resumed");
    }
}

#[tokio::test]
async fn a_changed_file_ends_in_an_error_before_its_last_piece() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    assert!(stage.blobs.flip_a_bit(stage.blobs.keys()[0]));
    let answer = stage.get(&ticket).await;
    assert!(answer.broke && answer.body.len() < SIZE, "{} bytes", answer.body.len());
    assert_eq!(answer.body, pdf(SIZE)[..answer.body.len()]);
    assert_eq!(stage.left().await, 4, "bytes were sent, so the download counts");
    // A client that goes on where it was gets no more.
    let rest = format!("bytes={}-", answer.body.len());
    let rest = stage.ask(Method::GET, &ticket, &[("range", &rest)], Body::empty()).await;
    assert_eq!(rest.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(stage.left().await, 4);
    // Repaired, the same ticket gives it.
    assert!(stage.blobs.flip_a_bit(stage.blobs.keys()[0]));
    assert!(stage.get(&ticket).await.body == pdf(SIZE));
}

#[tokio::test]
async fn a_short_file_whose_bytes_have_changed_is_an_error_and_is_given_back() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    stage.attach("short.pdf", pdf(900)).await;
    stage
        .desk
        .ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles)
        .await
        .expect("it can be shipped");
    let stage = stage.linked().await;
    let ticket = stage.ticket(1).await;
    assert!(stage.blobs.flip_a_bit(stage.blobs.keys()[0]));
    let answer = stage.get(&ticket).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(stage.left().await, 5, "nothing was sent");
}

proptest! {
    #[test]
    fn a_file_name_reads_back_from_its_header(name in "\\PC{1,60}") {
        let header = desktop_delivery_http::fuzzed::content_disposition(&name);
        let header = header.to_str().expect("the header is ASCII");
        prop_assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        let message = format!("Content-Disposition: {header}\r\n\r\nx");
        let parsed = MessageParser::default().parse(message.as_bytes()).expect("it is a message");
        let parsed = parsed.content_disposition().expect("the header is there");
        prop_assert_eq!(parsed.ctype(), "attachment");
        // The encoded form stands behind the plain one, and goes before it.
        let names = parsed.attributes().expect("it has attributes");
        let read = names.iter().rfind(|attribute| attribute.name == "filename");
        prop_assert_eq!(read.expect("it has a name").value.trim(), name.trim());
    }

    #[test]
    fn a_range_gives_what_a_slice_gives(start in 0_u64..2_000, end in 0_u64..2_000, size in 1_u64..1_500) {
        use desktop_delivery_http::fuzzed::{Served, served};
        let expected = if start > end {
            // RFC 9110 section 14.1.1: such a range is not valid, and either answer is right.
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
