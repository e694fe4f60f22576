use std::process::ExitCode;

/// Returns `None`, because this build cannot draw pages. With the feature `draw` on Unix, draws a
/// page if this process was started as a worker.
#[must_use]
pub const fn draw_if_asked() -> Option<ExitCode> {
    None
}
