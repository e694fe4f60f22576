use crate::error::Error;
use crate::pool::Connection;

/// What brings the schema from version `n` to `n + 1`.
///
/// While nodes are upgraded one by one, old and new ones work on one database. So a migration adds:
/// the programs from version `serves` on go on beside it, knowing nothing of what it added. One that
/// cannot do so raises `serves` to its own version; programs of earlier ones then refuse the database.
struct Migration {
    sql: &'static str,
    serves: i32,
}

/// The version of the first released schema; schemas of earlier, unreleased versions are refused.
const FIRST: i32 = 3;

/// From an empty schema on.
const MIGRATIONS: [Migration; 1] =
    [Migration { sql: include_str!("../migrations/0001_first.sql"), serves: FIRST }];

/// One number for all programs that migrate this schema; nobody else has a reason to take it. "DDlv".
const LOCK: i64 = 0x4444_6c76;

fn newest() -> i32 {
    FIRST - 1 + i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX - FIRST)
}

/// Brings the schema to this program's version, in one transaction; refuses another program's, and a
/// newer one that does not serve this program.
pub(crate) async fn migrate(connection: Connection) -> Result<(), Error> {
    if version(&connection).await? >= newest() {
        return Ok(());
    }
    let migrated = async {
        // Whoever is second finds it done.
        let begin =
            format!("BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({LOCK})");
        connection.client().batch_execute(&begin).await?;
        let version = version(&connection).await?;
        for (number, migration) in (FIRST..).zip(&MIGRATIONS) {
            if number <= version {
                continue;
            }
            if number == FIRST {
                create(&connection).await?;
            }
            connection.client().batch_execute(migration.sql).await?;
            let note = format!(
                "INSERT INTO schema_versions (version, serves) VALUES ({number}, {})",
                migration.serves
            );
            connection.client().batch_execute(&note).await?;
        }
        connection.client().batch_execute("COMMIT").await?;
        Ok::<_, Error>(())
    };
    let migrated = migrated.await;
    // Closed or not, the connection is not used again: it may have a transaction open.
    connection.discard();
    migrated
}

/// An administrator may have made the schema already, where we have no right to.
async fn create(connection: &Connection) -> Result<(), Error> {
    let exists: bool = connection.client().query_one(SCHEMA_EXISTS, &[]).await?.get(0);
    if !exists {
        connection.client().batch_execute("CREATE SCHEMA desktop_delivery").await?;
    }
    let table = "CREATE TABLE schema_versions (
        version    integer PRIMARY KEY,
        -- The programs from this version on can use it.
        serves     integer NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )";
    Ok(connection.client().batch_execute(table).await?)
}

const SCHEMA_EXISTS: &str =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'desktop_delivery')";
const STATE: &str = "SELECT to_regclass('desktop_delivery.schema_versions') IS NOT NULL, EXISTS (
        SELECT FROM pg_catalog.pg_class
        JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = 'desktop_delivery'
    )";

/// The version of a schema that is ours or empty.
async fn version(connection: &Connection) -> Result<i32, Error> {
    let state = connection.client().query_one(STATE, &[]).await?;
    match (state.get(0), state.get(1)) {
        (false, false) => return Ok(0),
        (false, true) => return Err(Error::Foreign),
        (true, _) => {}
    }
    let versions = "SELECT max(version), max(serves) FROM schema_versions";
    let found = connection.client().query_one(versions, &[]).await?;
    let (Some(found), Some(serves)) =
        (found.get::<_, Option<i32>>(0), found.get::<_, Option<i32>>(1))
    else {
        return Err(Error::Foreign);
    };
    match found {
        _ if serves > newest() => Err(Error::Newer { found, known: newest() }),
        _ if found < FIRST => Err(Error::Unreleased { found }),
        _ => Ok(found),
    }
}
