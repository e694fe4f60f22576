//! Slow, silent, curious and disconnected clients, and links closed during a download.

use crate::support::caller::send;
use crate::support::documents::noise_pdf;
use crate::support::installation::Installation;
use crate::support::until;
use reqwest::Method;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

fn connect(here: &Installation) -> TcpStream {
    let host = here.server.address.strip_prefix("http://").expect("it has no TLS");
    let connection = TcpStream::connect(host).expect("the server listens");
    // Longer than any tested limit: a test that waits for it fails.
    connection.set_read_timeout(Some(Duration::from_secs(15))).expect("it is a duration");
    connection
}

/// Sends the head of a GET for this path.
fn get(here: &Installation, path: &str) -> TcpStream {
    let mut connection = connect(here);
    write!(connection, "GET {path} HTTP/1.1\r\nHost: example.org\r\n\r\n").expect("it listens");
    connection
}

/// Returns whether the server still holds its end of a connection, according to the kernel.
fn is_held(ours: SocketAddr) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").expect("Linux tells of its connections");
    let remote = format!(":{:04X}", ours.port());
    table.lines().any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // Established, and the remote end is ours.
        fields.get(2).is_some_and(|far| far.ends_with(&remote)) && fields.get(3) == Some(&"01")
    })
}

#[tokio::test]
async fn a_request_head_without_end_times_out() {
    let here = Installation::start_with(|launch| launch.with("LIMITS__HEAD_SECONDS", 1)).await;
    let mut connection = connect(&here);
    write!(connection, "GET /healthz HTTP/1.1\r\nHost: exam").unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).expect("the server closes it by itself");
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn a_stalled_reader_is_disconnected() {
    let here = Installation::start_with(|launch| launch.with("LIMITS__IDLE_SECONDS", 1)).await;
    let document = noise_pdf(30_000_000);
    let (request, patron) = here.shipped(&document).await;
    let ticket = patron.ticket(1, "first").await;
    let mut connection = get(&here, &ticket);
    connection.read_exact(&mut [0; 1_000]).unwrap();
    let ours = connection.local_addr().unwrap();
    assert!(is_held(ours));
    until("the server to let go", || async { (!is_held(ours)).then_some(()) }).await;
    let mut rest = Vec::new();
    // The kernel may report a reset.
    let _ = connection.read_to_end(&mut rest);
    assert!(rest.len() < document.len());
    assert_eq!(patron.fetch(&ticket).await.expect(200).bytes.len(), document.len());
    assert_eq!(here.used(&request).await, [1]);
}

