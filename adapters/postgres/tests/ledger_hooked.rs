//! The ledger passes the conformance suite in a schema of another name beside a host's tables, with
//! a hook for every kind of event.

#[path = "support/suite.rs"]
mod suite;

use async_trait::async_trait;
use desktop_delivery::events::EventName;
use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit};
use desktop_delivery_conformance::Suite;
use desktop_delivery_postgres::{PostgresHook, PostgresOptions};
use std::sync::Arc;
use suite::{Setup, fresh, run};
use tokio_postgres::Transaction;

struct Count;

#[async_trait]
impl PostgresHook for Count {
    async fn run(
        &self,
        transaction: &Transaction<'_>,
        commit: &HookedCommit,
    ) -> Result<HookVerdict, HookError> {
        let insert = "INSERT INTO requests VALUES ($1, $2)";
        let revision = commit.revision.cast_signed();
        transaction.execute(insert, &[&commit.reference.as_str(), &revision]).await?;
        Ok(HookVerdict::Commit)
    }
}

const HOST_TABLES: &str = "CREATE TABLE requests (reference text, revision bigint);
    CREATE TABLE events (id integer)";

fn hooked(options: PostgresOptions) -> PostgresOptions {
    let options = options.with_hook(EventName::ALL.iter().copied(), Count);
    options.with_schema("ill_delivery").expect("the name of a schema")
}

fn main() {
    let setup = Setup { tables: HOST_TABLES, with: hooked };
    Suite::ledger(move || fresh(setup, |store| Arc::new(store.ledger())), run)
        .main("PostgreSQL-hook");
}
