//! The uploads that this process has under way, and those that it dropped.

use super::Desk;
use super::due_failure::{DueFailure, DueWork};
use super::heartbeat::Writers;
use super::line::Turn;
use crate::decide;
use crate::desk::Error;
use crate::model::delivery::Delivery;
use crate::model::event::Actor;
use crate::model::ids::{BlobKey, RequestHandle, UploadNo};
use crate::model::timestamp::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long the commit of a dropped upload may still be on its way, seconds.
const IN_FLIGHT_SECONDS: i64 = 60;
/// The pause between two looks for such a commit, seconds.
const LOOK_SECONDS: i64 = 5;
/// The pause between two looks at a request whose uploads are leased, seconds.
const RECHECK_SECONDS: i64 = 30;

/// The uploads of this process.
#[derive(Clone, Debug, Default)]
pub(super) struct Uploads(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    active: HashSet<BlobKey>,
    dropped: Vec<Dropped>,
    /// Requests that are only due for uploads with live writers, and until when.
    rechecked: HashMap<RequestHandle, Timestamp>,
}

/// An upload that was dropped and is to be given up.
#[derive(Clone, Copy, Debug)]
struct Dropped {
    handle: RequestHandle,
    blob: BlobKey,
    /// Whether its beginning is known to be committed.
    is_begun: bool,
    /// The time up to which it was looked for.
    since: Option<Timestamp>,
    look_at: Timestamp,
}

/// An upload under way. Unless the upload was settled, it is given up when this value is dropped:
/// as soon as due work runs, or another upload to the request begins, in this process.
#[derive(Debug)]
pub(super) struct Underway {
    uploads: Uploads,
    handle: RequestHandle,
    blob: BlobKey,
    is_begun: bool,
    is_settled: bool,
}

impl Underway {
    pub(super) const fn begun(&mut self) {
        self.is_begun = true;
    }

    /// Marks the upload as settled: nothing is left to be given up.
    pub(super) const fn settled(&mut self) {
        self.is_settled = true;
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let mut state = self.uploads.lock();
        state.active.remove(&self.blob);
        if !self.is_settled {
            state.dropped.push(Dropped {
                handle: self.handle,
                blob: self.blob,
                is_begun: self.is_begun,
                since: None,
                look_at: Timestamp::EPOCH,
            });
        }
    }
}

impl Uploads {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an upload before the commit that begins it.
    pub(super) fn begin(&self, handle: RequestHandle, blob: BlobKey) -> Underway {
        self.lock().active.insert(blob);
        Underway { uploads: self.clone(), handle, blob, is_begun: false, is_settled: false }
    }

    /// Takes out the uploads that are to be looked for now.
    fn take_dropped(&self, of: Option<RequestHandle>, now: Timestamp) -> Vec<Dropped> {
        let mut state = self.lock();
        let is_wanted = |dropped: &Dropped| {
            of.is_none_or(|handle| dropped.handle == handle) && now >= dropped.look_at
        };
        let (taken, left) = state.dropped.iter().partition(|dropped| is_wanted(dropped));
        state.dropped = left;
        taken
    }

    /// Requests that need no check yet.
    pub(super) fn rechecked(&self, now: Timestamp) -> HashSet<RequestHandle> {
        let mut state = self.lock();
        state.rechecked.retain(|_, until| now < *until);
        state.rechecked.keys().copied().collect()
    }

    /// Schedules another check of this request.
    pub(super) fn recheck_later(&self, handle: RequestHandle, now: Timestamp) {
        self.lock().rechecked.insert(handle, now.plus_seconds(RECHECK_SECONDS));
    }

    /// The uploads of a request whose writers are gone.
    pub(super) fn unwritten(&self, delivery: &Delivery, writers: &Writers) -> Vec<UploadNo> {
        let state = self.lock();
        let uploads = delivery.record.uploads.iter();
        let unwritten = uploads.filter(|upload| {
            upload.lease.is_some_and(|lease| match writers.is_own(lease.writer) {
                true => !state.active.contains(&upload.blob),
                false => writers.is_gone(lease.writer),
            })
        });
        unwritten.map(|upload| upload.no).collect()
    }
}

impl Desk {
    /// Gives up the uploads that were dropped in this process, to one request or to any; those that
    /// cannot be given up now are tried again with the next call.
    pub(super) async fn give_up_dropped(&self, of: Option<RequestHandle>) -> Vec<DueFailure> {
        let now = self.clock.now();
        let mut errors = Vec::new();
        for dropped in self.uploads.take_dropped(of, now) {
            // If this future is dropped too, nothing is lost.
            let mut kept = Kept { uploads: &self.uploads, dropped: Some(dropped) };
            // Due work of all requests must not wait for one whose caller has stopped in its turn.
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

    /// Gives up the upload with this key; returns whether it was there.
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
            self.uploads.lock().dropped.push(dropped);
        }
    }
}
