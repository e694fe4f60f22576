use super::copy::{next_page, the_rest};
use super::fingerprint::Fingerprint;
use super::progress::Progress;
use crate::assemble::{make_folder, signing_keys};
use crate::backup::{Copied, Fault, Keys, Manifest, Way, clear, keys_of};
use crate::engines::{BLOBS, DATABASE, Engines};
use crate::lock::Lock;
use crate::problem::Problem;
use crate::settings::Settings;
use desktop_delivery::{Clock as _, ListQuery, Party, SystemClock};
use desktop_delivery_fs::FsBlobStore;
use indicatif::ProgressBar;
use std::path::Path;

/// Where the database that is read is, in the data folder.
const STAGE: &str = ".importing";

/// Fills the empty engines that the settings name from an export or a backup, and compares both in the
/// end. One that was interrupted goes on where it was.
pub(crate) async fn import(
    from: &Path,
    settings: &Settings,
    keys: &Keys,
    bar: &ProgressBar,
) -> Result<Copied, Problem> {
    let manifest = Manifest::read(from)?;
    // Before the long work: without keys it would be in vain.
    let keys = keys_of(from, keys)?;
    make_folder(&settings.data)?;
    let _lock = Lock::take(&settings.data)?;
    Manifest::check(&from.join(DATABASE), &manifest.database).await?;
    Manifest::check(&from.join("SHA256SUMS"), &manifest.sums).await?;
    let target = Engines::open(settings).await?;
    let mut progress = begun(&target, &manifest.database).await?;

    // A database that is opened is written to, and what is imported must stay as it is.
    let stage = settings.data.join(STAGE);
    clear(&stage)?;
    make_folder(&stage)?;
    std::fs::copy(from.join(DATABASE), stage.join(DATABASE))
        .map_err(|error| Problem::new("the database cannot be copied", error))?;
    let blobs = FsBlobStore::open(from.join(BLOBS))?;
    let source = Engines::beside(&stage.join(DATABASE), blobs)?;

    bar.set_length(manifest.bytes);
    let way = (Way::Copy, SystemClock.now());
    while let Some(page) = next_page(&source, &target, progress.after, way, bar).await? {
        if !page.faults.is_empty() {
            return Err(damaged(&page.faults));
        }
        let requests = page.deliveries.len();
        target.ledger.store_copies(page.deliveries).await?;
        progress.after = Some(page.last);
        progress.write(&target.registry).await?;
        tracing::debug!(requests, "imported");
    }
    the_rest(&source, &target).await?;
    compare(&source, &target).await?;
    signing_keys(settings, &target.registry).store(&keys).await?;
    Progress { is_done: true, ..progress }.write(&target.registry).await?;
    drop(source);
    clear(&stage)?;
    Ok(Copied { manifest, faults: Vec::new() })
}

/// Where the import goes on; refuses engines that hold anything else.
async fn begun(target: &Engines, source: &str) -> Result<Progress, Problem> {
    let refused = |what: &str| {
        Problem::plain(what.to_owned())
            .with_remedy("name an empty database and store: nothing is ever imported over others")
    };
    if let Some(progress) = Progress::read(&target.registry).await? {
        return match progress {
            Progress { is_done: true, .. } => Err(refused("an import was done here before")),
            same if same.source == source => Ok(same),
            _ => Err(refused("the import of something else was begun here")),
        };
    }
    let any = target.ledger.list(&ListQuery::of(Party::Anyone, 1)).await?;
    if !any.is_empty() || !target.registry.kinds().await?.is_empty() {
        return Err(refused("the database is not empty"));
    }
    let progress = Progress { source: source.to_owned(), after: None, is_done: false };
    progress.write(&target.registry).await?;
    Ok(progress)
}

async fn compare(source: &Engines, target: &Engines) -> Result<(), Problem> {
    let hidden = ProgressBar::hidden();
    let (one, other) =
        (Fingerprint::of(source, &hidden).await?, Fingerprint::of(target, &hidden).await?);
    if one == other {
        return Ok(());
    }
    let counts = |held: Fingerprint| {
        let Fingerprint { requests, counters, records, .. } = held;
        format!("{requests} requests, {counters} counters, {records} records")
    };
    let (one, other) = (counts(one), counts(other));
    Err(Problem::plain(format!("what was imported differs: {one}, and here {other}"))
        .with_remedy("see that no server uses the new database yet; empty it, and import again"))
}

fn damaged(faults: &[Fault]) -> Problem {
    let mut what = "files are damaged, and the import stopped there:".to_owned();
    for fault in faults {
        what.push_str(&format!("\n  {fault}"));
    }
    Problem::plain(what).with_remedy("mend them from another backup, then import again")
}
