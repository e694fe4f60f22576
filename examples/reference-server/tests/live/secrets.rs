//! Secrets must not leak through logs, caches, referrers and scripts.

use crate::support::caller::{Answer, Caller, send};
use crate::support::documents::noise_pdf;
use crate::support::installation::{Installation, PATRON_ADDRESS, PATRON_NAME};
use crate::support::until;
use crate::support::window::OpenWindow;
use reqwest::Method;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

#[tokio::test]
async fn logs_contain_no_secrets() {
    let here = Installation::start_with(|launch| launch.with("LOG__FILTER", "trace")).await;
    let host_key = here.server.printed_word("API key of the host");
    let (request, patron) = here.shipped(&noise_pdf(5_000)).await;
    patron.page().await.expect(200);
    let ticket = patron.submit(1, 1).await.location();
    patron.fetch(&ticket).await.expect(200);
    for ordinal in 2..=5 {
        patron.submit(1, ordinal).await.location();
    }
    patron.submit(1, 6).await.expect(403);
    patron.ask(1, "It is for Carla Santos").await.expect(303);
    let staff = here.borrower.post(&format!("{request}/receive"), json!({})).await;
    staff.expect(204);
    let wrong = format!("{}x", patron.link);
    patron.caller.get(&wrong).await.expect(404);
    patron.caller.get(&format!("{ticket}x")).await.expect(404);
    let window = window(&here, &request).await;
    let bad = Caller::new(&here.server.address, Some("ddk_bm90LWEta2V5LXRoYXQtYW55Ym9keS1oYXM"));
    bad.get("/api/v1/requests").await.expect(401);
    // A failure on our side: the document is missing from the disk.
    remove_files(&here.data.join("blobs"));
    patron.fetch(&ticket).await.expect(500);
    until("the patron's mail", || async {
        let view = here.view(&request).await;
        let notices = view["notices"].as_array()?.clone();
        notices.iter().find(|notice| notice["to"] == "patron" && notice["state"] == "sent").cloned()
    })
    .await;

    let data = here.data.clone();
    let mailed: Vec<String> = std::fs::read_dir(data.join("mail"))
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .flat_map(|raw| raw.lines().map(ToOwned::to_owned).collect::<Vec<_>>())
        .filter_map(|line| line.split_once("/d/").map(|(_, token)| token.trim().to_owned()))
        .collect();
    here.server.ask_to_stop();
    let (status, log) = here.server.wait();
    assert!(status.success());
    assert!(log.contains("/d/…/1/claim"), "it logs at all: {log}");
    let token = patron.link.trim_start_matches("/d/");
    let mut secrets = vec![
        token,
        ticket.trim_start_matches("/t/"),
        host_key.as_str(),
        // The first characters of a window's code are its id, which is no secret.
        &window.code[24..],
        window.cookie.as_str(),
        "Ana Ruiz",
        "bm90LWEta2V5",
        PATRON_NAME,
        PATRON_ADDRESS,
        "p-2041",
        "on-ice-ages",
        "It is for",
    ];
    secrets.extend(mailed.iter().map(String::as_str));
    assert!(!mailed.is_empty(), "no link was mailed");
    for secret in secrets {
        assert!(!log.contains(secret), "{secret} is in the log: {}", around(&log, secret));
    }
    // Not even half a token.
    assert!(!log.contains(&token[..12]), "{}", around(&log, &token[..12]));
}

/// Opens a window on a request, and looks at its address in every state.
async fn window(here: &Installation, request: &str) -> OpenWindow {
    let address = &here.server.address;
    let person = json!({ "agency": "CA-BVAU", "id": "koha-7", "name": "Ana Ruiz" });
    let asked = json!({ "window": "files", "person": person });
    let offered = OpenWindow::offer(&here.host, request, asked).await;
    let patron = "/api/v1/participants/CA-BVAU/patrons/p-2041";
    OpenWindow::offer(&here.host, patron, json!({})).await;
    let (browser, url) = (Caller::new(address, None), offered["url"].as_str().expect("it is text"));
    browser.get(url).await.expect(200);
    browser.get(&format!("{url}x")).await.expect(404);
    let window = OpenWindow::of(address, &offered).await;
    browser.get(url).await.expect(410);
    window.page().await;
    window
}

