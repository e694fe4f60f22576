use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};

/// The application id in the file header, also recognized by `file(1)`: "DDlv".
pub(crate) const APPLICATION_ID: i64 = 0x4444_6c76;

/// The version of the first released schema. Files of earlier, unreleased versions are refused.
const FIRST: i64 = 5;

/// The migrations, starting from an empty file.
const MIGRATIONS: [&str; 3] = [
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_projections.sql"),
    include_str!("../migrations/0003_feed.sql"),
];

/// Migrates the file to the newest version in one transaction. Refuses files of other programs, of
/// newer versions, and of versions before the first release.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    if applied(connection)? == MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    // Another process may have migrated in the meantime.
    for migration in &MIGRATIONS[applied(&transaction)?..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", newest())?;
    transaction.commit()?;
    Ok(())
}

fn newest() -> i64 {
    FIRST - 1 + i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX - FIRST)
}

/// Returns the number of migrations already applied. The file must be ours or empty.
fn applied(connection: &Connection) -> Result<usize, Error> {
    // One statement, so that the three values belong to the same moment.
    let (application, version, objects) = connection.query_row(
        "SELECT (SELECT application_id FROM pragma_application_id),
                (SELECT user_version FROM pragma_user_version),
                (SELECT count(*) FROM sqlite_schema)",
        [],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)),
    )?;
    match (application, version) {
        (0, 0) if objects == 0 => Ok(0),
        (APPLICATION_ID, version) if version < FIRST => Err(Error::Unreleased { found: version }),
        (APPLICATION_ID, version) if version <= newest() => {
            Ok(usize::try_from(version - FIRST + 1).unwrap_or(MIGRATIONS.len()))
        }
        (APPLICATION_ID, _) => Err(Error::Newer { found: version, known: newest() }),
        _ => Err(Error::Foreign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_migrated_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(applied(&connection).unwrap(), 0);
        migrate(&mut connection).unwrap();
        assert_eq!(applied(&connection).unwrap(), MIGRATIONS.len());
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
    fn a_file_of_an_unreleased_version_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", FIRST - 1).unwrap();
        let error = migrate(&mut connection).unwrap_err();
        assert!(matches!(error, Error::Unreleased { found: 4 }), "{error}");
    }

    #[test]
    fn a_file_of_another_program_is_refused_unchanged() {
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
