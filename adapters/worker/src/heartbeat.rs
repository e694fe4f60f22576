use desktop_delivery::delivery::HEARTBEAT_SECONDS;
use desktop_delivery::{Desk, Error};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// Renews the lease of this process's uploads in a task of its own, which slow mail cannot delay.
///
/// The desk must have [`Desk::with_heartbeats`]. Dropping the value stops the task; the lease then
/// expires by itself.
#[derive(Debug)]
pub struct HeartbeatTask {
    desk: Arc<Desk>,
    task: JoinHandle<()>,
}

impl HeartbeatTask {
    /// Takes the lease and starts to renew it. Call it before the first upload: an upload that
    /// begins without a lease has only its deadline.
    ///
    /// # Errors
    /// [`Error::Store`] if the lease could not be taken.
    pub async fn start(desk: &Arc<Desk>) -> Result<Self, Error> {
        desk.beat().await?;
        let desk = Arc::clone(desk);
        let task = tokio::spawn(renew(Arc::clone(&desk)));
        Ok(Self { desk, task })
    }

    /// Ends the lease, so that other processes give up unfinished uploads at once.
    ///
    /// # Errors
    /// [`Error::Store`]; the lease then expires by itself.
    pub async fn stop(self) -> Result<(), Error> {
        self.task.abort();
        self.desk.stop_beating().await
    }
}

impl Drop for HeartbeatTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn renew(desk: Arc<Desk>) {
    let mut pause = tokio::time::interval(Duration::from_secs(HEARTBEAT_SECONDS));
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is immediate, and the lease has just been taken.
    pause.tick().await;
    loop {
        pause.tick().await;
        if let Err(error) = desk.beat().await {
            tracing::error!(%error, "could not renew the heartbeat of uploads");
        }
    }
}
