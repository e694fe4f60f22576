use async_trait::async_trait;
use desktop_delivery::delivery::{Delivery, DeliveryUsage};
use desktop_delivery::events::{EventPosition, FeedPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{CommitId, CounterKey};
use desktop_delivery::ledger::{
    Change, CommitOutcome, DeliveryKey, DeliverySummary, FeedOutcome, FeedRow, FeedRows, Lease,
    ListQuery, Party,
};
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery::{Facts, Ledger, RequestHandle, RequestReference, StoreError, Timestamp};
use desktop_delivery_conformance::{Fixture, Suite};
use futures_executor::block_on;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    AcceptsStaleSilently,
    AcceptsTakenHandles,
    AcceptsTakenReferences,
    AppliesFullChanges,
    CommitsInTwoSteps,
    CountersReadOneTooMany,
    CountsOneChargeOfACounter,
    DueInAnyOrder,
    FeedBeginsAtItsPosition,
    FeedEndsAtItsNewestEvent,
    FeedFollowsItsReaders,
    FeedGoesByRequest,
    FeedIsAlwaysFollowed,
    FeedLatestIsBeginning,
    FeedLosesEvents,
    FeedMovesOnReopen,
    FeedNamesTheFirstLibraries,
    FeedPositionsBeforeCommit,
    FeedTakesAnyPosition,
    FindsAnything,
    ForgetsOldCommits,
    ForgetsOnReopen,
    ForgetsSettlements,
    HidesUploads,
    IgnoresCaseOfReferences,
    IgnoresLimits,
    IgnoresNegativeAmounts,
    IgnoresStatus,
    IgnoresWaiting,
    LeasesEarly,
    LeasesForever,
    LeasesTwice,
    ListsIgnoreExtensionRequests,
    ListsOldestFirst,
    LoadsManyInAnyOrder,
    LosesAField,
    LosesEvents,
    LosesOmittedParts,
    LosesUpdates,
    RecallsMixtures,
    TrustsRecalls,
    ReturnsWrongRevision,
    SearchesAfterwards,
    SearchesAllParties,
    SearchesAnyWord,
    SearchesOldWords,
    SearchesWholeWords,
    SettlesSuperseded,
}

