//! Parsing of message files, and checks that each message can be formatted.

use crate::message_file::MessageFile;
use crate::problem::MessageProblem;
use fluent_bundle::FluentResource;
use fluent_syntax::ast::{
    CallArguments, Entry, Expression, Identifier, InlineExpression, Pattern, PatternElement,
};
use std::collections::{BTreeMap, BTreeSet};

/// The messages of a language by key: `id`, `id.attribute` or `-term`.
pub(crate) type Table = BTreeMap<String, Entered>;

/// A message, attribute or term in a file.
#[derive(Clone, Debug)]
pub(crate) struct Entered {
    pub(crate) file: String,
    pub(crate) line: Option<usize>,
    /// The values it uses.
    variables: BTreeSet<String>,
    /// The keys of the messages and terms it refers to.
    references: BTreeSet<String>,
    functions: BTreeSet<String>,
}

impl Entered {
    pub(crate) fn problem(&self, key: &str, problem: impl Into<String>) -> MessageProblem {
        MessageProblem {
            file: self.file.clone(),
            line: self.line,
            key: Some(key.to_owned()),
            problem: problem.into(),
        }
    }
}

/// Parses a file. Invalid messages are reported and skipped.
pub(crate) fn read(file: &MessageFile, problems: &mut Vec<MessageProblem>) -> FluentResource {
    FluentResource::try_new(file.source.clone().into_owned()).unwrap_or_else(|(rest, errors)| {
        for error in errors {
            let before = file.source.get(..error.pos.start).unwrap_or_default();
            problems.push(MessageProblem {
                file: file.name.clone().into_owned(),
                line: Some(before.matches('\n').count() + 1),
                key: None,
                problem: format!("this is not a message ({}); write `key = text`", error.kind),
            });
        }
        rest
    })
}

/// Adds the contents of a file to a table. A key already in `seen` is reported.
pub(crate) fn enter(
    file: &MessageFile,
    resource: &FluentResource,
    table: &mut Table,
    seen: &mut BTreeSet<String>,
    problems: &mut Vec<MessageProblem>,
) {
    let mut add = |key: String, line: Option<usize>, pattern: &Pattern<&str>| {
        let mut entered = Entered {
            file: file.name.clone().into_owned(),
            line,
            variables: BTreeSet::new(),
            references: BTreeSet::new(),
            functions: BTreeSet::new(),
        };
        of_pattern(pattern, &mut entered);
        if !seen.insert(key.clone()) {
            problems.push(entered.problem(&key, "is defined twice; remove one definition"));
        }
        table.insert(key, entered);
    };
    for entry in resource.entries() {
        match entry {
            Entry::Message(message) => {
                let id = message.id.name;
                let line = line_of(&file.source, id);
                if let Some(pattern) = &message.value {
                    add(id.to_owned(), line, pattern);
                }
                for attribute in &message.attributes {
                    add(format!("{id}.{}", attribute.id.name), line, &attribute.value);
                }
            }
            Entry::Term(term) => {
                let id = format!("-{}", term.id.name);
                let line = line_of(&file.source, &id);
                add(id.clone(), line, &term.value);
                for attribute in &term.attributes {
                    add(format!("{id}.{}", attribute.id.name), line, &attribute.value);
                }
            }
            _ => {}
        }
    }
}

/// Returns the line on which a message begins.
fn line_of(source: &str, id: &str) -> Option<usize> {
    let begins = |line: &str| {
        line.strip_prefix(id).is_some_and(|rest| rest.trim_start_matches(' ').starts_with('='))
    };
    source.lines().position(begins).map(|index| index + 1)
}

fn of_pattern(pattern: &Pattern<&str>, entered: &mut Entered) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, entered);
        }
    }
}

