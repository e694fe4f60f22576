use crate::model::attachment::Version;
use crate::model::delivery::Delivery;
use crate::model::ids::AttachmentNo;
use crate::model::timestamp::Timestamp;

/// Returns the versions whose bytes must be stored: current versions, and replaced versions that
/// open tickets still use. They are sorted by attachment number and then by version number.
#[must_use]
pub fn kept_versions(delivery: &Delivery, now: Timestamp) -> Vec<(AttachmentNo, &Version)> {
    let is_awaited = |version: &Version| {
        let mut pending_deletions = delivery.record.pending_deletions.iter();
        pending_deletions.any(|gone| gone.blob == version.blob && gone.from > now)
    };
    let mut kept = Vec::new();
    for attachment in &delivery.record.attachments {
        let versions = attachment.versions.iter().filter(|version| {
            (attachment.is_live() && version.replaced.is_none()) || is_awaited(version)
        });
        kept.extend(versions.map(|version| (attachment.no, version)));
    }
    kept.sort_by_key(|(no, version)| (*no, version.no));
    kept
}
