//! The guarantees of all [`Projections`].

use crate::check::{Check, Run, checks};
use crate::fixture::Fixture;
use crate::race::race;
use bytes::Bytes;
use desktop_delivery::projections::{MAX_KEY_BYTES, MAX_ROW_BYTES, NewRow, Row, RowKey, RowRange};
use desktop_delivery::{Projections, Timestamp};
use std::sync::Arc;

type On = Fixture<dyn Projections>;

pub(crate) const CHECKS: &[Check<On>] = checks![
    a_deleted_row_is_gone,
    a_range_contains_only_its_keys,
    a_row_reads_back_as_written,
    a_stale_deletion_deletes_nothing,
    a_stale_write_changes_no_row,
    a_written_row_is_durable,
    an_absent_row_is_none,
    an_expired_row_can_be_replaced,
    an_expired_row_counts_as_absent,
    expired_rows_are_deleted_in_bounded_steps,
    expired_rows_do_not_end_a_range,
    one_of_parallel_writes_of_a_row_wins,
    row_keys_are_compared_byte_by_byte,
    row_versions_grow_across_deletions,
    rows_are_read_in_key_order_and_paged,
];

const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

/// When the expiring rows expire.
const END: Timestamp = NOW.plus_seconds(60);

fn key<'a>(kind: &'static str, key: &'a str) -> RowKey<'a> {
    RowKey::new(kind, key).expect("a valid key")
}

fn row<'a>(kind: &'static str, name: &'a str, value: &[u8]) -> NewRow<'a> {
    NewRow::new(key(kind, name), Bytes::copy_from_slice(value)).expect("a short value")
}

async fn write_at(on: &On, row: NewRow<'_>, expected: u64, now: Timestamp) -> Option<u64> {
    on.adapter.write(&row, expected, now).await.expect("a write succeeds")
}

async fn write(on: &On, row: NewRow<'_>, expected: u64) -> Option<u64> {
    write_at(on, row, expected, NOW).await
}

async fn read_at(on: &On, kind: &'static str, name: &str, now: Timestamp) -> Option<Row> {
    on.adapter.read(key(kind, name), now).await.expect("a read succeeds")
}

async fn value(on: &On, kind: &'static str, name: &str) -> Option<Bytes> {
    read_at(on, kind, name, NOW).await.map(|row| row.value)
}

/// Reads a range page by page and returns the keys and the number of pages.
async fn keys(on: &On, range: &RowRange, limit: usize, now: Timestamp) -> (Vec<String>, usize) {
    let (mut range, mut found, mut pages) = (range.clone(), Vec::new(), 0);
    loop {
        let page = on.adapter.range(&range, limit, now).await.expect("a read succeeds");
        assert!(page.rows.len() <= limit, "a page exceeds its limit");
        pages += 1;
        found.extend(page.rows.into_iter().map(|row| row.key));
        let Some(next) = page.next else { return (found, pages) };
        range = range.after(&next);
        assert!(pages < 1_000, "the pages do not advance");
    }
}

async fn an_absent_row_is_none(on: On, _: Run) {
    assert_eq!(value(&on, "log", "nothing").await, None);
    write(&on, row("log", "something", b"1"), 0).await.expect("the key is free");
    assert_eq!(value(&on, "log", "nothing").await, None);
    assert_eq!(value(&on, "cursor", "something").await, None, "kinds are separate");
    let range = on.adapter.range(&RowRange::all("cursor"), 9, NOW).await.expect("a read succeeds");
    assert_eq!((range.rows, range.next), (Vec::new(), None));
}

