#![doc = include_str!("../README.md")]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod builtin;
mod bundle_chain;
mod catalog;
mod check;
mod escape;
mod formats;
mod isolation;
mod language_info;
mod layer;
mod message;
mod message_file;
mod negotiation;
mod problem;
mod pseudo;
mod sentences;
mod texts;
mod value;

pub mod templates;

pub use catalog::{Catalog, CatalogBuilder};
pub use escape::html_escaped;
pub use language_info::{Direction, LanguageInfo};
pub use message::Message;
pub use message_file::MessageFile;
pub use problem::{CatalogError, MessageProblem};
pub use texts::Texts;
pub use value::{IntoText, TextValue};

/// The style sheet shared by all pages.
pub const STYLE_SHEET: &str = include_str!("../assets/style.css");
