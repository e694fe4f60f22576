use super::output::progress;
use super::tables::size;
use super::work::Work;
use crate::startup_error::StartupError;
use desktop_delivery_archive::verify;
use serde_json::json;
use std::process::ExitCode;

/// Checks everything and prints the faults.
pub(super) async fn run(work: &Work) -> Result<ExitCode, StartupError> {
    let bar = work.output.bytes("reading");
    let verified = verify(work.server.installation(), &progress(&bar)).await?;
    bar.finish_and_clear();
    let is_well = verified.faults.is_empty();
    let value = json!({
        "well": is_well,
        "requests": verified.requests,
        "files": verified.files,
        "bytes": verified.bytes,
        "faults": verified.faults,
        "unnamed": verified.unnamed.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    work.output.answer(&value, || {
        let mut text: String = verified.faults.iter().map(|fault| format!("{fault}\n")).collect();
        for blob in &verified.unnamed {
            text.push_str(&format!(
                "blob {blob}: no request refers to it; it only takes up space\n"
            ));
        }
        let (requests, files) = (verified.requests, verified.files);
        let said = if is_well { "no faults were found" } else { "faults were found" };
        text.push_str(&format!(
            "{requests} requests, {files} files, {}: {said}",
            size(verified.bytes)
        ));
        text
    })?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
