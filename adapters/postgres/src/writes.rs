use crate::error::Error;
use crate::prepared::{Handle, Prepared, PreparedSnapshot};
use crate::session::Session;
use desktop_delivery::Timestamp;
use desktop_delivery::ids::CounterKey;
use desktop_delivery::ledger::CounterSnapshot;
use desktop_delivery::storage::{CommitRow, EventRow, RecordRow};
use futures_util::future::{BoxFuture, join_all};
use std::collections::BTreeMap;
use tokio_postgres::types::ToSql;

/// The rows that a batch writes: each row once, with its final content, in key order.
#[derive(Default)]
pub(crate) struct Writes<'a> {
    deliveries: BTreeMap<Handle, DeliveryWrite<'a>>,
    events: Vec<EventWrite<'a>>,
    /// When a notice is due; `None` removes it from the outbox.
    outbox: BTreeMap<(Handle, i64), Option<i64>>,
    counters: BTreeMap<CounterKey, CounterWrite>,
}

struct DeliveryWrite<'a> {
    is_new: bool,
    revision: i64,
    record: Option<&'a RecordRow>,
    usage: Option<&'a str>,
}

struct EventWrite<'a> {
    handle: Handle,
    revision: i64,
    place: i32,
    row: &'a EventRow,
    commit_id: Option<&'a [u8]>,
}

struct CounterWrite {
    counter: CounterSnapshot,
    /// Whether the row exists already.
    is_stored: bool,
}

impl<'a> Writes<'a> {
    /// Adds a change of a delivery and its events.
    pub(crate) fn deliver(&mut self, change: &'a Prepared, revision: i64) {
        let delivery = self.deliveries.entry(change.handle).or_insert(DeliveryWrite {
            is_new: change.expected.is_none(),
            revision,
            record: None,
            usage: None,
        });
        delivery.revision = revision;
        delivery.record = change.record.as_ref().or(delivery.record);
        delivery.usage = change.usage.as_deref().or(delivery.usage);
        self.add_events(change.handle, revision, &change.commit);
    }

    /// Adds a complete delivery. Any stored version must have been deleted before these rows are
    /// written.
    pub(crate) fn copy(&mut self, copy: &'a PreparedSnapshot) {
        let record = Some(&copy.record);
        let usage = Some(&*copy.usage);
        let write = DeliveryWrite { is_new: true, revision: copy.revision, record, usage };
        self.deliveries.insert(copy.handle, write);
        for (revision, commit) in (1..).zip(&copy.history) {
            self.add_events(copy.handle, revision, commit);
        }
        for entry in &copy.outbox {
            self.free(
                (copy.handle, i64::from(entry.notice.get())),
                Some(entry.not_before.as_seconds()),
            );
        }
    }

    /// Adds the events of one commit. The first event carries the commit id.
    fn add_events(&mut self, handle: Handle, revision: i64, commit: &'a CommitRow) {
        self.events.extend((0..).zip(&commit.events).map(|(place, row)| EventWrite {
            handle,
            revision,
            place,
            row,
            commit_id: (place == 0).then_some(&commit.id[..]),
        }));
    }

    /// Adds the value of a counter.
    pub(crate) fn count(&mut self, counter: CounterSnapshot, is_stored: bool) {
        let new = CounterWrite { counter, is_stored };
        let write = self.counters.entry(counter.counter).or_insert(new);
        write.counter = counter;
    }

    /// Adds the time at which a notice is due.
    pub(crate) fn free(&mut self, notice: (Handle, i64), at: Option<i64>) {
        self.outbox.insert(notice, at);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.deliveries.is_empty()
    }

    /// Writes all rows and runs the statements of `last`, such as the commit, in one round trip.
    pub(crate) async fn send(&self, session: &Session<'_>, last: &str) -> Result<(), Error> {
        let statements = self.statements();
        let mut sent: Vec<BoxFuture<'_, Result<(), tokio_postgres::Error>>> = Vec::new();
        // All statements are prepared before any is sent, because the last must not overtake one
        // of them.
        for Statement { sql, columns } in statements {
            let statement = session.statement(sql).await?;
            sent.push(Box::pin(async move {
                session.client().execute_raw(&statement, columns).await.map(drop)
            }));
        }
        sent.push(Box::pin(session.client().batch_execute(last)));
        // The futures send their statements when first polled, hence in order. After a statement
        // fails, the server rejects the rest and treats the commit as a rollback.
        let done = session.within_timeout(async { Ok(join_all(sent).await) }).await?;
        done.into_iter().collect::<Result<(), _>>().map_err(Error::from)
    }

