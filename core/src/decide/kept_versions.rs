use crate::model::attachment::Version;
use crate::model::delivery::Delivery;
use crate::model::ids::AttachmentNo;
use crate::model::timestamp::{MAX_CLOCK_SKEW_SECONDS, Timestamp};

/// Returns the versions whose bytes must be stored: current versions, and replaced versions that
/// open tickets still use and that no process may have deleted, even if its clock is ahead. They
/// are sorted by attachment number and then by version number.
#[must_use]
pub fn kept_versions(delivery: &Delivery, now: Timestamp) -> Vec<(AttachmentNo, &Version)> {
    let is_awaited = |version: &Version| {
        let mut pending_deletions = delivery.record.pending_deletions.iter();
        let from = now.plus_seconds(MAX_CLOCK_SKEW_SECONDS);
        pending_deletions.any(|gone| gone.blob == version.blob && gone.from > from)
    };
    let mut kept = Vec::new();
    // No ticket opens an attachment that is purged; another process may already have deleted it.
    for attachment in delivery.record.live_attachments() {
        let versions = attachment
            .versions
            .iter()
            .filter(|version| version.replaced.is_none() || is_awaited(version));
        kept.extend(versions.map(|version| (attachment.no, version)));
    }
    kept.sort_by_key(|(no, version)| (*no, version.no));
    kept
}
