use crate::held::KIND as PROGRESS;
use crate::message::Message;
use crate::progress::Progress;
use crate::signed::Signed;
use crate::stored::{Stored, corrupt, decode, encode};
use crate::webhook::{
    NewWebhook, PauseReason, Secrets, Webhook, WebhookEdit, WebhookState, check_description,
};
use crate::{Attempt, Sender, SigningSecret, WebhookId};
use desktop_delivery::events::FeedStart;
use desktop_delivery::projections::RowKey;
use desktop_delivery::{Desk, Entropy, Error, Projections, Refusal, Registry, StoreError};
use std::sync::Arc;

/// The kind of the entries in the registry.
const KIND: &str = "webhook";

/// The page size of listings.
const PAGE: usize = 100;

/// The webhooks of an installation: their configuration in a [`Registry`], their progress in
/// [`Projections`].
///
/// Any number of processes may use the same registry and projections. Events are delivered by
/// [`deliver_webhooks`](crate::deliver_webhooks).
#[derive(Clone, Debug)]
pub struct Webhooks {
    pub(crate) desk: Arc<Desk>,
    registry: Arc<dyn Registry>,
    pub(crate) projections: Arc<dyn Projections>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) sender: Sender,
}

impl Webhooks {
    /// Returns the webhooks of a desk.
    #[must_use]
    pub fn new(
        desk: Arc<Desk>,
        registry: Arc<dyn Registry>,
        projections: Arc<dyn Projections>,
        entropy: Arc<dyn Entropy>,
        sender: Sender,
    ) -> Self {
        Self { desk, registry, projections, entropy, sender }
    }

    /// Creates a webhook for the events from now on. Returns it with its secret, which is shown
    /// once.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if the URL is not allowed or the description is too long;
    /// [`Error::Store`].
    pub async fn add(&self, new: NewWebhook) -> Result<(Webhook, SigningSecret), Error> {
        let NewWebhook { owner, url, events, agency, description } = new;
        check_description(&description)?;
        let secret = SigningSecret::generate(&*self.entropy)?;
        let webhook = Webhook {
            id: WebhookId::generate(&*self.entropy)?,
            owner,
            url,
            events,
            agency,
            description,
            created_at: self.desk.now(),
            state: WebhookState::Active,
            secrets: Secrets { current: secret.clone(), previous: None },
        };
        self.sender.check(&webhook.url, webhook.is_hosts())?;
        let latest = self.position(&webhook, FeedStart::Latest).await?;
        // Written first, so that no worker finds a webhook without its progress.
        self.change_progress(&webhook.id, |_| Some(Progress::at(latest))).await?;
        let value = encode(&Stored::of(&webhook))?;
        self.registry.write(KIND, webhook.id.as_str(), Some(value), 0).await?;
        Ok((webhook, secret))
    }

