use crate::problem::Failure;
use crate::secret::Secret;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;
use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The application: its libraries, people and requests, in a small database.
///
/// Queries take microseconds, so they may block the calling task.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) folder: PathBuf,
    pub(crate) secret: Secret,
    database: Mutex<Connection>,
}

/// A library of the consortium.
#[derive(Debug, Serialize)]
pub(crate) struct Library {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// A person who can sign in: a patron or a member of staff.
#[derive(Serialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) library: String,
    pub(crate) is_staff: bool,
}

/// A patron's request.
#[derive(Serialize)]
pub(crate) struct Request {
    pub(crate) id: i64,
    pub(crate) patron: String,
    pub(crate) borrower: String,
    pub(crate) lender: String,
    pub(crate) title: String,
    pub(crate) source: String,
    /// `pending`; desktop delivery sets `shipped`, `received`, `cancelled` and `withdrawn`.
    pub(crate) status: String,
    /// Seconds since 1970.
    pub(crate) changed_at: i64,
}

impl App {
    /// Opens the data folder. If it is new, returns the sample accounts with their passwords.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Vec<(Account, String)>), Failure> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)?;
        let path = folder.join("app.db");
        let (is_new, secret) = (!path.exists(), Secret::load_or_make(&folder.join("secret"))?);
        let mut database = Connection::open(path)?;
        let mut accounts = Vec::new();
        if is_new {
            let first = database.transaction()?;
            first.execute_batch(include_str!("schema.sql"))?;
            for account in samples() {
                let password = Secret::password()?;
                let Account { id, name, email, library, is_staff } = &account;
                let hash = secret.of_password(id, &password);
                first.execute(
                    "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?)",
                    params![id, name, email, library, is_staff, hash],
                )?;
                accounts.push((account, password));
            }
            first.commit()?;
        }
        let database = Mutex::new(database);
        Ok((Self { folder: folder.to_owned(), secret, database }, accounts))
    }

    pub(crate) fn libraries(&self) -> Result<Vec<Library>, rusqlite::Error> {
        let database = self.database();
        let mut statement = database.prepare_cached("SELECT id, name, email FROM library")?;
        statement.query_map([], library)?.collect()
    }

    pub(crate) fn library(&self, id: &str) -> Result<Option<Library>, rusqlite::Error> {
        let sql = "SELECT id, name, email FROM library WHERE id = ?";
        self.database().query_row(sql, [id], library).optional()
    }

    pub(crate) fn account(&self, id: &str) -> Result<Option<Account>, rusqlite::Error> {
        let sql = "SELECT id, name, email, library, is_staff FROM account WHERE id = ?";
        self.database().query_row(sql, [id], account).optional()
    }

    /// Returns whether this is the account's password; `false` if there is no such account.
    pub(crate) fn is_password(&self, id: &str, password: &str) -> Result<bool, rusqlite::Error> {
        let sql = "SELECT password FROM account WHERE id = ?";
        let stored: Option<Vec<u8>> =
            self.database().query_row(sql, [id], |row| row.get(0)).optional()?;
        // Comparing keyed hashes reveals nothing through timing without the key.
        Ok(stored.is_some_and(|stored| stored == self.secret.of_password(id, password)))
    }

    /// Returns the requests that involve an account, newest first.
    pub(crate) fn requests(&self, of: &Account) -> Result<Vec<Request>, rusqlite::Error> {
        let sql = if of.is_staff {
            "SELECT * FROM request WHERE ?1 IN (borrower, lender) ORDER BY id DESC LIMIT 100"
        } else {
            "SELECT * FROM request WHERE patron = ?1 ORDER BY id DESC LIMIT 100"
        };
        let database = self.database();
        let mut statement = database.prepare_cached(sql)?;
        let whose = if of.is_staff { &of.library } else { &of.id };
        statement.query_map([whose], request)?.collect()
    }

    /// Returns a request if it involves the account.
    pub(crate) fn request(
        &self,
        id: i64,
        of: &Account,
    ) -> Result<Option<Request>, rusqlite::Error> {
        let sql = "SELECT * FROM request WHERE id = ?";
        let found = self.database().query_row(sql, [id], request).optional()?;
        Ok(found.filter(|request| match of.is_staff {
            true => [&request.borrower, &request.lender].contains(&&of.library),
            false => request.patron == of.id,
        }))
    }

    /// Adds a patron's request.
    pub(crate) fn add(
        &self,
        patron: &Account,
        lender: &str,
        title: &str,
        source: &str,
    ) -> Result<i64, rusqlite::Error> {
        let database = self.database();
        database.execute(
            "INSERT INTO request VALUES (NULL, ?, ?, ?, ?, ?, 'pending', ?)",
            params![patron.id, patron.library, lender, title, source, now()],
        )?;
        Ok(database.last_insert_rowid())
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        // SQLite rolls back what a panic left unfinished.
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn library(row: &Row<'_>) -> Result<Library, rusqlite::Error> {
    Ok(Library { id: row.get(0)?, name: row.get(1)?, email: row.get(2)? })
}

fn account(row: &Row<'_>) -> Result<Account, rusqlite::Error> {
    Ok(Account {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        library: row.get(3)?,
        is_staff: row.get(4)?,
    })
}

fn request(row: &Row<'_>) -> Result<Request, rusqlite::Error> {
    Ok(Request {
        id: row.get(0)?,
        patron: row.get(1)?,
        borrower: row.get(2)?,
        lender: row.get(3)?,
        title: row.get(4)?,
        source: row.get(5)?,
        status: row.get(6)?,
        changed_at: row.get(7)?,
    })
}

fn samples() -> [Account; 3] {
    let account = |id: &str, name: &str, library: &str, is_staff| Account {
        id: id.to_owned(),
        name: name.to_owned(),
        email: format!("{id}@example.org"),
        library: library.to_owned(),
        is_staff,
    };
    [
        account("carla", "Carla Santos", "CA-BVAU", false),
        account("ben", "Ben Okafor", "CA-BVAU", true),
        account("lena", "Lena Weiss", "CA-OTU", true),
    ]
}

pub(crate) fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the application has a clock of its own")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed())
}
