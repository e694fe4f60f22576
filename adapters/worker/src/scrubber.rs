use crate::pass::Pass;
use desktop_delivery::desk::ScrubReport;
use desktop_delivery::error::ErrorChain;
use desktop_delivery::{Desk, Error, Registry};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The number of seconds' worth of bytes read at once.
const STEP_SECONDS: u64 = 5;
/// How long a process may take for a step, in seconds. After that, another process takes over.
const LEASE_SECONDS: i64 = 600;
/// The maximum pause between two reads of the stored progress, in seconds.
const PAUSE_SECONDS: u64 = 60;

const FILES: &str = "desktop_delivery_scrub_files_total";
const BYTES: &str = "desktop_delivery_scrub_bytes_total";
const FINDINGS: &str = "desktop_delivery_scrub_findings_total";
const PASSES: &str = "desktop_delivery_scrub_passes_total";
const COUNTERS: [&str; 4] = [FILES, BYTES, FINDINGS, PASSES];

/// The pace of a [`Scrubber`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ScrubOptions {
    /// The average rate in bytes per second, shared by all processes; 0 disables the scrubber.
    /// Default: 2,000,000, which is 170 GB a day.
    pub bytes_per_second: u64,
    /// The pause between two passes over all files. Default: 24 hours.
    pub rest: Duration,
    /// Whether other processes may scrub the same ledger; a step is then leased. Default: `true`.
    pub is_shared: bool,
}

impl Default for ScrubOptions {
    fn default() -> Self {
        Self { bytes_per_second: 2_000_000, rest: Duration::from_secs(86_400), is_shared: true }
    }
}

impl ScrubOptions {
    /// Sets the average rate in bytes per second; 0 disables the scrubber.
    #[must_use]
    pub const fn with_bytes_per_second(mut self, bytes: u64) -> Self {
        self.bytes_per_second = bytes;
        self
    }

    /// Sets the pause between two passes over all files.
    #[must_use]
    pub const fn with_rest(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }

    /// Sets whether other processes may scrub the same ledger.
    #[must_use]
    pub const fn with_shared(mut self, is_shared: bool) -> Self {
        self.is_shared = is_shared;
        self
    }
}

/// Reads stored files in the background and compares them with what was attached.
///
/// Each file that is missing, changed or unreadable is logged as an error and counted in
/// `desktop_delivery_scrub_findings_total`, again in each pass. The progress is stored in the
/// registry, so that a pass survives a restart.
#[derive(Debug)]
pub struct Scrubber {
    desk: Arc<Desk>,
    registry: Arc<dyn Registry>,
    options: ScrubOptions,
}

impl Scrubber {
    /// Creates a scrubber. Processes on one ledger must use the same registry.
    #[must_use]
    pub fn new(desk: Arc<Desk>, registry: Arc<dyn Registry>, options: ScrubOptions) -> Self {
        Self { desk, registry, options }
    }

    /// Verifies files until `stopping` changes; the next run repeats an interrupted step. Returns
    /// at once if the rate is 0.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        if self.options.bytes_per_second == 0 {
            return;
        }
        // Registered before anything is found, so that an alert can compare values.
        for name in COUNTERS {
            metrics::counter!(name).increment(0);
        }
        while !*stopping.borrow() {
            let step = tokio::select! {
                step = self.step() => step,
                _ = stopping.changed() => break,
            };
            let pause = step.unwrap_or_else(|error| {
                let error = ErrorChain::of(&error);
                tracing::error!(%error, "could not verify stored files; retrying in a minute");
                Duration::from_secs(PAUSE_SECONDS)
            });
            if let Ok(Err(_)) = tokio::time::timeout(pause, stopping.changed()).await {
                break;
            }
        }
    }

    /// Reads some files if it is this process's turn. Returns the wait before the next step.
    async fn step(&self) -> Result<Duration, Error> {
        let (registry, options) = (&*self.registry, self.options);
        let now = self.desk.now();
        let (mut pass, version) = Pass::read(registry).await?;
        let wait = pass.not_before.map(|end| end.seconds_since(now));
        if let Some(wait) = wait.filter(|wait| *wait > 0) {
            let wait = u64::try_from(wait).unwrap_or(PAUSE_SECONDS);
            return Ok(Duration::from_secs(wait.min(PAUSE_SECONDS)));
        }
        if options.is_shared {
            let not_before = Some(now.plus_seconds(LEASE_SECONDS));
            if !(Pass { not_before, ..pass.clone() }).write(registry, version).await? {
                // Another process was faster.
                return Ok(Duration::from_secs(1));
            }
        }
        let limit = options.bytes_per_second.saturating_mul(STEP_SECONDS);
        let read = self.desk.scrub(pass.position.as_ref(), limit).await;
        pass.not_before = None;
        let report = match read {
            Ok(report) => report,
            Err(error) => {
                // Releases the lease, so that other processes need not wait for it to expire.
                pass.replace(registry).await?;
                return Err(error);
            }
        };
        publish(&report);
        pass.files += report.files;
        pass.bytes += report.bytes;
        pass.findings += u64::try_from(report.findings.len()).unwrap_or(u64::MAX);
        pass.position = report.next;
        let mut pause = report.bytes.div_ceil(options.bytes_per_second).max(1);
        if pass.position.is_none() {
            let Pass { files, bytes, findings, .. } = pass;
            tracing::info!(files, bytes, findings, "all stored files were verified");
            metrics::counter!(PASSES).increment(1);
            let rest = options.rest.as_secs();
            let seconds = i64::try_from(rest).unwrap_or(i64::MAX);
            let not_before = Some(self.desk.now().plus_seconds(seconds));
            pass = Pass { not_before, ..Pass::default() };
            pause = rest.clamp(1, PAUSE_SECONDS);
        }
        pass.replace(registry).await?;
        Ok(Duration::from_secs(pause))
    }
}

/// Reports the findings to the operator: a log line for each file, and the metrics.
fn publish(report: &ScrubReport) {
    metrics::counter!(FILES).increment(report.files);
    metrics::counter!(BYTES).increment(report.bytes);
    for found in &report.findings {
        metrics::counter!(FINDINGS).increment(1);
        tracing::error!(
            request = %found.handle,
            attachment = found.attachment.get(),
            version = found.version.get(),
            fault = %found.fault,
            "a stored file differs from the attached one; restore it from a backup, or ask the lending \
             library to replace it"
        );
    }
}
