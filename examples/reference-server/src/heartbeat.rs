use desktop_delivery::Desk;
use desktop_delivery::delivery::HEARTBEAT_SECONDS;
use std::sync::Arc;
use std::time::Duration;

/// Renews the lease of this process's uploads until it is dropped.
pub(crate) async fn keep(desk: Arc<Desk>) {
    let mut pause = tokio::time::interval(Duration::from_secs(HEARTBEAT_SECONDS));
    pause.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        pause.tick().await;
        if let Err(error) = desk.beat().await {
            tracing::error!(%error, "could not renew the heartbeat of uploads");
        }
    }
}
