use super::claims::{desk, shipped};
use super::lists::{every_page, new, page};
use super::support::{NOW, On, agency, change, committed, handle, record, stored, with_status};
use crate::check::Run;
use desktop_delivery::delivery::DeliveryRecord;
use desktop_delivery::ledger::{Change, DeliveryKey, DeliverySummary, ListQuery, Party, Search};
use desktop_delivery::{AttachmentNo, PatronId, RequestHandle, RequestReference, Status};
use std::cmp::Reverse;

fn search(text: &str) -> Option<Search> {
    Some(Search::of(text).expect("there are words in it"))
}

/// Searches all stored requests.
async fn found(on: &On, text: &str) -> Vec<RequestHandle> {
    every_page(on, ListQuery::of(Party::Anyone, 3).with_search(search(text))).await
}

fn titled(name: &str, title: &str, source: &str) -> DeliveryRecord {
    let mut record = record(name);
    record.facts.title = title.to_owned();
    record.facts.source = source.to_owned();
    record
}

/// Adds more than a hundred newer requests that no search of these checks finds, to the same
/// parties. A ledger that reads the newest requests first then has to ask its index.
async fn bury(on: &On, supplier: &str, requester: &str) {
    let names =
        ('a'..='k').flat_map(|first| ('a'..='k').map(move |second| format!("zz{first}{second}")));
    for (number, name) in (1_000..).zip(names) {
        let mut record = titled(&name, "Zzz", "");
        record.created_at = NOW.plus_seconds(3_600);
        record.facts.supplier = agency(supplier);
        record.facts.requester = agency(requester);
        let status = if number % 2 == 0 { Status::Pending } else { Status::Shipped };
        committed(on, new(number, with_status(record, status))).await;
    }
}

pub(super) async fn a_search_matches_prefixes_of_words(on: On, _: Run) {
    let mut first = titled("2026-00417", "L’Érosion des côtes", "Revue de géographie 12");
    first.facts.requester_request_id = "BVAU/77".to_owned();
    first.facts.supplier_request_id = "L_88".to_owned();
    committed(&on, new(1, first)).await;
    let mut second = titled("2026-00418", "Coastal erosion AND other NEAR misses", "Geography");
    second.facts.requester = agency("ISIL:CA-TORONTO");
    second.facts.supplier = agency("0417");
    committed(&on, new(2, second)).await;
    // Contains one word that is a prefix of a word of another request.
    let third =
        titled("2027-00001", "Erosions, erosive \u{1F30A} 海岸侵食とがけ", "Ger 도서관협력");
    committed(&on, new(3, third)).await;
    let mut fourth = titled("2027-00002", "การกัดเซาะชายฝั่ง 第12回", "");
    fourth.facts.requester = agency("CA-NONE");
    committed(&on, new(4, fourth)).await;
    let cases: [(&str, &[u64]); 33] = [
        ("erosion", &[1, 2, 3]),
        ("ÉROSIONS", &[3]),
        ("ero\u{301}s", &[1, 2, 3]),
        ("geo", &[1, 2]),
        ("geograph ERO", &[1, 2]),
        ("cotes geographie", &[1]),
        ("rosion", &[]),
        ("erosion absent", &[]),
        ("2026-00417", &[1]),
        ("00417", &[1]),
        ("0417", &[2]),
        ("2026", &[1, 2]),
        ("202", &[1, 2, 3, 4]),
        ("2", &[1, 2, 3, 4]),
        ("77", &[1]),
        ("l-88", &[1]),
        ("toronto", &[2]),
        ("ca bvau", &[1, 3]),
        ("and near", &[2]),
        ("or", &[]),
        ("\"misses\" OR erosion*", &[]),
        ("海岸", &[3]),
        ("岸侵食", &[3]),
        ("食", &[3]),
        ("海侵", &[]),
        ("かけ", &[]),
        ("서관협", &[3]),
        ("ger 관협 侵食と", &[3]),
        ("ชายฝั่ง", &[4]),
        ("เซาะ 12", &[4]),
        ("ชายฝัง", &[]),
        ("(erosion) ^other -- '", &[2]),
        ("erosion erosion", &[1, 2, 3]),
    ];
    for is_buried in [false, true] {
        if is_buried {
            bury(&on, "ZZ", "ZZ").await;
        }
        for (text, numbers) in cases {
            let expected: Vec<_> = numbers.iter().copied().map(handle).collect();
            assert_eq!(found(&on, text).await, expected, "{text:?}");
        }
        // No match on patron data or on the index's own tokens.
        for text in ["p-2041", "pending", "copy", "illume"] {
            assert_eq!(found(&on, text).await, [], "{text:?}");
        }
    }
}

