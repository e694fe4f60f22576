use crate::assemble::Server;
use desktop_delivery_identity::GuessLimiter;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often what is over is forgotten.
const PAUSE: Duration = Duration::from_secs(600);

/// Forgets sessions that are over and counts of failed tries, until the server stops.
pub(crate) async fn work(server: Arc<Server>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let swept = async {
            server.identity.sessions.sweep().await?;
            server.identity.attempts.sweep().await?;
            GuessLimiter::sweep(Arc::clone(&server.registry), server.desk.now()).await
        };
        if let Err(error) = swept.await {
            tracing::error!(%error, "sessions that are over could not be forgotten");
        }
        // A change of the channel means: stop.
        let _ = tokio::time::timeout(PAUSE, stopping.changed()).await;
    }
}
