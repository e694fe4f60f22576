use crate::batch_state::BatchState;
use crate::error::Error;
use crate::pool::Connection;
use crate::prepared::{Handle, Prepared};
use crate::rows;
use crate::session::{Parameter, Session};
use crate::writes::Writes;
use desktop_delivery::Timestamp;
use desktop_delivery::ids::CounterKey;
use desktop_delivery::ledger::{CommitOutcome, CounterSnapshot};
use futures_util::future::{BoxFuture, join_all};
use std::collections::BTreeSet;
use tokio_postgres::{Row, Statement};

/// Commits changes in one transaction of two round trips: lock and read the rows involved, then
/// write. A change that is stale or full writes nothing and does not affect the others.
///
/// All processes lock rows in key order. Rows that do not exist yet are guarded by their unique
/// indexes: the process that loses the race gets a conflict.
pub(crate) async fn transact(
    connection: &Connection,
    changes: &[Prepared],
) -> Result<Vec<CommitOutcome>, Error> {
    let session = connection.session();
    let mut state = lock(&session, changes, Some("BEGIN")).await?;
    let mut writes = Writes::default();
    let outcomes =
        changes.iter().map(|change| state.apply(change, &mut writes)).collect::<Vec<_>>();
    if writes.is_empty() {
        session.run("ROLLBACK").await?;
    } else {
        writes.send(&session, "COMMIT").await?;
    }
    Ok(outcomes)
}

/// Locks the rows of the changes and reads them. `begin` begins the transaction, if it has not begun.
pub(crate) async fn lock(
    session: &Session<'_>,
    changes: &[Prepared],
    begin: Option<&str>,
) -> Result<BatchState, Error> {
    let lock_set = LockSet::of(changes);
    let handles: Vec<&[u8]> = lock_set.handles.iter().map(|handle| &handle[..]).collect();
    let references: Vec<&str> = lock_set.references.iter().copied().collect();
    let of_notices: Vec<&[u8]> = lock_set.notices.iter().map(|(handle, _)| &handle[..]).collect();
    let notices: Vec<i64> = lock_set.notices.iter().map(|(_, notice)| *notice).collect();
    let counters: Vec<&[u8]> = lock_set.counters.iter().map(|key| &key.as_bytes()[..]).collect();
    let mut statements: Vec<(Kind, Statement, Vec<Parameter<'_>>)> = Vec::new();
    let all: [(Kind, &'static str, usize, Vec<Parameter<'_>>); 4] = [
        (Kind::Revisions, LOCK_USAGE, handles.len(), vec![&handles]),
        (Kind::Fences, LOCK_OUTBOX, notices.len(), vec![&of_notices, &notices]),
        (Kind::Counters, LOCK_COUNTERS, counters.len(), vec![&counters]),
        (Kind::Owners, READ_OWNERS, references.len(), vec![&references]),
    ];
    for (kind, sql, rows, parameters) in all {
        if rows > 0 {
            statements.push((kind, session.statement(sql).await?, parameters));
        }
    }
    let mut sent: Vec<BoxFuture<'_, Result<Vec<Row>, tokio_postgres::Error>>> = Vec::new();
    if let Some(begin) = begin {
        sent.push(Box::pin(async {
            session.client().batch_execute(begin).await.map(|()| Vec::new())
        }));
    }
    for (_, statement, parameters) in &statements {
        sent.push(Box::pin(session.client().query(statement, parameters)));
    }
    let answers = session.within_timeout(async { Ok(join_all(sent).await) }).await?;
    let mut answers = answers.into_iter();
    if begin.is_some() {
        answers.next().transpose()?;
    }
    let mut state = BatchState::default();
    for ((kind, ..), answer) in statements.iter().zip(answers) {
        for row in answer? {
            kind.read(&row, &mut state)?;
        }
    }
    Ok(state)
}

/// The rows that a batch needs, in locking order.
struct LockSet<'a> {
    handles: BTreeSet<Handle>,
    references: BTreeSet<&'a str>,
    notices: BTreeSet<(Handle, i64)>,
    counters: BTreeSet<CounterKey>,
}

impl<'a> LockSet<'a> {
    fn of(changes: &'a [Prepared]) -> Self {
        let settled = changes.iter().flat_map(|change| &change.settle);
        let records = changes.iter().filter_map(|change| change.record.as_ref());
        let charges = changes.iter().flat_map(|change| &change.charges);
        Self {
            handles: changes.iter().map(|change| change.handle).collect(),
            references: records.map(|record| &*record.reference).collect(),
            notices: settled
                .map(|settled| {
                    (settled.lease.handle.to_bytes(), i64::from(settled.lease.notice.get()))
                })
                .collect(),
            counters: charges.map(|charge| charge.counter).collect(),
        }
    }
}

/// The subject of a result.
#[derive(Clone, Copy)]
enum Kind {
    Revisions,
    Owners,
    Fences,
    Counters,
}

impl Kind {
    fn read(self, row: &Row, state: &mut BatchState) -> Result<(), Error> {
        match self {
            Self::Revisions => {
                state.revisions.insert(rows::bytes(row, 0)?, rows::field(row, 1)?);
            }
            Self::Owners => {
                state.owners.insert(rows::field(row, 0)?, rows::bytes(row, 1)?);
            }
            Self::Fences => {
                let place = (rows::bytes(row, 0)?, rows::field(row, 1)?);
                state.fences.insert(place, rows::field(row, 2)?);
            }
            Self::Counters => {
                let counter = CounterKey::from_bytes(rows::bytes(row, 0)?);
                let used = u64::try_from(rows::field::<i64>(row, 1)?);
                let expires_at: Option<i64> = rows::field(row, 2)?;
                let expires_at = expires_at.map(Timestamp::from_seconds);
                let used = used.map_err(|_| Error::Row("counter"))?;
                let stored = CounterSnapshot { counter, used, expires_at };
                state.counters.insert(counter, stored);
            }
        }
        Ok(())
    }
}

const LOCK_USAGE: &str = "SELECT request_usage.handle, revision
    FROM unnest($1::bytea[]) AS c(handle) JOIN request_usage ON request_usage.handle = c.handle
    FOR UPDATE OF request_usage";
/// Not locked: unique indexes guard references. Read last, after all locks are held, to see what
/// other transactions committed in the meantime.
const READ_OWNERS: &str = "SELECT reference, requests.handle
    FROM unnest($1::text[]) AS c(wanted) JOIN requests ON reference = c.wanted";
const LOCK_OUTBOX: &str = "SELECT outbox.handle, outbox.notice, fence
    FROM unnest($1::bytea[], $2::bigint[]) AS c(handle, notice)
    JOIN outbox ON outbox.handle = c.handle AND outbox.notice = c.notice AND fence IS NOT NULL
    FOR UPDATE OF outbox";
const LOCK_COUNTERS: &str = "SELECT counters.counter, used, expires_at
    FROM unnest($1::bytea[]) AS c(counter) JOIN counters ON counters.counter = c.counter
    FOR UPDATE OF counters";