    /// Returns the statements to run. Requests come first because all other rows refer to them.
    fn statements(&self) -> Vec<Statement<'_>> {
        let of = |is_new| self.deliveries.iter().filter(move |(_, write)| write.is_new == is_new);
        let records = |is_new| {
            of(is_new).filter_map(|(handle, write)| Some((handle, write.record?))).collect()
        };
        let (new, changed): (Vec<_>, Vec<_>) = (records(true), records(false));
        let (request_usage, raised): (Vec<_>, Vec<_>) = (of(true).collect(), of(false).collect());
        let mut all = vec![
            Statement { sql: INSERT_REQUESTS, columns: request_columns(&new) },
            Statement { sql: INSERT_USAGE, columns: usage_columns(&request_usage) },
            Statement { sql: INSERT_SEARCHABLE, columns: searchable_columns(&new) },
            Statement { sql: UPDATE_USAGE, columns: usage_columns(&raised) },
            Statement { sql: UPDATE_REQUESTS, columns: request_columns(&changed) },
            Statement { sql: UPDATE_SEARCHABLE, columns: searchable_columns(&changed) },
            Statement { sql: INSERT_EVENTS, columns: self.event_columns() },
        ];
        let sizes =
            [new.len(), request_usage.len(), new.len(), raised.len(), changed.len(), changed.len()];
        let mut sizes = sizes.into_iter().chain([self.events.len()]);
        all.retain(|_| sizes.next().is_some_and(|rows| rows > 0));
        all.extend(self.outbox_statements());
        all.extend(self.counter_statements());
        all
    }

    fn event_columns(&self) -> Vec<Column<'_>> {
        let events = &self.events;
        vec![
            column(events.iter().map(|event| &event.handle[..])),
            column(events.iter().map(|event| event.revision)),
            column(events.iter().map(|event| event.place)),
            column(events.iter().map(|event| event.row.at)),
            column(events.iter().map(|event| &*event.row.actor)),
            column(events.iter().map(|event| &*event.row.detail)),
            column(events.iter().map(|event| event.commit_id)),
        ]
    }

    fn outbox_statements(&self) -> impl Iterator<Item = Statement<'_>> {
        let (freed, gone): (Vec<_>, Vec<_>) = self.outbox.iter().partition(|(_, at)| at.is_some());
        let handles = |rows: &[(&'_ (Handle, i64), &Option<i64>)]| -> Vec<Handle> {
            rows.iter().map(|((handle, _), _)| *handle).collect()
        };
        let notices = |rows: &[(&(Handle, i64), &Option<i64>)]| {
            column(rows.iter().map(|((_, notice), _)| *notice).collect::<Vec<_>>())
        };
        let named = |rows: &[(&(Handle, i64), &Option<i64>)]| {
            vec![column(handles(rows).iter().map(|handle| handle.to_vec())), notices(rows)]
        };
        let delete = Statement { sql: DELETE_OUTBOX, columns: named(&gone) };
        let mut columns = named(&freed);
        columns.push(column(freed.iter().map(|(_, at)| **at)));
        let upsert = Statement { sql: UPSERT_OUTBOX, columns };
        let delete = (!gone.is_empty()).then_some(delete);
        delete.into_iter().chain((!freed.is_empty()).then_some(upsert))
    }

    fn counter_statements(&self) -> impl Iterator<Item = Statement<'_>> {
        let kind = |wanted: Option<bool>| -> Vec<(&CounterKey, &CounterWrite)> {
            let is_wanted = |write: &CounterWrite| match wanted {
                Some(is_stored) => write.counter.used > 0 && write.is_stored == is_stored,
                None => write.counter.used == 0 && write.is_stored,
            };
            self.counters.iter().filter(|(_, write)| is_wanted(write)).collect()
        };
        let statements = [(INSERT_COUNTERS, Some(false)), (UPDATE_COUNTERS, Some(true))];
        let statements = statements.into_iter().chain([(DELETE_COUNTERS, None)]);
        statements.filter_map(move |(sql, wanted)| {
            let rows = kind(wanted);
            let mut columns = vec![column(rows.iter().map(|(key, _)| &key.as_bytes()[..]))];
            if wanted.is_some() {
                // Real counts stay far below this (8 EiB for a counter of bytes).
                let used =
                    |counter: CounterSnapshot| i64::try_from(counter.used).unwrap_or(i64::MAX);
                columns.push(column(rows.iter().map(|(_, write)| used(write.counter))));
                let ends = rows.iter().map(|(_, write)| write.counter.expires_at);
                columns.push(column(ends.map(|at| at.map(Timestamp::as_seconds))));
            }
            (!rows.is_empty()).then_some(Statement { sql, columns })
        })
    }
}

/// A statement with its columns as arrays of equal length.
struct Statement<'a> {
    sql: &'static str,
    columns: Vec<Column<'a>>,
}

type Column<'a> = Box<dyn ToSql + Sync + Send + 'a>;

fn column<'a, T: ToSql + Sync + Send + 'a>(values: impl IntoIterator<Item = T>) -> Column<'a> {
    Box::new(values.into_iter().collect::<Vec<T>>())
}

