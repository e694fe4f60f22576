use crate::delivery::Delivery;
use crate::held::KIND;
use crate::progress::Progress;
use crate::stored::decode;
use crate::{WebhookId, Webhooks};
use desktop_delivery::error::ErrorChain;
use desktop_delivery::events::{FeedPosition, FeedQuery, FeedStart};
use desktop_delivery::projections::RowRange;
use desktop_delivery::{Actor, Error};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::{self, JoinSet};

/// The most concurrent attempts of a process, for all webhooks.
const MAX_ATTEMPTS: usize = 64;

/// The page size of the rows of progress.
const PAGE: usize = 100;

/// Delivers the events of all webhooks until `stopping` changes, then completes the attempts that
/// have begun.
///
/// Any number of processes may run this on the same registry and projections. Each webhook is
/// served by one of them at a time, under a lease of 2 minutes; after a process has died, another
/// continues where it stopped. New events are looked for after each `pause`; one second is usual.
pub async fn deliver_webhooks(
    webhooks: Webhooks,
    pause: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    let worker = match Worker::new(webhooks, pause) {
        Ok(worker) => worker,
        Err(error) => return log(&error, "could not start to deliver webhooks"),
    };
    let mut tasks = JoinSet::new();
    let mut running = HashMap::new();
    while !*stopping.borrow() {
        match worker.due(&running).await {
            Ok(due) => {
                for id in due {
                    let delivery = worker.delivery(id.clone(), stopping.clone());
                    let task = tasks.spawn(async move {
                        if let Err(error) = delivery.run().await {
                            log(&error, "the delivery of a webhook was interrupted");
                        }
                    });
                    running.insert(task.id(), id);
                }
            }
            Err(error) => log(&error, "could not look for events of webhooks"),
        }
        let ended = async {
            while let Some(ended) = tasks.join_next_with_id().await {
                let task = match ended {
                    Ok((task, ())) => task,
                    Err(error) => {
                        tracing::error!(%error, "the delivery of a webhook failed");
                        error.id()
                    }
                };
                running.remove(&task);
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = ended => {}
            () = tokio::time::sleep(pause) => {}
            // A dropped sender also stops the loop.
            changed = stopping.changed() => if changed.is_err() { break },
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// What the deliveries of a process share.
#[derive(Debug)]
struct Worker {
    webhooks: Webhooks,
    /// Identifies the process in leases.
    holder: String,
    permits: Arc<Semaphore>,
    pause: Duration,
}

impl Worker {
    fn new(webhooks: Webhooks, pause: Duration) -> Result<Self, Error> {
        let mut random = [0; 8];
        webhooks.entropy.fill(&mut random)?;
        let holder = format!("{:016x}", u64::from_be_bytes(random));
        Ok(Self { webhooks, holder, permits: Arc::new(Semaphore::new(MAX_ATTEMPTS)), pause })
    }

    fn delivery(&self, id: WebhookId, stopping: watch::Receiver<bool>) -> Delivery {
        let (webhooks, holder) = (self.webhooks.clone(), self.holder.clone());
        let (permits, pause) = (Arc::clone(&self.permits), self.pause);
        Delivery { webhooks, id, holder, permits, pause, stopping }
    }

    /// Returns the webhooks that have something to deliver, without those that are being served.
    async fn due(&self, running: &HashMap<task::Id, WebhookId>) -> Result<Vec<WebhookId>, Error> {
        let found = self.webhooks.list().await?;
        let paused = found.iter().filter(|webhook| !webhook.is_active()).count();
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        metrics::gauge!("desktop_delivery_webhooks_paused").set(paused as f64);
        let mut active = found.into_iter().filter(|webhook| webhook.is_active()).peekable();
        if active.peek().is_none() {
            return Ok(Vec::new());
        }
        let (now, end, progress) =
            (self.webhooks.desk.now(), self.end().await?, self.progress().await?);
        let is_due = |id: &WebhookId| match progress.get(id.as_str()) {
            // Its delivery pauses it.
            None => true,
            Some(progress) => {
                progress.has_work(end, now) && !progress.is_leased_to_another(&self.holder, now)
            }
        };
        let served: HashSet<&WebhookId> = running.values().collect();
        let idle = active.map(|webhook| webhook.id).filter(|id| !served.contains(id));
        Ok(idle.filter(is_due).collect())
    }

    /// Returns the position of the newest event.
    async fn end(&self) -> Result<FeedPosition, Error> {
        let query = FeedQuery::of(FeedStart::Latest, 1);
        Ok(self.webhooks.desk.events_since(&query, &Actor::Host).await?.next)
    }

    async fn progress(&self) -> Result<BTreeMap<String, Progress>, Error> {
        let (mut found, mut range) = (BTreeMap::new(), RowRange::all(KIND));
        loop {
            let now = self.webhooks.desk.now();
            let page = self.webhooks.projections.range(&range, PAGE, now).await?;
            for row in page.rows {
                found.insert(row.key, decode(&row.value)?);
            }
            let Some(next) = page.next else { return Ok(found) };
            range = range.after(&next);
        }
    }
}

fn log(error: &Error, message: &str) {
    let (code, remedy) = (error.code(), error.remedy());
    tracing::error!(error = %ErrorChain::of(error), code, %remedy, "{message}");
}
