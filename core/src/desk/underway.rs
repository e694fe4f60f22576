//! The uploads in progress in this process, and those that it dropped.

use super::heartbeat::Writers;
use crate::model::delivery::Delivery;
use crate::model::ids::{BlobKey, RequestHandle, UploadNo};
use crate::model::timestamp::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The pause between two checks of a request whose uploads are leased, in seconds.
const RECHECK_SECONDS: i64 = 30;

/// The uploads of this process.
#[derive(Clone, Debug, Default)]
pub(super) struct Uploads(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    active: HashSet<BlobKey>,
    dropped: Vec<Dropped>,
    /// Requests that are due only for uploads with live writers, and when to check them again.
    rechecked: HashMap<RequestHandle, Timestamp>,
}

/// An upload that was dropped and must be given up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dropped {
    pub(super) handle: RequestHandle,
    pub(super) blob: BlobKey,
    /// Whether the commit that begins it is known to be applied.
    pub(super) is_begun: bool,
    /// When it was first looked for.
    pub(super) since: Option<Timestamp>,
    pub(super) look_at: Timestamp,
}

/// An upload in progress. If it is dropped before the upload is settled, the upload is given up by
/// the next due work, or the next upload to the request, in this process.
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

    /// Marks the upload as settled: nothing needs to be given up.
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

    /// Registers an upload before the commit that begins it.
    pub(super) fn begin(&self, handle: RequestHandle, blob: BlobKey) -> Underway {
        self.lock().active.insert(blob);
        Underway { uploads: self.clone(), handle, blob, is_begun: false, is_settled: false }
    }

    /// Takes the dropped uploads that must be looked for now.
    pub(super) fn take_dropped(&self, of: Option<RequestHandle>, now: Timestamp) -> Vec<Dropped> {
        let mut state = self.lock();
        let is_wanted = |dropped: &Dropped| {
            of.is_none_or(|handle| dropped.handle == handle) && now >= dropped.look_at
        };
        let (taken, left) = state.dropped.iter().partition(|dropped| is_wanted(dropped));
        state.dropped = left;
        taken
    }

    /// Puts back an upload that must be looked for again.
    pub(super) fn put_back(&self, dropped: Dropped) {
        self.lock().dropped.push(dropped);
    }

    /// Returns the requests that need no check yet.
    pub(super) fn rechecked(&self, now: Timestamp) -> HashSet<RequestHandle> {
        let mut state = self.lock();
        state.rechecked.retain(|_, until| now < *until);
        state.rechecked.keys().copied().collect()
    }

    /// Schedules the next check of this request.
    pub(super) fn recheck_later(&self, handle: RequestHandle, now: Timestamp) {
        self.lock().rechecked.insert(handle, now.plus_seconds(RECHECK_SECONDS));
    }

    /// Returns the uploads of a request whose writers are gone.
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