pub(crate) const FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::AcceptsStaleSilently, &["one_of_parallel_commits_wins"]),
    (Flaw::AcceptsTakenHandles, &["a_taken_handle_is_stale"]),
    (Flaw::AcceptsTakenReferences, &["a_taken_reference_is_stale"]),
    (Flaw::AppliesFullChanges, &["a_full_counter_changes_nothing"]),
    (Flaw::CommitsInTwoSteps, &["a_dropped_commit_is_complete_or_absent"]),
    (Flaw::CountersReadOneTooMany, &["a_counter_reads_as_it_was_charged"]),
    (Flaw::CountsOneChargeOfACounter, &["a_counter_counts_every_charge_of_a_change"]),
    (Flaw::DueInAnyOrder, &["due_deliveries_are_found_longest_due_first"]),
    (Flaw::FeedBeginsAtItsPosition, &["the_feed_is_paged"]),
    (Flaw::FeedEndsAtItsNewestEvent, &["a_commit_is_in_the_feed_when_it_returns"]),
    (Flaw::FeedFollowsItsReaders, &["nothing_appears_before_a_position_that_was_read"]),
    (Flaw::FeedGoesByRequest, &["parallel_commits_are_in_the_feed_once"]),
    (Flaw::FeedIsAlwaysFollowed, &["the_feed_is_paged"]),
    (Flaw::FeedLatestIsBeginning, &["the_feed_can_begin_at_its_newest_event"]),
    (Flaw::FeedLosesEvents, &["the_feed_has_every_event_once_in_order"]),
    (Flaw::FeedMovesOnReopen, &["feed_positions_are_durable"]),
    (Flaw::FeedNamesTheFirstLibraries, &["feed_rows_name_the_request_as_it_is_now"]),
    (
        Flaw::FeedPositionsBeforeCommit,
        &[
            "nothing_appears_before_a_position_that_was_read",
            "parallel_commits_are_in_the_feed_once",
        ],
    ),
    (Flaw::FeedTakesAnyPosition, &["an_unknown_position_is_a_reset"]),
    (Flaw::FindsAnything, &["load_returns_none_for_an_unknown_delivery"]),
    (Flaw::ForgetsOldCommits, &["an_outcome_is_found_by_its_commit_id"]),
    (Flaw::ForgetsOnReopen, &["a_committed_change_is_durable"]),
    (Flaw::ForgetsSettlements, &["a_settled_notice_is_gone"]),
    (Flaw::HidesUploads, &["uploads_of_a_dead_process_are_removed"]),
    (Flaw::IgnoresCaseOfReferences, &["a_delivery_loads_by_its_reference"]),
    (Flaw::IgnoresLimits, &["parallel_charges_never_pass_the_limit"]),
    (Flaw::IgnoresNegativeAmounts, &["refunds_stop_at_zero"]),
    (Flaw::IgnoresStatus, &["a_list_is_filtered_by_party_and_status"]),
    (Flaw::IgnoresWaiting, &["a_list_finds_requests_waiting_for_the_supplier"]),
    (Flaw::LeasesEarly, &["a_notice_is_leased_when_due"]),
    (Flaw::LeasesForever, &["an_expired_lease_is_leased_again"]),
    (Flaw::LeasesTwice, &["a_notice_is_leased_once_at_a_time"]),
    (Flaw::ListsIgnoreExtensionRequests, &["a_list_finds_requests_waiting_for_the_supplier"]),
    (Flaw::ListsOldestFirst, &["a_list_is_paged_newest_first"]),
    (Flaw::LoadsManyInAnyOrder, &["many_deliveries_load_in_the_order_of_their_handles"]),
    (Flaw::LosesAField, &["a_delivery_loads_as_it_was_committed"]),
    (Flaw::LosesEvents, &["events_are_read_in_order_and_paged"]),
    (Flaw::LosesOmittedParts, &["an_omitted_part_is_unchanged"]),
    (
        Flaw::LosesUpdates,
        &[
            "a_commit_on_an_outdated_recall_is_stale",
            "a_stale_revision_changes_nothing",
            "parallel_claims_grant_exactly_the_limit",
            "parallel_repeats_of_a_claim_count_once",
            "parallel_uploads_to_one_request_are_all_attached",
        ],
    ),
    (Flaw::RecallsMixtures, &["a_recalled_delivery_was_committed"]),
    (Flaw::TrustsRecalls, &["a_commit_on_an_outdated_recall_is_stale"]),
    (Flaw::ReturnsWrongRevision, &["every_commit_raises_the_revision_by_one"]),
    (Flaw::SearchesAfterwards, &["a_search_is_filtered_and_paged_as_lists_are"]),
    (Flaw::SearchesAllParties, &["a_search_is_filtered_and_paged_as_lists_are"]),
    (Flaw::SearchesAnyWord, &["a_search_matches_prefixes_of_words"]),
    (Flaw::SearchesOldWords, &["a_search_follows_updates"]),
    (Flaw::SearchesWholeWords, &["a_search_matches_prefixes_of_words"]),
    (Flaw::SettlesSuperseded, &["a_superseded_lease_cannot_settle"]),
];

pub(crate) fn suite(flaw: Option<Flaw>) -> Suite {
    let fresh = move || {
        let ledger = Arc::new(Broken {
            sound: MemoryLedger::new(),
            flaw,
            last: Mutex::default(),
            first: Mutex::default(),
            recent: Mutex::default(),
            early: Mutex::default(),
            reopened: false.into(),
        });
        let same = Arc::clone(&ledger);
        let fixture = Fixture::new(ledger as Arc<dyn Ledger>);
        match flaw {
            Some(Flaw::ForgetsOnReopen) => {
                fixture.with_reopen(|| Arc::new(MemoryLedger::new()) as Arc<_>)
            }
            _ => fixture.with_reopen(move || {
                same.reopened.store(true, Ordering::SeqCst);
                Arc::clone(&same) as Arc<_>
            }),
        }
    };
    Suite::ledger(fresh, block_on)
}

