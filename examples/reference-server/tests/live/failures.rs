//! Failures around a server: kills, stops, full disks, lost files, wrong settings.

use crate::secrets::remove_files;
use crate::support::caller::{send, try_send};
use crate::support::desk::Desk;
use crate::support::documents::noise_pdf;
use crate::support::installation::Installation;
use crate::support::patron::Patron;
use crate::support::server::{Launch, Server};
use crate::support::{digest, until};
use reqwest::Method;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The number of claims acknowledged before each kill; a hundred can be granted.
const KILLS: [usize; 4] = [1, 10, 40, 70];
/// The number of requests per round, each with five downloads.
const LINKS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_under_load_neither_loses_nor_repeats_claims() {
    let mut here = Installation::start().await;
    let document = noise_pdf(5_000);
    let mut left = 0;
    for (round, kill_at) in KILLS.into_iter().enumerate() {
        let mut links = Vec::new();
        for number in 0..LINKS {
            let request = here.request(&format!("2026-{round}{number:04}")).await;
            here.lender.upload(&request, "ice.pdf", document.clone()).await.expect(201);
            here.ship(&request).await;
            let patron = here.patron(&request).await;
            links.push((request, patron));
        }
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let loads: Vec<_> = links
            .iter()
            .map(|(_, patron)| tokio::spawn(claim_on(patron.clone(), Arc::clone(&acknowledged))))
            .collect();
        let enough = async {
            while acknowledged.load(Ordering::Relaxed) < kill_at {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), enough).await.expect("claims are granted");
        here = here.restart(Server::kill);
        for ((request, patron), load) in links.iter().zip(loads) {
            let granted = load.await.unwrap();
            let used = here.used(request).await[0];
            assert!(granted.len() <= usize::try_from(used).unwrap(), "{granted:?} of {used}");
            let patron = Patron::new(&here.server.address, &patron.link);
            // Every acknowledged claim is still valid, at no further cost.
            for (key, ticket) in granted {
                assert_eq!(patron.ticket(1, &key).await, ticket);
                assert_eq!(patron.fetch(&ticket).await.expect(200).bytes, document);
            }
            assert_eq!(here.used(request).await, [used]);
            let mut more = 0;
            for number in 0..6 {
                let claim = patron.claim(1, &format!("after-{number}")).await;
                more += u64::from(claim.status == 200);
            }
            assert_eq!(used + more, 5);
            left += more;
        }
    }
    assert!(left > 0, "every kill came after the load");
}

/// Claims with key after key until the server is gone. Returns the tickets.
async fn claim_on(patron: Patron, acknowledged: Arc<AtomicUsize>) -> Vec<(String, String)> {
    let mut granted = Vec::new();
    for number in 0.. {
        let key = format!("key-{number}");
        let Ok(answer) = try_send(patron.claim_request(1, &key)).await else { break };
        if answer.status == 200 {
            acknowledged.fetch_add(1, Ordering::Relaxed);
            let url = answer.json()["url"].as_str().expect("it is text").to_owned();
            granted.push((key, url[url.find("/t/").expect("it is a ticket's")..].to_owned()));
        }
    }
    granted
}

#[tokio::test]
async fn a_stop_lets_a_slow_download_finish() {
    let here = Installation::start().await;
    let document = noise_pdf(20_000_000);
    let (_, patron) = here.shipped(&document).await;
    let ticket = patron.ticket(1, "slow").await;
    let host = here.server.address.strip_prefix("http://").unwrap();
    let mut slow = TcpStream::connect(host).unwrap();
    write!(slow, "GET {ticket} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut start = [0; 100_000];
    slow.read_exact(&mut start).unwrap();

    here.server.ask_to_stop();
    until("new connections to be refused", || async {
        TcpStream::connect(host).is_err().then_some(())
    })
    .await;
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).unwrap();
    let whole = [&start[..], &rest].concat();
    let head = whole.windows(4).position(|at| at == b"\r\n\r\n").unwrap() + 4;
    assert_eq!(digest(&whole[head..]), digest(&document));
    let (status, log) = here.server.wait();
    assert!(status.success(), "{log}");
    assert!(!log.contains("were interrupted"), "{log}");
}

