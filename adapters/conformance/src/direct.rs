//! The guarantees of every [`BlobStore`](desktop_delivery::BlobStore) about direct addresses.

use crate::blob_stage::{On, bytes, key, put};
use crate::check::Run;
use desktop_delivery::blob::{DirectAddress, DirectOptions};
use desktop_delivery::ids::BlobKey;
use std::time::Duration;

/// A file name that needs every kind of quoting.
const DISPOSITION: &str = "attachment; filename=\"_ber Eis & 1+1.pdf\"; filename*=UTF-8''%C3%9Cber%20Eis%20%26%201%2B1.pdf";

fn options() -> DirectOptions {
    DirectOptions::new(DISPOSITION, "application/pdf", Duration::from_secs(60))
}

async fn direct(on: &On, key: BlobKey) -> Option<DirectAddress> {
    on.adapter.direct(key, &options()).await.expect("the adapter answers")
}

pub(crate) async fn a_direct_address_gives_the_bytes(on: On, _: Run) {
    let data = bytes(70_000, 1);
    put(&on, key(1), &data).await;
    let address = direct(&on, key(1)).await;
    let Some(fetch) = &on.fetch else {
        assert!(
            address.is_none(),
            "the fixture of a store with direct addresses must be able to fetch them"
        );
        return;
    };
    let address = address.expect("the store supports direct addresses");
    let fetched = fetch(address.expose().to_owned()).await;
    assert_eq!(fetched.status, 200);
    assert!(fetched.body == data, "the stored bytes");
    if address.origin().is_none() {
        // The front server takes the headers from the response that names the location.
        return;
    }
    for (name, value) in [("content-disposition", DISPOSITION), ("content-type", "application/pdf")]
    {
        let header = fetched.headers.iter().find(|(header, _)| header == name);
        assert_eq!(header.map(|(_, value)| value.as_str()), Some(value), "{name}");
    }
}

pub(crate) async fn a_tampered_direct_address_gives_nothing(on: On, _: Run) {
    let Some(fetch) = &on.fetch else { return };
    put(&on, key(1), &bytes(500, 1)).await;
    put(&on, key(2), &bytes(500, 2)).await;
    let address = direct(&on, key(1)).await.expect("the store supports direct addresses");
    if address.origin().is_none() {
        // Clients cannot use a location, tampered with or not.
        return;
    }
    let address = address.expose();
    let mut tampered = vec![address.replace(&key(1).to_string(), &key(2).to_string())];
    if let Some((path, query)) = address.split_once('?') {
        tampered.push(path.to_owned());
        let places = query.match_indices('&').map(|(at, _)| at).chain([query.len()]);
        // Changes the last character of each value in turn.
        tampered.extend(places.map(|end| {
            let last = if query[..end].ends_with('1') { "2" } else { "1" };
            format!("{path}?{}{last}{}", &query[..end - 1], &query[end..])
        }));
    }
    for url in tampered {
        assert_ne!(url, address, "the address was changed");
        let fetched = fetch(url.clone()).await;
        assert!(!(200..300).contains(&fetched.status), "{url}: {}", fetched.status);
        assert!(fetched.body != bytes(500, 1) && fetched.body != bytes(500, 2), "{url}");
    }
}

pub(crate) async fn a_direct_address_requires_a_blob(on: On, _: Run) {
    assert!(direct(&on, key(1)).await.is_none(), "nothing is stored there");
    put(&on, key(1), &bytes(500, 1)).await;
    let address = direct(&on, key(1)).await;
    let other_size = options().with_size(501);
    let other_size = on.adapter.direct(key(1), &other_size).await.expect("the adapter answers");
    assert!(other_size.is_none(), "the blob has another length");
    on.adapter.delete(key(1)).await.expect("a delete succeeds");
    assert!(direct(&on, key(1)).await.is_none(), "the blob is deleted");
    if let (Some(fetch), Some(address)) = (&on.fetch, address) {
        let fetched = fetch(address.expose().to_owned()).await;
        assert!(!(200..300).contains(&fetched.status), "the old address no longer works");
    }
}