/// A ledger with one flaw.
#[derive(Debug)]
struct Broken {
    sound: MemoryLedger,
    flaw: Option<Flaw>,
    /// The last commit of each delivery.
    last: Mutex<HashMap<RequestHandle, CommitId>>,
    /// The facts with which each delivery was created.
    first: Mutex<HashMap<RequestHandle, Facts>>,
    /// The deliveries as they were last loaded through this ledger.
    recent: Mutex<HashMap<RequestHandle, Delivery>>,
    /// The order in which the commits of revisions began.
    early: Mutex<HashMap<(RequestHandle, u64), u64>>,
    reopened: AtomicBool,
}

impl Broken {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    async fn revision(&self, handle: RequestHandle) -> Option<u64> {
        let found = self.sound.load(DeliveryKey::Handle(handle)).await;
        found.ok().flatten().map(|delivery| delivery.revision)
    }

    async fn search(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        let all = query.clone().with_search(None).with_limit(usize::MAX);
        let words = query.search.iter().flat_map(|search| search.words());
        let mut words = words.map(String::as_str);
        match self.flaw {
            Some(Flaw::SearchesAfterwards) => {
                let first = self.sound.list(&all.with_limit(query.limit)).await?;
                let sought = |listed: &DeliverySummary| words.all(|w| finds(w, &listed.facts));
                Ok(first.into_iter().filter(sought).collect())
            }
            Some(Flaw::SearchesAnyWord) => {
                let mut found = self.sound.list(&all).await?;
                found.retain(|listed| words.any(|w| finds(w, &listed.facts)));
                Ok(found.into_iter().take(query.limit).collect())
            }
            Some(Flaw::SearchesAllParties) => {
                self.sound.list(&query.clone().with_party(Party::Anyone)).await
            }
            Some(Flaw::SearchesWholeWords) => {
                let mut found = self.sound.list(&all).await?;
                found.retain(|l| words.all(|word| l.facts.search_words().contains(word)));
                Ok(found.into_iter().take(query.limit).collect())
            }
            Some(Flaw::SearchesOldWords) => {
                let mut found = self.sound.list(&all).await?;
                let first = self.first.lock().expect("the lock is not poisoned");
                let sought = query.search.as_ref();
                found.retain(|listed| {
                    let known = first.get(&listed.position.handle).unwrap_or(&listed.facts);
                    sought.is_none_or(|search| search.matches(known))
                });
                Ok(found.into_iter().take(query.limit).collect())
            }
            _ => self.sound.list(query).await,
        }
    }

    /// Returns the revision that was last loaded.
    fn recalled(&self, handle: RequestHandle) -> Option<u64> {
        let recent = self.recent.lock().expect("the lock is not poisoned");
        recent.get(&handle).map(|delivery| delivery.revision)
    }

    /// Returns the whole feed.
    async fn all_rows(&self) -> Result<Vec<FeedRow>, StoreError> {
        match self.sound.events_since(FeedStart::Beginning, usize::MAX).await? {
            FeedOutcome::Page(page) => Ok(page.rows),
            FeedOutcome::Reset => Ok(Vec::new()),
        }
    }

    /// Returns the whole feed in another order, with numbers of that order.
    async fn renumbered(&self) -> Result<Vec<FeedRow>, StoreError> {
        let mut rows = self.all_rows().await?;
        match self.flaw {
            Some(Flaw::FeedGoesByRequest) => {
                rows.sort_by_key(|row| row.recorded.handle);
            }
            Some(Flaw::FeedFollowsItsReaders) => rows.reverse(),
            Some(Flaw::FeedMovesOnReopen) if self.reopened.load(Ordering::SeqCst) => {
                rows.iter_mut().for_each(|row| row.position.number += 1);
                return Ok(rows);
            }
            Some(Flaw::FeedPositionsBeforeCommit) => {
                let early = self.early.lock().expect("the lock is not poisoned");
                for row in &mut rows {
                    let EventPosition { revision, index } = row.recorded.position;
                    let number = early.get(&(row.recorded.handle, revision)).copied().unwrap_or(0);
                    row.position.number = number * 100 + u64::from(index) + 1;
                }
                rows.sort_by_key(|row| row.position.number);
                return Ok(rows);
            }
            _ => {}
        }
        for (row, number) in rows.iter_mut().zip(1..) {
            row.position.number = number;
        }
        Ok(rows)
    }

