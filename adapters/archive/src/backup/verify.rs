use super::fault::Fault;
use super::feed_check;
use super::files::read;
use crate::engines::Installation;
use crate::error::{ArchiveError, ArchiveErrorKind};
use crate::holdings::{self, Holding};
use crate::progress::{Progress, hidden};
use desktop_delivery::ids::BlobKey;
use desktop_delivery::ledger::DeliveryKey;
use futures_util::{StreamExt as _, stream};
use std::collections::HashSet;
use std::sync::Arc;

/// The number of files read at once.
const AT_ONCE: usize = 4;

/// The result of a verification.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Verified {
    /// The number of requests.
    pub requests: u64,
    /// The number of files read.
    pub files: u64,
    /// The total size of these files in bytes.
    pub bytes: u64,
    /// The damage found.
    pub faults: Vec<Fault>,
    /// Stored files that no request refers to, which only take up space. Always empty with an
    /// object store.
    pub unnamed: Vec<BlobKey>,
}

/// Reads the database with the event feed, and every file that can still be downloaded, and
/// compares sizes and digests.
/// A server may run during this time. Runs on a Tokio runtime.
///
/// `progress` counts bytes.
///
/// # Errors
/// [`ArchiveErrorKind::Store`], [`ArchiveErrorKind::Unexpected`]. Damage is no error: it is in
/// [`Verified::faults`].
pub async fn verify(
    installation: Installation<'_>,
    progress: &Arc<dyn Progress>,
) -> Result<Verified, ArchiveError> {
    let engines = installation.engines;
    let found = match &engines.database {
        Some(database) => database.check().await?,
        None => Vec::new(),
    };
    let mut verified = Verified {
        faults: found.into_iter().map(|what| Fault::Database { what }).collect(),
        ..Verified::default()
    };
    // Listed before the deliveries: an upload is recorded in its delivery before its bytes are
    // stored.
    let stored = match &engines.folder {
        Some(folder) => folder.keys().await?,
        // Object stores are listed with their own tools.
        None => Vec::new(),
    };
    let (mut needed, mut named, mut revisions) = (Vec::new(), HashSet::new(), Vec::new());
    let (now, hidden) = (installation.clock.now(), hidden());
    let walked = holdings::each_delivery(&*engines.ledger, &hidden, |delivery| {
        needed.extend(holdings::needed(delivery, now));
        named.extend(holdings::named(delivery));
        revisions.push((delivery.handle, delivery.revision));
    });
    match walked.await {
        Ok(requests) => verified.requests = requests,
        // The failure is already among the faults.
        Err(_) if !verified.faults.is_empty() => return Ok(verified),
        Err(error) => return Err(error.into()),
    }
    if verified.faults.is_empty() {
        let found = feed_check::check(&*engines.ledger, &revisions).await?;
        verified.faults.extend(found.into_iter().map(|what| Fault::Database { what }));
    }
    verified.files = u64::try_from(needed.len()).unwrap_or(u64::MAX);
    verified.bytes = needed.iter().map(|holding| holding.size).sum();
    progress.set_total(verified.bytes);
    let mut read = stream::iter(needed)
        .map(|holding| {
            let reading =
                tokio::spawn(read(holding, Arc::clone(&engines.blobs), Arc::clone(progress)));
            async move { (holding, reading.await) }
        })
        .buffer_unordered(AT_ONCE);
    while let Some((holding, fault)) = read.next().await {
        let fault = fault.map_err(|error| {
            let what = "a file could not be read";
            ArchiveError::new(ArchiveErrorKind::Unexpected, what, error)
        })?;
        if let Some(fault) = fault
            && is_still_needed(installation, &holding).await?
        {
            verified.faults.push(fault);
        }
    }
    for key in stored {
        // A file deleted in the meantime was referred to until then.
        if !named.contains(&key) && engines.blobs.get(key, None).await?.is_some() {
            verified.unnamed.push(key);
        }
    }
    Ok(verified)
}

/// Returns whether a fault still applies: the file may have been removed while others were read.
async fn is_still_needed(
    installation: Installation<'_>,
    holding: &Holding,
) -> Result<bool, ArchiveError> {
    let key = DeliveryKey::Handle(holding.request);
    let delivery = installation.engines.ledger.load(key).await?;
    let now = installation.clock.now();
    Ok(delivery.is_some_and(|delivery| {
        holdings::needed(&delivery, now).iter().any(|needed| needed.blob == holding.blob)
    }))
}
