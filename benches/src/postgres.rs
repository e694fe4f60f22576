//! A PostgreSQL server for the benchmarks, and pgbench on it.

use desktop_delivery_postgres::{PostgresLedger, PostgresOptions, PostgresStore};
use desktop_delivery_postgres_testing::{Start, TestServer};
use std::fs;
use std::sync::LazyLock;

/// Default settings, except that no checkpoint occurs during a run, where it would affect either
/// side.
static SERVER: LazyLock<TestServer> = LazyLock::new(|| {
    let start = Start::new().with_setting("max_wal_size", "8GB");
    start.with_setting("checkpoint_timeout", "1h").with_setting("shared_buffers", "512MB").start()
});

/// Returns a ledger in a new database, connected over a Unix socket like pgbench.
///
/// # Panics
/// If PostgreSQL is not installed.
pub async fn ledger() -> (PostgresLedger, Database) {
    let database = Database(SERVER.create_database());
    let options = PostgresOptions::parse(&SERVER.socket_url(&database.0)).expect("an address");
    (PostgresStore::open(&options).await.expect("a database").ledger(), database)
}

/// A database on the server, deleted on drop.
#[derive(Debug)]
pub struct Database(String);

impl Database {
    /// Runs the maintenance that the server would do on its own some time after filling.
    pub(crate) fn settle(&self) {
        SERVER.run_sql(&self.0, "VACUUM (ANALYZE)");
        SERVER.run_sql(&self.0, "CHECKPOINT");
    }

    /// Returns the end of the server's write-ahead log in bytes.
    pub(crate) fn log_bytes(&self) -> u64 {
        let end = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";
        SERVER.query(&self.0, end).trim().parse().expect("a number")
    }

    /// Returns the size of the search index with its documents in kilobytes.
    pub(crate) fn index_kilobytes(&self) -> u32 {
        let size = "SELECT pg_total_relation_size('desktop_delivery.searchable') / 1000";
        SERVER.query(&self.0, size).trim().parse().expect("a number")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        SERVER.run_sql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.0));
    }
}

/// A handwritten counter: a prepared conditional update of a row of three numbers, with each client
/// on its own connection.
#[derive(Debug)]
pub struct Pgbench {
    database: String,
}

impl Pgbench {
    /// Creates this many rows.
    ///
    /// # Panics
    /// If PostgreSQL is not installed.
    #[must_use]
    pub fn fill(rows: usize) -> Self {
        let database = SERVER.create_database();
        let make = format!(
            "CREATE TABLE g (id integer PRIMARY KEY, used integer NOT NULL, max integer NOT NULL);
             INSERT INTO g SELECT n, 0, 1000000000 FROM generate_series(1, {rows}) AS n;"
        );
        SERVER.run_sql(&database, &make);
        SERVER.run_sql(&database, "VACUUM ANALYZE g");
        let script = format!(
            "\\set id random(1, {rows})\n\
             UPDATE g SET used = used + 1 WHERE id = :id AND used < max RETURNING max - used;\n"
        );
        fs::write(SERVER.socket_folder().join("claim.sql"), script).expect("a script");
        Self { database }
    }

    /// Counts with this many concurrent clients; returns the updates per second.
    ///
    /// # Panics
    /// If pgbench fails.
    #[must_use]
    pub fn run(&self, clients: usize, operations: usize) -> f64 {
        let each = operations.div_ceil(clients).max(1).to_string();
        let (port, clients) = (SERVER.port().to_string(), clients.to_string());
        let mut pgbench = SERVER.command("pgbench");
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--username=postgres", "--jobs=2"]);
        pgbench.args(["--client", &clients, "--transactions", &each, "--port", &port, "--host"]);
        pgbench.arg(SERVER.socket_folder()).arg("--file");
        pgbench.arg(SERVER.socket_folder().join("claim.sql")).arg(&self.database);
        let output = pgbench.output().expect("pgbench runs; it is in Debian's package postgresql");
        let said = String::from_utf8_lossy(&output.stdout);
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
        let rate = rate.and_then(|rate| rate.parse().ok());
        rate.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    }
}
