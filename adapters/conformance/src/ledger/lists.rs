use super::support::{NOW, On, agency, change, committed, handle, made, record, with_status};
use crate::check::Run;
use desktop_delivery::delivery::{DeliveryRecord, DeliveryUsage};
use desktop_delivery::ledger::{Change, DeliverySummary, ListQuery, Party};
use desktop_delivery::{AgencyId, PatronId, RequestHandle, Status};

pub(super) async fn page(on: &On, query: &ListQuery) -> Vec<DeliverySummary> {
    let page = on.adapter.list(query).await.expect("a list is answered");
    assert!(page.len() <= query.limit, "a page exceeds its limit");
    page
}

/// Returns all pages of three entries.
pub(super) async fn every_page(on: &On, query: ListQuery) -> Vec<RequestHandle> {
    let mut query = query.with_limit(3);
    let mut found = Vec::new();
    loop {
        let page = page(on, &query).await;
        let Some(last) = page.last() else { return found };
        query.after = Some(last.position);
        found.extend(page.iter().map(|listed| listed.position.handle));
    }
}

async fn handles(on: &On, party: Party, status: Option<Status>) -> Vec<RequestHandle> {
    every_page(on, ListQuery::of(party, 3).with_status(status)).await
}

pub(super) fn new(number: u64, record: DeliveryRecord) -> Change {
    Change {
        record: Some(record),
        usage: Some(DeliveryUsage::default()),
        ..change(handle(number), None)
    }
}

pub(super) async fn a_list_is_paged_newest_first(on: On, _: Run) {
    // Several in the same second: then the greater handle comes first.
    for number in 0..11_u64 {
        let mut record = record(&format!("2026-{number:05}"));
        record.created_at = NOW.plus_seconds(i64::try_from(number / 3).unwrap_or(0));
        committed(&on, new(number, record)).await;
    }
    let mut all: Vec<_> = Vec::new();
    for number in 0..11_u64 {
        all.push((NOW.plus_seconds(i64::try_from(number / 3).unwrap_or(0)), handle(number)));
    }
    all.sort_unstable_by(|a, b| b.cmp(a));
    let all: Vec<_> = all.into_iter().map(|(_, handle)| handle).collect();
    assert_eq!(handles(&on, Party::Anyone, None).await, all);
    assert_eq!(handles(&on, Party::Supplier(agency("CA-OTU")), None).await, all);
    assert_eq!(handles(&on, Party::Requester(agency("CA-BVAU")), Some(Status::Pending)).await, all);
    let first = ListQuery::of(Party::Anyone, 1);
    let listed = page(&on, &first).await;
    assert_eq!(listed[0].facts.title, record("x").facts.title, "a list contains the title");
    assert_eq!(listed[0].position.created_at, NOW.plus_seconds(3));
    assert_eq!(listed[0].status, Status::Pending);
}

pub(super) async fn a_list_is_filtered_by_party_and_status(on: On, _: Run) {
    let patron = |id: &str| PatronId::new(id).expect("a valid id");
    let with = |number: u64, requester: &str, supplier: &str, of: Option<&str>, status| {
        let mut record = with_status(record(&format!("2026-{number:05}")), status);
        record.facts.requester = agency(requester);
        record.facts.supplier = agency(supplier);
        record.facts.patron = of.map(patron);
        new(number, record)
    };
    committed(&on, with(1, "CA-A", "CA-B", Some("p-1"), Status::Pending)).await;
    committed(&on, with(2, "CA-A", "CA-C", Some("p-2"), Status::Shipped)).await;
    committed(&on, with(3, "CA-B", "CA-A", Some("p-1"), Status::Shipped)).await;
    committed(&on, with(4, "CA-A", "CA-B", None, Status::Shipped)).await;
    let of = |id: &str| -> AgencyId { agency(id) };
    let cases = [
        (Party::Anyone, None, vec![1, 2, 3, 4]),
        (Party::Anyone, Some(Status::Shipped), vec![2, 3, 4]),
        (Party::Anyone, Some(Status::Received), vec![]),
        (Party::Requester(of("CA-A")), None, vec![1, 2, 4]),
        (Party::Requester(of("CA-A")), Some(Status::Shipped), vec![2, 4]),
        (Party::Requester(of("CA-C")), None, vec![]),
        (Party::Supplier(of("CA-B")), None, vec![1, 4]),
        (Party::Supplier(of("CA-B")), Some(Status::Pending), vec![1]),
        (Party::Patron(of("CA-A"), patron("p-1")), None, vec![1]),
        (Party::Patron(of("CA-B"), patron("p-1")), None, vec![3]),
        (Party::Patron(of("CA-A"), patron("p-2")), Some(Status::Shipped), vec![2]),
        (Party::Patron(of("CA-A"), patron("p-2")), Some(Status::Pending), vec![]),
    ];
    for (party, status, numbers) in cases {
        // The greater the number, the smaller the handle, and all have the same time.
        let expected: Vec<_> = numbers.into_iter().map(handle).collect();
        assert_eq!(handles(&on, party.clone(), status).await, expected, "{party:?} {status:?}");
    }
    // A request that changes is listed in its new place only.
    let mut moved = with_status(record("2026-00001"), Status::Received);
    moved.facts.requester = agency("CA-A");
    moved.facts.supplier = agency("CA-C");
    moved.facts.patron = None;
    committed(&on, Change { record: Some(moved), ..change(handle(1), Some(1)) }).await;
    let cases = [
        (Party::Supplier(of("CA-B")), None, vec![4]),
        (Party::Supplier(of("CA-C")), None, vec![1, 2]),
        (Party::Anyone, Some(Status::Pending), vec![]),
        (Party::Requester(of("CA-A")), Some(Status::Received), vec![1]),
        (Party::Patron(of("CA-A"), patron("p-1")), None, vec![]),
    ];
    for (party, status, numbers) in cases {
        let expected: Vec<_> = numbers.into_iter().map(handle).collect();
        assert_eq!(handles(&on, party.clone(), status).await, expected, "{party:?} {status:?}");
    }
}

pub(super) async fn due_deliveries_are_found_longest_due_first(on: On, _: Run) {
    let due = |number: u64, seconds: i64| {
        let mut record = record(&format!("2026-{number:05}"));
        record.due_at = Some(NOW.plus_seconds(seconds));
        new(number, record)
    };
    committed(&on, due(1, -5)).await;
    committed(&on, due(2, -50)).await;
    committed(&on, due(3, 0)).await;
    committed(&on, due(4, 1)).await;
    committed(&on, made(handle(5), "2026-00005")).await;
    let found = async |limit| on.adapter.due(NOW, limit).await.expect("the adapter answers");
    assert_eq!(
        found(10).await,
        [handle(2), handle(1), handle(3)],
        "due at exactly this time counts"
    );
    assert_eq!(found(2).await, [handle(2), handle(1)]);
    // Deliveries with a later or no due time are not returned.
    let mut later = record("2026-00002");
    later.due_at = Some(NOW.plus_seconds(60));
    committed(&on, Change { record: Some(later), ..change(handle(2), Some(1)) }).await;
    committed(&on, Change { record: Some(record("2026-00001")), ..change(handle(1), Some(1)) })
        .await;
    assert_eq!(found(10).await, [handle(3)]);
    let all = on.adapter.due(NOW.plus_seconds(100), 10).await.expect("the adapter answers");
    assert_eq!(all, [handle(3), handle(4), handle(2)]);
}
