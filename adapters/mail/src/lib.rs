#![doc = include_str!("../README.md")]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod builtin;
mod composer;
mod connect;
mod error;
mod folder_notifier;
mod line_stream;
mod pool;
mod sender;
mod smtp_notifier;
mod smtp_server;
mod template_error;
mod templates;
mod text;
mod variables;
mod words;

pub use composer::{Composer, Rendered};
pub use error::SettingsError;
pub use folder_notifier::FolderNotifier;
pub use sender::Sender;
pub use smtp_notifier::SmtpNotifier;
pub use smtp_server::{Password, SmtpServer};
pub use template_error::TemplateError;
pub use templates::{Part, Templates};
