use super::errors;
use super::tables::fields;
use super::work::Work;
use crate::startup_error::StartupError;
use desktop_delivery::desk::{DueFailure, DueReport};
use desktop_delivery_worker::run_due_work_once;
use serde_json::json;
use std::process::ExitCode;

/// Does all due work.
pub(super) async fn run(work: &Work) -> Result<ExitCode, StartupError> {
    let bar = work.output.pieces("requests");
    let progress = |total: &DueReport| {
        bar.set_position(u64::try_from(total.deliveries).unwrap_or(u64::MAX));
    };
    let total = run_due_work_once(work.desk(), progress).await;
    let total = total.map_err(errors::failed("could not look up due work"))?;
    bar.finish_and_clear();
    let lines = |failures: &[DueFailure]| -> Vec<String> {
        failures.iter().map(ToString::to_string).collect()
    };
    let (errors, notice_failures) = (lines(&total.errors), lines(&total.notice_failures));
    let value = json!({
        "requests": total.deliveries,
        "files_deleted": total.blobs_deleted,
        "notices_sent": total.notices_sent,
        "notices_delayed": total.notices_delayed,
        "notices_ended": total.notices_ended,
        "errors": errors,
        "notice_failures": notice_failures,
    });
    work.output.answer(&value, || {
        fields([
            ("requests", total.deliveries.to_string()),
            ("files deleted", total.blobs_deleted.to_string()),
            ("notices sent", total.notices_sent.to_string()),
            ("notices to be retried", total.notices_delayed.to_string()),
            ("notices given up or skipped", total.notices_ended.to_string()),
        ])
    })?;
    for error in errors.iter().chain(&notice_failures) {
        eprintln!("desk: {error}");
    }
    Ok(if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
