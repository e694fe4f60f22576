use crate::error::Error;
use crate::pool::Connections;
use crate::prepared::Prepared;
use crate::transact::transact;
use desktop_delivery::ledger::CommitOutcome;
use std::sync::Arc;

/// The most changes in one transaction, so that the first of them does not wait long, nor others for
/// their locks.
pub(crate) const MAX_BATCH: usize = 256;

/// How often a transaction is tried that others are in the way of; each time, one of them is through.
const MAX_TRIES: usize = 10;

/// Commits what waits, together; where that fails for what one of them writes, each alone, so that only
/// the one to blame fails.
pub(crate) async fn commit(
    connections: &Connections,
    mut changes: Vec<Prepared>,
) -> Vec<Result<CommitOutcome, Error>> {
    match together(connections, &changes).await {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(error @ Error::Server { .. }) if changes.len() > 1 && !is_everybodys(&error) => {
            let mut outcomes = Vec::with_capacity(changes.len());
            for change in changes.drain(..) {
                let alone = together(connections, &[change]).await;
                outcomes.push(
                    alone.and_then(|outcomes| outcomes.first().copied().ok_or(Error::TaskEnded)),
                );
            }
            outcomes
        }
        Err(error) => fail(&changes, error),
    }
}

/// Tells everybody that nobody knows, or that nothing happened.
pub(crate) fn fail(changes: &[Prepared], error: Error) -> Vec<Result<CommitOutcome, Error>> {
    let error = Arc::new(error);
    changes.iter().map(|_| Err(Error::Shared(Arc::clone(&error)))).collect()
}

/// Whether nobody else would get through either, each after the same wait; or nobody knows what happened,
/// as when the server is shut down.
pub(crate) fn is_everybodys(error: &Error) -> bool {
    use desktop_delivery::error::StoreErrorKind::{Denied, Unavailable};
    matches!(error.kind(), Denied | Unavailable) && !error.is_conflict()
}

async fn together(
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
                // It may have a transaction open.
                connection.discard();
                if !error.is_conflict() || tries == MAX_TRIES {
                    return Err(error);
                }
            }
        }
    }
}