async fn a_row_reads_back_as_written(on: On, _: Run) {
    let longest = vec![0xA5; MAX_ROW_BYTES];
    let values: [&[u8]; 4] = [b"", b"{\"name\":\"\xC3\xA9\"}", b"\x00\xFF\x00", &longest];
    for (number, value) in values.into_iter().enumerate() {
        let name = format!("{number} \u{e9}'\"%_\u{1F4DA}");
        let name = format!("{name}{}", "k".repeat(MAX_KEY_BYTES - name.len()));
        let first = row("log", &name, value).with_expiry(END);
        let version = write(&on, first, 0).await.expect("the key is free");
        let stored = Row {
            key: name.clone(),
            value: Bytes::copy_from_slice(value),
            version,
            expires_at: Some(END),
        };
        assert_eq!(read_at(&on, "log", &name, NOW).await, Some(stored.clone()));
        let range = RowRange::starting_with("log", &format!("{number} "));
        let page = on.adapter.range(&range, 9, NOW).await.expect("a read succeeds");
        assert_eq!(page.rows, [stored]);
        let again = write(&on, row("log", &name, b"next"), version).await;
        let again = again.expect("it is current");
        assert!(again > version, "versions grow");
        let stored = read_at(&on, "log", &name, END).await.expect("it no longer expires");
        assert_eq!((&stored.value[..], stored.expires_at), (&b"next"[..], None));
    }
}

async fn a_written_row_is_durable(on: On, _: Run) {
    let kept = row("log", "c", b"kept").with_expiry(END);
    let version = write(&on, kept, 0).await.expect("the key is free");
    let stored = on.reopened().read(key("log", "c"), NOW).await.expect("a read succeeds");
    let stored = stored.expect("the acknowledged write is stored");
    assert_eq!((&stored.value[..], stored.version), (&b"kept"[..], version));
    assert_eq!(stored.expires_at, Some(END));
}

async fn a_stale_write_changes_no_row(on: On, _: Run) {
    assert_eq!(write(&on, row("log", "c", b"x"), 7).await, None, "there is no version 7");
    assert_eq!(value(&on, "log", "c").await, None);
    let first = write(&on, row("log", "c", b"first"), 0).await.expect("the key is free");
    assert_eq!(write(&on, row("log", "c", b"x"), 0).await, None, "the row exists");
    let second = write(&on, row("log", "c", b"second"), first).await.expect("it is current");
    let stale = row("log", "c", b"x").with_expiry(END);
    assert_eq!(write(&on, stale, first).await, None, "another write came first");
    let stored = read_at(&on, "log", "c", END).await.expect("it does not expire");
    assert_eq!((&stored.value[..], stored.version), (&b"second"[..], second));
}

async fn a_deleted_row_is_gone(on: On, _: Run) {
    let version = write(&on, row("log", "c", b"1"), 0).await.expect("the key is free");
    write(&on, row("log", "d", b"2"), 0).await.expect("the key is free");
    write(&on, row("cursor", "c", b"3"), 0).await.expect("the key is free");
    let deleted = on.adapter.delete(key("log", "c"), version).await.expect("it succeeds");
    assert!(deleted, "a deletion at the current version deletes");
    assert_eq!(value(&on, "log", "c").await, None);
    assert_eq!(value(&on, "cursor", "c").await.as_deref(), Some(&b"3"[..]), "other kinds remain");
    assert_eq!(keys(&on, &RowRange::all("log"), 9, NOW).await.0, ["d"], "other rows remain");
}

async fn a_stale_deletion_deletes_nothing(on: On, _: Run) {
    let absent = on.adapter.delete(key("log", "c"), 1).await.expect("it succeeds");
    assert!(!absent, "there is no such row");
    let first = write(&on, row("log", "c", b"1"), 0).await.expect("the key is free");
    write(&on, row("log", "c", b"2"), first).await.expect("it is current");
    let stale = on.adapter.delete(key("log", "c"), first).await.expect("it succeeds");
    assert!(!stale, "another write came first");
    assert_eq!(value(&on, "log", "c").await.as_deref(), Some(&b"2"[..]));
}

