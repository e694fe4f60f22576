use crate::holdings::each_delivery;
use crate::progress::Progress;
use desktop_delivery::{Ledger, StoreError, Timestamp};
use std::sync::Arc;

/// Returns how many links issued up to a given time still work. Reads every request.
///
/// Use it to show what dropping a signing key would cost: the links that it signed stop working.
///
/// # Errors
/// [`StoreError`] if the ledger fails.
pub async fn count_working_links(
    ledger: &dyn Ledger,
    issued_until: Timestamp,
    now: Timestamp,
    progress: &Arc<dyn Progress>,
) -> Result<u64, StoreError> {
    let mut links = 0;
    each_delivery(ledger, progress, |delivery| {
        if !delivery.record.status.is_over() {
            let issued = delivery.record.links.iter();
            let issued = issued.filter(|it| it.is_active(now) && it.issued_at <= issued_until);
            links += u64::try_from(issued.count()).unwrap_or(u64::MAX);
        }
    })
    .await?;
    Ok(links)
}
