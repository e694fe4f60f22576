//! The guarantees of every [`Registry`].

use crate::check::{Check, Run, checks};
use crate::fixture::Fixture;
use crate::race::race;
use bytes::Bytes;
use desktop_delivery::Registry;
use std::sync::Arc;

type On = Fixture<dyn Registry>;

pub(crate) const CHECKS: &[Check<On>] = checks![
    an_entry_reads_back,
    a_removed_entry_is_gone,
    a_stale_write_changes_nothing,
    a_written_entry_is_durable,
    an_unknown_entry_is_none,
    keys_are_compared_byte_by_byte,
    kinds_returns_kinds_with_entries,
    one_of_parallel_writes_of_an_entry_wins,
    entries_are_listed_in_order_and_paged,
    versions_grow_across_removals,
];

async fn write(on: &On, kind: &str, key: &str, value: &[u8], expected: u64) -> Option<u64> {
    let value = Bytes::copy_from_slice(value);
    on.adapter.write(kind, key, Some(value), expected).await.expect("a write succeeds")
}

async fn read(on: &On, kind: &str, key: &str) -> Option<(Bytes, u64)> {
    let record = on.adapter.read(kind, key).await.expect("a read succeeds");
    record.map(|record| (record.value, record.version))
}

async fn an_unknown_entry_is_none(on: On, _: Run) {
    assert_eq!(read(&on, "account", "nobody").await, None);
    write(&on, "account", "somebody", b"1", 0).await.expect("the key is free");
    assert_eq!(read(&on, "account", "nobody").await, None);
    assert_eq!(read(&on, "session", "somebody").await, None, "kinds are separate");
}

async fn an_entry_reads_back(on: On, _: Run) {
    let long = vec![0xA5; 1 << 20];
    let values: [&[u8]; 4] = [b"", b"{\"name\":\"\xC3\xA9\"}", b"\x00\xFF\x00", &long];
    for (number, value) in values.into_iter().enumerate() {
        let key = format!("key {number} \u{e9}'\"%_\u{1F4DA}");
        let version = write(&on, "account", &key, value, 0).await.expect("the key is free");
        assert_eq!(
            read(&on, "account", &key).await,
            Some((Bytes::copy_from_slice(value), version))
        );
        let again = write(&on, "account", &key, b"next", version).await.expect("it is current");
        assert!(again > version, "versions grow");
        assert_eq!(read(&on, "account", &key).await, Some((Bytes::from_static(b"next"), again)));
    }
}

async fn a_written_entry_is_durable(on: On, _: Run) {
    let version = write(&on, "account", "c", b"kept", 0).await.expect("the key is free");
    let record = on.reopened().read("account", "c").await.expect("a read succeeds");
    let record = record.expect("the acknowledged write is stored");
    assert_eq!((&record.value[..], record.version), (&b"kept"[..], version));
}

async fn a_stale_write_changes_nothing(on: On, _: Run) {
    assert_eq!(write(&on, "account", "c", b"x", 7).await, None, "there is no version 7");
    assert_eq!(read(&on, "account", "c").await, None);
    let first = write(&on, "account", "c", b"first", 0).await.expect("the key is free");
    assert_eq!(write(&on, "account", "c", b"x", 0).await, None, "the entry exists");
    let second = write(&on, "account", "c", b"second", first).await.expect("it is current");
    assert_eq!(write(&on, "account", "c", b"x", first).await, None, "another write came first");
    let removed = on.adapter.write("account", "c", None, first).await.expect("the adapter answers");
    assert_eq!(removed, None, "a stale removal removes nothing");
    assert_eq!(read(&on, "account", "c").await, Some((Bytes::from_static(b"second"), second)));
}

async fn a_removed_entry_is_gone(on: On, _: Run) {
    let version = write(&on, "account", "c", b"1", 0).await.expect("the key is free");
    write(&on, "account", "d", b"2", 0).await.expect("the key is free");
    let removed =
        on.adapter.write("account", "c", None, version).await.expect("the adapter answers");
    assert!(removed.is_some(), "a removal at the current version succeeds");
    assert_eq!(read(&on, "account", "c").await, None);
    assert!(read(&on, "account", "d").await.is_some(), "other entries remain");
    let listed = on.adapter.list("account", "", 10).await.expect("a list succeeds");
    assert_eq!(listed.len(), 1, "removed entries are not listed");
}

async fn versions_grow_across_removals(on: On, _: Run) {
    let first = write(&on, "account", "c", b"1", 0).await.expect("the key is free");
    let removed = on.adapter.write("account", "c", None, first).await.expect("the adapter answers");
    let again = write(&on, "account", "c", b"2", 0).await.expect("the removed key is free");
    assert!(again > first && Some(again) > removed, "{first}, {removed:?}, {again}");
    assert_eq!(write(&on, "account", "c", b"x", first).await, None, "an old version remains stale");
}

async fn keys_are_compared_byte_by_byte(on: On, _: Run) {
    let keys = ["a", "A", "a ", "\u{e9}", "e\u{301}", "a%", "a_"];
    for key in keys {
        assert!(write(&on, "account", key, key.as_bytes(), 0).await.is_some(), "{key:?} is new");
    }
    for key in keys {
        let (value, _) = read(&on, "account", key).await.expect("it was written");
        assert_eq!(value, key.as_bytes());
    }
    assert!(write(&on, "Account", "a", b"other kind", 0).await.is_some());
}

async fn entries_are_listed_in_order_and_paged(on: On, _: Run) {
    let mut keys: Vec<String> =
        ["b", "a", "B", "a/1", "\u{e9}", "z", "ab"].map(str::to_owned).to_vec();
    for key in &keys {
        write(&on, "account", key, key.as_bytes(), 0).await.expect("the key is free");
        write(&on, "other", key, b"other", 0).await.expect("the key is free");
    }
    keys.sort_unstable();
    let (mut after, mut listed) = (String::new(), Vec::new());
    loop {
        let page = on.adapter.list("account", &after, 3).await.expect("a list succeeds");
        assert!(page.len() <= 3, "a page exceeds its limit");
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (key, record) in page {
            assert_eq!(record.value, key.as_bytes(), "each with its own value");
            listed.push(key);
        }
    }
    assert_eq!(listed, keys);
    assert!(on.adapter.list("nothing", "", 3).await.expect("a list succeeds").is_empty());
}

async fn kinds_returns_kinds_with_entries(on: On, _: Run) {
    let kinds = || async { on.adapter.kinds().await.expect("they are answered") };
    assert_eq!(kinds().await, [""; 0]);
    for (kind, key) in [("session", "a"), ("account", "b"), ("account", "a"), ("Text", "a")] {
        assert!(write(&on, kind, key, b"1", 0).await.is_some(), "it is new");
    }
    assert_eq!(kinds().await, ["Text", "account", "session"], "in byte order, each once");
    let (_, version) = read(&on, "session", "a").await.expect("it was written");
    on.adapter.write("session", "a", None, version).await.expect("the adapter answers");
    assert_eq!(kinds().await, ["Text", "account"]);
}

async fn one_of_parallel_writes_of_an_entry_wins(on: On, run: Run) {
    for round in 0..8_u64 {
        let key = format!("r{round}");
        let won = race(&run, 32, |number| {
            let (adapter, key) = (Arc::clone(&on.adapter), key.clone());
            Box::pin(async move {
                let value = Bytes::from(number.to_string());
                adapter
                    .write("race", &key, Some(value), 0)
                    .await
                    .expect("the adapter answers")
                    .is_some()
            })
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "round {round}");
    }
}
