use super::errors;
use super::tables::fields;
use super::work::Work;
use crate::startup_error::StartupError;
use desktop_delivery::desk::{DueFailure, DueReport};
use serde_json::json;
use std::process::ExitCode;

/// Does due work until there is none left or no more progress is made.
pub(super) async fn run(work: &Work) -> Result<ExitCode, StartupError> {
    let mut total = DueReport::default();
    let bar = work.output.pieces("requests");
    loop {
        let report = work.desk().run_due().await;
        let report = report.map_err(errors::failed("could not look up due work"))?;
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
        bar.set_position(u64::try_from(total.deliveries).unwrap_or(u64::MAX));
        if is_done {
            break;
        }
    }
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
