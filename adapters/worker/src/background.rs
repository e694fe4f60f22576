use crate::{HeartbeatTask, ScrubOptions, Scrubber, run_due_work};
use desktop_delivery::error::ErrorChain;
use desktop_delivery::{Desk, Error, Registry};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// All background tasks of a desk, which start and stop together: due work, the heartbeat of
/// uploads, the verification of stored files, and tasks that the host adds.
///
/// Dropping the value stops the tasks wherever they are; [`stop`](Self::stop) lets them finish.
#[derive(Debug)]
pub struct Background {
    heartbeat: HeartbeatTask,
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Background {
    /// Starts the tasks, which look for due work after each `pause`. Call it before the first
    /// upload. The desk must have [`Desk::with_heartbeats`].
    ///
    /// # Errors
    /// [`Error::Store`] if the lease of uploads could not be taken.
    pub async fn start(
        desk: &Arc<Desk>,
        registry: Arc<dyn Registry>,
        pause: Duration,
        scrub: ScrubOptions,
    ) -> Result<Self, Error> {
        let heartbeat = HeartbeatTask::start(desk).await?;
        let (stop, stopping) = watch::channel(false);
        let mut background = Self { heartbeat, tasks: JoinSet::new(), stop };
        background.add(run_due_work(Arc::clone(desk), pause, stopping.clone()));
        background.add(Scrubber::new(Arc::clone(desk), registry, scrub).run(stopping));
        Ok(background)
    }

    /// Returns the channel that changes when the tasks are to stop.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Adds a task, which must return once [`stopping`](Self::stopping) has changed.
    pub fn add(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Stops the tasks and waits until they have finished what they began.
    ///
    /// Then ends the lease of uploads, so that other processes give up unfinished uploads at once.
    pub async fn stop(mut self) {
        // All tasks may have ended by themselves.
        let _ = self.stop.send(true);
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a background task failed");
            }
        }
        if let Err(error) = self.heartbeat.stop().await {
            tracing::warn!(error = %ErrorChain::of(&error), "could not end the heartbeat of uploads");
        }
    }
}
