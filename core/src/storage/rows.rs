use crate::model::delivery::DeliveryRecord;
use crate::model::event::Event;
use crate::model::ids::{CommitId, RequestHandle};
use crate::ports::change::{Change, Charge, OutboxEntry, Settlement};
use crate::ports::ledger_snapshot::DeliverySnapshot;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::{self, Debug};

/// The formats in which a database stores the contents of rows.
pub trait RowFormat: Debug {
    /// The column type of a handle.
    type Key: Debug;

    /// Converts a handle to its column value.
    fn key(handle: RequestHandle) -> Self::Key;

    /// Serializes a value that has no columns of its own, such as a record; `None` if that fails.
    fn text(value: &impl Serialize) -> Option<String>;

    /// Joins what the search index stores for a delivery: the tokens by which lists are filtered,
    /// and the search words, in this order. Neither contains spaces.
    #[must_use]
    fn document(mut tokens: Vec<String>, words: BTreeSet<String>) -> String {
        tokens.extend(words);
        tokens.join(" ")
    }
}

/// The reason why rows could not be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must handle all of them")]
pub enum RowError {
    /// A new delivery has no record or no usage; the caller violated the contract.
    Incomplete,
    /// A number does not fit its column.
    TooGreat,
    /// A value could not be serialized.
    Unwritable,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Incomplete => "a new delivery needs a record and a usage",
            Self::TooGreat => "a number is too great to store",
            Self::Unwritable => "a value cannot be written as text",
        })
    }
}

impl std::error::Error for RowError {}

/// A [`Change`] as rows, created in the caller's task to leave less work to the single writer of a
/// database.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers destructure it")]
pub struct ChangeRows<F: RowFormat> {
    /// The delivery.
    pub handle: F::Key,
    /// The revision that must currently be stored; `None` for a new delivery.
    pub expected: Option<i64>,
    /// The record, if it changes.
    pub record: Option<RecordRow>,
    /// The usage as text, if it changes.
    pub usage: Option<String>,
    /// The commit with its events.
    pub commit: CommitRow,
    /// Notices to be sent.
    pub outbox: Vec<OutboxEntry>,
    /// Leased notices that this commit settles.
    pub settle: Vec<Settlement>,
    /// The charges to counters.
    pub charges: Vec<Charge>,
}

/// A [`DeliverySnapshot`] as rows.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers destructure it")]
pub struct SnapshotRows<F: RowFormat> {
    /// The delivery.
    pub handle: F::Key,
    /// Its revision.
    pub revision: i64,
    /// Its record.
    pub record: RecordRow,
    /// Its usage as text.
    pub usage: String,
    /// Its commits, from revision 1 on.
    pub history: Vec<CommitRow>,
    /// Its pending notices.
    pub outbox: Vec<OutboxEntry>,
}

/// A [`DeliveryRecord`] with the columns by which it is looked up.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers destructure it")]
pub struct RecordRow {
    /// The host's reference.
    pub reference: String,
    /// The requester.
    pub requester: String,
    /// The supplier.
    pub supplier: String,
    /// The patron, if one is named.
    pub patron: Option<String>,
    /// The status.
    pub status: &'static str,
    /// When the delivery was created, in seconds since 1970-01-01 (UTC).
    pub created_at: i64,
    /// When the next work is due, in seconds since 1970-01-01 (UTC).
    pub due_at: Option<i64>,
    /// The whole record as text.
    pub text: String,
    /// The search index contents of the record.
    pub document: String,
}

/// A commit and its events, at least one.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers destructure it")]
pub struct CommitRow {
    /// The commit's id.
    pub id: [u8; 16],
    /// The events in their order.
    pub events: Vec<EventRow>,
}

/// An event. The actor and the detail are separate because both have fields of the same name.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers destructure it")]
pub struct EventRow {
    /// The time, in seconds since 1970-01-01 (UTC).
    pub at: i64,
    /// The actor as text.
    pub actor: String,
    /// What happened, as text.
    pub detail: String,
}

impl<F: RowFormat> ChangeRows<F> {
    /// Converts a change to rows.
    ///
    /// # Errors
    /// [`RowError::Incomplete`] or [`RowError::Unwritable`].
    pub fn of(change: Change) -> Result<Self, RowError> {
        if change.expected.is_none() && (change.record.is_none() || change.usage.is_none()) {
            return Err(RowError::Incomplete);
        }
        Ok(Self {
            handle: F::key(change.handle),
            // Revisions never get this large, so one that does not fit is as stale as any other.
            expected: change.expected.map(|expected| i64::try_from(expected).unwrap_or(i64::MAX)),
            record: change.record.map(RecordRow::of::<F>).transpose()?,
            usage: change.usage.as_ref().map(text::<F>).transpose()?,
            commit: CommitRow::of::<F>(change.commit_id, &change.events)?,
            outbox: change.outbox,
            settle: change.settle,
            charges: change.charges,
        })
    }
}

impl<F: RowFormat> SnapshotRows<F> {
    /// Converts the snapshot of a delivery to rows.
    ///
    /// # Errors
    /// [`RowError::TooGreat`] or [`RowError::Unwritable`].
    pub fn of(snapshot: DeliverySnapshot) -> Result<Self, RowError> {
        let DeliverySnapshot { delivery, history, outbox } = snapshot;
        let history = history.iter().map(|(id, events)| CommitRow::of::<F>(*id, events));
        Ok(Self {
            handle: F::key(delivery.handle),
            revision: i64::try_from(delivery.revision).map_err(|_| RowError::TooGreat)?,
            record: RecordRow::of::<F>(delivery.record)?,
            usage: text::<F>(&delivery.usage)?,
            history: history.collect::<Result<_, _>>()?,
            outbox,
        })
    }
}

impl RecordRow {
    fn of<F: RowFormat>(record: DeliveryRecord) -> Result<Self, RowError> {
        let text = text::<F>(&record)?;
        let document = search_document::<F>(&record);
        let facts = record.facts;
        Ok(Self {
            reference: facts.reference.into(),
            requester: facts.requester.into(),
            supplier: facts.supplier.into(),
            patron: facts.patron.map(Into::into),
            status: record.status.as_str(),
            created_at: record.created_at.as_seconds(),
            due_at: record.due_at.map(|due_at| due_at.as_seconds()),
            text,
            document,
        })
    }
}

impl CommitRow {
    fn of<F: RowFormat>(id: CommitId, events: &[Event]) -> Result<Self, RowError> {
        let events = events.iter().map(EventRow::of::<F>).collect::<Result<_, _>>()?;
        Ok(Self { id: *id.as_bytes(), events })
    }
}

impl EventRow {
    fn of<F: RowFormat>(event: &Event) -> Result<Self, RowError> {
        Ok(Self {
            at: event.at.as_seconds(),
            actor: text::<F>(&event.actor)?,
            detail: text::<F>(&event.detail())?,
        })
    }
}

/// Returns the search index contents of a delivery.
#[must_use]
pub fn search_document<F: RowFormat>(record: &DeliveryRecord) -> String {
    F::document(record.index_tokens(), record.facts.search_words())
}

fn text<F: RowFormat>(value: &impl Serialize) -> Result<String, RowError> {
    F::text(value).ok_or(RowError::Unwritable)
}
