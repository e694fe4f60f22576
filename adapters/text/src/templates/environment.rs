use crate::escape::html_escaped;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use std::error::Error as _;

/// Steps that one template may take before it is given up: far more than any page needs, and few
/// enough that a loop in a replaced template delays nobody.
const FUEL: u64 = 1_000_000;

/// A template engine with our rules: an unknown name is an error, values in `.html` are escaped, no
/// template can declare text from outside to be markup, and tags alone on a line leave none behind.
///
/// This is for packages that render something other than pages, such as emails.
#[must_use]
pub fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_syntax(lines_of_tags_vanish());
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

fn lines_of_tags_vanish() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the usual delimiters are not ambiguous")
}

/// The error itself, below those of the templates that include the one where it is.
#[must_use]
pub fn innermost(error: &Error) -> &Error {
    let mut innermost = error;
    while let Some(below) = innermost.source().and_then(|below| below.downcast_ref::<Error>()) {
        innermost = below;
    }
    innermost
}

/// What is wrong in a template, without what was being rendered.
#[must_use]
pub fn one_line_problem(error: &Error) -> String {
    let error = innermost(error);
    match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "does not come to an end".to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    }
}
