//! The handwritten minimum: a conditional update of a row, batched.

use futures_channel::oneshot;
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

/// The rows written for each claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// A row of three numbers: the key, the limit and the current count.
    Counter,
    /// The rows that a claim through the ledger writes, with the same length: the usage, which is
    /// replaced, and an event.
    Same,
}

/// Counts claims on a thread that commits all queued ones in one transaction.
#[derive(Debug)]
pub struct ByHand {
    jobs: Option<Sender<(i64, oneshot::Sender<bool>)>>,
    thread: Option<JoinHandle<()>>,
}

const TALLY: &str = r#"{"budgets":[{"a":1,"v":1,"n":"shared","u":1,"g":0}],"claims":[{"n":1,"l":1,"a":1,"v":1,"b":"shared","i":{"k":"00112233445566778899aabbccddeeff"},"t":1795466792,"e":1795473992}],"last_claim":1}"#;
const ACTOR: &str = r#"{"by":"link-holder","link":1,"audience":"patron"}"#;
const WHAT: &str =
    r#"{"event":"claimed","claim":1,"attachment":1,"version":1,"link":1,"audience":"patron"}"#;

impl ByHand {
    /// Creates a database with these rows for these keys.
    ///
    /// # Panics
    /// If the database fails.
    #[must_use]
    pub fn open(path: &Path, rows: Rows, keys: &[i64]) -> Self {
        let mut connection = Connection::open(path).expect("open");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 CREATE TABLE counters (handle INTEGER PRIMARY KEY, used INTEGER, most INTEGER);
                 CREATE TABLE request_usage (
                     handle INTEGER PRIMARY KEY, used INTEGER, most INTEGER, usage TEXT
                 );
                 CREATE TABLE events (
                     id INTEGER PRIMARY KEY, handle INTEGER, revision INTEGER, at INTEGER,
                     actor TEXT, what TEXT, commit_id BLOB
                 );",
            )
            .expect("make tables");
        let fill = connection.transaction().expect("begin");
        for key in keys {
            fill.prepare_cached("INSERT INTO counters VALUES (?1, 0, 1000000000)")
                .and_then(|mut insert| insert.execute([key]))
                .expect("insert");
            if rows == Rows::Same {
                fill.prepare_cached("INSERT INTO request_usage VALUES (?1, 0, 1000000000, ?2)")
                    .and_then(|mut insert| insert.execute(params![key, TALLY]))
                    .expect("insert");
                fill.prepare_cached("INSERT INTO events VALUES (NULL, ?1, 0, 0, ?2, ?3, NULL)")
                    .and_then(|mut insert| insert.execute(params![key, ACTOR, WHAT]))
                    .expect("insert");
            }
        }
        fill.commit().expect("commit");
        let (jobs, queue) = mpsc::channel();
        let thread = thread::spawn(move || serve(&connection, rows, &queue));
        Self { jobs: Some(jobs), thread: Some(thread) }
    }

    /// Counts a claim. Returns whether it was granted, once that is durable.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn claim(&self, key: i64) -> bool {
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().expect("it is open");
        jobs.send((key, reply)).expect("the thread lives");
        answer.await.expect("the thread answers")
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

fn serve(connection: &Connection, rows: Rows, queue: &Receiver<(i64, oneshot::Sender<bool>)>) {
    let execute = |sql, params: &[&dyn rusqlite::ToSql]| {
        let mut statement = connection.prepare_cached(sql).expect("prepare");
        statement.execute(params).expect("execute")
    };
    while let Ok(first) = queue.recv() {
        let batch: Vec<_> = std::iter::once(first).chain(queue.try_iter().take(1_023)).collect();
        execute("BEGIN IMMEDIATE", &[]);
        let answers: Vec<_> = batch
            .into_iter()
            .map(|(key, reply)| {
                let updated = match rows {
                    Rows::Counter => execute(
                        "UPDATE counters SET used = used + 1 WHERE handle = ?1 AND used < most",
                        &[&key],
                    ),
                    Rows::Same => {
                        execute(
                            "INSERT INTO events SELECT NULL, handle, used + 1, ?2, ?3, ?4, ?5
                             FROM request_usage WHERE handle = ?1 AND used < most",
                            &[&key, &1_795_466_792, &ACTOR, &WHAT, &[7; 16]],
                        );
                        execute(
                            "UPDATE request_usage SET used = used + 1, usage = ?2
                             WHERE handle = ?1 AND used < most",
                            &[&key, &TALLY],
                        )
                    }
                };
                (reply, updated == 1)
            })
            .collect();
        execute("COMMIT", &[]);
        for (reply, granted) in answers {
            let _gone = reply.send(granted);
        }
    }
}