pub(super) async fn a_search_follows_updates(on: On, _: Run) {
    follow_updates(&on, 1, "one").await;
    bury(&on, "ZZ", "ZZ").await;
    follow_updates(&on, 3, "two").await;
}

/// Searches for two requests, the first of which is updated. `word` makes their words unique.
async fn follow_updates(on: &On, number: u64, word: &str) {
    let (first, second) = (handle(number), handle(number + 1));
    let titled = |name: &str, title: &str| {
        titled(&format!("{word}-{name}"), &format!("{word}{title} {word}words"), word)
    };
    let found = async |text: &str| {
        let words: Vec<_> = text.split(' ').map(|part| format!("{word}{part}")).collect();
        found(on, &words.join(" ")).await
    };
    committed(on, new(number, titled("1001", "old"))).await;
    committed(on, new(number + 1, titled("1002", "other"))).await;
    let changed = titled("1001", "new");
    committed(on, Change { record: Some(changed), ..change(first, Some(1)) }).await;
    assert_eq!(found("old").await, []);
    assert_eq!(found("new").await, [first]);
    assert_eq!(found("words").await, [first, second]);
    let named = titled("2009", "new");
    committed(on, Change { record: Some(named), ..change(first, Some(2)) }).await;
    assert_eq!(found("new -1001").await, []);
    assert_eq!(found("new -2009").await, [first]);
    // Changes to other fields and refused changes leave the words searchable.
    let mut due = stored(on, first).await.record;
    due.due_at = Some(NOW);
    committed(on, Change { record: Some(due), ..change(first, Some(3)) }).await;
    let stale = Change { record: Some(titled("2009", "stale")), ..change(first, Some(1)) };
    on.adapter.commit(stale).await.expect("a commit is answered");
    assert_eq!(found("stale").await, []);
    assert_eq!(found("new words -2009").await, [first]);
}

pub(super) async fn a_search_is_filtered_and_paged_as_lists_are(on: On, _: Run) {
    let patron = PatronId::new("p-7").expect("a valid id");
    // Handles in random order, in several seconds, mixed with requests of another library.
    let mut expected = Vec::new();
    for number in 0..40_u64 {
        let mut record = titled(&format!("2026-{number:05}"), "Common words", "");
        record.created_at = NOW.plus_seconds(i64::try_from(number % 3).unwrap_or(0));
        let is_ours = number % 4 != 0;
        record.facts.supplier = agency(if is_ours { "CA-A" } else { "CA-AB" });
        record.facts.requester = agency("CA-B");
        record.facts.patron = (number % 2 == 0).then(|| patron.clone());
        let status = if number % 5 == 0 { Status::Pending } else { Status::Shipped };
        let at = (record.created_at, handle((number * 17) % 40));
        expected.push((at, is_ours, record.facts.patron.is_some(), status));
        committed(&on, Change { handle: at.1, ..new(0, with_status(record, status)) }).await;
    }
    expected.sort_unstable_by_key(|(at, ..)| Reverse(*at));
    let all = |keep: &dyn Fn(bool, bool, Status) -> bool| -> Vec<RequestHandle> {
        let kept =
            expected.iter().filter(|(_, ours, patron, status)| keep(*ours, *patron, *status));
        kept.map(|(at, ..)| at.1).collect()
    };
    let of = |party| ListQuery::of(party, 3).with_search(search("word common"));
    let shipped = |party| of(party).with_status(Status::Shipped);
    let is_shipped = |status| status == Status::Shipped;
    let (us, them) = (Party::Supplier(agency("CA-A")), Party::Requester(agency("CA-B")));
    let reader = Party::Patron(agency("CA-B"), patron);
    let cases = [
        (of(Party::Anyone), all(&|_, _, _| true)),
        (shipped(Party::Anyone), all(&|_, _, status| is_shipped(status))),
        (of(us.clone()), all(&|ours, _, _| ours)),
        (shipped(us.clone()), all(&|ours, _, status| ours && is_shipped(status))),
        (shipped(them.clone()), all(&|_, _, status| is_shipped(status))),
        (of(reader.clone()), all(&|_, patron, _| patron)),
        (shipped(reader.clone()), all(&|_, patron, status| patron && is_shipped(status))),
        (of(Party::Requester(agency("CA-A"))), Vec::new()),
    ];
    for (query, expected) in &cases {
        assert_eq!(every_page(&on, query.clone()).await, *expected, "{query:?}");
    }
    bury(&on, "CA-A", "CA-B").await;
    for (query, expected) in cases {
        assert_eq!(every_page(&on, query.clone()).await, expected, "{query:?}");
    }
    // No search finds requests of another library.
    let theirs = of(us.clone()).with_search(search("CA-AB"));
    assert_eq!(page(&on, &theirs).await, []);
    // A request that changes is found in its new place only.
    let (moved, before) = (expected[0].0.1, stored(&on, expected[0].0.1).await);
    let mut after = with_status(before.record.clone(), Status::Withdrawn);
    after.facts.supplier = agency("CA-C");
    let change = Change { record: Some(after), ..change(moved, Some(before.revision)) };
    committed(&on, change).await;
    let theirs = of(Party::Supplier(agency("CA-C")));
    let withdrawn = theirs.with_status(Status::Withdrawn);
    assert_eq!(every_page(&on, withdrawn).await, [moved]);
    let was = of(Party::Anyone).with_status(before.record.status);
    assert!(!every_page(&on, was).await.contains(&moved));
    assert!(!every_page(&on, of(us)).await.contains(&moved));
}

