use crate::shared::Shared;
use async_trait::async_trait;
use desktop_delivery::Notifier;
use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::OutgoingNotice;

/// A notifier that accepts every message, and lets the model judge it.
#[derive(Debug)]
pub(crate) struct SimulatedNotifier(pub(crate) Shared);

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Notifier for SimulatedNotifier {
    async fn notify(&self, message: &OutgoingNotice) -> Result<(), NotifyError> {
        let effect = || {
            let state = &mut *self.0.lock();
            let verdict = state.model.may_notify(message);
            state.judge(verdict);
            state.mail.push(message.id.clone());
            Ok(())
        };
        self.0.call("notifier", "notify", effect).await
    }
}
