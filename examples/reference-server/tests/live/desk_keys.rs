//! Signing keys, changed while the server is running.

use crate::support::desk::Desk;
use crate::support::documents::by_ghostscript;
use crate::support::installation::Installation;
use crate::support::patron::Patron;
use crate::support::until;
use std::os::unix::fs::PermissionsExt as _;

#[tokio::test]
async fn a_running_server_loads_new_keys_and_drops_retired_ones() {
    let here = Installation::start().await;
    let (request, mailed) = here.shipped(&by_ghostscript()).await;
    let desk = Desk::on(&here.data);
    desk.run("keys rotate").expect(0);
    let mode = std::fs::metadata(here.data.join("keys.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let link = desk.run("link 2026-00417 --audience patron").expect(0).out;
    let fresh = Patron::new(&here.server.address, link.trim());
    assert_ne!(fresh.link, mailed.link, "another key signed it");
    until("the server to take the new key", || async {
        (fresh.page().await.status == 200).then_some(())
    })
    .await;
    mailed.page().await.expect(200);
    assert_eq!(here.patron(&request).await.link, fresh.link, "the server signs with it too");

    let list = desk.json("keys list");
    assert_eq!((&list["keys"][0]["id"], &list["keys"][1]["id"]), (&2.into(), &1.into()));
    let secrets = std::fs::read_to_string(here.data.join("keys.json")).unwrap();
    let secrets: serde_json::Value = serde_json::from_str(&secrets).unwrap();
    for secret in [&secrets["current"]["secret"], &secrets["hashing_key"]] {
        assert!(!list.to_string().contains(secret.as_str().unwrap()));
    }

    let asked = desk.clone().with_input("no\n").run("keys retire 1").expect(2);
    assert!(asked.err.contains("1 links"), "what it costs: {}", asked.err);
    mailed.page().await.expect(200);
    desk.clone().with_input("1\n").run("keys retire 1").expect(0);
    until("the server to drop the old key", || async {
        (mailed.page().await.status == 404).then_some(())
    })
    .await;
    fresh.page().await.expect(200);
    let log = here.server.log();
    assert!(log.contains("the signing keys have changed"), "{log}");
}

#[tokio::test]
async fn unreadable_keys_leave_the_current_ones_in_use() {
    let here = Installation::start().await;
    let (_, patron) = here.shipped(&by_ghostscript()).await;
    std::fs::write(here.data.join("keys.json"), "{").unwrap();
    until("the server to notice", || async {
        here.server.log().contains("the current keys stay in use").then_some(())
    })
    .await;
    patron.page().await.expect(200);
    let refused = Desk::on(&here.data).run("keys rotate").expect(2);
    assert!(refused.err.contains("damaged"), "{}", refused.err);
}