#[tokio::test]
async fn a_lost_document_is_refunded_and_logged() {
    let here = Installation::start().await;
    let (request, patron) = here.shipped(&noise_pdf(5_000)).await;
    let ticket = patron.ticket(1, "first").await;
    assert_eq!(here.used(&request).await, [1]);
    remove_files(&here.data.join("blobs"));
    let fetch = patron.caller.request(Method::GET, &ticket).header("accept", "application/json");
    let problem = send(fetch).await.expect(500).json();
    assert_eq!(problem["code"], "internal");
    assert!(problem["remedy"].as_str().unwrap().contains("operator"));
    assert_eq!(here.used(&request).await, [0], "it is given back");
    let page = patron.page().await.expect(200).text();
    assert!(page.contains("5 of 5 downloads left"), "{page}");
    until("the log to say so", || async { here.server.log().contains("ERROR").then_some(()) })
        .await;
}

/// Flips a bit in the middle of the only file in a folder, as a failing disk might.
fn flip_a_bit(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it is readable").path();
        if path.is_dir() {
            flip_a_bit(&path);
            continue;
        }
        let mut bytes = std::fs::read(&path).expect("it is ours");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
            .expect("it is ours");
        std::fs::write(&path, bytes).expect("it is ours");
    }
}

/// Returns the value of a counter.
async fn counted(here: &Installation, name: &str) -> u64 {
    let metrics = here.host.get("/metrics").await.expect(200).text();
    let line = metrics.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn a_download_of_altered_bytes_does_not_end_normally() {
    // After an empty pass the scrubber rests, which leaves the finding to the reader.
    let here = Installation::start_with(|launch| launch.with("SCRUB__REST_SECONDS", 3_600)).await;
    let (request, patron) = here.shipped(&noise_pdf(3_000_000)).await;
    let ticket = patron.ticket(1, "first").await;
    flip_a_bit(&here.data.join("blobs"));
    let broken = try_send(patron.caller.request(Method::GET, &ticket)).await;
    assert!(broken.is_err(), "the transfer does not end well");
    assert_eq!(here.used(&request).await, [1], "bytes were sent");
    let part = patron.caller.request(Method::GET, &ticket).header("range", "bytes=2000000-");
    send(part).await.expect(500);
    assert!(counted(&here, "desktop_delivery_corrupt_files_total").await >= 2);
    let log = here.server.log();
    let handle = request.rsplit('/').next().expect("it has a handle");
    assert!(log.contains("attachment=1 version=1") && log.contains(handle), "{log}");
    assert!(log.contains("restore it from a backup"), "{log}");
}

#[tokio::test]
async fn the_scrubber_reports_an_altered_byte() {
    let here = Installation::start_with(|launch| launch.with("SCRUB__REST_SECONDS", 1)).await;
    let (request, patron) = here.shipped(&noise_pdf(40_000)).await;
    let files = "desktop_delivery_scrub_files_total";
    until("it is read", || async { (counted(&here, files).await > 0).then_some(()) }).await;
    let findings = "desktop_delivery_scrub_findings_total";
    assert_eq!(counted(&here, findings).await, 0);
    flip_a_bit(&here.data.join("blobs"));
    until("the finding", || async { (counted(&here, findings).await > 0).then_some(()) }).await;
    let log = here.server.log();
    let handle = request.rsplit('/').next().expect("it has a handle");
    let line = log.lines().find(|line| line.contains("its bytes have changed")).expect("a line");
    assert!(line.contains("ERROR") && line.contains(handle), "{line}");
    assert!(line.contains("attachment=1 version=1"), "{line}");
    // None of its bytes are served.
    let ticket = patron.ticket(1, "first").await;
    let part = patron.caller.request(Method::GET, &ticket).header("range", "bytes=0-99");
    send(part).await.expect(500);

    // When disabled, nothing is read.
    let mut here = here;
    here.launch = here.launch.with("SCRUB__BYTES_PER_SECOND", 0);
    let here = here.restart(Server::kill);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(counted(&here, files).await, 0);
}

#[tokio::test]
async fn uploads_fail_on_a_full_disk_and_recover() {
    let disk = SmallDisk::mount(24);
    let here = Installation::start_in(disk.folder.path(), |launch| launch).await;
    let (request, patron) = here.shipped(&noise_pdf(5_000)).await;
    let ballast = disk.folder.path().join("ballast");
    std::fs::write(&ballast, vec![7; 12 << 20]).unwrap();

    let big = noise_pdf(12 << 20);
    let more = here.request("2026-00418").await;
    let problem = here.lender.upload(&more, "big.pdf", big.clone()).await.expect(507).json();
    assert_eq!(problem["code"], "storage-full");
    assert_eq!(here.view(&more).await["files"], json!([]));
    // Stored files can still be downloaded.
    let ticket = patron.ticket(1, "first").await;
    patron.fetch(&ticket).await.expect(200);
    assert_eq!(here.used(&request).await, [1]);

    std::fs::remove_file(&ballast).unwrap();
    let attached = here.lender.upload(&more, "big.pdf", big.clone()).await.expect(201).json();
    assert_eq!(attached["digest"], digest(&big));
    assert_eq!(here.view(&more).await["files"][0]["size"], big.len());
}

#[tokio::test]
async fn a_transfer_of_98_megabytes_needs_little_memory() {
    let here = Installation::start().await;
    let document = noise_pdf(98_000_000);
    let before = digest(&document);
    let request = here.request("2026-00417").await;
    let attached = here.lender.upload(&request, "atlas.pdf", document.clone()).await.expect(201);
    assert_eq!(attached.json()["digest"], before);
    here.ship(&request).await;
    let patron = here.patron(&request).await;
    let ticket = patron.ticket(1, "atlas").await;
    let got = patron.fetch(&ticket).await.expect(200);
    assert_eq!(digest(&got.bytes), before);
    let peak = here.server.peak_memory();
    assert!(peak < 150_000_000, "{peak} bytes");
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_with_the_limit() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    let problem = here.lender.upload(&request, "big.pdf", noise_pdf(125_000_001)).await.expect(413);
    let problem = problem.json();
    assert_eq!(problem["code"], "too-large");
    assert_eq!(problem["limit"], 125_000_000);
    assert_eq!(here.view(&request).await["files"], json!([]));
}

#[test]
fn errors_name_the_invalid_setting() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch::new(folder.path());
    for (name, value, code, said) in [
        ("LITSEN", "127.0.0.1:0", 2, "litsen"),
        ("SMTP__HOTS", "smtp.example.org", 2, "hots"),
        ("LISTEN", "everywhere", 2, "listen"),
        ("LIMITS__CONNECTIONS", "many", 2, "connections"),
        ("LIMITS__CONNECTIONS", "0", 2, "limits.connections"),
        ("LIMITS__API_CALLS_PER_MINUTE", "0", 2, "limits.api_calls_per_minute"),
        ("LIMITS__BODY_BYTES_PER_SECOND", "0", 2, "limits.body_bytes_per_second"),
        ("MAIL__LEASE_SECONDS", "0", 2, "mail.lease_seconds"),
        ("WORKER_SECONDS", "0", 2, "worker_seconds"),
        ("API_ORIGINS", "http://localhost:5173, https://*.a.example", 2, "\"https://*.a.example\""),
        ("ADDRESS", "no address", 2, "address"),
        ("ADDRESS", "http://0.0.0.0:8080", 2, "desktop_delivery_address"),
        ("LISTEN", "0.0.0.0:0", 2, "desktop_delivery_address"),
        ("LISTEN", "[::]:0", 2, "desktop_delivery_address"),
        ("LIMITS__TRUSTED_PROXIES", "127.0.0.1,proxy", 2, "trusted_proxies"),
        ("LOG__FILTER", "info=what=ever", 1, "log.filter"),
        ("CONFIG", "/nowhere/settings.toml", 2, "settings.toml"),
    ] {
        let (status, log) = launch.clone().with(name, value).fail();
        assert_eq!(status, Some(code), "{name}: {log}");
        assert!(log.to_lowercase().contains(said), "{name}: {log}");
        assert!(!log.contains("panicked"), "{name}: {log}");
    }
}

