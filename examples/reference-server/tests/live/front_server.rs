//! A front server sends the files: nginx and Apache with the configurations of the how-to.

use crate::support::caller::{Answer, Caller, send};
use crate::support::digest;
use crate::support::documents::noise_pdf;
use crate::support::front::{Front, grant_access};
use crate::support::installation::Installation;
use crate::support::patron::Patron;
use reqwest::Method;
use std::path::Path;

const PROFILE: &str = "[[policies]]\nname = \"illume\"\nallow_redirect = true\n";
/// Large enough that it does not fit into the buffers of the connections.
const SIZE: usize = 30_000_000;
/// The headers that the server sets for a file, except its length.
const HEADERS: [&str; 10] = [
    "cache-control",
    "content-disposition",
    "content-security-policy",
    "content-type",
    "cross-origin-resource-policy",
    "etag",
    "last-modified",
    "referrer-policy",
    "repr-digest",
    "x-content-type-options",
];

async fn start(folder: &Path, front_server: &str) -> Installation {
    let profile = folder.join("desk.toml");
    std::fs::write(&profile, PROFILE).expect("the folder is writable");
    Installation::start_in(&folder.join("data"), |launch| {
        launch
            .with("CONFIG", profile.display())
            .with("STORAGE__FRONT_SERVER", front_server)
            .with("LIMITS__TRUSTED_PROXIES", Front::ADDRESS)
    })
    .await
}

async fn shipped(here: &Installation, reference: &str, bytes: &[u8], front: &Front) -> Patron {
    let request = here.request(reference).await;
    here.lender.upload(&request, "Über Eis.pdf", bytes.to_vec()).await.expect(201);
    here.ship(&request).await;
    Patron::new(&front.address, &here.patron(&request).await.link)
}

async fn ask(patron: &Patron, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = patron.caller.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request).await
}

/// Returns the path of a stored file in the folder.
fn a_blob(folder: &Path) -> String {
    let mut shelves = std::fs::read_dir(folder).expect("the folder is there");
    let shelf = shelves.next().expect("it has a shelf").expect("it is readable").path();
    let mut files = std::fs::read_dir(shelf).expect("the folder is there");
    let file = files.next().expect("it has a file").expect("it is readable").path();
    file.strip_prefix(folder).expect("it is in there").display().to_string()
}

/// Returns the value of a counter of the server, or 0.
async fn counter(here: &Installation, name: &str) -> u64 {
    let metrics = Caller::new(&here.server.address, None).get("/metrics").await.expect(200).text();
    let line = metrics.lines().find_map(|line| line.strip_prefix(name));
    line.map_or(0, |value| value.trim().parse().expect("a number"))
}

/// Compares a file sent by the front server with what the server says about it.
async fn is_sent_by_the_front_server(here: &Installation, patron: &Patron, bytes: &[u8]) -> String {
    let redirects = counter(here, "desktop_delivery_redirects_total").await;
    let sent = counter(here, "desktop_delivery_bytes_sent_total").await;
    let ticket = patron.ticket(1, "k1").await;
    let head = ask(patron, Method::HEAD, &ticket, &[]).await.expect(200);
    let file = patron.fetch(&ticket).await.expect(200);
    assert_eq!(digest(&file.bytes), digest(bytes));
    for name in HEADERS {
        let values = |answer: &Answer| -> Vec<String> {
            let values = answer.headers.get_all(name).iter();
            values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
        };
        assert_eq!(values(&file).len(), 1, "{name}");
        assert_eq!(values(&file), values(&head), "{name}");
    }
    for answer in [&head, &file] {
        assert_eq!(answer.header("content-length"), bytes.len().to_string());
        assert_eq!(answer.headers.get_all("accept-ranges").iter().count(), 1);
        for name in ["x-accel-redirect", "x-sendfile"] {
            assert!(!answer.headers.contains_key(name), "{name}");
        }
    }
    assert!(file.header("content-disposition").contains("%C3%9Cber%20Eis.pdf"));
    assert_eq!(counter(here, "desktop_delivery_redirects_total").await, redirects + 1);
    assert_eq!(counter(here, "desktop_delivery_bytes_sent_total").await, sent, "not by the server");
    ticket
}

