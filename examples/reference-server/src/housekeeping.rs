use crate::assemble::Server;
use desktop_delivery_identity::GuessLimiter;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The interval between cleanups.
const PAUSE: Duration = Duration::from_secs(600);

/// Deletes expired sessions and counts of failed attempts until the server stops.
pub(crate) async fn work(server: Arc<Server>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let swept = async {
            server.identity.sessions.sweep().await?;
            server.identity.attempts.sweep().await?;
            GuessLimiter::sweep(Arc::clone(&server.registry), server.desk.now()).await
        };
        if let Err(error) = swept.await {
            tracing::error!(%error, "could not delete expired sessions");
        }
        // A change of the channel means that the server is stopping.
        let _ = tokio::time::timeout(PAUSE, stopping.changed()).await;
    }
}
