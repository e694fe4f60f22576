use crate::model::delivery::DeliveryRecord;
use crate::model::event::Event;
use crate::model::ids::{CommitId, RequestHandle};
use crate::ports::change::{Change, Charge, OutboxEntry, Settlement};
use crate::ports::ledger_snapshot::DeliverySnapshot;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::{self, Debug};

/// How a database stores what rows are made of.
pub trait RowFormat: Debug {
    /// A handle as a column.
    type Key: Debug;

    /// Converts a handle to its column.
    fn key(handle: RequestHandle) -> Self::Key;

    /// Writes a value that has no columns of its own, such as a record; `None` if that fails.
    fn text(value: &impl Serialize) -> Option<String>;

    /// Joins what the search index keeps of a delivery: the tokens of what lists are filtered by, and
    /// the words that are searched, in their order. Neither holds a space.
    #[must_use]
    fn document(mut tokens: Vec<String>, words: BTreeSet<String>) -> String {
        tokens.extend(words);
        tokens.join(" ")
    }
}

/// Why rows could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must know all of them")]
pub enum RowError {
    /// A new delivery lacks its record or its usage: the caller broke the contract.
    Incomplete,
    /// A number does not fit its column.
    TooGreat,
    /// A value could not be written as text.
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

/// A [`Change`] as rows, made by the caller's task so that the only writer of a database has less to
/// do.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers take it apart")]
pub struct ChangeRows<F: RowFormat> {
    /// The delivery.
    pub handle: F::Key,
    /// The revision that must be stored now.
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
    /// Amounts against counters.
    pub charges: Vec<Charge>,
}

/// A [`DeliverySnapshot`] as rows.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers take it apart")]
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
    /// Its notices that wait to be sent.
    pub outbox: Vec<OutboxEntry>,
}

/// A [`DeliveryRecord`] with the columns by which it is found.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers take it apart")]
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
    /// When the delivery was made, seconds.
    pub created_at: i64,
    /// When the next thing falls due, seconds.
    pub due_at: Option<i64>,
    /// The whole record as text.
    pub text: String,
    /// What the search index keeps of it.
    pub document: String,
}

/// A commit and its events, of which there is at least one.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers take it apart")]
pub struct CommitRow {
    /// The commit's id.
    pub id: [u8; 16],
    /// The events in their order.
    pub events: Vec<EventRow>,
}

/// An event. Actor and detail are apart, because both have fields of the same name.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers take it apart")]
pub struct EventRow {
    /// When, seconds.
    pub at: i64,
    /// Who, as text.
    pub actor: String,
    /// What happened, as text.
    pub detail: String,
}

impl<F: RowFormat> ChangeRows<F> {
    /// Takes a change apart.
    ///
    /// # Errors
    /// [`RowError::Incomplete`] and [`RowError::Unwritable`].
    pub fn of(change: Change) -> Result<Self, RowError> {
        if change.expected.is_none() && (change.record.is_none() || change.usage.is_none()) {
            return Err(RowError::Incomplete);
        }
        Ok(Self {
            handle: F::key(change.handle),
            // No revision is so great, so one that does not fit is as stale as any.
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
    /// Takes a snapshot of a delivery apart.
    ///
    /// # Errors
    /// [`RowError::TooGreat`] and [`RowError::Unwritable`].
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

/// What the search index keeps of a delivery.
#[must_use]
pub fn search_document<F: RowFormat>(record: &DeliveryRecord) -> String {
    F::document(record.index_tokens(), record.facts.search_words())
}

fn text<F: RowFormat>(value: &impl Serialize) -> Result<String, RowError> {
    F::text(value).ok_or(RowError::Unwritable)
}
