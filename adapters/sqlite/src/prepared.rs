use crate::error::Error;
use crate::{rows, search};
use desktop_delivery::delivery::DeliveryRecord;
use desktop_delivery::events::Event;
use desktop_delivery::ids::CommitId;
use desktop_delivery::ledger::{Change, Charge, DeliverySnapshot, OutboxEntry, Settlement};
use serde::Serialize;

/// Holds a [`Change`] as rows, made by the caller's thread so that the writer has the less to do.
pub(crate) struct Prepared {
    pub(crate) handle: i64,
    pub(crate) expected: Option<i64>,
    pub(crate) record: Option<RecordRow>,
    pub(crate) usage: Option<String>,
    pub(crate) commit: CommitRow,
    pub(crate) outbox: Vec<OutboxEntry>,
    pub(crate) settle: Vec<Settlement>,
    /// In the order of their counters.
    pub(crate) charges: Vec<Charge>,
}

/// Holds a [`DeliverySnapshot`] as rows.
pub(crate) struct PreparedCopy {
    pub(crate) handle: i64,
    pub(crate) revision: i64,
    pub(crate) record: RecordRow,
    pub(crate) usage: String,
    /// From revision 1 on.
    pub(crate) history: Vec<CommitRow>,
    pub(crate) outbox: Vec<OutboxEntry>,
}

pub(crate) struct RecordRow {
    pub(crate) reference: String,
    pub(crate) requester: String,
    pub(crate) supplier: String,
    pub(crate) patron: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) created_at: i64,
    pub(crate) due_at: Option<i64>,
    pub(crate) json: String,
    /// What the search index keeps of it.
    pub(crate) document: String,
}

/// Holds the events of one commit.
pub(crate) struct CommitRow {
    pub(crate) id: [u8; 16],
    pub(crate) events: Vec<EventRow>,
}

pub(crate) struct EventRow {
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) detail: String,
}

impl Prepared {
    pub(crate) fn of(change: Change) -> Result<Self, Error> {
        let mut charges = change.charges;
        charges.sort_by_key(|charge| charge.counter);
        Ok(Self {
            handle: rows::from_handle(change.handle),
            // No revision is so great, so one that does not fit is as stale as any.
            expected: change.expected.map(|expected| i64::try_from(expected).unwrap_or(i64::MAX)),
            record: change.record.map(RecordRow::of).transpose()?,
            usage: change.usage.as_ref().map(json).transpose()?,
            commit: CommitRow::of(change.commit_id, &change.events)?,
            outbox: change.outbox,
            settle: change.settle,
            charges,
        })
    }
}

impl PreparedCopy {
    pub(crate) fn of(copy: DeliverySnapshot) -> Result<Self, Error> {
        let DeliverySnapshot { delivery, history, outbox } = copy;
        let history = history.iter().map(|(id, events)| CommitRow::of(*id, events));
        Ok(Self {
            handle: rows::from_handle(delivery.handle),
            revision: i64::try_from(delivery.revision).map_err(|_| Error::Row("count"))?,
            record: RecordRow::of(delivery.record)?,
            usage: json(&delivery.usage)?,
            history: history.collect::<Result<_, _>>()?,
            outbox,
        })
    }
}

impl RecordRow {
    fn of(record: DeliveryRecord) -> Result<Self, Error> {
        let (json, document) = (json(&record)?, search::document(&record));
        let facts = record.facts;
        Ok(Self {
            reference: facts.reference.into(),
            requester: facts.requester.into(),
            supplier: facts.supplier.into(),
            patron: facts.patron.map(Into::into),
            status: record.status.as_str(),
            created_at: record.created_at.as_seconds(),
            due_at: record.due_at.map(|due_at| due_at.as_seconds()),
            json,
            document,
        })
    }
}

impl CommitRow {
    fn of(id: CommitId, events: &[Event]) -> Result<Self, Error> {
        let events = events.iter().map(EventRow::of).collect::<Result<_, _>>()?;
        Ok(Self { id: *id.as_bytes(), events })
    }
}

impl EventRow {
    /// Actor and event go apart: as one object, both would have fields of the same name.
    fn of(event: &Event) -> Result<Self, Error> {
        Ok(Self {
            at: event.at.as_seconds(),
            actor: json(&event.actor)?,
            detail: json(&event.detail())?,
        })
    }
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|_| Error::Unwritable)
}
