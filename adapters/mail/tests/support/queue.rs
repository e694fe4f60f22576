//! A notifier that puts messages into a table, from which the host's own program sends them.

use async_trait::async_trait;
use desktop_delivery::Notifier;
use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::OutgoingNotice;
use desktop_delivery_mail::Composer;
use rusqlite::{Connection, params};
use std::sync::{Mutex, PoisonError};

/// The tables of the queue, in the host's database.
pub(crate) const TABLES: &str = "
    CREATE TABLE outgoing (
        id TEXT PRIMARY KEY,
        address TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        html TEXT NOT NULL,
        is_sent INTEGER NOT NULL DEFAULT FALSE
    ) STRICT;
    CREATE TABLE suppressed (address TEXT PRIMARY KEY COLLATE NOCASE) STRICT;
";

/// Puts messages into the host's queue.
#[derive(Debug)]
pub(crate) struct QueueNotifier {
    queue: Mutex<Connection>,
    composer: Composer,
}

impl QueueNotifier {
    pub(crate) const fn new(queue: Connection, composer: Composer) -> Self {
        Self { queue: Mutex::new(queue), composer }
    }
}

#[async_trait]
impl Notifier for QueueNotifier {
    async fn notify(&self, notice: &OutgoingNotice) -> Result<(), NotifyError> {
        let message = self.composer.render(notice).ok_or(NotifyError::permanent("queue"))?;
        let address = notice.address.as_str();
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let is_suppressed: bool = queue
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM suppressed WHERE address = ?1)",
                [address],
                |row| row.get(0),
            )
            .map_err(unavailable)?;
        if is_suppressed {
            return Err(NotifyError::permanent("queue"));
        }
        // A repeat changes nothing. If the content is new, the message is sent again.
        queue
            .execute(
                "INSERT INTO outgoing (id, address, subject, text, html) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, text = excluded.text,
                 html = excluded.html, is_sent = FALSE WHERE text <> excluded.text",
                params![notice.id, address, message.subject, message.text, message.html],
            )
            .map_err(unavailable)?;
        Ok(())
    }
}

/// Any failure of the queue is transient: the notice is retried. The error of SQLite contains no
/// values.
fn unavailable(error: rusqlite::Error) -> NotifyError {
    NotifyError::transient("queue").with_source(error)
}

/// Records that an address bounces, so that the next notice to it fails.
pub(crate) fn suppress(queue: &Connection, address: &str) -> rusqlite::Result<()> {
    queue.execute("INSERT OR IGNORE INTO suppressed (address) VALUES (?1)", [address])?;
    Ok(())
}
