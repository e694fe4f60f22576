//! Pages and their parts as templates (minijinja), each replaceable by name.

mod environment;
mod error;
mod functions;
mod look;
mod page_templates;
mod palette;

pub use environment::{environment, innermost, one_line_problem};
pub use error::TemplateError;
pub use functions::functions;
pub use look::Look;
pub use page_templates::{PageTemplates, PageTemplatesBuilder, STYLE_SHEET_NAME};
pub use palette::accent_rules;