/// The server itself answers these, through the front server.
async fn ranges_and_preconditions_are_answered_as_ever(patron: &Patron, ticket: &str, all: &[u8]) {
    let get = |headers| ask(patron, Method::GET, ticket, headers);
    let etag = ask(patron, Method::HEAD, ticket, &[]).await.header("etag").to_owned();
    let part = get(&[("range", "bytes=100-199")]).await.expect(206);
    assert_eq!(part.bytes, all[100..200]);
    assert_eq!(part.header("content-range"), format!("bytes 100-199/{}", all.len()));
    let from = format!("bytes={}-", all.len() - 1_000);
    let resumed = [("range", from.as_str()), ("if-range", etag.as_str())];
    let resumed = ask(patron, Method::GET, ticket, &resumed).await.expect(206);
    assert_eq!(resumed.bytes, all[all.len() - 1_000..]);
    let beyond = format!("bytes={}-", all.len());
    ask(patron, Method::GET, ticket, &[("range", &beyond)]).await.expect(416);
    ask(patron, Method::GET, ticket, &[("if-none-match", &etag)]).await.expect(304);
    get(&[("if-match", "\"another\"")]).await.expect(412);
    get(&[("if-unmodified-since", "Mon, 01 Jan 2001 00:00:00 GMT")]).await.expect(412);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_sends_the_files_of_the_folder() {
    let place = tempfile::tempdir().expect("a temporary folder can be made");
    let here = start(place.path(), "nginx").await;
    let front = Front::nginx(place.path(), &here.server.address);
    let document = noise_pdf(SIZE);

    // Until nginx is granted access, it cannot read files, also those that exist already.
    let patron = shipped(&here, "2026-00001", &document, &front).await;
    let ticket = patron.ticket(1, "k0").await;
    assert_eq!(patron.fetch(&ticket).await.status, 403);
    grant_access(&here.data);
    let ticket = is_sent_by_the_front_server(&here, &patron, &document).await;
    // Files that are stored later need no other step.
    let later = shipped(&here, "2026-00002", &document[..5_000], &front).await;
    is_sent_by_the_front_server(&here, &later, &document[..5_000]).await;

    ranges_and_preconditions_are_answered_as_ever(&patron, &ticket, &document).await;
    // Twice the size plus 1 MiB: one more whole file, and then none.
    patron.fetch(&ticket).await.expect(200);
    patron.fetch(&ticket).await.expect(429);
    let view = patron.view().await;
    assert_eq!(view["files"][0]["left"], 3, "two claims, however often they were fetched");

    // Nobody can ask for the files themselves, nor for others next to them.
    let blob = a_blob(&here.data.join("blobs"));
    for path in [
        format!("/internal/files/{blob}"),
        format!("/%69nternal/files/{blob}"),
        format!("/t/../internal/files/{blob}"),
        "/internal/files/../keys.json".to_owned(),
        "/internal/files..%2fkeys.json".to_owned(),
        "/internal/files../keys.json".to_owned(),
    ] {
        for headers in [&[][..], &[("x-accel-redirect", "/internal/files/x")]] {
            let answer = front.raw(&path, headers).await;
            assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
        }
    }
    // A client that reaches the server directly gets the bytes, and no location.
    let direct = Patron::new(&here.server.address, &later.link);
    let ticket = direct.ticket(1, "k2").await;
    let answer = direct.fetch(&ticket).await.expect(200);
    assert_eq!(digest(&answer.bytes), digest(&document[..5_000]));
    assert!(!answer.headers.contains_key("x-accel-redirect"));

    // A transfer that has begun finishes after a revocation; no other one begins.
    let ticket = patron.ticket(1, "k3").await;
    let mut transfer =
        patron.caller.request(Method::GET, &ticket).send().await.expect("nginx answers");
    let mut bytes = transfer.chunk().await.expect("it begins").expect("it has bytes").to_vec();
    let list = here.host.get("/api/v1/requests?search=2026-00001").await.expect(200).json();
    let handle = list["requests"][0]["handle"].as_str().expect("it is text");
    let request = format!("/api/v1/requests/{handle}");
    here.host.delete(&format!("{request}/links/1")).await.expect(204);
    patron.fetch(&ticket).await.expect(410);
    while let Some(more) = transfer.chunk().await.expect("nginx goes on") {
        bytes.extend_from_slice(&more);
    }
    assert_eq!(digest(&bytes), digest(&document));

    // The logs of nginx contain requests, but no ticket.
    front.raw("/sign-in", &[]).await;
    let logs = front.logs();
    assert!(logs.contains("GET /sign-in"), "{logs}");
    assert!(!logs.contains("/t/") && !logs.contains("/d/"), "{logs}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apache_sends_the_files_of_the_folder() {
    let place = tempfile::tempdir().expect("a temporary folder can be made");
    let here = start(place.path(), "apache").await;
    let front = Front::apache(place.path(), &here.server.address);
    grant_access(&here.data);
    let document = noise_pdf(3_000_000);
    let patron = shipped(&here, "2026-00001", &document, &front).await;
    let ticket = is_sent_by_the_front_server(&here, &patron, &document).await;
    ranges_and_preconditions_are_answered_as_ever(&patron, &ticket, &document).await;
}
