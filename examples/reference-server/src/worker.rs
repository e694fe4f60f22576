use desktop_delivery::Desk;
use desktop_delivery::desk::DueFailure;
use desktop_delivery::error::ErrorChain;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Concurrent batches of due work: one that a slow mail server holds up does not delay the others.
const MAX_BATCHES: usize = 8;

/// Does what falls due, until the server stops: sends mail, ends terms, sweeps.
pub(crate) async fn work(desk: Arc<Desk>, pause: Duration, mut stopping: watch::Receiver<bool>) {
    let mut batches = JoinSet::new();
    while !*stopping.borrow() {
        if batches.len() < MAX_BATCHES {
            let desk = Arc::clone(&desk);
            batches.spawn(async move { run_batch(&desk).await });
        }
        // The next batch starts at once where one found work, and else after the pause, whether the
        // others have ended or not.
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
            // A change of the channel means: stop.
            changed = stopping.changed() => if changed.is_err() { break },
        }
    }
    // What was leased is seen through.
    while batches.join_next().await.is_some() {}
}

/// Runs due work; returns whether nothing is left to do at once.
async fn run_batch(desk: &Desk) -> bool {
    match desk.run_due().await {
        Ok(report) => {
            for failure in &report.errors {
                log(failure, "due work failed, and is retried");
            }
            for failure in &report.notice_failures {
                log(failure, "a notice was not sent");
            }
            let sent = u64::try_from(report.notices_sent).unwrap_or(u64::MAX);
            metrics::counter!("desktop_delivery_notices_sent_total").increment(sent);
            if report.notices_delayed > 0 {
                tracing::warn!(notices = report.notices_delayed, "mail waits for another try");
            }
            report.is_idle() || !report.errors.is_empty()
        }
        Err(error) => {
            let (code, remedy) = (error.code(), error.remedy());
            tracing::error!(error = %ErrorChain::of(&error), code, %remedy, "due work could not be read");
            true
        }
    }
}

/// Logs what failed, on which request, why, and what to do.
fn log(failure: &DueFailure, message: &str) {
    let DueFailure { handle, work, error, .. } = failure;
    let reference = failure.reference.as_ref().map(|reference| reference.as_str());
    let (code, remedy) = (error.code(), error.remedy());
    tracing::error!(
        request = %handle, reference, %work, error = %ErrorChain::of(error), code, %remedy, "{message}"
    );
}