    /// Returns all webhooks, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn list(&self) -> Result<Vec<Webhook>, StoreError> {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.registry.list(KIND, &after, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            after.clone_from(last);
            for (id, entry) in page {
                let id = WebhookId::parse(&id).ok_or_else(|| corrupt("an id"))?;
                found.push(decode::<Stored>(&entry.value)?.webhook(id)?);
            }
        }
    }

    /// Returns a webhook, or `None` if it does not exist.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn find(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        let Some(entry) = self.registry.read(KIND, id.as_str()).await? else { return Ok(None) };
        decode::<Stored>(&entry.value)?.webhook(id.clone()).map(Some)
    }

    /// Changes a webhook. The next attempt to deliver uses the new values.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Unknown`] if it does not exist, and with
    /// [`Refusal::Forbidden`] if the agency of a library's webhook would change; otherwise as
    /// [`add`](Self::add).
    pub async fn edit(&self, id: &WebhookId, edit: WebhookEdit) -> Result<Webhook, Error> {
        let webhook = self.known(id).await?;
        if let Some(url) = &edit.url {
            self.sender.check(url, webhook.is_hosts())?;
        }
        if edit.agency.is_some() && !webhook.is_hosts() {
            return Err(Refusal::Forbidden.into());
        }
        edit.description.as_deref().map_or(Ok(()), check_description)?;
        let has_moved = edit.url.as_ref().is_some_and(|url| *url != webhook.url);
        let changed = self.update(id, |webhook| {
            let WebhookEdit { url, events, agency, description } = edit.clone();
            webhook.url = url.unwrap_or_else(|| webhook.url.clone());
            webhook.events = events.unwrap_or_else(|| std::mem::take(&mut webhook.events));
            webhook.agency = agency.unwrap_or_else(|| webhook.agency.take());
            webhook.description =
                description.unwrap_or_else(|| std::mem::take(&mut webhook.description));
        });
        let changed = changed.await?;
        if has_moved {
            self.try_again(id).await?;
        }
        Ok(changed)
    }

    /// Replaces the secret, and returns the new one, which is shown once. The replaced secret signs
    /// beside it for 24 hours; one that was replaced before no longer signs.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Unknown`] if the webhook does not exist;
    /// [`Error::Store`].
    pub async fn rotate_secret(&self, id: &WebhookId) -> Result<SigningSecret, Error> {
        let (secret, now) = (SigningSecret::generate(&*self.entropy)?, self.desk.now());
        self.update(id, |webhook| webhook.secrets.rotate(secret.clone(), now)).await?;
        Ok(secret)
    }

    /// Removes a webhook. Returns whether it existed. A delivery that has begun may still arrive.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn remove(&self, id: &WebhookId) -> Result<bool, Error> {
        let mut existed = false;
        while let Some(entry) = self.registry.read(KIND, id.as_str()).await? {
            let removed = self.registry.write(KIND, id.as_str(), None, entry.version).await?;
            if removed.is_some() {
                existed = true;
                break;
            }
        }
        let (key, now) = (RowKey::new(PROGRESS, id.as_str())?, self.desk.now());
        while let Some(row) = self.projections.read(key, now).await? {
            if self.projections.delete(key, row.version).await? {
                break;
            }
        }
        Ok(existed)
    }

    /// Sends a message of the type `webhook.test` at once and once only, whether or not the webhook
    /// is paused.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Unknown`] if the webhook does not exist;
    /// [`Error::Store`].
    pub async fn test(&self, id: &WebhookId) -> Result<Attempt, Error> {
        let webhook = self.known(id).await?;
        let message = Message::of_test(id, self.desk.now(), &*self.entropy)?;
        Ok(self.send(&webhook, message).await)
    }

    /// Pauses a webhook, unless it has been paused or removed. Returns whether it was active.
    pub(crate) async fn pause(&self, id: &WebhookId, reason: PauseReason) -> Result<bool, Error> {
        let since = self.desk.now();
        loop {
            let Some(entry) = self.registry.read(KIND, id.as_str()).await? else {
                return Ok(false);
            };
            let mut webhook = decode::<Stored>(&entry.value)?.webhook(id.clone())?;
            if !webhook.is_active() {
                return Ok(false);
            }
            webhook.state = WebhookState::Paused { reason, since };
            let value = encode(&Stored::of(&webhook))?;
            let written = self.registry.write(KIND, id.as_str(), Some(value), entry.version);
            if written.await?.is_some() {
                return Ok(true);
            }
        }
    }

    /// Makes one attempt to deliver a message.
    pub(crate) async fn send(&self, webhook: &Webhook, message: Message) -> Attempt {
        let now = self.desk.now();
        let signed = Signed::new(message.id, message.body, webhook.secrets.in_use(now), now);
        self.sender.send(&webhook.url, webhook.is_hosts(), signed, now).await
    }

    pub(crate) async fn known(&self, id: &WebhookId) -> Result<Webhook, Error> {
        self.find(id).await?.ok_or_else(|| Refusal::Unknown.into())
    }

    /// Changes an entry, again after each concurrent change.
    pub(crate) async fn update(
        &self,
        id: &WebhookId,
        change: impl Fn(&mut Webhook) + Send,
    ) -> Result<Webhook, Error> {
        loop {
            let entry = self.registry.read(KIND, id.as_str()).await?.ok_or(Refusal::Unknown)?;
            let mut webhook = decode::<Stored>(&entry.value)?.webhook(id.clone())?;
            change(&mut webhook);
            let value = encode(&Stored::of(&webhook))?;
            let written = self.registry.write(KIND, id.as_str(), Some(value), entry.version);
            if written.await?.is_some() {
                return Ok(webhook);
            }
        }
    }
}
