use super::copy::{copy_shared, next_page};
use super::fingerprint::Fingerprint;
use crate::backup::{
    Copied, Fault, Way, clear, lock_folder, part_of, place_of, prune, publish, seal,
};
use crate::engines::{BLOBS, DATABASE, Engines, Installation};
use crate::error::ArchiveError;
use crate::folder::create_private_folder;
use crate::progress::Progress;
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::KeyFile;
use std::path::Path;
use std::sync::Arc;

/// The folder of the database until it is complete.
const STAGE: &str = ".filling";

/// Exports an installation with any stores into a new folder. The folder `to` appears once the
/// export is complete and durable. Files copied by an interrupted export to the same target are
/// reused.
///
/// Each request is copied in a consistent state, but the export may or may not include changes made
/// while it runs. To move an installation, stop its servers first. `progress` counts bytes, without
/// a total.
///
/// # Errors
/// [`ArchiveErrorKind::PlaceTaken`](crate::ArchiveErrorKind::PlaceTaken) and others of
/// [`ArchiveError`]. Damaged files are not an error; they are listed in [`Copied::faults`].
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
    // Left by an interrupted export; its contents may be out of date.
    clear(&stage)?;
    create_private_folder(&stage)?;
    let target = Engines::beside(&stage.join(DATABASE), blobs.clone())?;

    let way = (Way::Copy, made_at);
    let (mut after, mut holdings, mut faults) = (None, Vec::new(), Vec::<Fault>::new());
    while let Some(page) = next_page(installation.engines, &target, after, way, progress).await? {
        after = Some(page.last);
        holdings.extend(page.files);
        faults.extend(page.faults);
        // Damaged files are exported as they are and reported.
        target.ledger.store_snapshots(page.deliveries).await?;
    }
    copy_shared(installation.engines, &target).await?;
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
    publish(&part, &to)?;
    Ok(Copied { manifest, faults })
}