#[tokio::test]
async fn a_stalled_sender_leaves_nothing() {
    let here = Installation::start_with(|launch| launch.with("LIMITS__IDLE_SECONDS", 1)).await;
    let request = here.request("2026-00417").await;
    let host_key = here.server.printed_word("API key of the host");
    let mut connection = connect(&here);
    write!(
        connection,
        "PUT {request}/uploads/ice.pdf HTTP/1.1\r\nHost: example.org\r\nContent-Length: 1000000\r\n\
         Authorization: Bearer {host_key}\r\nConnection: close\r\n\r\n%PDF-1.7\n"
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("the server answers and closes by itself");
    assert!(answer.starts_with("HTTP/1.1 4") && answer.contains("\"interrupted\""), "{answer}");
    assert_eq!(here.view(&request).await["files"], json!([]));
    here.lender.upload(&request, "ice.pdf", noise_pdf(5_000)).await.expect(201);
    assert_eq!(here.view(&request).await["files"][0]["no"], 1, "the place was given back");
}

/// Sends the head of a POST without its body.
fn post(here: &Installation, path: &str, more: &str) -> TcpStream {
    let mut connection = connect(here);
    begin_post(&mut connection, path, more);
    connection
}

fn begin_post(connection: &mut TcpStream, path: &str, more: &str) {
    write!(
        connection,
        "POST {path} HTTP/1.1\r\nHost: example.org\r\nContent-Length: 1000\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nAccept: application/json\r\n{more}\r\n"
    )
    .expect("it listens");
}

/// Returns the rest of what the server sends before it closes a connection.
fn last_words(mut connection: &TcpStream) -> String {
    let mut answer = Vec::new();
    // The kernel may report a reset after the response.
    let _ = connection.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_trickling_body_is_cut_off() {
    let here =
        Installation::start_with(|launch| launch.with("LIMITS__BODY_GRACE_SECONDS", 1)).await;
    let (request, patron) = here.shipped(&noise_pdf(5_000)).await;
    let paths = [patron.claim_path(1), "/sign-in".to_owned(), "/track/sign-in".to_owned()];
    for (path, status) in paths.iter().zip(["408", "400", "400"]) {
        let connection = post(&here, path, "");
        let mut sender = connection.try_clone().unwrap();
        let trickle = std::thread::spawn(move || {
            let sent = (0..100).take_while(|_| {
                std::thread::sleep(Duration::from_millis(100));
                sender.write_all(b"x").is_ok()
            });
            sent.count()
        });
        let answer = last_words(&connection);
        let _ = connection.shutdown(std::net::Shutdown::Both);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        let sent = trickle.join().unwrap();
        assert!(sent < 60, "{path} was read for {sent} pieces");
    }
    assert_eq!(here.used(&request).await, [0]);
}

#[tokio::test]
async fn a_forged_token_is_rejected_before_the_body_is_read() {
    let here = Installation::start().await;
    let (_, patron) = here.shipped(&noise_pdf(5_000)).await;
    let forged = patron.link.replace("/d/", "/d/A");
    for action in ["claim", "ask"] {
        let answer = last_words(&post(&here, &format!("{forged}/1/{action}"), ""));
        assert!(answer.starts_with("HTTP/1.1 404"), "{action}: {answer}");
    }
    for path in ["/api/v1/requests", "/api/v1/keys", "/supply/000102ab040506ff/ship", "/sign-out"] {
        let answer = last_words(&post(&here, path, ""));
        let refused = ["401", "403", "303"].map(|status| format!("HTTP/1.1 {status}"));
        assert!(refused.iter().any(|status| answer.starts_with(status)), "{path}: {answer}");
    }
}

#[tokio::test]
async fn slow_connections_make_room_for_others() {
    let here = Installation::start_with(|launch| {
        launch.with("LIMITS__CONNECTIONS", 20).with("LIMITS__BODY_GRACE_SECONDS", 3_600)
    })
    .await;
    let document = noise_pdf(5_000);
    let (_, patron) = here.shipped(&document).await;
    let mut held: Vec<TcpStream> = (0..60)
        .map(|at| if at % 2 == 0 { post(&here, "/sign-in", "") } else { connect(&here) })
        .collect();
    for _ in 0..3 {
        for connection in &mut held {
            // Some are already closed.
            let _ = connection.write_all(b"x");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let ticket = patron.ticket(1, "first").await;
    assert_eq!(patron.fetch(&ticket).await.expect(200).bytes, document);
}

#[tokio::test]
async fn one_client_address_cannot_take_all_connections() {
    let here =
        Installation::start_with(|launch| launch.with("LIMITS__CONNECTIONS_PER_CLIENT", 12)).await;
    let (_, patron) = here.shipped(&noise_pdf(60_000_000)).await;
    let ticket = patron.ticket(1, "first").await;
    // Idle connections make room, including those of the callers above.
    let mut held: Vec<TcpStream> = Vec::new();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    for _ in 0..12 {
        let mut connection = get(&here, &ticket);
        connection.read_exact(&mut [0; 100_000]).unwrap();
        held.push(connection);
    }
    let refused = last_words(&connect(&here));
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("too-many-connections"));
    let mut other = from_address([127, 0, 0, 2], &here);
    write!(other, "GET /healthz HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
        .unwrap();
    assert!(last_words(&other).starts_with("HTTP/1.1 200"));
    drop(held);
    until("a place for the first", || async {
        let connection = get(&here, "/healthz");
        connection.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        last_words(&connection).starts_with("HTTP/1.1 200").then_some(())
    })
    .await;
}

/// Opens a connection from another loopback address.
fn from_address(address: [u8; 4], here: &Installation) -> TcpStream {
    use socket2::{Domain, Socket, Type};
    let server: SocketAddr = here.server.address["http://".len()..].parse().expect("an address");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from((address, 0)).into()).expect("a loopback address");
    socket.connect(&server.into()).expect("the server listens");
    socket.set_read_timeout(Some(Duration::from_secs(15))).expect("a timeout");
    socket.into()
}

#[tokio::test]
async fn bodies_are_counted_for_each_client_behind_a_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("desk.toml");
    std::fs::write(
        &config,
        "[limits]\ntrusted_proxies = [\"127.0.0.1\"]\nbodies_per_client = 2\n\
         connections_per_client = 1\n",
    )
    .unwrap();
    let here = Installation::start_with(|launch| launch.with("CONFIG", config.display())).await;
    let client = |last: u8| format!("X-Forwarded-For: 203.0.113.{last}\r\n");
    // Admitted ones are held, in whichever order the server reads them.
    let held = std::cell::RefCell::new(Vec::new());
    until("the third to be too many", || async {
        let connection = post(&here, "/sign-in", &client(1));
        connection.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let answer = last_words(&connection);
        if answer.starts_with("HTTP/1.1 429") && answer.contains("\"too-many-bodies\"") {
            return Some(());
        }
        held.borrow_mut().push(connection);
        None
    })
    .await;
    assert!(held.borrow().len() >= 2, "two are admitted");
    for last in [2, 3] {
        let mut connection = post(&here, "/sign-in", &(client(last) + "Connection: close\r\n"));
        connection.write_all(&[b'x'; 1_000]).unwrap();
        let answer = last_words(&connection);
        assert!(!answer.starts_with("HTTP/1.1 429") && !answer.is_empty(), "{answer}");
    }
    drop(held);
}

#[tokio::test]
async fn a_kill_during_an_upload_leaves_nothing() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    let host_key = here.server.printed_word("API key of the host");
    let mut connection = connect(&here);
    write!(
        connection,
        "PUT {request}/uploads/ice.pdf HTTP/1.1\r\nHost: example.org\r\nContent-Length: 9000000\r\n\
         Authorization: Bearer {host_key}\r\n\r\n"
    )
    .unwrap();
    connection.write_all(&noise_pdf(5_000_000)).unwrap();
    let here = here.restart(|server| server.kill());
    assert_eq!(here.view(&request).await["files"], json!([]));
    here.lender.upload(&request, "ice.pdf", noise_pdf(5_000)).await.expect(201);
    here.ship(&request).await;
    let patron = here.patron(&request).await;
    let ticket = patron.ticket(1, "first").await;
    assert_eq!(patron.fetch(&ticket).await.expect(200).bytes, noise_pdf(5_000));
    assert_eq!(bytes_below(&here.data.join("blobs")), 5_000, "the half of it takes no room");
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("it is a folder");
    let sizes = entries.map(|entry| {
        let entry = entry.expect("it is readable");
        let data = entry.metadata().expect("it is there");
        if data.is_dir() { bytes_below(&entry.path()) } else { data.len() }
    });
    sizes.sum()
}

#[tokio::test]
async fn a_stop_waits_no_longer_than_configured() {
    let here = Installation::start_with(|launch| launch.with("LIMITS__STOP_SECONDS", 1)).await;
    let document = noise_pdf(30_000_000);
    let (request, patron) = here.shipped(&document).await;
    let ticket = patron.ticket(1, "first").await;
    let mut connection = get(&here, &ticket);
    let mut given = vec![0; 1_000];
    connection.read_exact(&mut given).unwrap();
    let mut log = String::new();
    let here = here.restart(|server| {
        server.ask_to_stop();
        let (status, logged) = server.wait();
        assert!(status.success(), "{logged}");
        log = logged;
    });
    assert!(log.contains("some transfers were interrupted"), "{log}");
    // An interrupted reader resumes after the restart for free.
    let rest = patron.caller.at(&here.server.address).request(Method::GET, &ticket);
    let rest = send(rest.header("range", "bytes=500-")).await.expect(206);
    assert!(rest.bytes == document[500..], "other bytes");
    assert_eq!(here.used(&request).await, [1]);
}

#[tokio::test]
async fn revoking_a_link_interrupts_its_download() {
    let here = Installation::start().await;
    let document = noise_pdf(60_000_000);
    let (request, patron) = here.shipped(&document).await;
    let ticket = patron.ticket(1, "first").await;
    let mut connection = get(&here, &ticket);
    let mut piece = vec![0; 100_000];
    connection.read_exact(&mut piece).unwrap();
    here.host.delete(&format!("{request}/links/1")).await.expect(204);
    // New requests are refused immediately.
    patron.fetch(&ticket).await.expect(410);
    // Existing ones within seconds: the reader is slow enough to need 20 s for the whole file.
    let mut given = piece.len();
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut wanted = 150_000;
        while wanted > 0 {
            match connection.read(&mut piece[..wanted.min(100_000)]) {
                Ok(0) | Err(_) => {
                    assert!(given < document.len(), "it had all of it");
                    return;
                }
                Ok(length) => (given, wanted) = (given + length, wanted - length.min(wanted)),
            }
        }
    }
    panic!("10 seconds later it still gives");
}