async fn row_versions_grow_across_deletions(on: On, _: Run) {
    let first = write(&on, row("log", "c", b"1"), 0).await.expect("the key is free");
    on.adapter.delete(key("log", "c"), first).await.expect("it succeeds");
    let expiring = row("log", "c", b"2").with_expiry(END);
    let second = write(&on, expiring, 0).await.expect("the deleted key is free");
    on.adapter.delete_expired(END, 9).await.expect("it succeeds");
    let third = write_at(&on, row("log", "c", b"3"), 0, END).await.expect("the key is free");
    assert!(first < second && second < third, "{first}, {second}, {third}");
    for old in [first, second] {
        let stale = write_at(&on, row("log", "c", b"x"), old, END).await;
        assert_eq!(stale, None, "an old version remains stale");
    }
}

async fn an_expired_row_counts_as_absent(on: On, _: Run) {
    let expiring = row("log", "c", b"1").with_expiry(END);
    write(&on, expiring, 0).await.expect("the key is free");
    write(&on, row("log", "d", b"2"), 0).await.expect("the key is free");
    let before = END.plus_seconds(-1);
    assert!(read_at(&on, "log", "c", before).await.is_some(), "it expires a second later");
    assert_eq!(keys(&on, &RowRange::all("log"), 9, before).await.0, ["c", "d"]);
    assert_eq!(read_at(&on, "log", "c", END).await, None, "an expiry is exclusive");
    assert_eq!(keys(&on, &RowRange::all("log"), 9, END).await.0, ["d"]);
}

async fn an_expired_row_can_be_replaced(on: On, _: Run) {
    let expiring = row("log", "c", b"1").with_expiry(END);
    let first = write(&on, expiring.clone(), 0).await.expect("the key is free");
    let before = END.plus_seconds(-1);
    assert_eq!(write_at(&on, expiring.clone(), 0, before).await, None, "the row exists");
    assert_eq!(write_at(&on, expiring, first, END).await, None, "the row no longer exists");
    let later = END.plus_seconds(60);
    let renewed = row("log", "c", b"2").with_expiry(later);
    let second = write_at(&on, renewed, 0, END).await.expect("the key is free");
    assert!(second > first, "versions grow");
    assert_eq!(on.adapter.delete_expired(END, 9).await.expect("it succeeds"), 0);
    let stored = read_at(&on, "log", "c", END).await.expect("it was renewed");
    assert_eq!((&stored.value[..], stored.expires_at), (&b"2"[..], Some(later)));
}

async fn expired_rows_are_deleted_in_bounded_steps(on: On, _: Run) {
    for number in 0..5_u8 {
        let name = format!("k{number}");
        let end = END.plus_seconds(i64::from(number % 2));
        let kind = if number % 2 == 0 { "log" } else { "cursor" };
        write(&on, row(kind, &name, &[number]).with_expiry(end), 0).await.expect("it is free");
    }
    write(&on, row("log", "kept", b"1"), 0).await.expect("the key is free");
    let sweep = |now, limit| {
        let adapter = Arc::clone(&on.adapter);
        async move { adapter.delete_expired(now, limit).await.expect("it succeeds") }
    };
    assert_eq!(sweep(END.plus_seconds(-1), 9).await, 0, "nothing has expired yet");
    assert_eq!(sweep(END, 2).await, 2, "as many as the limit");
    assert_eq!(sweep(END, 2).await, 1, "what is left");
    assert_eq!(sweep(END, 2).await, 0);
    assert_eq!(keys(&on, &RowRange::all("cursor"), 9, NOW).await.0, ["k1", "k3"]);
    assert_eq!(sweep(END.plus_seconds(1), 9).await, 2, "of every kind");
    // Read as of a time before the expiry, which shows what is stored.
    assert_eq!(keys(&on, &RowRange::all("log"), 9, NOW).await.0, ["kept"]);
    assert_eq!(keys(&on, &RowRange::all("cursor"), 9, NOW).await.0, [""; 0]);
}

