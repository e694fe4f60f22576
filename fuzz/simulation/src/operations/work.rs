//! What runs by itself: due work, heartbeats, scrubbing.

use crate::model::Intent;
use crate::operation::{Call, Draw, Operation};
use crate::violation::ensure;
use desktop_delivery::Actor;
use desktop_delivery::desk::{DueFailure, ScrubPosition};
use std::sync::{Arc, Mutex, PoisonError};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "run due",
        methods: &["run_due"],
        weight: 14,
        records: &[
            "Backoff",
            "Expired",
            "Forgotten",
            "LinkRevoked",
            "NoticeTried",
            "Purged",
            "Swept",
            "UploadEnded",
        ],
        draw: |_| Some(run_due()),
    },
    Operation { name: "scrub", methods: &["scrub"], weight: 2, records: &[], draw: scrub },
    Operation { name: "beat", methods: &["beat"], weight: 8, records: &[], draw: beat },
    Operation {
        name: "stop beating",
        methods: &["stop_beating"],
        weight: 3,
        records: &[],
        draw: stop_beating,
    },
];

/// A call of due work.
pub(crate) fn run_due() -> Call {
    Call::new(
        "run due".to_owned(),
        Actor::System,
        Intent::Plain,
        |desk| async move { desk.run_due().await },
        |seen, report| {
            let failures = report.errors.iter().chain(&report.notice_failures);
            for text in failures.map(DueFailure::to_string) {
                seen.hides_secrets(&text)?;
            }
            let (deliveries, blobs) = (report.deliveries, report.blobs_deleted);
            let (sent, errors) = (report.notices_sent, report.errors.len());
            let is_calm = errors == 0 || seen.notes.disturbed;
            ensure!(is_calm, "7 due work fails without a fault", "{:?}", report.errors);
            Ok(format!("{deliveries} requests, {blobs} blobs, {sent} notices, {errors} errors"))
        },
    )
}

fn scrub(draw: &mut Draw<'_>) -> Option<Call> {
    let limit = u64::try_from(draw.choices.below(9_000)).unwrap_or(0);
    // A pass continues where the call before it stopped.
    let position: Arc<Mutex<Option<ScrubPosition>>> = Arc::default();
    Some(Call::new(
        format!("scrub {limit} bytes"),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let position = Arc::clone(&position);
            async move {
                let from = position.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let report = desk.scrub(from.as_ref(), limit).await?;
                position.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&report.next);
                Ok(report)
            }
        },
        |seen, report| {
            let is_sound = report.findings.is_empty() || seen.notes.disturbed;
            ensure!(is_sound, "9 a sound blob is found corrupt", "{:?}", report.findings);
            Ok(format!("{} files", report.files))
        },
    ))
}

fn beat(_draw: &mut Draw<'_>) -> Option<Call> {
    Some(Call::new(
        "beat".to_owned(),
        Actor::System,
        Intent::Plain,
        |desk| async move { desk.beat().await },
        |_, ()| Ok("alive".to_owned()),
    ))
}

fn stop_beating(_draw: &mut Draw<'_>) -> Option<Call> {
    Some(Call::new(
        "stop beating".to_owned(),
        Actor::System,
        Intent::Plain,
        |desk| async move { desk.stop_beating().await },
        |_, ()| Ok("stopped".to_owned()),
    ))
}
