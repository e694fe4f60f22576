use crate::connect::Connector;
use crate::error::Failure;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Duration, Instant};

/// The idle time after which a connection is tested before it is reused.
const TRUSTED: Duration = Duration::from_secs(5);

/// A pool of connections kept for further messages. The most recently used connection is reused
/// first, so that surplus connections become old and are closed.
#[derive(Debug)]
pub(crate) struct Pool {
    connector: Connector,
    idle: Mutex<Vec<Idle>>,
    /// One permit per connection.
    permits: Semaphore,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").field("since", &self.since).finish_non_exhaustive()
    }
}

/// A connection taken from the pool. Unless returned with [`Pool::put_back`], it is closed on drop,
/// for example when a caller drops its future in the middle of a message.
pub(crate) struct Lent<'a> {
    pub(crate) connection: AsyncSmtpConnection,
    /// Whether the connection was used before, so that the server may have closed it.
    pub(crate) is_used: bool,
    _permit: SemaphorePermit<'a>,
}

impl Pool {
    pub(crate) fn new(connector: Connector) -> Self {
        let permits = Semaphore::new(connector.server().max_connections.max(1));
        Self { connector, idle: Mutex::new(Vec::new()), permits }
    }

    pub(crate) const fn connector(&self) -> &Connector {
        &self.connector
    }

    /// Takes an idle connection or opens a new one.
    pub(crate) async fn lend(&self) -> Result<Lent<'_>, Failure> {
        let permit = self.permit().await?;
        while let Some(mut idle) = self.pop() {
            let is_there = idle.since.elapsed() < TRUSTED || self.answers(&mut idle).await;
            if is_there {
                return Ok(Lent { connection: idle.connection, is_used: true, _permit: permit });
            }
        }
        self.lend_new(permit).await
    }

    /// Opens a connection to replace one that the server has closed.
    pub(crate) async fn replace<'a>(&self, lost: Lent<'a>) -> Result<Lent<'a>, Failure> {
        let Lent { connection, _permit: permit, .. } = lost;
        drop(connection);
        self.lend_new(permit).await
    }

    /// Returns a connection that is ready for another message.
    pub(crate) fn put_back(&self, lent: Lent<'_>) {
        let Lent { connection, _permit: permit, .. } = lent;
        if !connection.has_broken() {
            self.idle().push(Idle { connection, since: Instant::now() });
        }
        drop(permit);
    }

    /// Closes all idle connections.
    pub(crate) async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle());
        for mut idle in idle {
            let limit = self.connector.server().command_timeout;
            let _ = tokio::time::timeout(limit, idle.connection.quit()).await;
        }
    }

    async fn permit(&self) -> Result<SemaphorePermit<'_>, Failure> {
        // The semaphore is never closed. If it were, a retry with another notifier could help.
        self.permits.acquire().await.map_err(|_| Failure::NotComposed)
    }

    async fn lend_new<'a>(&self, permit: SemaphorePermit<'a>) -> Result<Lent<'a>, Failure> {
        let connection = self.connector.connect().await?;
        Ok(Lent { connection, is_used: false, _permit: permit })
    }

    /// Takes the most recently used connection unless it has been idle too long; older ones are
    /// then closed too.
    fn pop(&self) -> Option<Idle> {
        let limit = self.connector.server().idle_timeout;
        let mut idle = self.idle();
        idle.retain(|idle| idle.since.elapsed() < limit);
        idle.pop()
    }

    async fn answers(&self, idle: &mut Idle) -> bool {
        let limit = self.connector.server().connect_timeout;
        let asked = idle.connection.test_connected();
        tokio::time::timeout(limit, asked).await.unwrap_or(false)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
