use crate::error::Error;
use crate::pool::{Connection, Parameter};
use crate::prepared::{Handle, Prepared};
use crate::rows;
use crate::standing::Standing;
use crate::writes::Writes;
use desktop_delivery::Timestamp;
use desktop_delivery::ids::CounterKey;
use desktop_delivery::ledger::{CommitOutcome, CounterSnapshot};
use futures_util::future::{BoxFuture, join_all};
use std::collections::BTreeSet;
use tokio_postgres::{Row, Statement};

/// Commits changes in one transaction of two round trips: lock and read what they are about, then
/// write. What is stale or full writes nothing and disturbs no other.
///
/// Rows are locked in the order of their keys, by all processes, and those that are not there are
/// guarded by their unique indexes: whoever loses that race is told of a conflict.
pub(crate) async fn transact(
    connection: &Connection,
    changes: &[Prepared],
) -> Result<Vec<CommitOutcome>, Error> {
    let mut standing = lock(connection, changes).await?;
    let mut writes = Writes::default();
    let outcomes =
        changes.iter().map(|change| standing.decide(change, &mut writes)).collect::<Vec<_>>();
    if writes.is_empty() {
        connection
            .in_time(async { Ok(connection.client().batch_execute("ROLLBACK").await?) })
            .await?;
    } else {
        writes.commit(connection).await?;
    }
    Ok(outcomes)
}

/// Begins the transaction.
async fn lock(connection: &Connection, changes: &[Prepared]) -> Result<Standing, Error> {
    let wanted = Wanted::of(changes);
    let handles: Vec<&[u8]> = wanted.handles.iter().map(|handle| &handle[..]).collect();
    let references: Vec<&str> = wanted.references.iter().copied().collect();
    let of_notices: Vec<&[u8]> = wanted.notices.iter().map(|(handle, _)| &handle[..]).collect();
    let notices: Vec<i64> = wanted.notices.iter().map(|(_, notice)| *notice).collect();
    let counters: Vec<&[u8]> = wanted.counters.iter().map(|key| &key.as_bytes()[..]).collect();
    let mut statements: Vec<(Kind, Statement, Vec<Parameter<'_>>)> = Vec::new();
    let all: [(Kind, &'static str, usize, Vec<Parameter<'_>>); 4] = [
        (Kind::Revisions, LOCK_TALLIES, handles.len(), vec![&handles]),
        (Kind::Fences, LOCK_OUTBOX, notices.len(), vec![&of_notices, &notices]),
        (Kind::Counters, LOCK_COUNTERS, counters.len(), vec![&counters]),
        (Kind::Owners, READ_OWNERS, references.len(), vec![&references]),
    ];
    for (kind, sql, rows, parameters) in all {
        if rows > 0 {
            statements.push((kind, connection.statement(sql).await?, parameters));
        }
    }
    let mut sent: Vec<BoxFuture<'_, Result<Vec<Row>, tokio_postgres::Error>>> = Vec::new();
    sent.push(Box::pin(async {
        connection.client().batch_execute("BEGIN").await.map(|()| Vec::new())
    }));
    for (_, statement, parameters) in &statements {
        sent.push(Box::pin(connection.client().query(statement, parameters)));
    }
    let answers = connection.in_time(async { Ok(join_all(sent).await) }).await?;
    let mut answers = answers.into_iter();
    answers.next().transpose()?;
    let mut standing = Standing::default();
    for ((kind, ..), answer) in statements.iter().zip(answers) {
        for row in answer? {
            kind.read(&row, &mut standing)?;
        }
    }
    Ok(standing)
}

/// What a batch must know, in the order in which it is locked.
struct Wanted<'a> {
    handles: BTreeSet<Handle>,
    references: BTreeSet<&'a str>,
    notices: BTreeSet<(Handle, i64)>,
    counters: BTreeSet<CounterKey>,
}

impl<'a> Wanted<'a> {
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

/// What an answer is about.
#[derive(Clone, Copy)]
enum Kind {
    Revisions,
    Owners,
    Fences,
    Counters,
}

impl Kind {
    fn read(self, row: &Row, standing: &mut Standing) -> Result<(), Error> {
        match self {
            Self::Revisions => {
                standing.revisions.insert(rows::bytes(row, 0)?, rows::field(row, 1)?);
            }
            Self::Owners => {
                standing.owners.insert(rows::field(row, 0)?, rows::bytes(row, 1)?);
            }
            Self::Fences => {
                let place = (rows::bytes(row, 0)?, rows::field(row, 1)?);
                standing.fences.insert(place, rows::field(row, 2)?);
            }
            Self::Counters => {
                let counter = CounterKey::from_bytes(rows::bytes(row, 0)?);
                let used = u64::try_from(rows::field::<i64>(row, 1)?);
                let expires_at: Option<i64> = rows::field(row, 2)?;
                let expires_at = expires_at.map(Timestamp::from_seconds);
                let used = used.map_err(|_| Error::Row("counter"))?;
                let stored = CounterSnapshot { counter, used, expires_at };
                standing.counters.insert(counter, stored);
            }
        }
        Ok(())
    }
}

const LOCK_TALLIES: &str = "SELECT request_usage.handle, revision
    FROM unnest($1::bytea[]) AS c(handle) JOIN request_usage ON request_usage.handle = c.handle
    FOR UPDATE OF request_usage";
/// Not locked: a reference is taken under its unique index. Read last, when nothing is waited for any
/// more, so that what others took meanwhile is seen.
const READ_OWNERS: &str = "SELECT reference, requests.handle
    FROM unnest($1::text[]) AS c(wanted) JOIN requests ON reference = c.wanted";
const LOCK_OUTBOX: &str = "SELECT outbox.handle, outbox.notice, fence
    FROM unnest($1::bytea[], $2::bigint[]) AS c(handle, notice)
    JOIN outbox ON outbox.handle = c.handle AND outbox.notice = c.notice AND fence IS NOT NULL
    FOR UPDATE OF outbox";
const LOCK_COUNTERS: &str = "SELECT counters.counter, used, expires_at
    FROM unnest($1::bytea[]) AS c(counter) JOIN counters ON counters.counter = c.counter
    FOR UPDATE OF counters";
