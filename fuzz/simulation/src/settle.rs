//! The end of a run: the faults stop, workers run, and nothing may be left over.

use crate::choices::Choices;
use crate::operations;
use crate::shared::State;
use crate::simulation::Simulation;
use crate::violation::{Verdict, ensure};
use desktop_delivery::Status;
use desktop_delivery::ids::BlobKey;
use futures_executor::block_on;
use std::collections::BTreeSet;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const LEFT: &str = "4 something is left over after the workers ran";

impl Simulation {
    /// Ends a run, and checks what is left.
    pub(crate) fn settle(&mut self) {
        let mut choices = Choices::of(0);
        self.step += 1;
        {
            let state = &mut *self.shared.lock();
            state.trace.begin_step(self.step);
            state.trace.note(|| "the faults stop".to_owned());
            state.faults_on = false;
        }
        self.world.ledger.commit_late();
        self.finish(&mut choices);
        // Longer than the waits of failed work, the deadlines of uploads and the retries of mail.
        for seconds in [[20 * 60; 12].as_slice(), &[6 * HOUR; 60]].concat() {
            self.work(&mut choices, seconds);
        }
        self.check(|state| nothing_waits(state).and_then(|()| blobs_are_needed(state)));
        self.open_links(&mut choices);
        // Longer than any terms, retention and link.
        for seconds in [30 * DAY; 18] {
            self.work(&mut choices, seconds);
            self.work(&mut choices, HOUR);
        }
        self.check(|state| {
            nothing_waits(state)?;
            blobs_are_needed(state)?;
            nothing_is_kept(state)
        });
        self.compare();
    }

    /// Runs the due work of every node, and lets time pass.
    fn work(&mut self, choices: &mut Choices, seconds: i64) {
        if self.has_failed() {
            return;
        }
        let Some(due) = operations::all().find(|operation| operation.name == "run due") else {
            return;
        };
        for node in 0..self.world.nodes.len() {
            self.start(due, &operations::run_due(), node, choices, false);
            self.finish(choices);
        }
        self.world.advance(seconds);
    }

    /// Opens the last links: a genuine one that opens nothing is answered with the reason.
    fn open_links(&mut self, choices: &mut Choices) {
        let links = self.shared.lock().links.clone();
        let open = operations::all().find(|operation| operation.name == "open link");
        for link in links.into_iter().rev().take(6) {
            if let Some(operation) = open {
                let call = operations::open_held_link(link);
                self.start(operation, &call, 0, choices, false);
                self.finish(choices);
            }
        }
    }

    fn check(&self, check: impl Fn(&State) -> Verdict) {
        let state = &mut *self.shared.lock();
        let verdict = check(state);
        state.judge(verdict);
    }

    /// Compares everything stored with the reference.
    fn compare(&self) {
        let copies = block_on(self.ledger.snapshots(None, 10_000)).unwrap_or_default();
        let counters = block_on(self.ledger.counter_snapshots(None, 10_000)).unwrap_or_default();
        self.check(|state| {
            const CHECK: &str = "4 the ledger is not what was committed";
            let reference = &state.reference;
            let count = reference.deliveries().count();
            ensure!(copies.len() == count, CHECK, "{} of {count} requests", copies.len());
            for copy in &copies {
                let handle = copy.delivery.handle;
                let is_same = Some(&copy.delivery) == reference.delivery(handle)
                    && copy.history == reference.history(handle)
                    && copy.outbox == reference.outbox_of(handle);
                ensure!(is_same, CHECK, "request {handle}");
            }
            let expected = reference.counters();
            let stored = counters.iter().filter(|counter| counter.expires_at.is_none());
            for counter in stored {
                let used = expected.get(&counter.counter).map(|(used, _)| *used);
                ensure!(used == Some(counter.used), CHECK, "{} instead of {used:?}", counter.used);
            }
            Ok(())
        });
    }
}

/// No notice, upload or deletion waits, and nothing is due.
fn nothing_waits(state: &State) -> Verdict {
    let now = state.clocks.iter().min().copied().unwrap_or(crate::world::START);
    ensure!(state.reference.outbox_len() == 0, LEFT, "{} notices", state.reference.outbox_len());
    for delivery in state.reference.deliveries() {
        let (record, handle) = (&delivery.record, delivery.handle);
        ensure!(record.uploads.is_empty(), LEFT, "{} uploads of {handle}", record.uploads.len());
        let due = record.pending_deletions.iter().filter(|pending| pending.from.plus_days(1) < now);
        ensure!(due.count() == 0, LEFT, "bytes to delete of {handle}");
        let is_due = record.due_at.is_some_and(|due_at| due_at.plus_days(35) < now);
        ensure!(!is_due, LEFT, "due work of {handle}");
        if let Some(request) = state.model.latest(handle) {
            let pending = request.notices.iter().find(|(_, has_ended)| !**has_ended);
            ensure!(
                pending.is_none(),
                "4 a notice is neither sent nor recorded as failed",
                "{pending:?} of {handle}"
            );
        }
    }
    Ok(())
}

/// Every blob in the store is needed by a request, and every needed blob is in the store.
fn blobs_are_needed(state: &State) -> Verdict {
    let now = state.clocks.iter().max().copied().unwrap_or(crate::world::START);
    let mut needed: BTreeSet<BlobKey> = BTreeSet::new();
    let mut known: BTreeSet<BlobKey> = BTreeSet::new();
    for delivery in state.reference.deliveries() {
        known.extend(delivery.record.pending_deletions.iter().map(|pending| pending.blob));
        let Some(request) = state.model.latest(delivery.handle) else { continue };
        for (no, document) in &request.documents {
            needed.extend(document.needed(*no, request, now).iter().map(|version| version.blob));
        }
    }
    let missing = needed.iter().find(|blob| !state.blobs.contains_key(blob));
    ensure!(missing.is_none(), "4 the bytes of a document are missing", "{missing:?}");
    known.extend(needed);
    let surplus = state.blobs.keys().find(|blob| !known.contains(blob));
    ensure!(surplus.is_none(), LEFT, "{surplus:?}, which nothing refers to");
    Ok(())
}

/// Long after its end, a request is a tombstone without documents or patron.
fn nothing_is_kept(state: &State) -> Verdict {
    const CHECK: &str = "3 something is kept beyond its retention";
    for delivery in state.reference.deliveries() {
        let (record, handle) = (&delivery.record, delivery.handle);
        if record.status == Status::Pending {
            continue;
        }
        let live = record.live_attachments().count();
        ensure!(live == 0, CHECK, "{live} documents of {handle}");
        ensure!(record.facts.patron.is_none(), CHECK, "the patron of {handle}");
    }
    Ok(())
}
