use crate::held::KIND;
use crate::progress::Progress;
use crate::stored::{decode, encode};
use crate::webhook::{Webhook, WebhookState};
use crate::{DeliveryStatus, WebhookId, Webhooks};
use desktop_delivery::events::{FeedPosition, FeedStart};
use desktop_delivery::projections::{NewRow, RowKey};
use desktop_delivery::{Actor, Error, Refusal};

/// Where a paused webhook continues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResumeFrom {
    /// After the newest event. The events in between are not delivered.
    Latest,
    /// Where it stopped.
    #[default]
    Stopped,
}

impl Webhooks {
    /// Delivers the events after a position again, in addition to those that follow. A paused
    /// webhook stays paused and continues there once it is resumed.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Unknown`] if the webhook does not exist, and with
    /// [`Refusal::FeedReset`] if the position is not in the feed; [`Error::Store`].
    pub async fn replay(&self, id: &WebhookId, from: FeedStart) -> Result<(), Error> {
        let webhook = self.known(id).await?;
        let position = match from {
            FeedStart::After(position) => {
                self.position(&webhook, from).await?;
                position
            }
            FeedStart::Beginning => {
                let latest = self.position(&webhook, FeedStart::Latest).await?;
                FeedPosition::beginning(latest.generation)
            }
            FeedStart::Latest => self.position(&webhook, from).await?,
        };
        self.change_progress(id, |progress| {
            let mut progress = progress.unwrap_or_else(|| Progress::at(position));
            progress.move_to(position);
            Some(progress)
        })
        .await
    }

    /// Resumes a paused webhook, and tries failed events for another three days. An active webhook
    /// tries them at once.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Unknown`] if the webhook does not exist, and with
    /// [`Refusal::FeedReset`] if the position where it stopped is not in the feed;
    /// [`Error::Store`].
    pub async fn resume(&self, id: &WebhookId, from: ResumeFrom) -> Result<Webhook, Error> {
        let webhook = self.known(id).await?;
        match from {
            ResumeFrom::Latest => self.replay(id, FeedStart::Latest).await?,
            ResumeFrom::Stopped => {
                let progress = self.progress(id).await?.ok_or(Refusal::FeedReset)?;
                self.position(&webhook, FeedStart::After(progress.cursor)).await?;
                self.try_again(id).await?;
            }
        }
        self.update(id, |webhook| webhook.state = WebhookState::Active).await
    }

    /// Returns how far the deliveries of a webhook have come, or `None` if that is not known.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn status(&self, id: &WebhookId) -> Result<Option<DeliveryStatus>, Error> {
        Ok(self.progress(id).await?.map(DeliveryStatus::of))
    }

    pub(crate) async fn try_again(&self, id: &WebhookId) -> Result<(), Error> {
        self.change_progress(id, |progress| {
            progress.map(|mut progress| {
                progress.try_again();
                progress
            })
        })
        .await
    }

    async fn progress(&self, id: &WebhookId) -> Result<Option<Progress>, Error> {
        let key = RowKey::new(KIND, id.as_str())?;
        let row = self.projections.read(key, self.desk.now()).await?;
        Ok(row.map(|row| decode(&row.value)).transpose()?)
    }

    /// Changes the progress, again after each concurrent change; `None` changes nothing. The process
    /// that delivers notices the change when it saves its own.
    pub(crate) async fn change_progress(
        &self,
        id: &WebhookId,
        change: impl Fn(Option<Progress>) -> Option<Progress> + Send,
    ) -> Result<(), Error> {
        loop {
            let (key, now) = (RowKey::new(KIND, id.as_str())?, self.desk.now());
            let row = self.projections.read(key, now).await?;
            let version = row.as_ref().map_or(0, |row| row.version);
            let progress = row.map(|row| decode(&row.value)).transpose()?;
            let Some(changed) = change(progress) else { return Ok(()) };
            let row = NewRow::new(key, encode(&changed)?)?;
            if self.projections.write(&row, version, now).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// Returns the position where a page of the webhook's events after `start` would begin.
    pub(crate) async fn position(
        &self,
        webhook: &Webhook,
        start: FeedStart,
    ) -> Result<FeedPosition, Error> {
        // The host may read the feed without loading requests, and the positions are the same.
        let page = self.desk.events_since(&webhook.query(start, 1), &Actor::Host).await?;
        Ok(page.next)
    }
}