pub(super) async fn a_list_finds_requests_waiting_for_the_supplier(on: On, _: Run) {
    let (desk, us) = (desk(&on), Party::Supplier(agency("CA-OTU")));
    let waiting = |party: &Party| ListQuery::of(party.clone(), 3).with_waiting(true);
    let mut asked = None;
    for number in 0..5 {
        let name = format!("2026-{number:05}");
        let token = shipped(&desk, &name, 2).await.expect("it is shipped");
        let name = RequestReference::new(name).expect("a valid reference");
        if number == 2 {
            desk.ask(&token, AttachmentNo::new(1), "one more").await.expect("it is asked");
            asked = desk.find(&name).await.expect("the adapter answers");
        }
    }
    let asked = asked.expect("it is stored");
    let patron = PatronId::new("p-7").expect("a valid id");
    let mut cancel = record("2026-00009");
    cancel.created_at = NOW.plus_seconds(-60);
    cancel.facts.patron = Some(patron.clone());
    cancel.cancel_requested_at = Some(NOW);
    cancel.status_since = NOW.plus_seconds(-30);
    committed(&on, new(9, cancel.clone())).await;
    assert_eq!(every_page(&on, waiting(&Party::Anyone)).await, [asked, handle(9)]);
    assert_eq!(every_page(&on, waiting(&us)).await, [asked, handle(9)]);
    let first = waiting(&us).with_limit(1);
    let listed = page(&on, &first).await.remove(0);
    assert_eq!(
        (listed.extension_requests, listed.attachments, listed.cancel_requested_at),
        (1, 1, None)
    );
    let rest = first.with_after(listed.position);
    assert_eq!(page(&on, &rest).await, [DeliverySummary::of(handle(9), &cancel)]);
    let pending = waiting(&us).with_status(Status::Pending);
    assert_eq!(every_page(&on, pending).await, [handle(9)]);
    let searched = waiting(&us).with_search(search("ages 2026-00002"));
    assert_eq!(every_page(&on, searched).await, [asked]);
    let reader = Party::Patron(agency("CA-BVAU"), patron);
    assert_eq!(every_page(&on, waiting(&reader)).await, [handle(9)]);
    assert_eq!(page(&on, &waiting(&Party::Supplier(agency("CA-BVAU")))).await, []);
    // Every list shows the same summary.
    let by_handle = on.adapter.load(DeliveryKey::Handle(asked)).await.expect("the adapter answers");
    let shown = DeliverySummary::of(asked, &by_handle.expect("it is stored").record);
    assert_eq!(listed, shown);
    let plain = page(&on, &ListQuery::of(us.clone(), 9)).await;
    assert!(plain.contains(&shown) && plain.contains(&DeliverySummary::of(handle(9), &cancel)));
    // Answering the request removes it.
    cancel.cancel_requested_at = None;
    committed(&on, Change { record: Some(cancel), ..change(handle(9), Some(1)) }).await;
    assert_eq!(every_page(&on, waiting(&us)).await, [asked]);
    assert_eq!(every_page(&on, waiting(&reader)).await, []);
}
