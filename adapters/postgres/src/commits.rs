use crate::error::Error;
use crate::pool::Connections;
use crate::prepared::Prepared;
use crate::recent::Recent;
use crate::transact::transact;
use desktop_delivery::ledger::CommitOutcome;
use std::sync::Arc;

/// The maximum number of changes in one transaction, which bounds the wait of the first change and
/// the time that locks are held.
pub(crate) const MAX_BATCH: usize = 256;

/// The number of attempts at a transaction that conflicts with others. Each round lets one through.
pub(crate) const MAX_TRIES: usize = 10;

/// Commits changes with `commit`, but answers `Stale` for those that were decided on what another
/// server stored: after a failover, a revision there may stand for other contents here.
pub(crate) async fn of_this_server<C>(
    connections: &Connections,
    recent: &Recent,
    changes: Vec<(u64, C)>,
    commit: impl AsyncFnOnce(Vec<C>) -> Vec<Result<CommitOutcome, Error>>,
) -> Vec<Result<CommitOutcome, Error>> {
    // If the connections were lost, this opens one, which tells `recent` about the server.
    if let Err(error) = connections.take().await {
        return fail(&changes, error);
    }
    let current = recent.deliveries.generation();
    let is_current: Vec<bool> = changes.iter().map(|(decided, _)| *decided == current).collect();
    let changes = changes.into_iter().filter(|(decided, _)| *decided == current);
    let changes: Vec<_> = changes.map(|(_, change)| change).collect();
    let mut outcomes =
        if changes.is_empty() { Vec::new() } else { commit(changes).await }.into_iter();
    let outcome = |is_current: bool| match is_current {
        true => outcomes.next().unwrap_or(Err(Error::TaskEnded)),
        false => Ok(CommitOutcome::Stale),
    };
    is_current.into_iter().map(outcome).collect()
}

/// Commits the queued changes together. If one of them makes the transaction fail, commits each on
/// its own, so that only the failing change fails.
pub(crate) async fn commit(
    connections: &Connections,
    mut changes: Vec<Prepared>,
) -> Vec<Result<CommitOutcome, Error>> {
    match commit_batch(connections, &changes).await {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(error @ Error::Server { .. }) if changes.len() > 1 && !affects_all(&error) => {
            let mut outcomes = Vec::with_capacity(changes.len());
            for change in changes.drain(..) {
                let single = commit_batch(connections, &[change]).await;
                outcomes.push(
                    single.and_then(|outcomes| outcomes.into_iter().next().ok_or(Error::TaskEnded)),
                );
            }
            outcomes
        }
        Err(error) => fail(&changes, error),
    }
}

/// Answers all changes with an error: nothing was written, or the outcome is unknown.
pub(crate) fn fail<T>(changes: &[T], error: Error) -> Vec<Result<CommitOutcome, Error>> {
    let error = Arc::new(error);
    changes.iter().map(|_| Err(Error::Shared(Arc::clone(&error)))).collect()
}

/// Returns whether retrying each change on its own would fail too, after the same wait, or whether
/// the outcome is unknown, as when the server shuts down.
pub(crate) fn affects_all(error: &Error) -> bool {
    use desktop_delivery::error::StoreErrorKind::{Denied, Unavailable};
    matches!(error.kind(), Denied | Unavailable) && !error.is_conflict()
}

async fn commit_batch(
    connections: &Connections,
    changes: &[Prepared],
) -> Result<Vec<CommitOutcome>, Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        let connection = connections.take().await?;
        match transact(&connection, changes).await {
            Ok(outcomes) => return Ok(outcomes),
            Err(error) => {
                // The connection may have an open transaction.
                connection.discard();
                if !error.is_conflict() || tries == MAX_TRIES {
                    return Err(error);
                }
            }
        }
    }
}
