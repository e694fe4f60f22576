use desktop_delivery::events::{EventPosition, FeedStart};
use desktop_delivery::ledger::{FeedOutcome, FeedRow};
use desktop_delivery::{Ledger, RequestHandle, StoreError};
use std::collections::HashMap;

/// The number of events read at once.
const PAGE: usize = 1_000;
/// The maximum number of requests reported.
const MAX_NAMED: usize = 100;

/// Reads the whole feed and describes each request whose events are missing, repeated or out of
/// order. `revisions` are the revisions of the requests before the feed was read.
pub(super) async fn check(
    ledger: &dyn Ledger,
    revisions: &[(RequestHandle, u64)],
) -> Result<Vec<String>, StoreError> {
    let mut last: HashMap<RequestHandle, EventPosition> = HashMap::new();
    let (mut start, mut faults) = (FeedStart::Beginning, Vec::new());
    loop {
        let FeedOutcome::Page(page) = ledger.events_since(start, PAGE).await? else {
            return Ok(vec!["the event feed was reset while it was read".to_owned()]);
        };
        for FeedRow { recorded, .. } in page.rows {
            let before = last.insert(recorded.handle, recorded.position);
            if !follows(before, recorded.position) {
                faults.push(format!("event feed: events of {} are not in order", recorded.handle));
            }
        }
        if !page.more {
            break;
        }
        start = FeedStart::After(page.end);
    }
    for (handle, revision) in revisions {
        if last.get(handle).is_none_or(|last| last.revision < *revision) {
            faults.push(format!("event feed: events of {handle} are missing"));
        }
    }
    faults.truncate(MAX_NAMED);
    Ok(faults)
}

/// Returns whether an event can be the next one of its request.
fn follows(before: Option<EventPosition>, next: EventPosition) -> bool {
    match before {
        None => next == EventPosition { revision: 1, index: 0 },
        Some(EventPosition { revision, index }) => {
            next == EventPosition { revision, index: index + 1 }
                || next == EventPosition { revision: revision + 1, index: 0 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_follows_in_its_commit_or_begins_the_next_one() {
        let at = |revision, index| EventPosition { revision, index };
        assert!(follows(None, at(1, 0)) && follows(Some(at(3, 1)), at(3, 2)));
        assert!(follows(Some(at(3, 1)), at(4, 0)));
        for next in [at(3, 1), at(3, 3), at(4, 1), at(5, 0), at(2, 0)] {
            assert!(!follows(Some(at(3, 1)), next), "{next:?}");
        }
        assert!(!follows(None, at(1, 1)) && !follows(None, at(2, 0)));
    }
}
