use crate::settings::{LogFormat, LogSettings};
use crate::startup_error::StartupError;
use std::io::IsTerminal as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// Starts logging to standard error.
pub(crate) fn start(settings: &LogSettings) -> Result<(), StartupError> {
    let filter: Targets = settings.filter.parse().map_err(|error| {
        StartupError::new("log.filter is not valid", error).with_remedy(
            "write a level, or pairs of a target and a level: info,desktop_delivery_http=debug",
        )
    })?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match settings.format {
        LogFormat::Json => lines.json().boxed(),
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
    };
    let started = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
    started.map_err(|error| StartupError::new("could not start logging", error))
}