#[tokio::test]
async fn a_missing_database_beside_documents_is_an_error() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    here.lender.upload(&request, "ice.pdf", noise_pdf(5_000)).await.expect(201);
    here.server.kill();
    let (database, away) = (here.data.join("delivery.db"), here.data.join("away.db"));
    let refused = |state: &str| {
        let (code, log) = here.launch.fail();
        assert_eq!(code, Some(1), "{log}");
        let command = Desk::on(&here.data).run("request list");
        for words in [state, "delivery.db", "desk restore", "DESKTOP_DELIVERY_DATA"] {
            assert!(log.contains(words), "{words}: {log}");
        }
        let command = command.expect(1).err;
        assert!(command.contains(state) && command.contains("desk restore"), "{command}");
    };
    let folder = |name: &str| here.data.join(name);
    std::fs::rename(&database, &away).unwrap();
    refused("missing beside documents");
    std::fs::write(&database, "").unwrap();
    refused("empty beside documents");
    std::fs::remove_file(&database).unwrap();
    // Also where no document or no keys are left.
    std::fs::rename(folder("blobs"), folder("away")).unwrap();
    std::fs::create_dir(folder("blobs")).unwrap();
    refused("missing beside signing keys");
    std::fs::remove_dir(folder("blobs")).unwrap();
    std::fs::rename(folder("away"), folder("blobs")).unwrap();
    std::fs::rename(folder("keys.json"), folder("away")).unwrap();
    refused("missing beside documents");
    assert!(!database.exists() && !folder("keys.json").exists(), "nothing was made anew");
    std::fs::rename(folder("away"), folder("keys.json")).unwrap();
    std::fs::rename(&away, &database).unwrap();
    let server = here.launch.start();
    here.lender.at(&server.address).get(&request).await.expect(200);
}

