use crate::escape::html_escaped;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use std::error::Error as _;

/// The number of steps after which a template is aborted: far more than a page needs, and few
/// enough that an endless loop in a replaced template causes no delay.
const FUEL: u64 = 1_000_000;

/// Creates a template engine with the rules of this project: unknown names are errors, values in
/// `.html` are escaped, templates cannot mark untrusted text as safe, and lines with only tags
/// leave no blank lines.
///
/// Intended for packages that render something other than pages, such as emails.
#[must_use]
pub fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_syntax(trim_lines_with_tags());
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
    });
    environment.set_formatter(|out, state, value| {
        let is_text = value.kind() == ValueKind::String && !value.is_safe();
        match (state.auto_escape(), value.as_str()) {
            (AutoEscape::Html, Some(text)) if is_text => {
                out.write_str(&html_escaped(text)).map_err(Error::from)
            }
            _ => minijinja::escape_formatter(out, state, value),
        }
    });
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.remove_filter("safe");
    environment
}

fn trim_lines_with_tags() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the default delimiters are not ambiguous")
}

/// Returns the innermost error, which is the one in the included template.
#[must_use]
pub fn innermost(error: &Error) -> &Error {
    let mut innermost = error;
    while let Some(below) = innermost.source().and_then(|below| below.downcast_ref::<Error>()) {
        innermost = below;
    }
    innermost
}

/// Describes an error in a template without quoting the values being rendered.
#[must_use]
pub fn one_line_problem(error: &Error) -> String {
    let error = innermost(error);
    match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "does not terminate".to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    }
}
