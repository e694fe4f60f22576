use desktop_delivery::desk::{DueFailure, DueReport};
use desktop_delivery::error::ErrorChain;
use desktop_delivery::{Desk, Error};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The maximum number of concurrent batches. A batch that a slow mail server delays does not hold
/// up the others.
const MAX_BATCHES: usize = 8;

/// Runs due work until `stopping` changes, looking for more after each `pause`: sends emails, ends
/// terms, deletes files. Before it returns, it completes the work that it has leased.
pub async fn run_due_work(desk: Arc<Desk>, pause: Duration, mut stopping: watch::Receiver<bool>) {
    let mut batches = JoinSet::new();
    while !*stopping.borrow() {
        if batches.len() < MAX_BATCHES {
            let desk = Arc::clone(&desk);
            batches.spawn(async move { run_batch(&desk).await });
        }
        // After a batch that found work, the next one starts at once; otherwise after the pause,
        // whether or not the others have ended.
        let next = async {
            while let Some(ended) = batches.join_next().await {
                if ended.is_ok_and(|is_idle| !is_idle) {
                    return;
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            () = next => {}
            () = tokio::time::sleep(pause) => {}
            // A dropped sender also stops the loop.
            changed = stopping.changed() => if changed.is_err() { break },
        }
    }
    while batches.join_next().await.is_some() {}
}

/// Runs all work that is due now, and returns the combined report. For programs that run from time
/// to time, such as a scheduled command. `progress` is called with the report after each batch.
///
/// Work that fails stays due; the function returns when no other work is left.
///
/// # Errors
/// [`Error`] if due work cannot be read.
pub async fn run_due_work_once(
    desk: &Desk,
    mut progress: impl FnMut(&DueReport) + Send,
) -> Result<DueReport, Error> {
    let mut total = DueReport::default();
    loop {
        let report = desk.run_due().await?;
        let is_stuck = !report.errors.is_empty()
            && report.deliveries <= report.errors.len()
            && report.notices_sent == 0
            && report.notices_ended == 0;
        let is_done = report.is_idle() || is_stuck;
        total.deliveries += report.deliveries;
        total.blobs_deleted += report.blobs_deleted;
        total.notices_sent += report.notices_sent;
        total.notices_delayed += report.notices_delayed;
        total.notices_ended += report.notices_ended;
        total.errors.extend(report.errors);
        total.notice_failures.extend(report.notice_failures);
        progress(&total);
        if is_done {
            return Ok(total);
        }
    }
}

/// Runs one batch of due work. Returns whether there is nothing more to do for now.
async fn run_batch(desk: &Desk) -> bool {
    match desk.run_due().await {
        Ok(report) => {
            for failure in &report.errors {
                log(failure, "due work failed and will be retried");
            }
            for failure in &report.notice_failures {
                log(failure, "could not send a notice");
            }
            let sent = u64::try_from(report.notices_sent).unwrap_or(u64::MAX);
            metrics::counter!("desktop_delivery_notices_sent_total").increment(sent);
            if report.notices_delayed > 0 {
                tracing::warn!(notices = report.notices_delayed, "some notices will be retried");
            }
            report.is_idle() || !report.errors.is_empty()
        }
        Err(error) => {
            let (code, remedy) = (error.code(), error.remedy());
            tracing::error!(error = %ErrorChain::of(&error), code, %remedy, "could not read due work");
            true
        }
    }
}

fn log(failure: &DueFailure, message: &str) {
    let DueFailure { handle, work, error, .. } = failure;
    let reference = failure.reference.as_ref().map(|reference| reference.as_str());
    let (code, remedy) = (error.code(), error.remedy());
    tracing::error!(
        request = %handle, reference, %work, error = %ErrorChain::of(error), code, %remedy, "{message}"
    );
}