#[test]
fn an_interrupted_first_start_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    drop(Launch::new(folder.path()).start());
    for made_later in ["delivery.db", "delivery.db-wal", "delivery.db-shm"] {
        // Not all of them exist after every stop.
        let _ = std::fs::remove_file(folder.path().join(made_later));
    }
    std::fs::remove_dir_all(folder.path().join("blobs")).unwrap();
    drop(Launch::new(folder.path()).start());
}

#[tokio::test]
async fn written_files_are_readable_by_their_user_only() {
    let here = Installation::start().await;
    let request = here.request("2026-00417").await;
    here.lender.upload(&request, "ice.pdf", noise_pdf(5_000)).await.expect(201);
    here.ship(&request).await;
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let mails = || async { here.data.join("mail").read_dir().ok()?.next()?.ok() };
    until("a mail", mails).await;
    let mut seen = Vec::new();
    modes_below(&here.data, &mut seen);
    for file in ["lock", "keys.json", "delivery.db", "delivery.db-wal", "delivery.db-shm"] {
        assert!(seen.iter().any(|(name, _)| name.ends_with(file)), "no {file}: {seen:?}");
    }
    let open: Vec<_> = seen.iter().filter(|(_, mode)| mode & 0o077 != 0).collect();
    assert!(open.is_empty(), "{open:?}");
}

/// Collects all files and folders below a folder with their modes.
fn modes_below(folder: &Path, seen: &mut Vec<(String, u32)>) {
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let entry = entry.expect("it is readable");
        let mode = entry.metadata().expect("it is there").permissions().mode();
        seen.push((entry.path().display().to_string(), mode & 0o777));
        if entry.path().is_dir() {
            modes_below(&entry.path(), seen);
        }
    }
}

#[test]
fn a_port_in_use_is_reported_with_a_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (status, log) = Launch::new(folder.path()).with("LISTEN", address).fail();
    assert_eq!(status, Some(1), "{log}");
    assert!(log.contains(&address.to_string()) && log.contains("DESKTOP_DELIVERY_LISTEN"), "{log}");
}

#[test]
fn an_unusable_data_folder_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    for data in [file.clone(), file.join("below"), "/proc/data".into()] {
        let (status, log) = Launch::new(&data).fail();
        assert_eq!(status, Some(1), "{log}");
        assert!(log.contains(&*data.to_string_lossy()), "{log}");
        assert!(log.contains("DESKTOP_DELIVERY_DATA"), "{log}");
    }
}

#[test]
fn a_data_folder_has_one_server() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch::new(folder.path());
    let first = launch.start();
    let (status, log) = launch.fail();
    assert_eq!(status, Some(1), "{log}");
    assert!(log.contains("is in use"), "{log}");
    first.kill();
    // The lock of a dead server is released.
    launch.start().ask_to_stop();
}

#[test]
fn lost_or_damaged_signing_keys_are_not_regenerated() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch::new(folder.path());
    launch.start().kill();
    let keys = folder.path().join("keys.json");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&keys), 0o600);
    let whole = std::fs::read(&keys).unwrap();
    std::fs::write(&keys, &whole[..whole.len() / 2]).unwrap();
    let damaged = launch.fail();
    std::fs::remove_file(&keys).unwrap();
    let lost = launch.fail();
    for (status, log) in [damaged, lost] {
        assert!(status.is_some_and(|code| code != 0), "{log}");
        assert!(log.contains("keys.json") && log.contains("backup"), "{log}");
    }
    assert!(!keys.exists());
    std::fs::write(&keys, whole).unwrap();
    launch.start().ask_to_stop();
}

/// A disk in memory, unmounted on drop.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(mebibytes: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let size = format!("size={mebibytes}m,mode=700");
        let mut mount = Command::new("/usr/bin/mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path());
        let output = mount.output().expect("mount is part of every Debian");
        assert!(
            output.status.success(),
            "a small disk is needed, and mounting needs root: run as root: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self { folder }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The server may still have files open; the mount ends with them.
        let _ = Command::new("/usr/bin/umount").arg("--lazy").arg(self.folder.path()).status();
    }
}
