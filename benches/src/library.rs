//! A ledger with the requests of one lending library, for lists and searches.

use crate::temporary_ledger::{Kind, TemporaryLedger};
use desktop_delivery::delivery::{DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::ids::{CommitId, PolicyName};
use desktop_delivery::ledger::{Change, CommitOutcome, DeliverySummary, ListQuery};
use desktop_delivery::{
    Actor, AgencyId, Facts, RequestHandle, RequestReference, Status, Timestamp, Zone,
};
use futures_util::StreamExt as _;
use std::sync::Arc;

/// The number of requests of each rare kind, whatever the total: less than a page.
pub const RARE: usize = 40;
/// The number of concurrent commits while the ledger is filled.
const AT_ONCE: usize = 512;
const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

/// Requests with unique and common words. The shares are the same for any total, except for the
/// rare kinds: [`RARE`] waiting requests, as many with a rare status, as many of another lending
/// library, and three with the word "axolotl".
#[derive(Debug)]
pub struct Library {
    storage: TemporaryLedger,
    requests: usize,
}

impl Library {
    /// Fills a ledger with at least 1,000 requests.
    ///
    /// # Panics
    /// If the ledger fails.
    pub async fn fill(kind: Kind, requests: usize) -> Self {
        Self::fill_titled(kind, requests, Titles::Spaced).await
    }

    /// Fills a ledger with titles of this kind.
    ///
    /// # Panics
    /// If the ledger fails.
    pub async fn fill_titled(kind: Kind, requests: usize, titles: Titles) -> Self {
        let storage = TemporaryLedger::new(kind).await;
        let ledger = storage.ledger();
        let commits = (0..requests).map(|number| {
            let ledger = Arc::clone(&ledger);
            async move { ledger.commit(made(number, requests, titles)).await }
        });
        let mut outcomes = futures_util::stream::iter(commits).buffer_unordered(AT_ONCE);
        while let Some(outcome) = outcomes.next().await {
            let is_made = matches!(outcome, Ok(CommitOutcome::Committed { .. }));
            assert!(is_made, "{outcome:?}");
        }
        storage.settle();
        Self { storage, requests }
    }

    /// Returns the number of requests.
    #[must_use]
    pub const fn requests(&self) -> usize {
        self.requests
    }

    /// Returns the reference of the request in the middle.
    #[must_use]
    pub fn reference(&self) -> String {
        reference(self.requests / 2)
    }

    /// Returns the size of the search index with its documents in megabytes, or `None` in memory,
    /// which has none.
    #[must_use]
    pub fn index_megabytes(&self) -> Option<f64> {
        Some(f64::from(self.storage.index_kilobytes()?) / 1e3)
    }

    /// Reads a page.
    ///
    /// # Panics
    /// If the ledger fails.
    pub async fn page(&self, query: &ListQuery) -> Vec<DeliverySummary> {
        self.storage.ledger().list(query).await.expect("a page")
    }

    /// Returns the query for this page of the list, counted from 1.
    ///
    /// # Panics
    /// If the ledger fails.
    pub async fn from_page(&self, page: usize, query: ListQuery) -> ListQuery {
        let mut query = query;
        for _ in 1..page {
            query.after = self.page(&query).await.last().map(|listed| listed.position);
        }
        query
    }
}

/// Returns the id of a library. The lending library is `CA-OTU`, the other one `CA-QMM`.
///
/// # Panics
/// If the text is not an id.
#[must_use]
pub fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("an id")
}

fn reference(number: usize) -> String {
    format!("2026-{number:07}")
}

/// The kind of titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Titles {
    /// Eight words in Latin letters; "glaciers" in every second title, "axolotl" in three.
    Spaced,
    /// Twenty ideographs without spaces; 氷河 in every second title, 山椒魚 in three.
    Unspaced,
}

fn made(number: usize, requests: usize, titles: Titles) -> Change {
    // Mixes the numbers, so that neither handles nor words are in creation order.
    let mixed = |salt: u64| {
        let mixed = (number as u64 ^ salt << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    };
    let has_common = number.is_multiple_of(2);
    let has_rare = number % (requests / 3 + 1) == 78;
    let title = match titles {
        Titles::Spaced => {
            let mut title: Vec<String> = (1..=8).map(|salt| word(mixed(salt) >> 40)).collect();
            title.extend(has_common.then(|| "glaciers".into()));
            title.extend(has_rare.then(|| "axolotl".into()));
            title.join(" ")
        }
        Titles::Unspaced => {
            let mut title: String = (1..=10).map(|salt| ideograph(mixed(salt) >> 40)).collect();
            title.push_str(if has_common { "氷河" } else { "" });
            title.push_str(if has_rare { "山椒魚" } else { "" });
            title.extend((13..=22).map(|salt| ideograph(mixed(salt) >> 40)));
            title
        }
    };
    let is_rare = |which| number % (requests / RARE) == which;
    let requester = agency(&format!("CA-B{:02}", number % 50));
    let supplier = agency(if is_rare(1) { "CA-QMM" } else { "CA-OTU" });
    let number_of_it = RequestReference::new(reference(number)).expect("a reference");
    let facts = Facts::new(number_of_it, requester, supplier, title)
        .with_source(format!("Journal of {} {}", word(mixed(9) >> 48), number % 90))
        .with_request_ids(format!("{}", mixed(10) >> 40), "");
    let at = NOW.plus_seconds(i64::try_from(number / 3).unwrap_or(0));
    let policy = PolicyName::new("illume").expect("a name");
    let mut record = DeliveryRecord::new(at, facts, at, policy, Zone::utc());
    if is_rare(2) {
        record.status = Status::Unfilled;
    } else if !number.is_multiple_of(10) {
        record.status = Status::Shipped;
    }
    if is_rare(0) {
        record.cancel_requested_at = Some(at);
    }
    let mut commit_id = [0; 16];
    commit_id[..8].copy_from_slice(&mixed(11).to_be_bytes());
    Change {
        handle: RequestHandle::from_bytes(mixed(12).to_be_bytes()),
        commit_id: CommitId::from_bytes(commit_id),
        expected: None,
        record: Some(record),
        usage: Some(DeliveryUsage::default()),
        events: vec![Event::new(at, Actor::Host, EventKind::Created)],
        outbox: Vec::new(),
        settle: Vec::new(),
        charges: Vec::new(),
    }
}

/// Returns one of some thousands of ideographs, the first ones often, and none that the searches
/// use.
fn ideograph(number: u64) -> char {
    let (few, many) = (number % 64, number / 64 % 2_048);
    let number = if number.is_multiple_of(3) { few } else { many };
    char::from_u32(0x7800 + u32::try_from(number).unwrap_or(0)).unwrap_or('一')
}

/// Returns one of some thousands of words, the first ones often.
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
