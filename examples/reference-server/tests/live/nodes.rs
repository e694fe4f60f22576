//! Several servers on one database.

use crate::support::desk::Desk;
use crate::support::documents::by_ghostscript;
use crate::support::installation::Installation;
use crate::support::patron::Patron;
use crate::support::server::{Launch, Server};
use crate::support::until;
use desktop_delivery_postgres_testing::{TestPooler, TestServer};
use serde_json::json;
use std::path::Path;

/// The number of concurrent claims per round.
const CLAIMS: usize = 60;

/// Starts another server that shares the files of the first.
fn node(address: &str, blobs: &Path, folder: &Path) -> Server {
    std::fs::create_dir(folder).expect("it is new");
    std::os::unix::fs::symlink(blobs, folder.join("blobs")).expect("it is new");
    Launch::new(folder).with("DATABASE__ADDRESS", address).joining().start()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_servers_on_one_database_count_as_one() {
    let postgres = TestServer::start();
    let address = postgres.url(&postgres.create_database());
    let place = tempfile::tempdir().unwrap();
    let first = place.path().join("first");
    let here =
        Installation::start_in(&first, |launch| launch.with("DATABASE__ADDRESS", &address)).await;
    let others: Vec<Server> = ["second", "third"]
        .map(|name| node(&address, &first.join("blobs"), &place.path().join(name)))
        .into();
    let document = by_ghostscript();
    let addresses: Vec<String> =
        std::iter::once(&here.server).chain(&others).map(|server| server.address.clone()).collect();

    for round in 0..4 {
        let request = here.request(&format!("2026-{round:05}")).await;
        here.lender.upload(&request, "article.pdf", document.clone()).await.expect(201);
        here.ship(&request).await;
        let link = here.patron(&request).await.link;
        let claims = (0..CLAIMS).map(|number| {
            let patron = Patron::new(&addresses[number % addresses.len()], &link);
            tokio::spawn(async move { patron.claim(1, &format!("k{number}")).await.status })
        });
        let mut granted = 0;
        for claim in claims.collect::<Vec<_>>() {
            match claim.await.unwrap() {
                200 => granted += 1,
                403 => {}
                other => panic!("a claim was answered with {other}"),
            }
        }
        assert_eq!(granted, 5, "exactly the limit");
        assert_eq!(here.used(&request).await, [5]);
    }

    // A server dies, and its work continues elsewhere.
    let (_, patron) = here.shipped(&document).await;
    let ticket = patron.submit(1, 1).await.location();
    here.server.kill();
    let elsewhere = Patron::new(&others[0].address, &patron.link);
    assert!(elsewhere.fetch(&ticket).await.expect(200).bytes == document, "other bytes");

    // Keys change on all servers, and no link stops working at any time.
    let desk = Desk::on(&first).with("DATABASE__ADDRESS", &address);
    let rotated = desk.json("keys rotate");
    assert_eq!(
        (&rotated["keys"][0]["id"], &rotated["keys"][0]["signs"]),
        (&json!(2), &json!(false))
    );
    for server in &others {
        until("the other server to sign with the new key", || async {
            elsewhere.page().await.expect(200);
            server.log().contains("signs=2").then_some(())
        })
        .await;
    }
    elsewhere.page().await.expect(200);
}

#[test]
fn a_pooler_without_sessions_is_reported() {
    let postgres = TestServer::start();
    let pooler = TestPooler::start(&postgres, "transaction", "");
    let address = pooler.url(&postgres.create_database());
    let folder = tempfile::tempdir().unwrap();
    let (code, log) = Launch::new(folder.path()).with("DATABASE__ADDRESS", &address).fail();
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("set pool_mode = session"), "{log}");
}

#[tokio::test]
async fn guessing_links_is_rate_limited_across_servers() {
    let postgres = TestServer::start();
    let address = postgres.url(&postgres.create_database());
    let place = tempfile::tempdir().unwrap();
    let first = place.path().join("first");
    let launch = Launch::new(&first).with("DATABASE__ADDRESS", &address);
    let few = launch.with("LIMITS__MISSES_PER_MINUTE", 20);
    let one = few.start();
    let other = {
        let folder = place.path().join("second");
        std::fs::create_dir(&folder).unwrap();
        let launch = Launch::new(&folder).with("DATABASE__ADDRESS", &address);
        launch.with("LIMITS__MISSES_PER_MINUTE", 20).joining().start()
    };
    let callers =
        [&one, &other].map(|server| crate::support::caller::Caller::new(&server.address, None));
    let mut misses = 0;
    for number in 0..60 {
        let caller = &callers[number % 2];
        match caller.get(&format!("/d/nothing-{number}")).await.status {
            404 => misses += 1,
            429 => {}
            other => panic!("a miss was answered with {other}"),
        }
    }
    // The attempts may fall into two minutes.
    assert!((20..=40).contains(&misses), "{misses} misses");
    let refused = desk_log(&one) + desk_log(&other);
    assert_eq!(refused, 0, "the servers count together without errors");
}

fn desk_log(server: &Server) -> usize {
    server.log().matches("could not count misses in the registry").count()
}
