use crate::error::Error;
use crate::pool::Connection;
use crate::schema_name::SchemaName;

/// The migration from version `n` to `n + 1`.
///
/// During a rolling upgrade, old and new nodes share one database. A migration should therefore
/// only add: programs from version `serves` on keep working without using the additions. A
/// migration that cannot be written that way sets `serves` to its own version, and programs of
/// earlier versions then refuse the database.
struct Migration {
    sql: &'static str,
    serves: i32,
}

/// The version of the first released schema. Schemas of earlier, unreleased versions are refused.
const FIRST: i32 = 3;

/// The migrations, starting from an empty schema.
const MIGRATIONS: [Migration; 3] = [
    Migration { sql: include_str!("../migrations/0001_first.sql"), serves: FIRST },
    Migration { sql: include_str!("../migrations/0002_projections.sql"), serves: FIRST },
    Migration { sql: include_str!("../migrations/0003_feed.sql"), serves: FIRST },
];

/// The advisory lock held by programs that migrate this schema: "DDlv", to avoid the locks of
/// others.
const LOCK: i64 = 0x4444_6c76;

fn newest() -> i32 {
    FIRST - 1 + i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX - FIRST)
}

/// Migrates the schema to this program's version in one transaction. Refuses the schema of another
/// program, and a newer schema that does not support this version.
pub(crate) async fn migrate(connection: Connection, name: &SchemaName) -> Result<(), Error> {
    if version(&connection, name).await? >= newest() {
        return Ok(());
    }
    let migrated = async {
        // A second node waits here and then finds the schema migrated.
        let begin =
            format!("BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({LOCK})");
        connection.client().batch_execute(&begin).await?;
        let version = version(&connection, name).await?;
        for (number, migration) in (FIRST..).zip(&MIGRATIONS) {
            if number <= version {
                continue;
            }
            if number == FIRST {
                create(&connection, name).await?;
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
    // The connection may have an open transaction, so it is closed and not reused.
    connection.discard();
    migrated
}

/// Creates the schema. An administrator may have created it already if this role lacks the right.
async fn create(connection: &Connection, name: &SchemaName) -> Result<(), Error> {
    let exists: bool =
        connection.client().query_one(SCHEMA_EXISTS, &[&name.as_str()]).await?.get(0);
    if !exists {
        let create = format!("CREATE SCHEMA {}", name.quoted());
        connection.client().batch_execute(&create).await?;
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
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1::text)";
const STATE: &str =
    "SELECT to_regclass(quote_ident($1::text) || '.schema_versions') IS NOT NULL, EXISTS (
        SELECT FROM pg_catalog.pg_class
        JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = $1::text
    )";

/// Returns the version of the schema, which must be ours or empty.
async fn version(connection: &Connection, name: &SchemaName) -> Result<i32, Error> {
    let state = connection.client().query_one(STATE, &[&name.as_str()]).await?;
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
