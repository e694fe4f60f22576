#![doc = include_str!("../README.md")]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod address;
mod builtin;
mod composer;
mod connect;
mod error;
mod fill;
mod folder_notifier;
mod library_text;
mod line_stream;
mod part;
mod placeholder;
mod pool;
mod sender;
mod smtp_notifier;
mod smtp_server;
mod standard_text;
mod templates;
mod text;
mod text_error;
mod variables;

pub use composer::{Composer, Fallback, Rendered};
pub use desktop_delivery_text::templates::TemplateError;
pub use error::SettingsError;
pub use folder_notifier::FolderNotifier;
pub use library_text::{LibraryText, MAX_SUBJECT_BYTES, MAX_TEXT_BYTES};
pub use part::Part;
pub use placeholder::Placeholder;
pub use sender::Sender;
pub use smtp_notifier::SmtpNotifier;
pub use smtp_server::{Password, SmtpServer};
pub use templates::Templates;
pub use text_error::{TextError, TextErrorKind};
