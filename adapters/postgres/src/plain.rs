use crate::commits;
use crate::error::Error;
use crate::pool::{Connections, Parameter};
use crate::prepared::{Handle, Prepared};
use crate::rows;
use desktop_delivery::ledger::CommitOutcome;
use std::collections::{BTreeMap, HashSet};

/// The most changes in one statement, so that the first of them does not wait long.
pub(crate) const MAX_BATCH: usize = 256;

/// Commits what a claim is as a rule: a usage and one event. One statement, which is its own transaction,
/// does it for all in one round trip.
///
/// Tallies are locked in the order of their keys, as everywhere.
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

/// Whether [`commit`] can do it.
pub(crate) const fn is_plain(change: &Prepared) -> bool {
    change.expected.is_some()
        && change.record.is_none()
        && change.commit.events.len() == 1
        && change.outbox.is_empty()
        && change.settle.is_empty()
        && change.charges.is_empty()
}

/// Commits plain changes, one for each delivery; of several that expect one revision, one can win.
pub(crate) async fn commit(
    connections: &Connections,
    changes: Vec<Prepared>,
) -> Vec<Result<CommitOutcome, Error>> {
    let mut first: BTreeMap<Handle, &Prepared> = BTreeMap::new();
    let expects_another = changes
        .iter()
        .any(|change| first.entry(change.handle).or_insert(change).expected != change.expected);
    // One that builds on another waits for it there.
    if expects_another {
        return commits::commit(connections, changes).await;
    }
    match count(connections, &first).await {
        Ok(mut counted) => {
            let outcome = |change: &Prepared| match change.expected {
                // The first takes it; to the others, the revision is another now.
                Some(expected) if counted.remove(&change.handle) => {
                    CommitOutcome::Committed { revision: (expected + 1).cast_unsigned() }
                }
                _ => CommitOutcome::Stale,
            };
            changes.iter().map(outcome).map(Ok).collect()
        }
        // Nothing has happened; perhaps one alone is to blame.
        Err(error @ Error::Server { .. }) if !commits::is_everybodys(&error) => {
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
