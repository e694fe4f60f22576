use crate::assemble::Server;
use crate::settings::ScrubSettings;
use desktop_delivery::desk::{ScrubPosition, ScrubReport};
use desktop_delivery::error::ErrorChain;
use desktop_delivery::{Error, Timestamp};
use desktop_delivery_identity::Records;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The number of seconds' worth of bytes read at once.
const STEP_SECONDS: u64 = 5;
/// How long a server that shares the database may take for a step, in seconds. After that, another
/// server takes over.
const LEASE_SECONDS: i64 = 600;
/// The maximum pause between two reads of the record, in seconds.
const PAUSE_SECONDS: u64 = 60;
/// The kind of the record, and its only key.
const KIND: &str = "scrub";
const KEY: &str = "pass";

/// The progress of a pass over all stored files, for all servers that share the database.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Pass {
    /// The position at which the pass continues; `None` at its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<ScrubPosition>,
    /// No server reads before this time: one is working, or the pause between two passes is not
    /// over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<Timestamp>,
    files: u64,
    bytes: u64,
    findings: u64,
}

/// Reads stored files in the background and compares them with what was attached, until the server
/// stops.
pub(crate) async fn work(
    server: Arc<Server>,
    settings: ScrubSettings,
    mut stopping: watch::Receiver<bool>,
) {
    if settings.bytes_per_second == 0 {
        return;
    }
    // Registered before anything is found, so that an alert can compare values.
    for name in COUNTERS {
        metrics::counter!(name).increment(0);
    }
    let passes = Records::new(Arc::clone(&server.registry), KIND);
    while !*stopping.borrow() {
        let step = tokio::select! {
            step = step(&server, &passes, &settings) => step,
            // The next start repeats the interrupted step.
            _ = stopping.changed() => break,
        };
        let pause = step.unwrap_or_else(|error| {
            let error = ErrorChain::of(&error);
            tracing::error!(%error, "could not verify stored files; retrying in a minute");
            Duration::from_secs(PAUSE_SECONDS)
        });
        // A change of the channel means that the server is stopping.
        let _ = tokio::time::timeout(pause, stopping.changed()).await;
    }
}

const FILES: &str = "desktop_delivery_scrub_files_total";
const BYTES: &str = "desktop_delivery_scrub_bytes_total";
const FINDINGS: &str = "desktop_delivery_scrub_findings_total";
const PASSES: &str = "desktop_delivery_scrub_passes_total";
const COUNTERS: [&str; 4] = [FILES, BYTES, FINDINGS, PASSES];

/// Reads some files if it is this server's turn. Returns the wait before the next step.
async fn step(
    server: &Server,
    passes: &Records<Pass>,
    settings: &ScrubSettings,
) -> Result<Duration, Error> {
    let now = server.desk.now();
    let (mut pass, version) = passes.read(KEY).await?.unwrap_or_default();
    if let Some(wait) = pass.not_before.map(|end| end.seconds_since(now)).filter(|wait| *wait > 0) {
        let wait = u64::try_from(wait).unwrap_or(PAUSE_SECONDS);
        return Ok(Duration::from_secs(wait.min(PAUSE_SECONDS)));
    }
    if server.engines.is_shared() {
        let not_before = Some(now.plus_seconds(LEASE_SECONDS));
        if !passes.write(KEY, &Pass { not_before, ..pass.clone() }, version).await? {
            // Another server was faster.
            return Ok(Duration::from_secs(1));
        }
    }
    let limit = settings.bytes_per_second.saturating_mul(STEP_SECONDS);
    let read = server.desk.scrub(pass.position.as_ref(), limit).await;
    pass.not_before = None;
    let report = match read {
        Ok(report) => report,
        Err(error) => {
            // Releases the lease, so that other servers need not wait for it to expire.
            passes.update(KEY, |_| Some(pass.clone())).await?;
            return Err(error);
        }
    };
    publish(&report);
    pass.files += report.files;
    pass.bytes += report.bytes;
    pass.findings += u64::try_from(report.findings.len()).unwrap_or(u64::MAX);
    pass.position = report.next;
    let mut pause = report.bytes.div_ceil(settings.bytes_per_second).max(1);
    if pass.position.is_none() {
        let Pass { files, bytes, findings, .. } = pass;
        tracing::info!(files, bytes, findings, "all stored files were verified");
        metrics::counter!(PASSES).increment(1);
        let rest = i64::try_from(settings.rest_seconds).unwrap_or(i64::MAX);
        let not_before = Some(server.desk.now().plus_seconds(rest));
        pass = Pass { not_before, ..Pass::default() };
        pause = settings.rest_seconds.clamp(1, PAUSE_SECONDS);
    }
    passes.update(KEY, |_| Some(pass.clone())).await?;
    Ok(Duration::from_secs(pause))
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
