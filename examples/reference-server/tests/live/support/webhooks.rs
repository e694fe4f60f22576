use crate::support::sample::Sample;
use crate::support::until;
use desktop_delivery::Clock as _;
use desktop_delivery::projections::{Projections as _, RowKey};
use desktop_delivery::time::SystemClock;
use desktop_delivery_sqlite::SqliteStore;

/// The page with the webhooks of a library.
pub(crate) const WEBHOOKS: &str = "/library/webhooks";

/// Creates a webhook of the library whose administrator this is; returns the path of its page.
pub(crate) async fn make_webhook(here: &Sample, cookie: &str, url: &str) -> String {
    let fields = [("url", url), ("events", "shipped, received"), ("description", url)];
    let made = here.submit(WEBHOOKS, &format!("{WEBHOOKS}/make"), cookie, &fields).await;
    let page = made.expect(201).text();
    let shown = page.split("<tr>").find(|row| row.contains(&format!("<td>{url}</td>")));
    let path = shown.and_then(|row| row.split('"').find(|part| part.contains("/webhooks/wh_")));
    path.expect("the webhook is in the list").to_owned()
}

/// Deletes the progress of a webhook, as an import does, and waits until it is paused.
pub(crate) async fn lose_progress(here: &Sample, cookie: &str, path: &str) {
    let store = SqliteStore::open(here.data.join("delivery.db")).expect("it is shared");
    let projections = store.projections();
    let id = path.rsplit('/').next().expect("the path ends in the id");
    let key = RowKey::new("webhook", id).expect("the key is valid");
    until("the progress to be deleted", || async {
        let row = projections.read(key, SystemClock.now()).await.expect("it is read");
        match row {
            None => Some(()),
            Some(row) => {
                let deleted = projections.delete(key, row.version).await;
                deleted.expect("it is deleted").then_some(())
            }
        }
    })
    .await;
    until("the webhook to be paused", || async {
        let page = here.get(path, cookie, "en").await.expect(200).text();
        page.contains("Paused since").then_some(())
    })
    .await;
}
