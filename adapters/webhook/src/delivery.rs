use crate::held::{Held, Saved};
use crate::message::Message;
use crate::webhook::PauseReason;
use crate::window::{WINDOW, Window};
use crate::{Attempt, WebhookId, Webhooks};
use desktop_delivery::events::{FeedEntry, FeedStart};
use desktop_delivery::{Error, Refusal};
use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The maximum number of concurrent attempts of one webhook, each for a different request.
const MAX_CONCURRENT: usize = 8;

/// Delivers the events of one webhook, as long as there is something to deliver and this process
/// holds the lease.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) webhooks: Webhooks,
    pub(crate) id: WebhookId,
    /// Identifies this process in leases.
    pub(crate) holder: String,
    pub(crate) permits: Arc<Semaphore>,
    /// How often to look for new events while attempts are in progress.
    pub(crate) pause: Duration,
    pub(crate) stopping: watch::Receiver<bool>,
}

/// An attempt that has ended.
struct Ended {
    number: u64,
    delivery: String,
    /// `None` if the webhook has been paused or removed.
    attempt: Option<Attempt>,
}

/// The attempts in progress.
#[derive(Default)]
struct InFlight {
    attempts: FuturesUnordered<BoxFuture<'static, Result<Ended, Error>>>,
    numbers: HashSet<u64>,
}

/// Whether to continue after an attempt was recorded.
enum Next {
    Continue,
    Pause(PauseReason),
    Stop,
}

impl Delivery {
    pub(crate) async fn run(self) -> Result<(), Error> {
        let (projections, now) = (Arc::clone(&self.webhooks.projections), self.webhooks.desk.now());
        let held = Held::take(projections, self.id.clone(), self.holder.clone(), now).await?;
        let Some(mut held) = held else { return self.pause_without_progress().await };
        let mut window = None;
        let mut in_flight = InFlight::default();
        loop {
            if window.is_none() {
                window = match self.read(&mut held).await {
                    Ok(read) => read,
                    Err(Error::Refused(Refusal::FeedReset)) => {
                        self.pause(PauseReason::FeedReset).await?;
                        None
                    }
                    Err(error) => return Err(error),
                };
            }
            // Dropping the attempts in progress ends them; they may be repeated later.
            let Some(current) = &mut window else { break };
            let is_starved = self.begin(&held, current, &mut in_flight)?;
            let is_idle = in_flight.numbers.is_empty() && !is_starved;
            let now = self.webhooks.desk.now();
            let goes_on = held.may_begin(now) && !self.is_stopping();
            if is_idle && goes_on && current.can_move(&held.progress) {
                window = None;
            } else if is_idle {
                held.progress.seen = current.end;
                held.progress.is_full = current.more;
                held.progress.is_unfinished = !goes_on || held.progress.is_on_hold(now);
                break;
            } else {
                tokio::select! {
                    Some(ended) = in_flight.attempts.next() => {
                        match self.record(&mut held, ended?, &mut in_flight)? {
                            Next::Continue => {}
                            Next::Pause(reason) => {
                                // Saved first, so that whoever sees the pause sees the failure.
                                if held.save(self.webhooks.desk.now()).await? == Saved::Lost {
                                    return Ok(());
                                }
                                self.pause(reason).await?;
                                break;
                            }
                            Next::Stop => break,
                        }
                        current.advance(&mut held.progress);
                    }
                    // Shows events that are newer than the window.
                    () = tokio::time::sleep(self.pause) => {
                        window = None;
                        if !held.is_aging(self.webhooks.desk.now()) {
                            continue;
                        }
                    }
                }
            }
            match held.save(self.webhooks.desk.now()).await? {
                Saved::Yes => {}
                Saved::Changed => (window, in_flight) = (None, InFlight::default()),
                Saved::Lost => return Ok(()),
            }
        }
        held.release(self.webhooks.desk.now()).await
    }

    /// Returns whether to begin nothing more. A dropped sender also stops deliveries.
    fn is_stopping(&self) -> bool {
        *self.stopping.borrow() || self.stopping.has_changed().is_err()
    }

