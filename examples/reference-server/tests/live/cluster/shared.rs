//! State shared by the nodes: accounts, sessions, counts of guesses, keys.

use crate::support::caller::{Answer, Caller, send};
use crate::support::cluster::{Cluster, link};
use crate::support::documents::noise_pdf;
use crate::support::patron::Patron;
use crate::support::processes::family;
use crate::support::until;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

pub(super) async fn accounts_and_sessions_are_shared(here: &Cluster) {
    let password = here.last_word_behind("The password of all three:");
    let signed_in = sign_in(&here.nodes[0], "toronto", &password, None).await;
    let signed_in = signed_in.expect(303);
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    for address in here.nodes.iter().chain([&here.address]) {
        let page = supply(address, &cookie).await.expect(200).text();
        assert!(page.contains("Anne Roy"), "{address}");
        supply(address, "").await.expect(303);
    }
    // Signing out on one node ends the session on all.
    let page = supply(&here.nodes[1], &cookie).await.text();
    let key = page.split("name=\"form_key\" value=\"").nth(1).expect("it has a form");
    let key = key.split('"').next().unwrap_or_default();
    let form = serde_urlencoded::to_string([("form_key", key)]).expect("it is text");
    let leave = Caller::new(&here.nodes[1], None).request(Method::POST, "/sign-out");
    let leave = leave.header("content-type", "application/x-www-form-urlencoded");
    send(leave.header("cookie", &cookie).body(form)).await.expect(303);
    for address in &here.nodes {
        supply(address, &cookie).await.expect(303);
    }

    let desk = here.desk(2).with_input("a password of hers\n");
    desk.run("account make ines.diaz --agency CA-OTU --name Ines --password-stdin").expect(0);
    for address in &here.nodes {
        sign_in(address, "ines.diaz", "a password of hers", None).await.expect(303);
    }
}

/// Switching nodes does not allow more guesses.
pub(super) async fn guesses_are_counted_together(here: &Cluster) {
    let mut failures = 0;
    for number in 0..15 {
        let address = &here.nodes[number % 3];
        match sign_in(address, "toronto", "a wrong guess", Some("203.0.113.9")).await.status {
            403 => failures += 1,
            429 => break,
            other => panic!("a guess was answered with {other}"),
        }
    }
    // The guesses may fall into two windows.
    assert!((5..=10).contains(&failures), "{failures} guesses");
    for address in here.nodes.iter().chain([&here.address]) {
        sign_in(address, "toronto", "a wrong guess", Some("203.0.113.9")).await.expect(429);
    }
    let password = here.last_word_behind("The password of all three:");
    sign_in(&here.address, "toronto", &password, None).await.expect(303);

    let stranger = Caller::new(&here.address, None);
    let tries = (0..240).map(|number| {
        let path = format!("/d/nothing-{number}");
        send(stranger.request(Method::GET, &path).header("x-forwarded-for", "198.51.100.7"))
    });
    let misses = join_all(tries).await.iter().filter(|answer| answer.status == 404).count();
    // At most sixty in each of two minutes; three nodes counting separately would allow 180.
    assert!((60..=120).contains(&misses), "{misses} misses");
}

pub(super) async fn keys_change_without_a_restart(here: &Cluster) {
    let (request, old) = here.shipped("keys", 5, &noise_pdf(5_000), "p-2041").await;
    let processes: Vec<u32> = (1..=3).map(|node| here.process(&format!("node-{node}"))).collect();
    let before = signed_by(&old.link);
    let rotated = here.desk(1).json("keys rotate");
    assert_eq!(rotated["keys"][0]["id"], json!(before + 1), "{rotated}");
    let hosts: Vec<Caller> = here.nodes.iter().map(|node| here.host.at(node)).collect();
    let mut new = 0;
    until("every node to sign with the new key", || {
        new += 1;
        let (hosts, request, old) = (&hosts, &request, &old);
        async move {
            let mut signed = BTreeSet::new();
            for host in hosts {
                let issued = link(host, request).await;
                signed.insert(signed_by(&issued));
                // Every node opens links signed with the new key and with the old one.
                for address in &here.nodes {
                    Patron::new(address, &issued).page().await.expect(200);
                    Patron::new(address, &old.link).page().await.expect(200);
                }
            }
            (signed == BTreeSet::from([before + 1])).then_some(())
        }
    })
    .await;
    assert!(new > 1, "the old key signs for a while");
    let ticket = Patron::new(&here.nodes[0], &old.link).ticket(1, "new").await;
    assert_eq!(signed_by(&ticket), before + 1);
    for address in &here.nodes {
        Patron::new(address, &old.link).fetch(&ticket).await.expect(200);
    }
    let now: Vec<u32> = (1..=3).map(|node| here.process(&format!("node-{node}"))).collect();
    assert_eq!(now, processes);
    let lives = family(std::process::id());
    for process in processes {
        assert!(lives.iter().any(|living| living.number == process), "{process} still runs");
    }
}

/// Returns the number of the key that signed a link or ticket.
fn signed_by(path: &str) -> u8 {
    let token = path.rsplit('/').next().unwrap_or_default();
    URL_SAFE_NO_PAD.decode(token).expect("a token is base64")[1]
}

async fn sign_in(address: &str, login: &str, password: &str, from: Option<&str>) -> Answer {
    let request = Caller::new(address, None).request(Method::POST, "/sign-in");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = match from {
        Some(client) => request.header("x-forwarded-for", client),
        None => request,
    };
    let form = serde_urlencoded::to_string([("login", login), ("password", password)]);
    send(request.body(form.expect("it is text"))).await
}

async fn supply(address: &str, cookie: &str) -> Answer {
    let request = Caller::new(address, None).request(Method::GET, "/supply");
    send(request.header("cookie", cookie)).await
}
