use crate::error::Error;
use crate::rows;
use desktop_delivery::RequestHandle;
use desktop_delivery::delivery::Delivery;
use hashlink::LinkedHashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_postgres::Row;

type Handle = [u8; 8];

/// The maximum size of all entries in bytes.
const CAPACITY: usize = 16 << 20;
/// The size of an entry without its texts, rounded up, which also bounds the number of entries.
const OVERHEAD: usize = 256;
/// How long an entry is used after it was read or written. Most people who claim from a page do so
/// sooner.
const MAX_AGE: Duration = Duration::from_secs(300);
/// How often older entries are deleted, because they hold data of patrons.
const SWEEP: Duration = Duration::from_secs(60);

/// The deliveries that this node last loaded by their handle, as they are stored: possibly
/// outdated, for [`recall`](desktop_delivery::Ledger::recall).
#[derive(Default)]
pub(crate) struct Recent(Mutex<State>);

#[derive(Default)]
struct State {
    /// The server that the last new session reached.
    server: String,
    /// Incremented whenever all entries are deleted; a read that began before adds none.
    generation: u64,
    /// The oldest first.
    entries: LinkedHashMap<Handle, Entry>,
    bytes: usize,
}

#[derive(Clone)]
struct Entry {
    seen_at: Instant,
    revision: i64,
    record: Arc<str>,
    usage: Arc<str>,
}

/// The entry that a change leaves if it commits.
pub(crate) struct Successor {
    generation: u64,
    handle: Handle,
    entry: Entry,
}

impl Recent {
    /// Starts the task that deletes old entries, which ends when the returned value is dropped.
    pub(crate) fn sweep(self: &Arc<Self>) -> JoinSet<()> {
        let (recent, mut sweeping) = (Arc::clone(self), JoinSet::new());
        sweeping.spawn(async move {
            loop {
                sleep(SWEEP).await;
                recent.lock().drop_old();
            }
        });
        sweeping
    }

    /// Returns the generation, which [`insert`](Self::insert) takes, before a row is read.
    pub(crate) fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Deletes all entries, because the stored deliveries may have been replaced by others with the
    /// same revisions.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Deletes all entries if this is another server than before: a restarted one may have been
    /// restored, and a standby may lack the last commits.
    pub(crate) fn meet(&self, server: String) {
        let state = &mut *self.lock();
        if state.server != server {
            state.server = server;
            state.clear();
        }
    }

    /// Inserts a row with the columns handle, revision, record and usage.
    pub(crate) fn insert(&self, generation: u64, row: &Row) -> Result<(), Error> {
        let text =
            |column| Ok::<_, Error>(Arc::from(rows::field::<rows::Json<'_>>(row, column)?.0));
        let (record, usage) = (text(2)?, text(3)?);
        let entry =
            Entry { seen_at: Instant::now(), revision: rows::field(row, 1)?, record, usage };
        self.lock().put(generation, rows::bytes(row, 0)?, entry);
        Ok(())
    }

    /// Returns a delivery as it was when this node last saw it.
    pub(crate) fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        let entry = self.lock().find(&handle.to_bytes())?;
        let record = serde_json::from_str(&entry.record).ok()?;
        let usage = serde_json::from_str(&entry.usage).ok()?;
        Some(Delivery::from_parts(handle, u64::try_from(entry.revision).ok()?, record, usage))
    }

    /// Returns the entry that a change leaves if it commits, or `None` if the entry it was decided
    /// on is gone. `record` and `usage` are set if the change writes them.
    pub(crate) fn successor(
        &self,
        handle: Handle,
        expected: Option<i64>,
        record: Option<&str>,
        usage: Option<&str>,
    ) -> Option<Successor> {
        let state = self.lock();
        let before = state.find(&handle)?;
        let expected = expected.filter(|expected| *expected == before.revision)?;
        let entry = Entry {
            revision: expected + 1,
            record: record.map_or(before.record, Arc::from),
            usage: usage.map_or(before.usage, Arc::from),
            ..before
        };
        Some(Successor { generation: state.generation, handle, entry })
    }

    /// Replaces an entry after a commit, or deletes it if nothing was committed.
    pub(crate) fn settle(&self, next: Successor, is_committed: bool) {
        let Successor { generation, handle, entry } = next;
        let mut state = self.lock();
        if is_committed {
            state.put(generation, handle, Entry { seen_at: Instant::now(), ..entry });
        } else {
            state.remove(&handle);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn clear(&mut self) {
        self.generation += 1;
        self.entries = LinkedHashMap::new();
        self.bytes = 0;
    }

    fn find(&self, handle: &Handle) -> Option<Entry> {
        self.entries.get(handle).filter(|entry| entry.is_valid()).cloned()
    }

    fn put(&mut self, generation: u64, handle: Handle, entry: Entry) {
        let is_newer = self.entries.get(&handle).is_none_or(|old| old.revision <= entry.revision);
        if generation != self.generation || !is_newer || entry.size() > CAPACITY {
            return;
        }
        self.remove(&handle);
        self.bytes += entry.size();
        self.entries.insert(handle, entry);
        while self.bytes > CAPACITY {
            self.drop_oldest();
        }
    }

    fn remove(&mut self, handle: &Handle) {
        self.bytes -= self.entries.remove(handle).map_or(0, |entry| entry.size());
    }

    fn drop_oldest(&mut self) {
        self.bytes -= self.entries.pop_front().map_or(0, |(_, entry)| entry.size());
    }

    fn drop_old(&mut self) {
        while self.entries.front().is_some_and(|(_, entry)| !entry.is_valid()) {
            self.drop_oldest();
        }
    }
}

impl Entry {
    fn size(&self) -> usize {
        self.record.len() + self.usage.len() + OVERHEAD
    }

    fn is_valid(&self) -> bool {
        self.seen_at.elapsed() < MAX_AGE
    }
}

impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recent").field("bytes", &self.lock().bytes).finish_non_exhaustive()
    }
}
