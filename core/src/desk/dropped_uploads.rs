//! Giving up the uploads that this process dropped.

use super::Desk;
use super::due_failure::{DueFailure, DueWork};
use super::line::Turn;
use super::underway::{Dropped, Uploads};
use crate::decide;
use crate::desk::Error;
use crate::model::event::Actor;
use crate::model::ids::{BlobKey, RequestHandle, UploadNo};
use crate::model::timestamp::Timestamp;

/// How long the commit of a dropped upload may still be in progress, in seconds.
const IN_FLIGHT_SECONDS: i64 = 60;
/// The pause between two checks for such a commit, in seconds.
const LOOK_SECONDS: i64 = 5;

impl Desk {
    /// Abandons the uploads that were dropped in this process, either to one request or to all.
    /// Uploads that cannot be given up now are retried by the next call.
    pub(super) async fn give_up_dropped(&self, of: Option<RequestHandle>) -> Vec<DueFailure> {
        let now = self.clock.now();
        let mut errors = Vec::new();
        for dropped in self.uploads.take_dropped(of, now) {
            // If this future is dropped too, nothing is lost.
            let mut kept = Kept { uploads: &self.uploads, dropped: Some(dropped) };
            // Due work of all requests must not wait for a caller that stopped while it had the
            // turn.
            let Some(turn) = self.lines.try_turn(dropped.handle) else {
                kept.look_again(now);
                continue;
            };
            match self.give_up(turn, dropped.handle, dropped.blob).await {
                Ok(is_found) if is_found || dropped.is_begun => kept.dropped = None,
                Ok(_) => kept.look_again(now),
                Err(Error::Refused(_)) => kept.look_again(now),
                Err(error) => {
                    kept.look_again(now);
                    let (handle, work) = (dropped.handle, DueWork::Upload);
                    errors.push(DueFailure { handle, reference: None, work, error });
                }
            }
        }
        errors
    }

    /// Abandons the upload with this key; returns whether it existed.
    pub(super) async fn give_up(
        &self,
        _turn: Turn,
        handle: RequestHandle,
        blob: BlobKey,
    ) -> Result<bool, Error> {
        self.decide_patiently(handle, &Actor::System, |delivery, context| {
            let found = delivery.record.uploads.iter().find(|upload| upload.blob == blob);
            let no = found.map_or(UploadNo::new(0), |upload| upload.no);
            let given_up = decide::give_up_upload(delivery, no, context)?;
            Ok(given_up.map(|()| found.is_some()))
        })
        .await
    }
}

/// Puts a dropped upload back on the list unless it was given up.
struct Kept<'a> {
    uploads: &'a Uploads,
    dropped: Option<Dropped>,
}

impl Kept<'_> {
    fn look_again(&mut self, now: Timestamp) {
        let Some(dropped) = &mut self.dropped else { return };
        let since = *dropped.since.get_or_insert(now);
        let is_fresh = now < since.plus_seconds(IN_FLIGHT_SECONDS);
        dropped.look_at = now.plus_seconds(match (dropped.is_begun, is_fresh) {
            (true, true) => 1,
            (true, false) => IN_FLIGHT_SECONDS,
            (false, _) => LOOK_SECONDS,
        });
        if !dropped.is_begun && !is_fresh {
            self.dropped = None;
        }
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if let Some(dropped) = self.dropped {
            self.uploads.put_back(dropped);
        }
    }
}
