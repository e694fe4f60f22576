use desktop_delivery::Desk;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Does what falls due, until the server stops: sends mail, ends terms, sweeps.
pub(crate) async fn work(desk: Arc<Desk>, pause: Duration, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let is_idle = match desk.run_due().await {
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
        };
        if is_idle {
            // A change of the channel means: stop.
            let _ = tokio::time::timeout(pause, stopping.changed()).await;
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