async fn rows_are_read_in_key_order_and_paged(on: On, _: Run) {
    let mut names: Vec<String> =
        ["b", "a", "B", "a/1", "\u{e9}", "z", "ab", "\u{ffff}", "\u{10ffff}"]
            .map(str::to_owned)
            .to_vec();
    for name in &names {
        write(&on, row("log", name, name.as_bytes()), 0).await.expect("the key is free");
        write(&on, row("other", name, b"other"), 0).await.expect("the key is free");
    }
    names.sort_unstable();
    for limit in [1, 2, 4, 100] {
        assert_eq!(keys(&on, &RowRange::all("log"), limit, NOW).await.0, names, "limit {limit}");
    }
    let page = on.adapter.range(&RowRange::all("log"), 2, NOW).await.expect("a read succeeds");
    assert_eq!(page.next.as_ref(), Some(&names[1]), "a full page may have a next one");
    for stored in page.rows {
        assert_eq!(stored.value, stored.key.as_bytes(), "each with its own value");
    }
    let rest = RowRange::all("log").after(&names[3]);
    assert_eq!(keys(&on, &rest, 3, NOW).await.0, names[4..]);
}

async fn a_range_contains_only_its_keys(on: On, _: Run) {
    for name in ["a", "a/", "a/1", "a/2", "a/\u{10ffff}", "a0", "b/1"] {
        write(&on, row("log", name, b"1"), 0).await.expect("the key is free");
    }
    let under = RowRange::starting_with("log", "a/");
    assert_eq!(keys(&on, &under, 2, NOW).await.0, ["a/1", "a/2", "a/\u{10ffff}"]);
    assert_eq!(keys(&on, &under.clone().after("a/1"), 9, NOW).await.0, ["a/2", "a/\u{10ffff}"]);
    assert_eq!(keys(&on, &under.clone().after("b"), 9, NOW).await.0, [""; 0]);
    assert_eq!(keys(&on, &under.after("a"), 9, NOW).await.0.len(), 3, "never more than the range");
}

async fn expired_rows_do_not_end_a_range(on: On, _: Run) {
    for number in 0..9 {
        let name = format!("k{number}");
        let expiring = row("log", &name, b"1").with_expiry(END);
        write(&on, expiring, 0).await.expect("the key is free");
    }
    write(&on, row("log", "last", b"1"), 0).await.expect("the key is free");
    let (found, pages) = keys(&on, &RowRange::all("log"), 3, END).await;
    assert_eq!(found, ["last"]);
    assert!(pages >= 3, "a page reads no more than its limit: {pages} pages of 10 rows");
}

async fn row_keys_are_compared_byte_by_byte(on: On, _: Run) {
    let names = ["a", "A", "a ", "\u{e9}", "e\u{301}", "a%", "a_"];
    for name in names {
        let written = write(&on, row("log", name, name.as_bytes()), 0).await;
        assert!(written.is_some(), "{name:?} is new");
    }
    for name in names {
        assert_eq!(value(&on, "log", name).await.as_deref(), Some(name.as_bytes()));
    }
    assert!(write(&on, row("Log", "a", b"other kind"), 0).await.is_some());
}

async fn one_of_parallel_writes_of_a_row_wins(on: On, run: Run) {
    for round in 0..8_u64 {
        // Every second round replaces a row that has expired.
        let name = format!("r{}", round / 2);
        let now = if round % 2 == 0 { NOW } else { END };
        let won = race(&run, 32, |number| {
            let (adapter, name) = (Arc::clone(&on.adapter), name.clone());
            Box::pin(async move {
                let value = number.to_string();
                let row = row("race", &name, value.as_bytes());
                let end = now.plus_seconds(60);
                let written = adapter.write(&row.with_expiry(end), 0, now).await;
                written.expect("the adapter answers").is_some()
            })
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "round {round}");
    }
}
