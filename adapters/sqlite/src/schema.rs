use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};

/// The beginning of the names of all tables, indexes and views.
pub(crate) const PREFIX: &str = "ddlv_";

/// The application id in the header of a file that contains nothing else, also recognized by
/// `file(1)`: "DDlv".
pub(crate) const APPLICATION_ID: i64 = 0x4444_6c76;

/// The version of the first released schema. Files of earlier, unreleased versions are refused.
const FIRST: i64 = 8;

/// The migrations, starting from a file without our tables.
const MIGRATIONS: [&str; 1] = [include_str!("../migrations/0001_first.sql")];

/// Migrates our tables to the newest version in one transaction. Refuses newer versions and
/// versions before the first release; outside of a host's file, also files of other programs.
///
/// In a host's file, the file's header is not written.
pub(crate) fn migrate(connection: &mut Connection, in_host_file: bool) -> Result<(), Error> {
    if state(connection, in_host_file)?.applied == MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    // Another process may have migrated in the meantime.
    let State { applied, is_own } = state(&transaction, in_host_file)?;
    for migration in &MIGRATIONS[applied..] {
        transaction.execute_batch(migration)?;
    }
    transaction.execute("UPDATE ddlv_schema SET version = ?1", [newest()])?;
    if is_own {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", newest())?;
    }
    transaction.commit()?;
    Ok(())
}

fn newest() -> i64 {
    FIRST - 1 + i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX - FIRST)
}

struct State {
    /// The number of migrations already applied.
    applied: usize,
    /// Whether the whole file, including its header, is ours.
    is_own: bool,
}

fn state(connection: &Connection, in_host_file: bool) -> Result<State, Error> {
    // One statement, so that all values belong to the same moment.
    let (application, user_version, objects, named, has_version) = connection.query_row(
        "SELECT (SELECT application_id FROM pragma_application_id),
                (SELECT user_version FROM pragma_user_version),
                (SELECT count(*) FROM sqlite_schema),
                (SELECT count(*) FROM sqlite_schema WHERE substr(name, 1, 5) = 'ddlv_'),
                (SELECT count(*) FROM sqlite_schema WHERE name = 'ddlv_schema')",
        [],
        |row| {
            let number = |column| row.get::<_, i64>(column);
            Ok((number(0)?, number(1)?, number(2)?, number(3)?, number(4)? == 1))
        },
    )?;
    let is_empty = (application, user_version, objects) == (0, 0, 0);
    let is_own = !in_host_file && (application == APPLICATION_ID || is_empty);
    if has_version {
        let found =
            connection.query_row("SELECT version FROM ddlv_schema", [], |row| row.get(0))?;
        let applied = match found {
            found if found < FIRST => return Err(Error::Unreleased { found }),
            found if found > newest() => return Err(Error::Newer { found, known: newest() }),
            found => usize::try_from(found - FIRST + 1).unwrap_or(MIGRATIONS.len()),
        };
        return Ok(State { applied, is_own });
    }
    match application {
        APPLICATION_ID => Err(Error::Unreleased { found: user_version }),
        _ if !in_host_file && !is_empty => Err(Error::Foreign),
        _ if named > 0 => Err(Error::NameTaken),
        _ => Ok(State { applied: 0, is_own }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(connection: &Connection) -> [i64; 2] {
        ["application_id", "user_version"]
            .map(|name| connection.pragma_query_value(None, name, |row| row.get(0)).unwrap())
    }

    #[test]
    fn an_empty_file_is_migrated_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(state(&connection, false).unwrap().applied, 0);
        migrate(&mut connection, false).unwrap();
        assert_eq!(state(&connection, false).unwrap().applied, MIGRATIONS.len());
        assert_eq!(header(&connection), [APPLICATION_ID, newest()]);
        migrate(&mut connection, false).unwrap();
    }

    #[test]
    fn every_name_has_the_prefix() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, false).unwrap();
        let mut names = connection.prepare("SELECT name FROM sqlite_schema").unwrap();
        let names: Vec<String> =
            names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(names.len() > 20, "{names:?}");
        for name in names {
            let name = name.trim_start_matches("sqlite_autoindex_");
            assert!(name.starts_with(PREFIX), "{name}");
        }
    }

    #[test]
    fn a_newer_file_is_refused() {
        for in_host_file in [false, true] {
            let mut connection = Connection::open_in_memory().unwrap();
            migrate(&mut connection, in_host_file).unwrap();
            connection.execute("UPDATE ddlv_schema SET version = 99", []).unwrap();
            let error = migrate(&mut connection, in_host_file).unwrap_err();
            assert!(matches!(error, Error::Newer { found: 99, .. }), "{error}");
        }
    }

    #[test]
    fn a_file_of_an_unreleased_version_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE requests (handle INTEGER)").unwrap();
        connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        connection.pragma_update(None, "user_version", 7).unwrap();
        for in_host_file in [false, true] {
            let error = migrate(&mut connection, in_host_file).unwrap_err();
            assert!(matches!(error, Error::Unreleased { found: 7 }), "{error}");
        }
    }

    #[test]
    fn a_file_of_another_program_is_refused_unchanged() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE loans (id INTEGER)").unwrap();
        assert!(matches!(migrate(&mut connection, false), Err(Error::Foreign)));
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "application_id", 7).unwrap();
        assert!(matches!(migrate(&mut connection, false), Err(Error::Foreign)));
        let objects = "SELECT count(*) FROM sqlite_schema";
        assert_eq!(connection.query_row(objects, [], |row| row.get(0)), Ok(0));
    }

    #[test]
    fn the_header_of_a_host_file_is_unchanged() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE requests (id INTEGER)").unwrap();
        connection.pragma_update(None, "application_id", 7).unwrap();
        connection.pragma_update(None, "user_version", 42).unwrap();
        migrate(&mut connection, true).unwrap();
        assert_eq!(header(&connection), [7, 42]);
        // The host's own migration must not confuse ours.
        connection.pragma_update(None, "user_version", 43).unwrap();
        migrate(&mut connection, true).unwrap();
        assert_eq!(header(&connection), [7, 43]);
    }

    #[test]
    fn a_host_file_with_one_of_our_names_is_refused_unchanged() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE ddlv_requests (id INTEGER)").unwrap();
        assert!(matches!(migrate(&mut connection, true), Err(Error::NameTaken)));
        let objects = "SELECT count(*) FROM sqlite_schema";
        assert_eq!(connection.query_row(objects, [], |row| row.get(0)), Ok(1));
    }
}
