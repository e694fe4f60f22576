use crate::PostgresOptions;
use std::fmt::Write as _;
use std::time::Duration;

/// The settings of every session, with the values that do not depend on options. The statements of
/// this store are written for their indexes. They are planned once, perhaps while the tables are
/// empty, so the planner must not choose anything else.
const FIXED: [(&str, &str); 9] = [
    ("client_min_messages", "error"),
    ("default_transaction_isolation", "'read committed'"),
    ("plan_cache_mode", "force_generic_plan"),
    ("jit", "off"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_material", "off"),
    ("enable_incremental_sort", "off"),
];

/// Resets everything that a hook may have changed beyond its transaction, except for prepared
/// statements.
const CLEAN: &str = "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *;
    SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES;";

/// Raises `synchronous_commit` to the promised level. A stricter `remote_apply` of the server is
/// kept.
pub(crate) const DURABLE: &str = "CASE
        WHEN current_setting('synchronous_commit') = 'remote_apply' THEN ''
        ELSE set_config('synchronous_commit', 'on', false)
    END";

/// Returns the statements that set up a session, regardless of the defaults of the server. They are
/// not sent as connection options because a pooler may refuse or drop those.
pub(crate) fn setup(options: &PostgresOptions) -> String {
    let mut sql = format!("SET search_path = {};", options.schema().quoted());
    for (name, value) in FIXED {
        write!(sql, " SET {name} = {value};").unwrap_or_default();
    }
    sql.push_str(&limits("SET", options.timeout()));
    sql
}

/// Returns the statements that set up a session again after a hook used it.
pub(crate) fn clean(options: &PostgresOptions) -> String {
    format!("{CLEAN} {} SELECT {DURABLE};", setup(options))
}

/// Returns the statements after which the current transaction has the settings of the host, except
/// for the limits and the durability of the commit.
pub(crate) fn of_host(deadline: Duration) -> String {
    let mut sql = "SET LOCAL search_path TO DEFAULT;".to_owned();
    for (name, _) in FIXED {
        write!(sql, " SET LOCAL {name} TO DEFAULT;").unwrap_or_default();
    }
    sql.push_str(&limits("SET LOCAL", deadline));
    sql
}

/// Returns the statements that limit each statement, each wait for a lock, and each pause within a
/// transaction.
pub(crate) fn limits(set: &str, limit: Duration) -> String {
    let limit = limit.as_millis();
    format!(
        " {set} statement_timeout = {limit}; {set} lock_timeout = {limit}; \
         {set} idle_in_transaction_session_timeout = {limit};"
    )
}
