use crate::report::{Report, median, time};
use desktop_delivery::{
    Actor, AgencyId, Body, Change, CommitId, CommitOutcome, Event, Facts, Ledger, ListQuery, Party,
    PolicyName, RequestHandle, RequestReference, Search, Status, Tally, Timestamp, What, Zone,
};
use desktop_delivery_benches::well;
use desktop_delivery_sqlite::SqliteStore;
use futures_util::future;
use std::time::{Duration, Instant};

/// Requests stored, all of them of one lending library.
const REQUESTS: usize = 100_000;
/// Requests on a page, and pages that lie before the deep one.
const PAGE: usize = 50;
const DEEP: usize = 1_000;
const ROUNDS: usize = 101;
/// Commits that are under way at once while the ledger is filled.
const AT_ONCE: usize = 500;
const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

/// Pages of lists on SQLite, each beside the first page of all.
pub(crate) async fn measure(report: &mut Report) {
    let folder = well::folder();
    let store = SqliteStore::open(folder.path().join("delivery.db")).expect("a store");
    let ledger = store.ledger();
    fill(&ledger).await;
    let all = ListQuery::of(Party::Supplier(agency("CA-OTU")), PAGE);
    let searched = |text| ListQuery { search: Search::of(text), ..all.clone() };
    let shipped = |query| ListQuery { status: Some(Status::Shipped), ..query };
    let waiting = ListQuery { waiting: true, ..all.clone() };
    let deep = behind(&ledger, &all).await;
    let deep_search = behind(&ledger, &searched("journal")).await;
    let works = [
        ("the first page", all.clone()),
        ("the first page of a status", shipped(all.clone())),
        ("page 1,000", deep),
        ("search for a word in 3 requests", searched("axolotl")),
        ("search for a number", searched("2026-0041700")),
        ("search for a word in every second", searched("glacier")),
        ("search for a word in each", searched("journal")),
        ("search for a word in each, page 1,000", deep_search),
        ("search for one letter, in each", searched("j")),
        ("search for one digit", searched("2")),
        ("search for words in each, in half and in 3", searched("journal glacier axolotl")),
        ("search for a word in half, of a status", shipped(searched("glacier"))),
        ("what waits, 50 requests", waiting.clone()),
        ("what waits and a word in half", ListQuery { waiting: true, ..searched("glacier") }),
    ];
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); works.len()];
    for _ in 0..ROUNDS {
        for ((_, query), times) in works.iter().zip(&mut times) {
            let begin = now();
            let page = ledger.list(query).await.expect("a page");
            times.push(begin.elapsed().as_secs_f64());
            assert!(!page.is_empty(), "{query:?}");
        }
    }
    let middle: Vec<f64> = times.into_iter().map(median).collect();
    let first = middle[0];
    let shown = |seconds| time(Duration::from_secs_f64(seconds));
    for ((work, _), middle) in works.iter().zip(&middle).skip(1) {
        report.add(
            format!("{work}, among {REQUESTS} requests"),
            shown(*middle),
            format!("the first page: {}", shown(first)),
            middle / first,
            "",
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn now() -> Instant {
    Instant::now()
}

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("an id")
}

/// The same list from the deep page on.
async fn behind(ledger: &dyn Ledger, query: &ListQuery) -> ListQuery {
    let mut query = query.clone();
    for _ in 1..DEEP {
        let page = ledger.list(&query).await.expect("a page");
        query.after = page.last().map(|listed| listed.position);
    }
    query
}

async fn fill(ledger: &dyn Ledger) {
    for first in (0..REQUESTS).step_by(AT_ONCE) {
        let commits = (first..first + AT_ONCE).map(|number| ledger.commit(made(number)));
        for outcome in future::join_all(commits).await {
            let is_made = matches!(outcome, Ok(CommitOutcome::Committed { .. }));
            assert!(is_made, "{outcome:?}");
        }
    }
}

/// A request with some words of its own and some of others.
fn made(number: usize) -> Change {
    // Mixes well, so that neither handles nor words come in the order in which they are made.
    let mixed = |salt: u64| {
        let mixed = (number as u64 ^ salt << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    };
    let title: Vec<String> = (1..=8).map(|salt| word(mixed(salt) >> 40)).collect();
    let mut title = title.join(" ");
    if number.is_multiple_of(2) {
        title.push_str(" glaciers");
    }
    if number % (REQUESTS / 3 + 1) == 78 {
        title.push_str(" axolotl");
    }
    let reference = RequestReference::new(format!("2026-{number:07}")).expect("a reference");
    let requester = agency(&format!("CA-B{:02}", number % 50));
    let facts = Facts::new(reference, requester, agency("CA-OTU"), title)
        .with_source(format!("Journal of {} {}", word(mixed(9) >> 48), number % 90))
        .with_request_ids(format!("{}", mixed(10) >> 40), "");
    let at = NOW.plus_seconds(i64::try_from(number / 3).unwrap_or(0));
    let policy = PolicyName::new("illume").expect("a name");
    let mut body = Body::new(at, facts, at, policy, Zone::utc());
    if !number.is_multiple_of(10) {
        body.status = Status::Shipped;
    }
    if number.is_multiple_of(REQUESTS / 50) {
        body.cancel_requested_at = Some(at);
    }
    let mut commit_id = [0; 16];
    commit_id[..8].copy_from_slice(&mixed(11).to_be_bytes());
    Change {
        handle: RequestHandle::from_bytes(mixed(12).to_be_bytes()),
        commit_id: CommitId::from_bytes(commit_id),
        expected: None,
        body: Some(body),
        tally: Some(Tally::default()),
        events: vec![Event::new(at, Actor::Host, What::Created)],
        outbox: Vec::new(),
        settle: Vec::new(),
        charges: Vec::new(),
    }
}

/// One of some thousands of words, the first ones often.
fn word(number: u64) -> String {
    let (few, many) = (number % 64, number / 64 % 4_096);
    let mut number = if number.is_multiple_of(3) { few } else { many };
    let mut word = String::new();
    for _ in 0..3 {
        word.push(char::from(b"bdfghklmnprstvz"[usize::try_from(number % 15).unwrap_or(0)]));
        word.push(char::from(b"aeiou"[usize::try_from(number / 15 % 5).unwrap_or(0)]));
        number = number / 75 + number % 7;
    }
    word
}