#[tokio::test]
async fn guessing_links_is_rate_limited() {
    let here = Installation::start_with(|launch| launch.with("LIMITS__MISSES_PER_MINUTE", 5)).await;
    let (_, patron) = here.shipped(&noise_pdf(5_000)).await;
    for number in 0..5 {
        patron.caller.get(&format!("/d/AQEAAAAAAAAAAAA{number}")).await.expect(404);
    }
    let refused = patron.page().await.expect(429);
    assert_eq!(refused.header("retry-after"), "60");
    // Must be understandable to a reader behind the same address.
    assert!(refused.text().contains("Try again in a minute"), "{}", refused.text());
    assert!(refused.header("cache-control").contains("no-store"));
    let problem = patron.claim(1, "first").await.expect(429).json();
    assert_eq!(problem["code"], "too-many-misses");
    // Staff are not limited.
    here.lender.get("/api/v1/requests").await.expect(200);
}

#[tokio::test]
async fn health_and_metrics_contain_no_personal_data() {
    let here = Installation::start().await;
    let (_, patron) = here.shipped(&noise_pdf(5_000)).await;
    let ticket = patron.submit(1, 1).await.location();
    patron.fetch(&ticket).await.expect(200);
    assert_eq!(patron.submit(1, 1).await.location(), ticket);
    assert_eq!(patron.caller.get("/healthz").await.expect(200).text(), "ok\n");
    let metrics = patron.caller.get("/metrics").await.expect(200).text();
    for outcome in ["granted", "repeated"] {
        let counted = format!("desktop_delivery_claims_total{{outcome=\"{outcome}\"}} 1\n");
        assert!(metrics.contains(&counted), "{metrics}");
    }
    assert!(metrics.contains("desktop_delivery_bytes_sent_total 5000"), "{metrics}");
    for secret in [&patron.link[3..15], &ticket[3..15], "on-ice", "CA-", "santos"] {
        assert!(!metrics.contains(secret), "{metrics}");
    }
}
