use crate::support::{creation, handle};
use desktop_delivery::ledger::{DeliverySummary, ListQuery, Party, Search};
use desktop_delivery::{AgencyId, Ledger, Status};
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// Creates a file with 60 requests. Some are waiting for their supplier; many share a second and
/// nearly share a handle.
fn filled(folder: &Path) -> PathBuf {
    let file = folder.join("delivery.db");
    let store = SqliteStore::open(&file).unwrap();
    for number in 0..60 {
        let title = ["On the Migration of Eels", "Anguilles d’Europe: migration"][number % 2];
        let mut creation = creation(u32::try_from(number).unwrap(), title);
        let record = creation.record.as_mut().unwrap();
        record.cancel_requested_at = (number % 7 == 0).then_some(record.created_at);
        if number >= 30 {
            let mut bytes = [0x80; 8];
            bytes[7] = u8::try_from(number * 11 % 60).unwrap();
            creation.handle = desktop_delivery::RequestHandle::from_bytes(bytes);
        }
        block_on(store.ledger().commit(creation)).unwrap();
    }
    file
}

/// Reads every list that uses the search index, page by page.
fn lists(store: &SqliteStore) -> Vec<Vec<DeliverySummary>> {
    let of = |party| ListQuery::of(party, 7);
    let all = of(Party::Supplier(AgencyId::new("CA-OTUCL").unwrap()));
    let searched = |text| all.clone().with_search(Search::of(text));
    let queries = [
        searched("migration"),
        searched("eels"),
        searched("europ anguille 2026"),
        all.clone().with_waiting(true),
        of(Party::Requester(AgencyId::new("CA-BVAU").unwrap())).with_waiting(true),
        of(Party::Anyone).with_waiting(true),
        searched("ca-bvau").with_party(Party::Anyone),
    ];
    let every_page = |mut query: ListQuery| {
        let mut found = Vec::new();
        loop {
            let page = block_on(store.ledger().list(&query)).unwrap();
            let Some(last) = page.last() else { return found };
            query.after = Some(last.position);
            found.extend(page);
        }
    };
    let lists: Vec<_> = queries.into_iter().map(every_page).collect();
    let counts: Vec<_> = lists.iter().map(Vec::len).collect();
    assert_eq!(counts, [60, 30, 30, 9, 9, 9, 60]);
    lists
}

pub(crate) fn indexed_lists_are_complete_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(filled(folder.path())).unwrap();
    for list in lists(&store) {
        assert!(list.is_sorted_by(|newer, older| newer.position > older.position));
    }
    assert_eq!(block_on(store.check()).unwrap(), Vec::<String>::new());
}

/// Rare words are looked up first; common words are intersected in the index.
pub(crate) fn a_search_finds_the_same_by_rare_and_common_words() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    let other = AgencyId::new("CA-QMM").unwrap();
    for number in 0..250 {
        let title = ["Eels", "Eels and glaciers", "Eels of 1974", "Axolotls"][number % 4];
        let mut creation = creation(u32::try_from(number).unwrap(), title);
        let record = creation.record.as_mut().unwrap();
        record.created_at = record.created_at.plus_seconds(i64::try_from(number / 9).unwrap());
        record.cancel_requested_at = (number % 7 == 0).then_some(record.created_at);
        // None of the newest 100 and more requests belongs to this supplier.
        if number < 100 && number % 3 == 0 {
            record.facts.supplier = other.clone();
        }
        if number % 5 == 0 {
            record.status = Status::Shipped;
        }
        block_on(store.ledger().commit(creation)).unwrap();
    }
    let list = |query: &ListQuery| block_on(store.ledger().list(query)).unwrap();
    let stored = list(&ListQuery::of(Party::Anyone, 1_000));
    let waits = list(&ListQuery::of(Party::Anyone, 1_000).with_waiting(true));
    assert_eq!((stored.len(), waits.len()), (250, 36));
    let us = AgencyId::new("CA-OTUCL").unwrap();
    let texts =
        ["eel", "axolotls", "2026-00017", "2026 0001", "2026", "1974 eels", "glaciers eels"];
    for text in texts {
        for agency in [None, Some(&us), Some(&other)] {
            for (status, waiting) in [(None, false), (Some(Status::Shipped), false), (None, true)] {
                let search = Search::of(text);
                let party = agency.map_or(Party::Anyone, |agency| Party::Supplier(agency.clone()));
                let is_sought = |listed: &&DeliverySummary| {
                    search.as_ref().is_some_and(|search| search.matches(&listed.facts))
                        && agency.is_none_or(|agency| listed.facts.supplier == *agency)
                        && status.is_none_or(|status| listed.status == status)
                        && (!waiting || waits.contains(listed))
                };
                let expected: Vec<DeliverySummary> =
                    stored.iter().filter(is_sought).cloned().collect();
                for limit in [0, 1, 20, 1_000] {
                    let page = ListQuery::of(party.clone(), limit)
                        .with_search(search.clone())
                        .with_status(status)
                        .with_waiting(waiting);
                    let first = expected.len().min(limit);
                    assert_eq!(list(&page), expected[..first], "{page:?}");
                    // Without a position, the page is the first one again.
                    let after = first.checked_sub(1).map(|last| expected[last].position);
                    let next = page.with_after(after);
                    let rest = &expected[first..];
                    assert_eq!(list(&next), rest[..rest.len().min(limit)], "{next:?}");
                }
            }
        }
    }
}

pub(crate) fn an_inconsistent_index_is_reported() {
    let damages = [
        "UPDATE ddlv_searchable SET document = 'other' WHERE handle = ?1",
        "DELETE FROM ddlv_search_index WHERE rowid =
            (SELECT place FROM ddlv_searchable WHERE handle = ?1)",
        "UPDATE ddlv_searchable SET place = -1 WHERE handle = ?1",
        "DELETE FROM ddlv_searchable WHERE handle = ?1",
    ];
    for damage in damages {
        let folder = tempfile::tempdir().unwrap();
        let file = filled(folder.path());
        let store = SqliteStore::open(&file).unwrap();
        let operator = Connection::open(&file).unwrap();
        let stored = i64::from_be_bytes(handle(7).to_bytes());
        assert_eq!(operator.execute(damage, [stored]).unwrap(), 1, "{damage}");
        let problems = block_on(store.check()).unwrap();
        assert!(problems[0].contains(&handle(7).to_string()), "{damage}: {problems:?}");
    }
}
