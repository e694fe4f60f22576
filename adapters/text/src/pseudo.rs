//! A pseudo-language for testing pages.

use crate::message_file::MessageFile;
use desktop_delivery::Language;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::{parser, serializer};

/// Arabic with the region that CLDR reserves for bidirectional pseudo-locales (UTS #35).
pub(crate) const TAG: &str = "ar-XB";

/// Messages that are not text.
const KEPT: [&str; 3] = ["decimal-mark", "digit-group", "direction"];

/// Returns the English messages with their letters replaced by Hebrew ones, written from right to
/// left.
pub(crate) fn right_to_left(packaged: &[MessageFile]) -> Vec<MessageFile> {
    let Ok(language) = TAG.parse::<Language>() else { return Vec::new() };
    let english = packaged.iter().filter(|file| file.language == Language::ENGLISH);
    let mut files: Vec<MessageFile> = english
        .map(|file| {
            let read = parser::parse(file.source.clone().into_owned());
            let mut resource = read.unwrap_or_else(|(rest, _)| rest);
            resource.body.retain_mut(|entry| match entry {
                Entry::Message(message) if message.id.name == "direction" => false,
                Entry::Message(message) => {
                    if !KEPT.contains(&message.id.name.as_str()) {
                        message.value.iter_mut().for_each(turn);
                        message.attributes.iter_mut().for_each(|one| turn(&mut one.value));
                    }
                    true
                }
                Entry::Term(term) => {
                    turn(&mut term.value);
                    true
                }
                _ => false,
            });
            MessageFile::new(
                language,
                format!("{TAG}/{}", file.name),
                serializer::serialize(&resource),
            )
        })
        .collect();
    files.push(MessageFile::builtin(language, "ar-XB/direction.ftl", "direction = rtl\n"));
    files
}

fn turn(pattern: &mut Pattern<String>) {
    for element in &mut pattern.elements {
        match element {
            PatternElement::TextElement { value } => *value = value.chars().map(letter).collect(),
            PatternElement::Placeable { expression } => turn_expression(expression),
        }
    }
}

fn turn_expression(expression: &mut Expression<String>) {
    match expression {
        Expression::Select { variants, .. } => {
            variants.iter_mut().for_each(|variant| turn(&mut variant.value));
        }
        Expression::Inline(InlineExpression::Placeable { expression }) => {
            turn_expression(expression)
        }
        Expression::Inline(_) => {}
    }
}

/// Returns a Hebrew letter for a Latin one.
fn letter(c: char) -> char {
    let place = match c {
        'a'..='z' => u32::from(c) - u32::from('a'),
        'A'..='Z' => u32::from(c) - u32::from('A'),
        c => return c,
    };
    char::from_u32(0x5d0 + place).unwrap_or(c)
}