    /// Applies a flaw to a page.
    fn spoil(&self, page: &mut FeedRows) {
        match self.flaw {
            Some(Flaw::FeedEndsAtItsNewestEvent) if !page.more => {
                page.rows.pop();
                if let Some(last) = page.rows.last() {
                    page.end = last.position;
                }
            }
            Some(Flaw::FeedIsAlwaysFollowed) => page.more |= !page.rows.is_empty(),
            Some(Flaw::FeedNamesTheFirstLibraries) => {
                let first = self.first.lock().expect("the lock is not poisoned");
                for row in &mut page.rows {
                    if let Some(facts) = first.get(&row.recorded.handle) {
                        row.supplier = facts.supplier.clone();
                    }
                }
            }
            Some(Flaw::FeedLosesEvents) => {
                page.rows.retain(|row| row.recorded.position.index < 1);
            }
            _ => {}
        }
    }

    /// Makes a stale change apply to the stored revision.
    async fn rebased(&self, change: Change) -> Change {
        Change { expected: self.revision(change.handle).await, ..change }
    }
}

/// Returns whether a folded word is a prefix of a word of the facts.
fn finds(word: &str, facts: &Facts) -> bool {
    facts.search_words().iter().any(|known| known.starts_with(word))
}

/// Returns a page of rows whose positions may be anything.
fn page_of(rows: &[FeedRow], start: FeedStart, limit: usize) -> FeedOutcome {
    let generation = rows.first().map_or(0, |row| row.position.generation);
    let from = match start {
        FeedStart::Beginning => 0,
        FeedStart::After(position) => position.number,
        FeedStart::Latest => rows.last().map_or(0, |row| row.position.number),
    };
    let after: Vec<_> = rows.iter().filter(|row| row.position.number > from).collect();
    let taken: Vec<FeedRow> = after.iter().take(limit).map(|row| (*row).clone()).collect();
    let begin = match start {
        FeedStart::After(position) => position,
        _ => FeedPosition { number: from, ..FeedPosition::beginning(generation) },
    };
    let end = taken.last().map_or(begin, |row| row.position);
    FeedOutcome::Page(FeedRows { more: taken.len() < after.len(), rows: taken, end })
}

