use super::Desk;
use super::due_failure::{DueFailure, DueWork};
use super::heartbeat::Writers;
use crate::decide::{self, Context};
use crate::desk::Error;
use crate::model::event::Actor;
use crate::model::ids::{BlobKey, RequestHandle, RequestReference};
use crate::model::policy::Policy;

/// The maximum number of deliveries processed in one call.
const MAX_DELIVERIES: usize = 256;
/// The number of pending deletions from which an upload runs them at once.
const MANY_BLOBS: usize = 16;
/// The maximum number of notices sent in one call.
const MAX_NOTICES: usize = 64;

/// The result of [`Desk::run_due`].
#[non_exhaustive]
#[derive(Debug, Default)]
pub struct DueReport {
    /// The number of deliveries that had due work.
    pub deliveries: usize,
    /// The number of blobs deleted.
    pub blobs_deleted: usize,
    /// The number of notices handed to the notifier.
    pub notices_sent: usize,
    /// The number of notices that will be retried.
    pub notices_delayed: usize,
    /// The number of notices given up or skipped.
    pub notices_ended: usize,
    /// The work that failed on our side; it stays due.
    pub errors: Vec<DueFailure>,
    /// The notices that a notifier did not accept; they are retried or given up.
    pub notice_failures: Vec<DueFailure>,
}

/// The result of the due work of one delivery.
struct Swept {
    blobs: usize,
    /// Whether nothing was due except a check of uploads in progress.
    did_nothing: bool,
}

impl DueReport {
    /// Returns whether nothing was due, so that the caller can pause before the next call.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.deliveries == 0
            && self.notices_sent == 0
            && self.notices_delayed == 0
            && self.notices_ended == 0
    }
}

impl Desk {
    /// Runs a bounded amount of due work: abandons uploads that are late, were dropped or whose
    /// writer is gone; ends terms; deletes bytes that nobody can reach; and sends notices.
    ///
    /// Any number of callers may run it concurrently, so a worker can start the next call on time
    /// even while a slow mail server delays the last one. A failure does not stop the remaining
    /// work. Failed work is retried after a wait that grows from one minute to twelve hours.
    ///
    /// # Example
    /// A worker on the host's runtime:
    /// ```
    /// # use desktop_delivery::Desk;
    /// async fn work(desk: &Desk, mut pause: impl AsyncFnMut()) {
    ///     loop {
    ///         match desk.run_due().await {
    ///             Ok(report) => {
    ///                 report.errors.iter().for_each(|failure| eprintln!("{failure}"));
    ///                 report.notice_failures.iter().for_each(|failure| eprintln!("{failure}"));
    ///                 if !report.is_idle() && report.errors.is_empty() {
    ///                     continue;
    ///                 }
    ///             }
    ///             Err(error) => eprintln!("{error}"),
    ///         }
    ///         pause().await;
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Error::Store`] if the ledger cannot list the due work or lease notices.
    pub async fn run_due(&self) -> Result<DueReport, Error> {
        let mut report = DueReport::default();
        report.errors.extend(self.give_up_dropped(None).await);
        let now = self.clock.now();
        let rechecked = self.uploads.rechecked(now);
        let due = self.ledger.due(now, MAX_DELIVERIES + rechecked.len()).await?;
        let mut writers = None;
        for handle in due.into_iter().filter(|handle| !rechecked.contains(handle)) {
            match self.sweep(handle, &mut writers).await {
                Ok(Swept { did_nothing: true, .. }) => {}
                Ok(Swept { blobs, .. }) => {
                    report.deliveries += 1;
                    report.blobs_deleted += blobs;
                }
                Err(error) => {
                    report.deliveries += 1;
                    let work = DueWork::Sweep;
                    let (reference, delay) = match self.backoff(handle).await {
                        Ok(reference) => (Some(reference), None),
                        Err(error) => (None, Some(error)),
                    };
                    for error in [Some(error), delay].into_iter().flatten() {
                        let reference = reference.clone();
                        report.errors.push(DueFailure { handle, reference, work, error });
                    }
                }
            }
        }
        self.send_notices(MAX_NOTICES, &mut report).await?;
        Ok(report)
    }

    /// Postpones the failed work of a delivery; returns the host's reference. It does not require
    /// the delivery's profile, because a missing profile is a failure too.
    async fn backoff(&self, handle: RequestHandle) -> Result<RequestReference, Error> {
        let delivery = self.load(handle).await?;
        let usual = Policy::default();
        let policy = self.policies.find(&delivery.record.policy).unwrap_or(&usual);
        let context = Context::new(self.clock.now(), policy, &Actor::System);
        let decision = decide::backoff(&delivery, &context);
        // If this is stale, another process has handled the failure.
        self.commit(handle, Some(delivery.revision), decision, Vec::new()).await?;
        Ok(delivery.record.facts.reference)
    }

    /// Deletes bytes that a request no longer needs if there are many of them, so that the list of
    /// pending deletions stays short even if [`run_due`](Self::run_due) is not called for a while.
    /// Failed deletions stay due.
    pub(super) async fn sweep_many(&self, handle: RequestHandle) {
        let now = self.clock.now();
        if let Ok(delivery) = self.load(handle).await
            && decide::blobs_to_delete(&delivery, now).count() >= MANY_BLOBS
        {
            let _stays_due = self.sweep(handle, &mut None).await;
        }
    }

    /// Runs the due work of one delivery. `writers` is loaded when the first delivery needs it.
    async fn sweep(
        &self,
        handle: RequestHandle,
        writers: &mut Option<Writers>,
    ) -> Result<Swept, Error> {
        let before = self.load(handle).await?;
        if writers.is_none() && before.record.uploads.iter().any(|upload| upload.lease.is_some()) {
            *writers = self.heartbeat.writers(self.clock.now()).await?;
        }
        let writers = writers.as_ref();
        self.decide(handle, &Actor::System, |delivery, context| {
            let unwritten = writers.map(|writers| self.uploads.unwritten(delivery, writers));
            Ok(decide::expire(delivery, &unwritten.unwrap_or_default(), context))
        })
        .await?;
        let delivery = self.load(handle).await?;
        let now = self.clock.now();
        if delivery.record.due_at.is_some_and(|due_at| now >= due_at)
            && decide::blobs_to_delete(&delivery, now).next().is_none()
        {
            // Only uploads with live writers are left. Moving their due time would take a commit.
            self.uploads.recheck_later(handle, now);
            return Ok(Swept { blobs: 0, did_nothing: delivery.revision == before.revision });
        }
        let mut gone: Vec<BlobKey> = Vec::new();
        let mut failure = None;
        for deletion in decide::blobs_to_delete(&delivery, now) {
            match self.blobs.delete(deletion.blob).await {
                Ok(()) => gone.push(deletion.blob),
                Err(error) => failure = Some(error),
            }
        }
        if !gone.is_empty() {
            self.decide(handle, &Actor::System, |delivery, context| {
                Ok(decide::record_deleted(delivery, &gone, now, context))
            })
            .await?;
        }
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(Swept { blobs: gone.len(), did_nothing: false }),
        }
    }
}