fn request_columns<'a>(rows: &[(&'a Handle, &'a RecordRow)]) -> Vec<Column<'a>> {
    let rows = || rows.iter().copied();
    vec![
        column(rows().map(|(handle, _)| &handle[..])),
        column(rows().map(|(_, record)| &*record.reference)),
        column(rows().map(|(_, record)| &*record.requester)),
        column(rows().map(|(_, record)| &*record.supplier)),
        column(rows().map(|(_, record)| record.patron.as_deref())),
        column(rows().map(|(_, record)| record.status)),
        column(rows().map(|(_, record)| record.created_at)),
        column(rows().map(|(_, record)| record.due_at)),
        column(rows().map(|(_, record)| &*record.text)),
    ]
}

fn usage_columns<'a>(rows: &[(&'a Handle, &'a DeliveryWrite<'a>)]) -> Vec<Column<'a>> {
    let rows = || rows.iter().copied();
    vec![
        column(rows().map(|(handle, _)| &handle[..])),
        column(rows().map(|(_, write)| write.revision)),
        column(rows().map(|(_, write)| write.usage)),
    ]
}

fn searchable_columns<'a>(rows: &[(&'a Handle, &'a RecordRow)]) -> Vec<Column<'a>> {
    let rows = || rows.iter().copied();
    vec![
        column(rows().map(|(handle, _)| &handle[..])),
        column(rows().map(|(_, record)| record.created_at)),
        column(rows().map(|(_, record)| &*record.document)),
    ]
}

const INSERT_REQUESTS: &str = "INSERT INTO requests (
        handle, reference, requester, supplier, patron, status, created_at, due_at, record
    )
    SELECT c.handle, reference, requester, supplier, patron, status, created_at, due_at, record::json
    FROM unnest(
        $1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
        $8::bigint[], $9::text[]
    ) AS c(handle, reference, requester, supplier, patron, status, created_at, due_at, record)";
const INSERT_USAGE: &str = "INSERT INTO request_usage (handle, revision, usage)
    SELECT c.handle, revision, usage::json
    FROM unnest($1::bytea[], $2::bigint[], $3::text[]) AS c(handle, revision, usage)";
const INSERT_SEARCHABLE: &str = "INSERT INTO searchable (handle, created_at, document)
    SELECT c.handle, created_at, array_to_tsvector(string_to_array(c.document, ' '))
    FROM unnest($1::bytea[], $2::bigint[], $3::text[]) AS c(handle, created_at, document)";
const UPDATE_USAGE: &str = "UPDATE request_usage
    SET revision = c.revision, usage = coalesce(c.usage::json, request_usage.usage)
    FROM unnest($1::bytea[], $2::bigint[], $3::text[]) AS c(handle, revision, usage)
    WHERE request_usage.handle = c.handle";
/// Indexes on unchanged columns are not touched as long as the page has room.
const UPDATE_REQUESTS: &str = "UPDATE requests
    SET reference = c.reference, requester = c.requester, supplier = c.supplier, patron = c.patron,
        status = c.status, created_at = c.created_at, due_at = c.due_at, record = c.record::json
    FROM unnest(
        $1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
        $8::bigint[], $9::text[]
    ) AS c(handle, reference, requester, supplier, patron, status, created_at, due_at, record)
    WHERE requests.handle = c.handle";
const UPDATE_SEARCHABLE: &str = "UPDATE searchable
    SET created_at = c.created_at, document = c.document
    FROM (
        SELECT handle, created_at, array_to_tsvector(string_to_array(document, ' ')) AS document
        FROM unnest($1::bytea[], $2::bigint[], $3::text[]) AS c(handle, created_at, document)
    ) AS c
    WHERE searchable.handle = c.handle
        AND (searchable.created_at <> c.created_at OR searchable.document <> c.document)";
const INSERT_EVENTS: &str =
    "INSERT INTO events (handle, revision, place, at, actor, detail, commit_id)
    SELECT c.handle, revision, place, at, actor::json, detail::json, commit_id
    FROM unnest(
        $1::bytea[], $2::bigint[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::bytea[]
    ) AS c(handle, revision, place, at, actor, detail, commit_id)";
const DELETE_OUTBOX: &str = "DELETE FROM outbox
    USING unnest($1::bytea[], $2::bigint[]) AS c(handle, notice)
    WHERE outbox.handle = c.handle AND outbox.notice = c.notice";
const UPSERT_OUTBOX: &str = "INSERT INTO outbox (handle, notice, free_at)
    SELECT c.handle, notice, free_at
    FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) AS c(handle, notice, free_at)
    ON CONFLICT (handle, notice) DO UPDATE SET free_at = excluded.free_at, fence = NULL";
/// No ON CONFLICT clause: a counter inserted by another transaction in the meantime was not
/// checked.
const INSERT_COUNTERS: &str = "INSERT INTO counters (counter, used, expires_at)
    SELECT c.counter, used, expires_at
    FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) AS c(counter, used, expires_at)";
const UPDATE_COUNTERS: &str = "UPDATE counters SET used = c.used, expires_at = c.expires_at
    FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) AS c(counter, used, expires_at)
    WHERE counters.counter = c.counter";
const DELETE_COUNTERS: &str = "DELETE FROM counters WHERE counter = ANY($1::bytea[])";
