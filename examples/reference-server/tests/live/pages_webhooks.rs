//! The page on which a library's administrators manage webhooks.

use crate::support::sample::Sample;
use crate::support::webhooks::{WEBHOOKS, lose_progress, make_webhook};

/// A name that the server finds, and whose address it refuses.
const LOCAL: &str = "https://localhost:9/hooks";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_manage_the_webhooks_of_their_library() {
    // What the operator allows is not for libraries.
    let here =
        Sample::start_with(|launch| launch.with("WEBHOOKS__ALLOWED_NETWORKS", "127.0.0.0/8"));
    let cookie = here.cookie("toronto").await;
    let make = format!("{WEBHOOKS}/make");
    for (url, events, said) in [
        ("http://127.0.0.1:9/", "", "Enter a public address that begins with https://"),
        ("https://127.0.0.1:9/", "", "Enter a public address"),
        ("https://anne:pw@ill.example.org/", "", "Enter a public address"),
        (LOCAL, "shiped", "Enter names such as shipped"),
    ] {
        let fields = [("url", url), ("events", events), ("description", "")];
        let page = here.submit(WEBHOOKS, &make, &cookie, &fields).await.expect(422).text();
        assert!(page.contains(said), "{url}: {page}");
        assert!(page.contains(&format!("value=\"{url}\"")), "what was entered stays");
    }
    let path = make_webhook(&here, &cookie, LOCAL).await;
    let list = here.host.get("/api/v1/webhooks").await.expect(200).json();
    assert_eq!((&list[0]["library"], &list[0]["url"]), (&"CA-OTU".into(), &LOCAL.into()));
    assert_eq!(list[0]["events"], serde_json::json!(["received", "shipped"]));

    let button =
        async |action: &str| here.submit(&path, &format!("{path}/{action}"), &cookie, &[]).await;
    let tested = button("test").await.expect(200).text();
    assert!(tested.contains("The test event was not delivered"), "{tested}");
    assert!(tested.contains("The address is private or reserved"), "{tested}");
    let rotated = button("secret").await.expect(200).text();
    assert!(rotated.contains("whsec_") && rotated.contains("24 hours"), "{rotated}");
    let shown = here.get(&path, &cookie, "en").await.expect(200).text();
    assert!(!shown.contains("whsec_"), "the secret is shown once");

    let edit = [("url", "https://hooks.example.org/"), ("events", ""), ("description", "catalog")];
    here.submit(&path, &format!("{path}/details"), &cookie, &edit).await.expect(303);
    let list = here.host.get("/api/v1/webhooks").await.expect(200).json();
    assert_eq!(
        (&list[0]["events"], &list[0]["description"]),
        (&serde_json::json!([]), &"catalog".into())
    );

    lose_progress(&here, &cookie, &path).await;
    let paused = here.get(&path, &cookie, "fr").await.expect(200).text();
    assert!(paused.contains("La base de données a été restaurée"), "{paused}");
    let resume = format!("{path}/resume");
    let stopped = here.submit(&path, &resume, &cookie, &[("from", "stopped")]).await.expect(422);
    assert!(stopped.text().contains("Skip to new events instead"));
    here.submit(&path, &resume, &cookie, &[("from", "latest")]).await.expect(303);
    let list = here.host.get("/api/v1/webhooks").await.expect(200).json();
    assert_eq!(list[0]["state"], "active");

    // Other libraries neither see nor change it, and staff have no such page.
    let other = here.cookie("vancouver").await;
    here.get(&path, &other, "en").await.expect(404);
    let page = here.get(WEBHOOKS, &other, "en").await.expect(200).text();
    assert!(!page.contains("hooks.example.org"), "{page}");
    let remove = format!("{path}/remove");
    here.submit(WEBHOOKS, &remove, &other, &[]).await.expect(404);
    here.submit(&path, &remove, &cookie, &[]).await.expect(303);
    here.get(&path, &cookie, "en").await.expect(404);
}
