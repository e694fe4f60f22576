use crate::error::Error;
use crate::search;
use rusqlite::{Connection, TransactionBehavior};

/// Marks the file as ours, for `file(1)` and for us: "DDlv".
pub(crate) const APPLICATION_ID: i64 = 0x4444_6c76;

/// What brings a file from version `n` to `n + 1`: statements, and then what SQL alone cannot do.
struct Migration {
    sql: &'static str,
    then: fn(&Connection) -> Result<(), Error>,
}

/// From version 0 on, which is an empty file.
const MIGRATIONS: [Migration; 3] = [
    Migration { sql: include_str!("../migrations/0001_first.sql"), then: |_| Ok(()) },
    Migration { sql: include_str!("../migrations/0002_search.sql"), then: search::fill },
    Migration { sql: include_str!("../migrations/0003_waiting.sql"), then: |_| Ok(()) },
];

/// Brings the file to the newest version, in one transaction; refuses files of other programs and
/// of newer versions.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    if version(connection)? == MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    // Another process may have been first.
    let version = version(&transaction)?;
    for migration in &MIGRATIONS[version..] {
        transaction.execute_batch(migration.sql)?;
        (migration.then)(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", newest())?;
    transaction.commit()?;
    Ok(())
}

fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The version of a file that is ours or empty.
fn version(connection: &Connection) -> Result<usize, Error> {
    // One statement, so that all three are of one moment.
    let (application, version, objects) = connection.query_row(
        "SELECT (SELECT application_id FROM pragma_application_id),
                (SELECT user_version FROM pragma_user_version),
                (SELECT count(*) FROM sqlite_schema)",
        [],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)),
    )?;
    match (application, usize::try_from(version)) {
        (0, Ok(0)) if objects == 0 => Ok(0),
        (APPLICATION_ID, Ok(version)) if (1..=MIGRATIONS.len()).contains(&version) => Ok(version),
        (APPLICATION_ID, _) => Err(Error::Newer { found: version, known: newest() }),
        _ => Err(Error::Foreign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_becomes_ours_and_stays_so() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(version(&connection).unwrap(), 0);
        migrate(&mut connection).unwrap();
        assert_eq!(version(&connection).unwrap(), MIGRATIONS.len());
        migrate(&mut connection).unwrap();
    }

    #[test]
    fn a_newer_file_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let error = migrate(&mut connection).unwrap_err();
        assert!(matches!(error, Error::Newer { found: 99, .. }), "{error}");
    }

    #[test]
    fn a_file_of_another_program_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE loans (id INTEGER)").unwrap();
        assert!(matches!(migrate(&mut connection), Err(Error::Foreign)));
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "application_id", 7).unwrap();
        assert!(matches!(migrate(&mut connection), Err(Error::Foreign)));
        let objects = "SELECT count(*) FROM sqlite_schema";
        assert_eq!(connection.query_row(objects, [], |row| row.get(0)), Ok(0));
    }
}
