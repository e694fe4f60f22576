//! Moves an installation to another database and an object store, and back.

use crate::support::desk::Desk;
use crate::support::documents::{by_ghostscript, by_img2pdf};
use crate::support::installation::Installation;
use crate::support::patron::Patron;
use crate::support::scans::Scans;
use crate::support::server::{Launch, Server};
use desktop_delivery_postgres_testing::TestServer;
use serde_json::json;

#[tokio::test]
async fn links_counts_and_bytes_move_to_postgresql_and_an_object_store_and_back() {
    let here = Installation::start().await;
    let document = by_img2pdf();
    let (request, patron) = here.shipped(&document).await;
    let ticket = patron.submit(1, 1).await.location();
    let pending = here.request("2026-00418").await;
    here.lender.upload(&pending, "second.pdf", by_ghostscript()).await.expect(201);
    let events = here.host.get(&format!("{request}/events")).await.expect(200).json();
    here.server.kill();

    let place = tempfile::tempdir().unwrap();
    let (export, other) = (place.path().join("export"), place.path().join("other"));
    let desk = Desk::on(&here.data);
    let made = desk.run_with("export {} --with-keys --json", &[&export]).expect(0).json();
    assert_eq!((&made["manifest"]["requests"], &made["manifest"]["files"]), (&json!(2), &json!(2)));

    let postgres = TestServer::start();
    let address = postgres.url(&postgres.create_database());
    let scans = Scans::start().await;
    let there = scans.of_command(Desk::on(&other).with("DATABASE__ADDRESS", &address));
    there.run_with("import {}", &[&export]).expect(0);
    let again = there.run_with("import {}", &[&export]).expect(1);
    assert!(again.err.contains("was already completed here"), "{}", again.err);
    let verified = there.json("verify");
    assert_eq!((&verified["well"], &verified["requests"]), (&json!(true), &json!(2)));

    let launch = scans.of_server(Launch::new(&other).with("DATABASE__ADDRESS", &address));
    let server = launch.joining().start();
    let host = here.host.at(&server.address);
    assert_eq!(host.get(&format!("{request}/events")).await.expect(200).json(), events);
    let moved = Patron::new(&server.address, &patron.link);
    assert!(moved.fetch(&ticket).await.expect(200).bytes == document, "a ticket goes on");
    assert_eq!(moved.page().await.text().matches("4 of 5 downloads left").count(), 1);
    let lender = here.lender.at(&server.address);
    lender.post(&format!("{pending}/ship"), json!({})).await.expect(204);
    server.kill();

    // And back, into SQLite and a folder.
    let (back, home) = (place.path().join("back"), place.path().join("home"));
    there.run_with("export {}", &[&back]).expect(0);
    let keyless = Desk::on(&home).run_with("import {}", &[&back]).expect(2);
    assert!(keyless.err.contains("--keys"), "{}", keyless.err);
    let keys = here.data.join("keys.json");
    Desk::on(&home).run_with("import {} --keys {}", &[&back, &keys]).expect(0);
    let server = Launch::new(&home).joining().start();
    let shown = here.host.at(&server.address).get(&pending).await.expect(200).json();
    assert_eq!(shown["status"], "shipped");
    assert_claims_continue(&server, &patron).await;
}

async fn assert_claims_continue(server: &Server, patron: &Patron) {
    let patron = Patron::new(&server.address, &patron.link);
    for ordinal in 2..=5 {
        patron.submit(1, ordinal).await.location();
    }
    assert!(patron.page().await.text().contains("All 5 downloads have been used"));
}

#[tokio::test]
async fn an_interrupted_import_continues_and_never_overwrites() {
    let here = Installation::start().await;
    here.shipped(&by_ghostscript()).await;
    let place = tempfile::tempdir().unwrap();
    let (export, other) = (place.path().join("export"), place.path().join("other"));
    Desk::on(&here.data).run_with("export {} --with-keys", &[&export]).expect(0);

    // A file of the export is damaged: nothing of its request is imported.
    let blob = std::fs::read_dir(export.join("blobs")).unwrap().next().unwrap().unwrap().path();
    let blob = std::fs::read_dir(blob).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&blob).unwrap();
    std::fs::write(&blob, [&bytes[..bytes.len() - 1], b"!"].concat()).unwrap();
    let desk = Desk::on(&other);
    let refused = desk.run_with("import {}", &[&export]).expect(1);
    assert!(refused.err.contains("damaged"), "{}", refused.err);
    std::fs::write(&blob, &bytes).unwrap();
    desk.run_with("import {}", &[&export]).expect(0);
    assert_eq!(desk.json("verify")["well"], json!(true));

    // Another installation is not changed.
    here.server.kill();
    let refused = Desk::on(&here.data).run_with("import {}", &[&export]).expect(1);
    assert!(refused.err.contains("is not empty"), "{}", refused.err);
}
