use crate::WebhookId;
use crate::progress::{Lease, Progress};
use crate::sender::ATTEMPT_SECONDS;
use crate::stored::{decode, encode};
use desktop_delivery::projections::{NewRow, RowKey};
use desktop_delivery::time::MAX_CLOCK_SKEW_SECONDS;
use desktop_delivery::{Error, Projections, Timestamp};
use std::sync::Arc;

/// The kind of the rows.
pub(crate) const KIND: &str = "webhook";

/// How long a process leases a webhook, in seconds. After it has died, another takes over.
pub(crate) const LEASE_SECONDS: i64 = 120;

/// An attempt begins only if the lease has this many seconds left, so that it ends before another
/// process, whose clock may be ahead, takes over.
const NEEDED_SECONDS: i64 = ATTEMPT_SECONDS.cast_signed() + MAX_CLOCK_SKEW_SECONDS + 5;

/// The progress of a webhook whose lease this process holds.
#[derive(Debug)]
pub(crate) struct Held {
    projections: Arc<dyn Projections>,
    id: WebhookId,
    holder: String,
    version: u64,
    pub(crate) progress: Progress,
}

/// Whether the progress was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    /// Someone moved the cursor or resumed the webhook. The progress is now theirs; the lease is
    /// still held.
    Changed,
    /// Another process holds the lease, or the webhook was removed.
    Lost,
    /// It was saved, and the lease was renewed.
    Yes,
}

impl Held {
    /// Takes the lease. Returns `None` if another process holds it, or if there is no progress.
    pub(crate) async fn take(
        projections: Arc<dyn Projections>,
        id: WebhookId,
        holder: String,
        now: Timestamp,
    ) -> Result<Option<Self>, Error> {
        let row = projections.read(RowKey::new(KIND, id.as_str())?, now).await?;
        let Some(row) = row else { return Ok(None) };
        let progress: Progress = decode(&row.value)?;
        if progress.is_leased_to_another(&holder, now) {
            return Ok(None);
        }
        let mut held = Self { projections, id, holder, version: row.version, progress };
        held.progress.is_unfinished = true;
        Ok((held.write(Some(LEASE_SECONDS), now).await?).then_some(held))
    }

    /// Returns whether the lease lasts long enough for an attempt.
    pub(crate) fn may_begin(&self, now: Timestamp) -> bool {
        self.seconds_left(now) >= NEEDED_SECONDS
    }

    /// Returns whether the lease should be renewed.
    pub(crate) fn is_aging(&self, now: Timestamp) -> bool {
        self.seconds_left(now) < LEASE_SECONDS - 20
    }

    fn seconds_left(&self, now: Timestamp) -> i64 {
        self.progress.lease.as_ref().map_or(0, |lease| lease.until.seconds_since(now))
    }

    /// Saves the progress and renews the lease.
    pub(crate) async fn save(&mut self, now: Timestamp) -> Result<Saved, Error> {
        if self.write(Some(LEASE_SECONDS), now).await? {
            return Ok(Saved::Yes);
        }
        let row = self.projections.read(RowKey::new(KIND, self.id.as_str())?, now).await?;
        let Some(row) = row else { return Ok(Saved::Lost) };
        let progress: Progress = decode(&row.value)?;
        let is_held = progress.lease.as_ref().is_some_and(|lease| lease.holder == self.holder);
        (self.progress, self.version) = (progress, row.version);
        Ok(if is_held { Saved::Changed } else { Saved::Lost })
    }

    /// Saves the progress and ends the lease, so that another process can take over at once.
    pub(crate) async fn release(mut self, now: Timestamp) -> Result<(), Error> {
        // If someone else changed the progress, the lease ends by itself.
        self.write(None, now).await.map(|_| ())
    }

    async fn write(&mut self, lease: Option<i64>, now: Timestamp) -> Result<bool, Error> {
        self.progress.lease = lease
            .map(|seconds| Lease { holder: self.holder.clone(), until: now.plus_seconds(seconds) });
        let row = NewRow::new(RowKey::new(KIND, self.id.as_str())?, encode(&self.progress)?)?;
        let written = self.projections.write(&row, self.version, now).await?;
        self.version = written.unwrap_or(self.version);
        Ok(written.is_some())
    }
}
