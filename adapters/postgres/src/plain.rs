use crate::commits;
use crate::error::Error;
use crate::pool::Connections;
use crate::prepared::{Handle, Prepared};
use crate::rows;
use crate::session::Parameter;
use desktop_delivery::ledger::CommitOutcome;
use std::collections::{BTreeMap, HashSet};

/// The maximum number of changes in one statement, which bounds the wait of the first change.
pub(crate) const MAX_BATCH: usize = 256;

/// Commits changes that consist of a usage and one event, as most claims do. One statement, which
/// is its own transaction, commits all of them in one round trip.
///
/// Usage rows are locked in key order, as everywhere.
const COUNT: &str = "WITH counted AS (
        UPDATE request_usage
        SET revision = request_usage.revision + 1, usage = coalesce(c.usage::json, request_usage.usage)
        FROM unnest(
            $1::bytea[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bytea[]
        ) AS c(handle, expected, usage, at, actor, detail, commit_id)
        WHERE request_usage.handle = c.handle AND request_usage.revision = c.expected
        RETURNING request_usage.handle, request_usage.revision, c.at, c.actor, c.detail, c.commit_id
    ), noted AS (
        INSERT INTO events (handle, revision, place, at, actor, detail, commit_id)
        SELECT handle, revision, 0, at, actor::json, detail::json, commit_id FROM counted
    )
    SELECT handle FROM counted";

/// Returns whether [`commit`] can apply this change.
pub(crate) const fn is_plain(change: &Prepared) -> bool {
    change.expected.is_some()
        && change.record.is_none()
        && change.commit.events.len() == 1
        && change.outbox.is_empty()
        && change.settle.is_empty()
        && change.charges.is_empty()
}

/// Commits plain changes, one for each delivery. If several expect the same revision, one of them
/// wins.
pub(crate) async fn commit(
    connections: &Connections,
    changes: Vec<Prepared>,
) -> Vec<Result<CommitOutcome, Error>> {
    let mut first: BTreeMap<Handle, &Prepared> = BTreeMap::new();
    let expects_another = changes
        .iter()
        .any(|change| first.entry(change.handle).or_insert(change).expected != change.expected);
    // A change that builds on another one of the batch takes the slower path, in order.
    if expects_another {
        return commits::commit(connections, changes).await;
    }
    match count(connections, &first).await {
        Ok(mut counted) => {
            let outcome = |change: &Prepared| match change.expected {
                // The first change gets the revision; for the others, the revision is stale now.
                Some(expected) if counted.remove(&change.handle) => {
                    CommitOutcome::Committed { revision: (expected + 1).cast_unsigned() }
                }
                _ => CommitOutcome::Stale,
            };
            changes.iter().map(outcome).map(Ok).collect()
        }
        // Nothing was written; a single change may be the cause.
        Err(error @ Error::Server { .. }) if !commits::affects_all(&error) => {
            commits::commit(connections, changes).await
        }
        Err(error) => commits::fail(&changes, error),
    }
}

async fn count(
    connections: &Connections,
    changes: &BTreeMap<Handle, &Prepared>,
) -> Result<HashSet<Handle>, Error> {
    let changes = || changes.values();
    let events = || changes().filter_map(|change| change.commit.events.first());
    let handles: Vec<&[u8]> = changes().map(|change| &change.handle[..]).collect();
    let expected: Vec<Option<i64>> = changes().map(|change| change.expected).collect();
    let request_usage: Vec<Option<&str>> =
        changes().map(|change| change.usage.as_deref()).collect();
    let at: Vec<i64> = events().map(|event| event.at).collect();
    let actors: Vec<&str> = events().map(|event| &*event.actor).collect();
    let what: Vec<&str> = events().map(|event| &*event.detail).collect();
    let ids: Vec<&[u8]> = changes().map(|change| &change.commit.id[..]).collect();
    let parameters: [Parameter<'_>; 7] =
        [&handles, &expected, &request_usage, &at, &actors, &what, &ids];
    let counted = connections.run(COUNT, &parameters).await?;
    counted.iter().map(|row| rows::bytes(row, 0)).collect()
}