async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|task| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn apply_flaw(flaw: Option<Flaw>, mut change: Change) -> Change {
    match flaw {
        Some(Flaw::CountsOneChargeOfACounter) => {
            change.charges.reverse();
            change.charges.sort_by_key(|charge| charge.counter);
            change.charges.dedup_by_key(|charge| charge.counter);
        }
        Some(Flaw::IgnoresLimits) => {
            for charge in &mut change.charges {
                charge.limit = charge.limit.filter(|limit| *limit == 0);
            }
        }
        Some(Flaw::IgnoresNegativeAmounts) => {
            for charge in &mut change.charges {
                charge.amount = charge.amount.max(0);
            }
        }
        Some(Flaw::LosesOmittedParts) => {
            change.usage.get_or_insert_with(DeliveryUsage::default);
        }
        Some(Flaw::ForgetsSettlements) => {
            for settlement in &mut change.settle {
                let retry = settlement.retry_at.unwrap_or(Timestamp::EPOCH);
                settlement.retry_at = Some(retry);
            }
        }
        _ => {}
    }
    change
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Ledger for Broken {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        let found = match key {
            DeliveryKey::Reference(name) if self.has(Flaw::IgnoresCaseOfReferences) => {
                let name =
                    RequestReference::new(name.as_str().to_lowercase()).expect("a valid name");
                self.sound.load(DeliveryKey::Reference(&name)).await?
            }
            key => self.sound.load(key).await?,
        };
        if found.is_none() && self.has(Flaw::FindsAnything) {
            let any = self.last.lock().expect("the lock is not poisoned").keys().next().copied();
            return match any {
                Some(any) => self.sound.load(DeliveryKey::Handle(any)).await,
                None => Ok(None),
            };
        }
        // Lets others run between a load and its commit, as happens where a load takes time.
        yield_once().await;
        if let Some(delivery) = &found {
            let mut recent = self.recent.lock().expect("the lock is not poisoned");
            // Loads that return late do not replace newer ones, so that a check sees them all.
            let known = recent.entry(delivery.handle).or_insert_with(|| delivery.clone());
            if known.revision < delivery.revision {
                *known = delivery.clone();
            }
        }
        Ok(found.map(|mut delivery| {
            if self.has(Flaw::LosesAField) {
                delivery.record.due_at = None;
            }
            delivery
        }))
    }

    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        let mut handles = handles.to_vec();
        if self.has(Flaw::LoadsManyInAnyOrder) {
            handles.sort_unstable();
        }
        self.sound.load_many(&handles).await
    }

    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        self.load(DeliveryKey::Handle(handle)).await
    }

    /// Like an adapter that keeps what it loaded.
    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        let recalled = self.recent.lock().expect("the lock is not poisoned").get(&handle).cloned();
        match self.flaw {
            Some(Flaw::RecallsMixtures) => {
                let revision = self.revision(handle).await?;
                recalled.map(|Delivery { record, usage, .. }| {
                    Delivery::from_parts(handle, revision, record, usage)
                })
            }
            _ => recalled,
        }
    }

    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        let change = apply_flaw(self.flaw, change);
        let (handle, id) = (change.handle, change.commit_id);
        let facts = change.record.as_ref().map(|record| record.facts.clone());
        if self.has(Flaw::CommitsInTwoSteps) && change.expected.is_some() && change.usage.is_some()
        {
            let first = Change { usage: None, ..change.clone() };
            let outcome = self.sound.commit(first).await?;
            futures_util::pending!();
            let CommitOutcome::Committed { .. } = outcome else { return Ok(outcome) };
            let rest = Change {
                commit_id: CommitId::from_bytes([0; 16]),
                events: change.events.clone(),
                charges: Vec::new(),
                outbox: Vec::new(),
                settle: Vec::new(),
                ..change
            };
            return self.sound.commit(self.rebased(rest).await).await;
        }
        if self.has(Flaw::FeedPositionsBeforeCommit) {
            {
                let mut early = self.early.lock().expect("the lock is not poisoned");
                let next = early.len() as u64;
                early.entry((handle, change.expected.unwrap_or(0) + 1)).or_insert(next);
            }
            yield_once().await;
            yield_once().await;
        }
        let outcome = self.sound.commit(change.clone()).await?;
        let outcome = match (outcome, self.flaw) {
            (CommitOutcome::Stale, Some(Flaw::AcceptsStaleSilently)) => {
                CommitOutcome::Committed { revision: change.expected.unwrap_or(0) + 1 }
            }
            (CommitOutcome::Stale, Some(Flaw::LosesUpdates)) if change.expected.is_some() => {
                self.sound.commit(self.rebased(change).await).await?
            }
            (CommitOutcome::Stale, Some(Flaw::TrustsRecalls))
                if change.expected.is_some() && self.recalled(handle) == change.expected =>
            {
                self.sound.commit(self.rebased(change).await).await?
            }
            (CommitOutcome::Stale, Some(Flaw::AcceptsTakenHandles))
                if change.expected.is_none() =>
            {
                self.sound.commit(self.rebased(change).await).await?
            }
            (CommitOutcome::Stale, Some(Flaw::AcceptsTakenReferences)) => {
                match change.record.clone() {
                    Some(mut record) if self.revision(handle).await.is_none() => {
                        let other = format!("{} again", record.facts.reference);
                        record.facts.reference =
                            RequestReference::new(other).expect("a valid name");
                        self.sound.commit(Change { record: Some(record), ..change }).await?
                    }
                    _ => CommitOutcome::Stale,
                }
            }
            (CommitOutcome::Stale, Some(Flaw::SettlesSuperseded)) if !change.settle.is_empty() => {
                self.sound.commit(Change { settle: Vec::new(), ..change }).await?
            }
            (full @ CommitOutcome::Full { .. }, Some(Flaw::AppliesFullChanges)) => {
                self.sound.commit(Change { charges: Vec::new(), ..change }).await?;
                full
            }
            (CommitOutcome::Committed { revision }, Some(Flaw::ReturnsWrongRevision)) => {
                CommitOutcome::Committed { revision: revision + 1 }
            }
            (outcome, _) => outcome,
        };
        if matches!(outcome, CommitOutcome::Committed { .. }) {
            self.last.lock().expect("the lock is not poisoned").insert(handle, id);
            if let Some(facts) = facts {
                self.first.lock().expect("the lock is not poisoned").entry(handle).or_insert(facts);
            }
        }
        Ok(outcome)
    }

    async fn committed(
        &self,
        handle: RequestHandle,
        commit_id: CommitId,
    ) -> Result<Option<u64>, StoreError> {
        let last = self.last.lock().expect("the lock is not poisoned").get(&handle).copied();
        if self.has(Flaw::ForgetsOldCommits) && last != Some(commit_id) {
            return Ok(None);
        }
        self.sound.committed(handle, commit_id).await
    }

    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        let used = self.sound.counter(counter).await?;
        Ok(if self.has(Flaw::CountersReadOneTooMany) { used + 1 } else { used })
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        if query.search.is_some() {
            return self.search(query).await;
        }
        let mut query = query.clone();
        if self.has(Flaw::IgnoresStatus) {
            query.status = None;
        }
        if self.has(Flaw::IgnoresWaiting) {
            query.waiting = false;
        }
        let mut found = self.sound.list(&query).await?;
        if self.has(Flaw::ListsOldestFirst) && query.after.is_none() {
            found.reverse();
        }
        if self.has(Flaw::ListsIgnoreExtensionRequests) {
            found.iter_mut().for_each(|listed| listed.extension_requests = 0);
        }
        Ok(found)
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        let mut due = self.sound.due(now, limit).await?;
        if self.has(Flaw::DueInAnyOrder) {
            due.sort_unstable();
        }
        if self.has(Flaw::HidesUploads) {
            let mut shown = Vec::new();
            for handle in due {
                let found = self.sound.load(DeliveryKey::Handle(handle)).await?;
                if found.is_none_or(|delivery| delivery.record.uploads.is_empty()) {
                    shown.push(handle);
                }
            }
            due = shown;
        }
        Ok(due)
    }

    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        match self.flaw {
            Some(Flaw::LeasesEarly) => {
                self.sound.lease(now.plus_seconds(9), until.plus_seconds(9), limit).await
            }
            Some(Flaw::LeasesForever) => self.sound.lease(now, Timestamp::MAX, limit).await,
            Some(Flaw::LeasesTwice) => self.sound.lease(now, now, limit).await,
            _ => self.sound.lease(now, until, limit).await,
        }
    }

    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut events = self.sound.events(handle, after, limit).await?;
        if self.has(Flaw::LosesEvents) {
            events.retain(|recorded| recorded.position.index < 2);
        }
        Ok(events)
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        match self.flaw {
            Some(
                Flaw::FeedFollowsItsReaders
                | Flaw::FeedGoesByRequest
                | Flaw::FeedMovesOnReopen
                | Flaw::FeedPositionsBeforeCommit,
            ) => {
                let rows = self.renumbered().await?;
                Ok(page_of(&rows, start, limit))
            }
            Some(Flaw::FeedBeginsAtItsPosition) => {
                let FeedStart::After(FeedPosition { number: 1.., .. }) = start else {
                    return self.sound.events_since(start, limit).await;
                };
                let rows = self.all_rows().await?;
                let FeedStart::After(position) = start else { return Ok(FeedOutcome::Reset) };
                let from = rows.iter().position(|row| row.position == position);
                let from = from.and_then(|from| from.checked_sub(1)).map(|from| &rows[from]);
                let start = from.map_or(FeedStart::Beginning, |row| FeedStart::After(row.position));
                self.sound.events_since(start, limit).await
            }
            Some(Flaw::FeedLatestIsBeginning) if start == FeedStart::Latest => {
                self.sound.events_since(FeedStart::Beginning, limit).await
            }
            Some(Flaw::FeedTakesAnyPosition) => {
                match self.sound.events_since(start, limit).await? {
                    FeedOutcome::Reset => self.sound.events_since(FeedStart::Latest, limit).await,
                    page => Ok(page),
                }
            }
            _ => {
                let mut outcome = self.sound.events_since(start, limit).await?;
                if let FeedOutcome::Page(page) = &mut outcome {
                    self.spoil(page);
                }
                Ok(outcome)
            }
        }
    }
}
