use super::copy::{next_page, the_rest};
use super::fingerprint::Fingerprint;
use crate::backup::{
    Copied, Fault, Way, clear, lock_folder, part_of, place_of, prune, seal, settle_at,
};
use crate::engines::{BLOBS, DATABASE, Engines, Installation};
use crate::error::ArchiveError;
use crate::folder::create_private_folder;
use crate::progress::Progress;
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::KeyFile;
use std::path::Path;
use std::sync::Arc;

/// Where the database is while it is filled.
const STAGE: &str = ".filling";

/// Copies everything into a new folder, from whatever engines. The folder `to` appears when the export
/// is complete and durable; files copied by an interrupted export to the same place are reused.
///
/// Each request is copied in one consistent state, but changes to others during the export may be in it
/// or not. Stop the servers first to move an installation. `progress` counts bytes, without a total.
///
/// # Errors
/// [`ArchiveErrorKind::PlaceTaken`](crate::ArchiveErrorKind::PlaceTaken) and others of
/// [`ArchiveError`]. Damaged files are no error: they are in [`Copied::faults`].
pub async fn export(
    installation: Installation<'_>,
    to: &Path,
    with_keys: bool,
    progress: &Arc<dyn Progress>,
) -> Result<Copied, ArchiveError> {
    let to = place_of(to)?;
    let part = part_of(&to, "exporting");
    create_private_folder(&part)?;
    let _lock = lock_folder(&part)?;
    let made_at = installation.clock.now();
    let (blobs, stage) = (FsBlobStore::open(part.join(BLOBS))?, part.join(STAGE));
    // Of an export that was interrupted: what it says of requests may be out of date.
    clear(&stage)?;
    create_private_folder(&stage)?;
    let target = Engines::beside(&stage.join(DATABASE), blobs.clone())?;

    let way = (Way::Copy, made_at);
    let (mut after, mut holdings, mut faults) = (None, Vec::new(), Vec::<Fault>::new());
    while let Some(page) = next_page(installation.engines, &target, after, way, progress).await? {
        after = Some(page.last);
        holdings.extend(page.files);
        faults.extend(page.faults);
        // What is damaged is exported as it is, and said.
        target.ledger.store_copies(page.deliveries).await?;
    }
    the_rest(installation.engines, &target).await?;
    let held = Fingerprint::of(&target).await?;
    if let Some(database) = &target.database {
        database.backup(part.join(DATABASE)).await?;
    }
    drop(target);
    clear(&stage)?;
    prune(&blobs, &holdings).await?;
    let keys = KeyFile::in_folder(&part);
    if with_keys {
        keys.store(&installation.signing_keys.load().await?)?;
    } else {
        keys.remove()?;
    }
    let manifest = seal(&part, with_keys, made_at, held.requests, &holdings).await?;
    blobs.sync().await?;
    settle_at(&part, &to)?;
    Ok(Copied { manifest, faults })
}