/// Sends a request line as it is, which no client library would do.
fn send_line(address: &str, line: &str) -> String {
    let host = address.strip_prefix("http://").expect("it has no TLS");
    let mut connection = TcpStream::connect(host).expect("the server listens");
    write!(connection, "{line} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
        .expect("the server reads");
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).expect("the server answers and closes");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_token_in_any_encoding_is_not_logged() {
    let here = Installation::start_with(|launch| {
        launch.with("LOG__FILTER", "trace").with("LIMITS__MISSES_PER_MINUTE", 1_000)
    })
    .await;
    let (_, patron) = here.shipped(&noise_pdf(5_000)).await;
    let ticket = patron.submit(1, 1).await.location();
    let (token, ticket) = (&patron.link["/d/".len()..], &ticket["/t/".len()..]);
    for secret in [token, ticket] {
        let halves = secret.split_at(20);
        let every: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let twice = every.replace('%', "%25");
        for line in [
            format!("GET /d//{secret}"),
            format!("GET //d/{secret}"),
            format!("GET /d/./{secret}"),
            format!("GET /%64/{secret}"),
            format!("GET /%74/{secret}"),
            format!("GET /d%2f{secret}"),
            format!("GET /d%2F{secret}"),
            format!("GET /d%252f{secret}"),
            format!("GET /D/{secret}"),
            format!("GET /{secret}"),
            format!("GET /x/y/{secret}/z"),
            format!("GET /d/{every}"),
            format!("GET /x/{every}"),
            format!("GET /x/{twice}"),
            format!("GET /d/{}/{}", halves.0, halves.1),
            format!("GET /d/{}%0d%0a{}", halves.0, halves.1),
            format!("GET /d;{secret}"),
            format!("GET /d/{secret}."),
            format!("GET /sign-in?next=/d/{secret}"),
            format!("GET /x?{every}"),
            format!("GET /api/v1/requests/{secret}"),
            format!("GET /api/v1/requests?search={secret}"),
            format!("GET http://example.org/d//{secret}"),
            format!("POST /d//{secret}/1/claim"),
            format!("{secret} /"),
        ] {
            let answer = send_line(&here.server.address, &line);
            assert!(answer.starts_with("HTTP/1.1 "), "{line}: {answer}");
        }
    }
    let secrets = [token.to_owned(), ticket.to_owned()];
    here.server.ask_to_stop();
    let (status, log) = here.server.wait();
    assert!(status.success());
    assert!(log.contains("/d//…"), "it logs at all: {log}");
    // Whatever escapes the log uses.
    let plain = unescaped(&unescaped(&log));
    for (secret, log) in secrets.iter().flat_map(|secret| [(secret, &log), (secret, &plain)]) {
        for at in 0..secret.len() - 8 {
            let piece = &secret[at..at + 8];
            assert!(!log.contains(piece), "{}", around(log, piece));
        }
    }
}

/// Decodes percent escapes once.
fn unescaped(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match digits {
            Some(byte) => plain.extend([char::from(byte)].into_iter().chain(piece[2..].chars())),
            None => plain.extend(['%'].into_iter().chain(piece.chars())),
        }
    }
    plain
}

#[tokio::test]
async fn every_response_has_security_headers() {
    let here = Installation::start().await;
    let (request, patron) = here.shipped(&noise_pdf(5_000)).await;
    let html = |path: &str| {
        let request = patron.caller.request(Method::GET, path).header("accept", "text/html");
        send(request)
    };
    let ticket = patron.submit(1, 1).await.location();
    let part = patron.caller.request(Method::GET, &ticket).header("range", "bytes=0-9");
    let pages: [(&str, u16, Answer); 8] = [
        ("the link's page", 200, html(&patron.link).await),
        (
            "what trackers make of it",
            200,
            html(&format!("{}?a=%ff&lang=x&lang=fr", patron.link)).await,
        ),
        ("a link that is none", 404, html("/d/AQEAAAAAAAAAAAA").await),
        ("a link that is no text", 404, html("/d/%ff%fe").await),
        ("a ticket that is no text", 404, html("/t/%ff%fe").await),
        ("a link with more behind it", 303, html(&format!("{}/", patron.link)).await),
        ("a ticket that is none", 404, html("/t/AQEAAAAAAAAAAAA").await),
        ("a refusal", 422, patron_without_tick(&here, &patron.claim_path(1)).await),
    ];
    for (what, status, page) in pages {
        let page = page.expect(status);
        guarded(what, &page);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{what}: {policy}");
        let text = page.text();
        assert!(!text.contains("<script") && !text.contains("src="), "{what} loads something");
        assert!(!text.contains("@import") && !text.contains("url("), "{what} loads something");
    }
    for (what, answer) in [
        ("a claim", patron.submit(1, 1).await),
        ("a file", patron.fetch(&ticket).await),
        ("a part of it", send(part).await),
        ("a file for its lender", here.lender.get(&format!("{request}/files/1/content")).await),
        ("a request", here.lender.get(&request).await),
        ("the API without a key", patron.caller.get(&request).await),
        ("a new key", here.host.post("/api/v1/keys", json!({ "role": "host" })).await),
        ("the libraries", here.host.get("/api/v1/participants").await),
    ] {
        guarded(what, &answer);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{what}");
    }
    for path in ["/", "/sign-in", "/track"] {
        let page = patron.caller.get(path).await.expect(200);
        guarded(path, &page);
        let policy = page.header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert!(!page.text().contains("<script>"), "{path} has a script in it");
    }
}

fn guarded(what: &str, answer: &Answer) {
    assert!(answer.header("cache-control").contains("no-store"), "{what}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert!(answer.headers.get("set-cookie").is_none(), "{what}");
}

async fn patron_without_tick(here: &Installation, path: &str) -> Answer {
    let request = Caller::new(&here.server.address, None).request(Method::POST, path);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    send(request.body("ordinal=1")).await
}

/// Deletes all files in a folder, but not the subfolders.
pub(crate) fn remove_files(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it is readable").path();
        if path.is_dir() {
            remove_files(&path);
        } else {
            std::fs::remove_file(path).expect("it is ours");
        }
    }
}

fn around<'a>(log: &'a str, secret: &str) -> &'a str {
    log.lines().find(|line| line.contains(secret)).unwrap_or_default()
}
