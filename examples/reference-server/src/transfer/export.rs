use super::copy::{next_page, the_rest};
use super::fingerprint::Fingerprint;
use crate::assemble::{Server, make_folder};
use crate::backup::{
    Copied, Fault, Way, clear, lock_folder, part_of, place_of, prune, seal, settle_at,
};
use crate::engines::{BLOBS, DATABASE, Engines};
use crate::problem::Problem;
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::KeyFile;
use indicatif::ProgressBar;
use std::path::Path;

/// Where the database is while it is filled.
const STAGE: &str = ".filling";

/// Copies everything into a new folder, which appears there when it is whole and durable. One that was
/// interrupted copies no file again.
///
/// Each request is copied as it is at one moment; what is done to others meanwhile may be in the export
/// or not. An installation that moves is stopped before.
pub(crate) async fn export(
    server: &Server,
    to: &Path,
    with_keys: bool,
    bar: &ProgressBar,
) -> Result<Copied, Problem> {
    let to = place_of(to)?;
    let part = part_of(&to, "exporting");
    make_folder(&part)?;
    let _lock = lock_folder(&part)?;
    let made_at = server.desk.now();
    let (blobs, stage) = (FsBlobStore::open(part.join(BLOBS))?, part.join(STAGE));
    // Of an export that was interrupted: what it says of requests may be out of date.
    clear(&stage)?;
    make_folder(&stage)?;
    let target = Engines::beside(&stage.join(DATABASE), blobs.clone())?;

    let way = (Way::Copy, made_at);
    let (mut after, mut holdings, mut faults) = (None, Vec::new(), Vec::<Fault>::new());
    while let Some(page) = next_page(&server.engines, &target, after, way, bar).await? {
        after = Some(page.last);
        holdings.extend(page.files);
        faults.extend(page.faults);
        // What is damaged is exported as it is, and said.
        target.ledger.store_copies(page.deliveries).await?;
    }
    the_rest(&server.engines, &target).await?;
    let held = Fingerprint::of(&target, &ProgressBar::hidden()).await?;
    if let Some(database) = &target.database {
        database.backup(part.join(DATABASE)).await?;
    }
    drop(target);
    clear(&stage)?;
    prune(&blobs, &holdings).await?;
    let keys = KeyFile::in_folder(&part);
    if with_keys {
        keys.store(&server.signing_keys.load().await?)?;
    } else {
        keys.remove()?;
    }
    let manifest = seal(&part, with_keys, made_at, held.requests, &holdings).await?;
    blobs.sync().await?;
    settle_at(&part, &to)?;
    Ok(Copied { manifest, faults })
}
