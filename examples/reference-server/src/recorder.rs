//! Metrics for `/metrics`.

use crate::startup_error::StartupError;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::time::Duration;
use tokio::sync::watch;

/// The upper bounds of the histogram buckets in seconds: from a claim to a long upload.
const BUCKETS: [f64; 12] =
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0, 300.0];
/// How often measurements are aggregated. Until then each is kept individually.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts recording metrics.
pub(crate) fn install() -> Result<PrometheusHandle, StartupError> {
    let failed = |error| StartupError::new("could not set up metrics", error);
    builder().map_err(failed)?.install_recorder().map_err(failed)
}

fn builder() -> Result<PrometheusBuilder, metrics_exporter_prometheus::BuildError> {
    PrometheusBuilder::new().set_buckets(&BUCKETS)
}

/// Aggregates measurements every few seconds until the server stops, so that memory stays bounded
/// even if `/metrics` is never read.
pub(crate) async fn add_up(metrics: PrometheusHandle, mut stopping: watch::Receiver<bool>) {
    while tokio::time::timeout(UPKEEP, stopping.changed()).await.is_err() {
        metrics.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASUREMENTS: u64 = 300_000;

    /// Returns the bytes still allocated after recording, with this pause after every 10,000
    /// measurements.
    fn kept(pause: Duration) -> i64 {
        let recorder = builder().unwrap().build_recorder();
        let metrics = recorder.handle();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let record = || {
            runtime.block_on(async {
                let (_stop, stopping) = watch::channel(false);
                let keeper = tokio::spawn(add_up(metrics.clone(), stopping));
                for at in 0..MEASUREMENTS {
                    metrics::histogram!("seconds", "route" => "api").record(0.003);
                    if at % 10_000 == 0 {
                        tokio::time::sleep(pause).await;
                    }
                }
                keeper.abort();
            });
        };
        let measured =
            metrics::with_local_recorder(&recorder, || allocation_counter::measure(record));
        let text = metrics.render();
        assert!(text.contains(&format!("seconds_count{{route=\"api\"}} {MEASUREMENTS}")), "{text}");
        assert!(text.contains("le=\"0.005\""), "{text}");
        measured.bytes_current
    }

    #[test]
    fn memory_is_bounded_without_scraping() {
        let unkept = kept(Duration::ZERO);
        assert!(unkept > 2_000_000, "the test measures nothing: {unkept}");
        let kept = kept(UPKEEP * 2);
        assert!(kept < 500_000, "{kept} bytes after {MEASUREMENTS} measurements");
    }
}