    /// Reads the events after the cursor. Returns `None` if the webhook has been paused or removed.
    async fn read(&self, held: &mut Held) -> Result<Option<Window>, Error> {
        let webhook = self.webhooks.find(&self.id).await?;
        let Some(webhook) = webhook.filter(|webhook| webhook.is_active()) else {
            return Ok(None);
        };
        let query = webhook.query(FeedStart::After(held.progress.cursor), WINDOW);
        let page = self.webhooks.desk.events_since(&query, &webhook.reader()?).await?;
        let mut window = Window::of(page, held.progress.cursor);
        window.advance(&mut held.progress);
        Ok(Some(window))
    }

    /// Begins the attempts that are due. Returns whether others must wait for those of other
    /// webhooks.
    fn begin(&self, held: &Held, window: &Window, in_flight: &mut InFlight) -> Result<bool, Error> {
        let now = self.webhooks.desk.now();
        while in_flight.numbers.len() < MAX_CONCURRENT
            && held.may_begin(now)
            && !held.progress.is_on_hold(now)
            && !self.is_stopping()
            && let Some(entry) = window.ready(&held.progress, &in_flight.numbers, now)
        {
            let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else { return Ok(true) };
            in_flight.numbers.insert(entry.position.number);
            in_flight.attempts.push(self.attempt(entry, permit)?);
        }
        Ok(false)
    }

    /// Delivers one event, with the URL and the secrets that the webhook has at that moment.
    fn attempt(
        &self,
        entry: &FeedEntry,
        permit: OwnedSemaphorePermit,
    ) -> Result<BoxFuture<'static, Result<Ended, Error>>, Error> {
        let message = Message::of_event(&self.id, entry)?;
        let (number, delivery) = (entry.position.number, message.id.clone());
        let (webhooks, id) = (self.webhooks.clone(), self.id.clone());
        Ok(async move {
            let _permit = permit;
            let webhook = webhooks.find(&id).await?.filter(|webhook| webhook.is_active());
            let attempt = match webhook {
                Some(webhook) => Some(webhooks.send(&webhook, message).await),
                None => None,
            };
            Ok(Ended { number, delivery, attempt })
        }
        .boxed())
    }

    /// Records an attempt, and those that have ended meanwhile.
    fn record(
        &self,
        held: &mut Held,
        ended: Ended,
        in_flight: &mut InFlight,
    ) -> Result<Next, Error> {
        let mut next = Some(ended);
        while let Some(Ended { number, delivery, attempt }) = next {
            in_flight.numbers.remove(&number);
            let Some(attempt) = attempt else { return Ok(Next::Stop) };
            self.report(&delivery, &attempt);
            let (now, entropy) = (self.webhooks.desk.now(), &*self.webhooks.entropy);
            let must_pause = held.progress.record(number, &delivery, &attempt, now, entropy)?;
            if let Some(reason) = must_pause {
                return Ok(Next::Pause(reason));
            }
            next = in_flight.attempts.next().now_or_never().flatten().transpose()?;
        }
        Ok(Next::Continue)
    }

    fn report(&self, delivery: &str, attempt: &Attempt) {
        let outcome = if attempt.is_success() { "delivered" } else { "failed" };
        metrics::counter!("desktop_delivery_webhook_attempts_total", "outcome" => outcome)
            .increment(1);
        metrics::histogram!("desktop_delivery_webhook_seconds").record(attempt.duration);
        if let Some(reason) = attempt.failure {
            let (status, reason) = (attempt.status, reason.as_str());
            tracing::info!(webhook = %self.id, delivery, reason, status, "a webhook failed");
        }
    }

    /// Pauses the webhook if it has no progress, as after an import, which leaves projections out.
    async fn pause_without_progress(&self) -> Result<(), Error> {
        match self.webhooks.status(&self.id).await? {
            Some(_) => Ok(()),
            None => self.pause(PauseReason::FeedReset).await,
        }
    }

    async fn pause(&self, reason: PauseReason) -> Result<(), Error> {
        if self.webhooks.pause(&self.id, reason).await? {
            let why = reason.as_str();
            metrics::counter!("desktop_delivery_webhooks_paused_total", "reason" => why)
                .increment(1);
            tracing::warn!(
                webhook = %self.id, reason = why,
                "a webhook was paused because {}; resume it once the cause is corrected",
                reason.message()
            );
        }
        Ok(())
    }
}
