use crate::startup_error::StartupError;
use desktop_delivery_archive::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{self, Write as _};
use std::sync::Arc;

/// The output of a command on standard output: text or one JSON value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints `value` as JSON, or `text`.
    pub(super) fn answer<T: Serialize>(
        &self,
        value: &T,
        text: impl FnOnce() -> String,
    ) -> Result<(), StartupError> {
        let mut answer = if self.json {
            serde_json::to_string_pretty(value)
                .map_err(|error| StartupError::new("could not write the result as JSON", error))?
        } else {
            text()
        };
        if !answer.ends_with('\n') && !answer.is_empty() {
            answer.push('\n');
        }
        let mut out = io::stdout().lock();
        match out.write_all(answer.as_bytes()).and_then(|()| out.flush()) {
            // The reader has closed the pipe.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            outcome => {
                outcome.map_err(|error| StartupError::new("could not write the result", error))
            }
        }
    }

    /// Returns a progress bar in bytes, shown only on a terminal and not with --json.
    pub(super) fn bytes(&self, doing: &'static str) -> ProgressBar {
        self.bar(doing, "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {eta}")
    }

    /// Returns a progress bar in items.
    pub(super) fn pieces(&self, doing: &'static str) -> ProgressBar {
        self.bar(doing, "{msg} {wide_bar} {pos}/{len} {eta}")
    }

    fn bar(&self, doing: &'static str, template: &str) -> ProgressBar {
        let target = if self.json {
            ProgressDrawTarget::hidden()
        } else {
            // Draws nothing if it is not a terminal.
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target).with_message(doing);
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// Returns a progress shown by a bar.
pub(super) fn progress(bar: &ProgressBar) -> Arc<dyn Progress> {
    Arc::new(Shown(bar.clone()))
}

struct Shown(ProgressBar);

impl Progress for Shown {
    fn set_total(&self, amount: u64) {
        self.0.set_length(amount);
    }

    fn advance(&self, amount: u64) {
        self.0.inc(amount);
    }
}
