//! The parts that have only one or two methods.

use crate::Traced;
use crate::outcome::traced;
use async_trait::async_trait;
use desktop_delivery::error::NotifyError;
use desktop_delivery::inspect::{UploadInfo, Verdict};
use desktop_delivery::notices::OutgoingNotice;
use desktop_delivery::{
    AgencyId, BlobStore, Contact, Directory, Facts, Inspector, Notifier, Participant, StoreError,
};
use tracing::field::Empty;
use tracing::{Instrument as _, debug_span};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Directory> Directory for Traced<T> {
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
        let span = debug_span!("directory.participant", agency = %id, error = Empty);
        traced(span, self.0.participant(id), |_, _| {}).await
    }

    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
        let span = debug_span!("directory.patron", agency = %facts.requester, error = Empty);
        traced(span, self.0.patron(facts), |_, _| {}).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Inspector> Inspector for Traced<T> {
    async fn inspect(
        &self,
        file: &UploadInfo<'_>,
        blobs: &dyn BlobStore,
    ) -> Result<Verdict, StoreError> {
        let span = debug_span!("inspector.inspect", bytes = file.size, error = Empty);
        traced(span, self.0.inspect(file, blobs), |_, _| {}).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Notifier> Notifier for Traced<T> {
    async fn notify(&self, notice: &OutgoingNotice) -> Result<(), NotifyError> {
        let span = debug_span!(
            "notifier.notify",
            request = %notice.handle,
            kind = notice.kind.as_str(),
            to = notice.to.as_str(),
            error = Empty
        );
        let sent = self.0.notify(notice).instrument(span.clone()).await;
        if let Err(error) = &sent {
            span.record("error", if error.is_transient() { "transient" } else { "permanent" });
        }
        sent
    }
}
