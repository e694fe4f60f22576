//! Staff and patrons who sign in at a provider of OpenID Connect.

use crate::support::browser::Browser;
use crate::support::desk::Desk;
use crate::support::installation::Installation;
use crate::support::oidc::OidcServer;
use crate::support::sign_in::Guest;
use crate::support::until;
use fantoccini::Locator;
use serde_json::json;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

/// Returns a free address, which the provider must know before the server starts.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port is free")
}

fn settings(folder: &Path, issuer: &str, staff_passwords: bool) -> PathBuf {
    let (file, secret) = (folder.join("desk.toml"), folder.join("secret"));
    std::fs::write(&secret, OidcServer::SECRET).expect("the folder is writable");
    let secret = secret.display();
    let text = format!(
        "[sign_in]
        staff_passwords = {staff_passwords}

        [sign_in.providers.campus]
        issuer = '{issuer}'
        client_id = 'desk-staff'
        client_secret_file = '{secret}'
        label = 'Example University'
        labels = {{ fr = 'Université Exemple' }}
        agency = 'CA-OTU'
        role_claim = 'groups'
        roles = {{ ill-admins = 'administrator', ill-staff = 'staff' }}
        create_accounts = true

        [sign_in.providers.card]
        issuer = '{issuer}'
        client_id = 'desk-patrons'
        client_secret_file = '{secret}'
        label = 'your library card'
        people = 'patrons'
        agency = 'CA-BVAU'
        number_claim = 'card'"
    );
    std::fs::write(&file, text).expect("the folder is writable");
    file
}

/// Opens a page that asks to sign in, and follows the button to the provider.
async fn go_to_provider(browser: &Browser, page: &str, button: &str) {
    browser.open(page).await;
    let button = browser.client.find(Locator::LinkText(button)).await;
    button.expect("there is a button").click().await.expect("it can be clicked");
    until("the provider's page", || async {
        browser.client.find(Locator::Css("input[name=login]")).await.ok()
    })
    .await;
}

/// Signs in at the provider, which accepts any password.
async fn sign_in_there(browser: &Browser, person: &str) {
    for (name, text) in [("login", person), ("password", "any")] {
        let css = format!("input[name={name}]");
        let field = browser.client.find(Locator::Css(&css)).await.expect("there is a field");
        field.send_keys(text).await.expect("it can be written into");
    }
    let button = browser.client.find(Locator::Css("button[type=submit]")).await;
    button.expect("there is a button").click().await.expect("it can be pressed");
}

/// Signs out here and at the provider.
async fn sign_out(browser: &Browser) {
    browser.press("Sign out").await;
    let yes = Locator::Css("button[name=logout][value=yes]");
    let button = until("the provider's question", || async { browser.client.find(yes).await.ok() });
    button.await.click().await.expect("it can be pressed");
    browser.sees("You have signed out.").await;
}