fn of_expression(expression: &Expression<&str>, entered: &mut Entered) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, entered),
        Expression::Select { selector, variants } => {
            of_inline(selector, entered);
            variants.iter().for_each(|variant| of_pattern(&variant.value, entered));
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, entered: &mut Entered) {
    match inline {
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        InlineExpression::FunctionReference { id, arguments } => {
            entered.functions.insert(id.name.to_owned());
            of_arguments(arguments, entered);
        }
        InlineExpression::MessageReference { id, attribute } => {
            entered.references.insert(key_of("", id, attribute.as_ref()));
        }
        InlineExpression::TermReference { id, attribute, arguments } => {
            entered.references.insert(key_of("-", id, attribute.as_ref()));
            arguments.iter().for_each(|arguments| of_arguments(arguments, entered));
        }
        InlineExpression::VariableReference { id } => {
            entered.variables.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => of_expression(expression, entered),
    }
}

fn of_arguments(arguments: &CallArguments<&str>, entered: &mut Entered) {
    arguments.positional.iter().for_each(|value| of_inline(value, entered));
    arguments.named.iter().for_each(|named| of_inline(&named.value, entered));
}

fn key_of(sigil: &str, id: &Identifier<&str>, attribute: Option<&Identifier<&str>>) -> String {
    let dot = if attribute.is_some() { "." } else { "" };
    format!("{sigil}{}{dot}{}", id.name, attribute.map_or("", |attribute| attribute.name))
}

/// Returns the values that a message uses, including those of the messages it refers to. A term
/// gets its values from the message that refers to it.
fn variables_of(table: &Table, key: &str, path: &mut Vec<String>) -> BTreeSet<String> {
    let Some(entered) = table.get(key) else { return BTreeSet::new() };
    let mut all = entered.variables.clone();
    path.push(key.to_owned());
    for other in &entered.references {
        if !other.starts_with('-') && !path.contains(other) {
            all.extend(variables_of(table, other, path));
        }
    }
    path.pop();
    all
}

/// Returns whether a message refers to itself, directly or indirectly.
fn is_circular(table: &Table, key: &str, at: &str, seen: &mut BTreeSet<String>) -> bool {
    let references = table.get(at).into_iter().flat_map(|entered| &entered.references);
    references.cloned().collect::<Vec<_>>().iter().any(|other| {
        other == key || (seen.insert(other.clone()) && is_circular(table, key, other, seen))
    })
}

/// Checks that every reference in a language's messages resolves.
pub(crate) fn check_itself(table: &Table, problems: &mut Vec<MessageProblem>) {
    for (key, entered) in table {
        for other in &entered.references {
            if !table.contains_key(other) {
                problems.push(
                    entered.problem(key, format!("refers to `{other}`, which does not exist")),
                );
            }
        }
        if is_circular(table, key, key, &mut BTreeSet::new()) {
            problems.push(entered.problem(key, "refers to itself"));
        }
        for function in &entered.functions {
            let problem = format!("uses {function}(), but no functions are available");
            problems.push(entered.problem(key, problem));
        }
    }
}

/// Checks that every message is a known one and uses only values it gets. `known` are the messages
/// in the language that has them all.
pub(crate) fn check_keys(table: &Table, known: &Table, problems: &mut Vec<MessageProblem>) {
    for (key, entered) in table.iter().filter(|(key, _)| !key.starts_with('-')) {
        if !known.contains_key(key) {
            let id = key.split('.').next().unwrap_or_default();
            let problem = match nearest(id, known) {
                Some(near) if near != id => {
                    format!("there is no message of this name; is it `{near}`?")
                }
                _ => "there is no message of this name".to_owned(),
            };
            problems.push(entered.problem(key, problem));
            continue;
        }
        let given = variables_of(known, key, &mut Vec::new());
        for variable in variables_of(table, key, &mut Vec::new()).difference(&given) {
            let names: Vec<String> = given.iter().map(|name| format!("${name}")).collect();
            let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let problem = format!("there is no value ${variable} here; available values: {has}");
            problems.push(entered.problem(key, problem));
        }
    }
}

/// Returns the gaps of a translation: unused values and missing messages.
pub(crate) fn gaps(table: &Table, known: &Table, folder: &str) -> Vec<MessageProblem> {
    let mut gaps = Vec::new();
    let mut missing = Vec::new();
    for key in known.keys().filter(|key| !key.starts_with('-')) {
        let Some(entered) = table.get(key) else {
            missing.push(key);
            continue;
        };
        let shown = variables_of(table, key, &mut Vec::new());
        for variable in variables_of(known, key, &mut Vec::new()).difference(&shown) {
            gaps.push(entered.problem(key, format!("does not use the value ${variable}")));
        }
    }
    if let Some(first) = missing.first() {
        let problem = format!(
            "untranslated messages: {}, such as `{first}`; the English text is shown instead",
            missing.len()
        );
        gaps.push(MessageProblem { file: folder.to_owned(), line: None, key: None, problem });
    }
    gaps
}

/// Returns the key of a message with a similar name.
fn nearest<'a>(key: &str, known: &'a Table) -> Option<&'a str> {
    let ids = known.keys().filter(|other| !other.contains('.'));
    let near = ids.map(|other| (distance(key, other), other.as_str()));
    near.filter(|(distance, _)| *distance <= 2).min().map(|(_, other)| other)
}

/// Returns the number of letters to add, remove or change.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (place, same) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *same);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_changed_letters() {
        assert_eq!(distance("link-title", "link-title"), 0);
        assert_eq!(distance("link-tittle", "link-title"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
