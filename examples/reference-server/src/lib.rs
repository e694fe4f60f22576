//! A complete server for desktop delivery with embedded parts: SQLite, a folder, and email.
//!
//! Its modules can be read one by one; a host reuses those for which it has no part of its own.

mod args;
mod assemble;
mod cli;
#[cfg(feature = "cluster")]
mod cluster;
mod engine_settings;
mod engines;
mod execute;
mod first_start;
mod health;
mod heartbeat;
mod housekeeping;
mod log;
mod recorder;
mod run;
mod sample_pdf;
mod scrubber;
mod seed;
mod serve;
mod settings;
mod startup_error;
mod texts;
#[cfg(any(test, not(feature = "cluster")))]
mod without_cluster;
mod worker;

use desktop_delivery_identity::accounts;
#[cfg(not(feature = "cluster"))]
use without_cluster as cluster;

pub use args::{Args, ServeArgs};
pub use cli::Command;
pub use engine_settings::{DatabaseSettings, StorageSettings};
pub use execute::execute;
pub use run::run;
pub use settings::{
    LimitSettings, LogFormat, LogSettings, MailSettings, ScrubSettings, Security, Settings,
    SmtpSettings, TextSettings,
};
pub use startup_error::StartupError;
