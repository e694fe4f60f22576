use desktop_delivery::Desk;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Batches of due work that run at once: one that a slow mail server holds up delays no other.
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

/// Does what is due; answers whether there is nothing to do at once.
async fn run_batch(desk: &Desk) -> bool {
    match desk.run_due().await {
        Ok(report) => {
            for error in &report.errors {
                log(error);
            }
            let sent = u64::try_from(report.notices_sent).unwrap_or(u64::MAX);
            metrics::counter!("desktop_delivery_notices_sent_total").increment(sent);
            if report.notices_delayed > 0 {
                tracing::warn!(notices = report.notices_delayed, "mail waits for another try");
            }
            report.is_idle() || !report.errors.is_empty()
        }
        Err(error) => {
            log(&error);
            true
        }
    }
}

fn log(error: &desktop_delivery::Error) {
    let mut causes = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(%error, causes, "due work failed, and stays due");
}
