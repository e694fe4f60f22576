use super::fault::Fault;
use super::files::read;
use crate::assemble::Server;
use crate::holdings::{self, Holding};
use crate::problem::Problem;
use desktop_delivery::{BlobKey, DeliveryKey};
use futures_util::{StreamExt as _, stream};
use indicatif::ProgressBar;
use std::collections::HashSet;
use std::sync::Arc;

/// Files that are read at once.
const AT_ONCE: usize = 4;

/// What was looked at, and what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Verified {
    pub(crate) requests: u64,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) faults: Vec<Fault>,
    /// Blobs that no delivery names: they only take room.
    pub(crate) unnamed: Vec<BlobKey>,
}

/// Reads the database and every file that it names; a server may work meanwhile.
pub(crate) async fn verify(server: &Server, bar: &ProgressBar) -> Result<Verified, Problem> {
    let engines = &server.engines;
    let found = match &engines.database {
        Some(database) => database.check().await?,
        None => Vec::new(),
    };
    let mut verified = Verified {
        faults: found.into_iter().map(|what| Fault::Database { what }).collect(),
        ..Verified::default()
    };
    // Before the deliveries: an upload is in its delivery before its bytes are stored.
    let stored = match &engines.folder {
        Some(folder) => folder.keys().await?,
        // An object store is listed by its own tools.
        None => Vec::new(),
    };
    let (mut needed, mut named) = (Vec::new(), HashSet::new());
    let now = server.desk.now();
    let hidden = ProgressBar::hidden();
    let walked = holdings::each_delivery(&*engines.ledger, &hidden, |delivery| {
        needed.extend(holdings::needed(delivery, now));
        named.extend(holdings::named(delivery));
    });
    match walked.await {
        Ok(requests) => verified.requests = requests,
        // What cannot be read stands among the faults already.
        Err(_) if !verified.faults.is_empty() => return Ok(verified),
        Err(error) => return Err(error.into()),
    }
    verified.files = u64::try_from(needed.len()).unwrap_or(u64::MAX);
    verified.bytes = needed.iter().map(|holding| holding.size).sum();
    bar.set_length(verified.bytes);
    let mut read = stream::iter(needed)
        .map(|holding| {
            let reading = tokio::spawn(read(holding, Arc::clone(&engines.blobs), bar.clone()));
            async move { (holding, reading.await) }
        })
        .buffer_unordered(AT_ONCE);
    while let Some((holding, fault)) = read.next().await {
        let fault = fault.map_err(|error| Problem::new("a file could not be read", error))?;
        if let Some(fault) = fault
            && is_still_needed(server, &holding).await?
        {
            verified.faults.push(fault);
        }
    }
    for key in stored {
        // What was deleted meanwhile was named until then.
        if !named.contains(&key) && engines.blobs.get(key, None).await?.is_some() {
            verified.unnamed.push(key);
        }
    }
    Ok(verified)
}

/// Whether what is wrong is wrong: the file may have been removed while others were read.
async fn is_still_needed(server: &Server, holding: &Holding) -> Result<bool, Problem> {
    let delivery = server.engines.ledger.load(DeliveryKey::Handle(holding.request)).await?;
    let now = server.desk.now();
    Ok(delivery.is_some_and(|delivery| {
        holdings::needed(&delivery, now).iter().any(|needed| needed.blob == holding.blob)
    }))
}