#[tokio::test]
async fn staff_and_patrons_sign_in_at_a_provider_and_sign_out_there_too() {
    let address = free_address();
    let site = format!("http://{address}");
    let provider = OidcServer::start(&site);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = settings(folder.path(), &provider.issuer, true);
    let here = Installation::start_with(|launch| {
        launch.with("LISTEN", address).with("CONFIG", file.display())
    })
    .await;
    let request = here.request("2026-00417").await;
    let handle = request.rsplit('/').next().expect("it is a path");
    let foreign = json!({
        "reference": "2026-00418", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "Somebody Else’s Article", "patron": "p-9999", "status": "pending",
    });
    here.host.post("/api/v1/requests", foreign).await.expect(200);
    let browser = Browser::start().await;

    let deep = format!("{site}/supply/{handle}?page=1");
    go_to_provider(&browser, &deep, "Sign in with Example University").await;
    sign_in_there(&browser, "anne").await;
    let text = browser.sees("On Ice Ages").await;
    assert!(text.contains("Anne Roy"), "{text}");
    assert_eq!(browser.client.current_url().await.unwrap().as_str(), deep);
    browser.open(&format!("{site}/library/accounts")).await;
    browser.sees("anne.roy").await;
    browser.open(&format!("{site}/account")).await;
    assert!(!browser.sees("Your account").await.contains("Current password"));
    sign_out(&browser).await;

    // The session at the provider has ended as well: it asks who signs in.
    go_to_provider(&browser, &deep, "Sign in with Example University").await;
    sign_in_there(&browser, "paul").await;
    let text = browser.sees("You do not have access here").await;
    assert!(text.contains("no-role"), "{text}");
    let source = browser.client.source().await.unwrap();
    assert!(!source.contains("code="), "no link repeats the code: {source}");
    browser.client.delete_all_cookies().await.unwrap();
    let accounts = Desk::on(&here.data).json("account list");
    assert_eq!(accounts["accounts"].as_array().map(Vec::len), Some(1), "{accounts}");

    let deep = format!("{site}/track/requests/{handle}");
    go_to_provider(&browser, &deep, "Sign in with your library card").await;
    sign_in_there(&browser, "carla").await;
    browser.sees("has had your request since").await;
    assert_eq!(browser.client.current_url().await.unwrap().as_str(), deep);
    browser.open(&format!("{site}/track/requests")).await;
    let text = browser.sees("On Ice Ages").await;
    assert!(!text.contains("Somebody Else"), "{text}");
    browser.open(&format!("{site}/supply")).await;
    assert!(browser.shows("Staff sign-in").await, "a patron is not staff");
    browser.open(&deep).await;
    sign_out(&browser).await;
    browser.open(&deep).await;
    assert!(!browser.shows("On Ice Ages").await);

    let log = here.server.log();
    for secret in ["?code", "state=", "iss=http", OidcServer::SECRET, "Anne Roy", "p-2041"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    assert!(log.contains(&format!("{site}/sign-in/callback/campus")), "{log}");
}

#[tokio::test]
async fn a_server_starts_without_its_provider_and_can_refuse_passwords() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = settings(folder.path(), &format!("http://{}", free_address()), false);
    let mut here = Installation::start_with(|launch| launch.with("CONFIG", file.display())).await;
    let make = "account make anne.roy --agency CA-OTU --name Anne_Roy --password-stdin";
    Desk::on(&here.data).with_input("a long sentence\n").run(make).expect(0);
    let guest = Guest::new(&here.server.address);
    let page = guest.get("/sign-in?next=%2Fsupply%3Fpage%3D2").await.expect(200).text();
    assert!(page.contains("/sign-in/with/campus?next=%2Fsupply%3Fpage%3D2"), "{page}");
    assert!(!page.contains("name=\"password\""), "{page}");
    let refused = guest.staff("anne.roy", "a long sentence").await.expect(403);
    assert!(refused.text().contains("You cannot use a password here"), "{}", refused.text());
    for (path, status, code) in [
        ("/sign-in/with/campus", 503, "provider-unreachable"),
        ("/sign-in/callback/campus?code=x&state=y", 400, "attempt-unknown"),
        ("/sign-in/callback/campus?state=y&state=z", 400, "attempt-unknown"),
    ] {
        let answer = guest.get(path).await.expect(status);
        assert!(answer.text().contains(code), "{}", answer.text());
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
    }
    for unknown in ["/sign-in/with/nobody", "/sign-in/callback/nobody", "/sign-out/with/nobody"] {
        guest.get(unknown).await.expect(404);
    }

    // The way back in: the setting, and a password that the operator sets.
    here.launch = here.launch.with("SIGN_IN__STAFF_PASSWORDS", true);
    let here = here.restart(|server| server.kill());
    let desk = Desk::on(&here.data).with_input("another long sentence\n");
    desk.run("account password anne.roy --password-stdin").expect(0);
    let guest = Guest::new(&here.server.address);
    guest.staff("anne.roy", "another long sentence").await.expect(303);
}

#[tokio::test]
async fn the_operator_links_an_account_to_a_person() {
    let here = Installation::start().await;
    let desk = Desk::on(&here.data).with_input("a long sentence\n");
    for name in ["anne.roy", "paul.chan"] {
        let make = format!("account make {name} --agency CA-OTU --name {name} --password-stdin");
        desk.run(&make).expect(0);
    }
    let link = "--issuer https://login.example.org --subject 1f2e";
    let linked = desk.json(&format!("account link anne.roy {link}"));
    assert_eq!((&linked["links"], &linked["has_password"]), (&json!(1), &json!(true)));
    let taken = desk.run(&format!("account link paul.chan {link}")).expect(1);
    assert!(taken.err.contains("another account") && taken.err.contains("unlink"), "{}", taken.err);
    desk.run(&format!("account link nobody {link}")).expect(1);
    assert_eq!(desk.json("account unlink anne.roy")["links"], json!(0));
    desk.run(&format!("account link paul.chan {link}")).expect(0);
}
