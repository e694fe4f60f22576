//! Three nodes on PostgreSQL and an object store behind nginx, as set up by `examples/cluster`.

mod claims;
mod shared;

use crate::support::caller::{Caller, send, try_send};
use crate::support::cluster::{Cluster, node_of, script};
use crate::support::documents::noise_pdf;
use crate::support::processes::that_name;
use crate::support::until;
use reqwest::Method;
use serde_json::json;
use std::fs;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cluster_survives_the_death_of_any_node() {
    let here = Cluster::start();
    claims::claims_are_exact(&here).await;
    claims::claims_stay_exact_when_nodes_die(&here).await;
    claims::claims_stay_exact_when_the_database_dies(&here).await;
    a_download_resumes_on_another_node(&here).await;
    another_node_sends_the_mail_of_a_dead_one(&here).await;
    shared::accounts_and_sessions_are_shared(&here).await;
    shared::guesses_are_counted_together(&here).await;
    shared::keys_change_without_a_restart(&here).await;

    let addresses: Vec<String> = here.nodes.iter().chain([&here.address]).cloned().collect();
    let (status, processes, place) = here.stop();
    let errors = fs::read_to_string(place.path().join("errors")).unwrap();
    assert_eq!((status.code(), errors.as_str()), (Some(143), ""), "ended by SIGTERM");
    // The script, three nodes, nginx and its worker, PostgreSQL and its processes, SeaweedFS, the
    // mail server.
    assert!(processes.len() > 12, "{processes:?}");
    let left: Vec<_> = processes.iter().filter(|process| process.lives()).collect();
    assert!(left.is_empty(), "still there: {left:?}");
    for address in addresses {
        let answer = try_send(Caller::new(&address, None).request(Method::GET, "/")).await;
        assert!(answer.is_err(), "somebody is still at {address}");
    }
    let names = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["errors"], "its folder is gone");
}

#[test]
fn the_demonstration_succeeds() {
    let place = tempfile::tempdir().unwrap();
    let shown = script(place.path()).arg("show").output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    assert_eq!(shown.status.code(), Some(0), "{out}\n{err}");
    assert!(out.trim_end().ends_with("All checks passed"), "{out}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "its folder is gone");
}

#[test]
fn a_failing_part_stops_all_and_a_missing_one_is_reported() {
    let place = tempfile::tempdir().unwrap();
    // Nodes that exit immediately.
    let failed = script(place.path()).env("DESK", "false").output().unwrap();
    let said = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(1), "{said}");
    assert!(said.contains("node-1 ended"), "{said}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "its folder is gone");
    let left = that_name(&place.path().to_string_lossy());
    assert!(left.is_empty(), "still there: {left:?}");

    let missing = script(place.path()).env("DESK", "/nowhere/desk").output().unwrap();
    let said = String::from_utf8_lossy(&missing.stderr);
    assert_eq!(missing.status.code(), Some(1), "{said}");
    assert!(said.contains("missing: /nowhere/desk"), "{said}");
}

async fn a_download_resumes_on_another_node(here: &Cluster) {
    let document = noise_pdf(30_000_000);
    let (request, patron) = here.shipped("download", 2, &document, "p-2041").await;
    let ticket = patron.ticket(1, "once").await;
    let begun = patron.caller.request(Method::GET, &ticket).send().await.expect("it is answered");
    let header = |name: &str| begun.headers()[name].to_str().expect("it is text").to_owned();
    let (etag, dead) = (header("etag"), here.who_answered(&header("x-node")));
    let mut begun = begun;
    let mut got = begun.chunk().await.expect("it goes on").expect("it has begun").to_vec();
    here.kill(dead);
    let broken = loop {
        match begun.chunk().await {
            Ok(Some(more)) => got.extend_from_slice(&more),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(broken && got.len() < document.len(), "it breaks off: {} bytes", got.len());
    let rest = patron.caller.request(Method::GET, &ticket);
    let rest = rest.header("range", format!("bytes={}-", got.len())).header("if-range", etag);
    let rest = send(rest).await.expect(206);
    assert_ne!(here.who_answered(node_of(&rest)), dead);
    got.extend_from_slice(&rest.bytes);
    assert!(got == document, "other bytes");
    assert_eq!(here.used(&request).await, 1);
    here.start_again(dead).await;
}

async fn another_node_sends_the_mail_of_a_dead_one(here: &Cluster) {
    let (address, mail) = ("carla.santos@cluster.example.org", here.folder.join("mail"));
    let contact = json!({ "name": "Carla Santos", "email": address });
    here.host.put("/api/v1/participants/CA-BVAU/patrons/p-3077", contact).await.expect(204);
    let (request, _) = here.shipped("mail", 5, &noise_pdf(5_000), "p-3077").await;
    fs::write(mail.join("hold"), address).expect("the folder is writable");
    here.host.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let held = until("a node that waits for the mail server", || async {
        fs::read_to_string(mail.join("held")).ok().filter(|node| !node.is_empty())
    })
    .await;
    let dead: usize = held.trim_start_matches("node-").parse().expect("it is a number");
    here.kill(dead);
    fs::remove_file(mail.join("hold")).expect("it is there");
    let arrived = || {
        let names = fs::read_dir(&mail).expect("it is there").flatten().map(|entry| entry.path());
        let is_ours = |text: Vec<u8>| String::from_utf8_lossy(&text).contains(address);
        names
            .filter(|path| path.extension().is_some_and(|end| end == "eml"))
            .filter(|path| fs::read(path).is_ok_and(is_ours))
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
    };
    until("the mail", || async { (!arrived().is_empty()).then_some(()) }).await;
    here.start_again(dead).await;
    let arrived = arrived();
    assert!(arrived.len() == 1 && !arrived[0].contains(&held), "{held} died: {arrived:?}");
}
