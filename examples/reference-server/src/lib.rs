//! A complete server for desktop delivery with embedded parts: SQLite, a folder, and email.
//!
//! Its modules can be read one by one; a host reuses those for which it has no part of its own.

mod args;
mod assemble;
mod cli;
mod engines;
mod execute;
mod first_start;
mod health;
mod log;
mod recorder;
mod routes;
mod run;
mod sample_pdf;
mod seed;
mod settings;
mod startup_error;

pub use args::Args;
pub use cli::{Command, ServeArgs};
pub use execute::execute;
pub use run::run;
pub use settings::{
    DatabaseSettings, FrontServerKind, LimitSettings, LogFormat, LogSettings, MailSettings,
    PeopleSetting, ProviderSettings, ScrubSettings, Security, Settings, SignInSettings,
    SmtpSettings, StorageSettings, TextSettings, WebhookSettings,
};
pub use startup_error::StartupError;
