//! A server that shows desktop delivery whole, on embedded parts: SQLite, a folder, and mail.
//!
//! Its parts can be read one by one; a host takes what it has no better part for.

mod accounts;
mod admin;
mod api_keys;
mod args;
mod assemble;
mod copyright_notices;
mod directory;
mod first_start;
mod health;
mod housekeeping;
mod limiter;
mod log;
mod pages;
mod patrons;
mod problem;
mod proxies;
mod records;
mod run;
mod sample_pdf;
mod seed;
mod serve;
mod settings;
mod signing_keys;
mod web;
mod worker;

pub use api_keys::{ApiKeys, Holder};
pub use args::Args;
pub use copyright_notices::CopyrightNotice;
pub use directory::RegistryDirectory;
pub use problem::Problem;
pub use run::run;
pub use settings::{
    LimitSettings, LogFormat, LogSettings, MailSettings, Security, Settings, SmtpSettings,
};
