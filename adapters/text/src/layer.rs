use crate::bundle_chain::Bundle;
use crate::check::{self, Table};
use crate::language_info::{Direction, LanguageInfo};
use crate::message_file::MessageFile;
use crate::problem::MessageProblem;
use crate::texts::Texts;
use desktop_delivery::Language;
use fluent_bundle::FluentResource;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use unic_langid::LanguageIdentifier;

/// The parsed files of one layer, by language.
pub(crate) struct Layer {
    resources: BTreeMap<Language, Vec<Arc<str>>>,
    pub(crate) tables: BTreeMap<Language, Table>,
}

impl Layer {
    pub(crate) fn read(files: &[MessageFile], problems: &mut Vec<MessageProblem>) -> Self {
        let mut layer = Self { resources: BTreeMap::new(), tables: BTreeMap::new() };
        let mut seen: BTreeMap<Language, BTreeSet<String>> = BTreeMap::new();
        for file in files {
            let resource = check::read(file, problems);
            let table = layer.tables.entry(file.language).or_default();
            let seen = seen.entry(file.language).or_default();
            check::enter(file, &resource, table, seen, problems);
            layer.resources.entry(file.language).or_default().push(resource.source().into());
        }
        layer
    }
}

/// Returns the messages of a language; those of `added` replace those of `packaged`.
pub(crate) fn bundle(language: Language, packaged: &Layer, added: &Layer) -> Bundle {
    let identifier = language.fallbacks().find_map(|one| one.as_str().parse().ok());
    let identifier: LanguageIdentifier = identifier.unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![identifier]);
    // Would isolate every value, also in attributes and addresses. `Message::set` isolates where
    // needed.
    bundle.set_use_isolating(false);
    for layer in [packaged, added] {
        for source in layer.resources.get(&language).into_iter().flatten() {
            let resource = FluentResource::try_new(source.to_string());
            bundle.add_resource_overriding(resource.unwrap_or_else(|(rest, _)| rest));
        }
    }
    bundle
}

/// Returns the texts of a language, with the fallbacks for missing messages.
pub(crate) fn texts_of(
    language: Language,
    bundles: &BTreeMap<Language, Arc<Bundle>>,
) -> Result<Texts, MessageProblem> {
    let mut chain: Vec<Arc<Bundle>> =
        language.fallbacks().filter_map(|one| bundles.get(&one)).cloned().collect();
    let own = |key: &str| {
        chain.iter().find_map(|bundle| {
            let pattern = bundle.get_message(key)?.value()?;
            Some(bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned())
        })
    };
    let problem = |key: &str, problem: &str| MessageProblem {
        file: language.to_string(),
        line: None,
        key: Some(key.to_owned()),
        problem: problem.to_owned(),
    };
    let name = own("language-name").ok_or_else(|| {
        problem("language-name", "is missing; write the language's name in itself")
    })?;
    let direction = own("direction").as_deref().and_then(Direction::named);
    let direction = direction.ok_or_else(|| problem("direction", "must be ltr or rtl"))?;
    if language.primary() != Language::ENGLISH {
        chain.extend(bundles.get(&Language::ENGLISH).cloned());
    }
    Ok(Texts::new(LanguageInfo { language, name, direction }, chain))
}

/// Returns the messages of each language that fall back to English.
pub(crate) fn warnings(merged: &BTreeMap<Language, Table>, known: &Table) -> Vec<MessageProblem> {
    let mut warnings = Vec::new();
    for language in merged.keys() {
        let mut table = Table::new();
        let chain: Vec<Language> = language.fallbacks().collect();
        for one in chain.iter().rev() {
            table.extend(merged.get(one).cloned().unwrap_or_default());
        }
        let is_variant_of_english = language.primary() == Language::ENGLISH;
        for gap in check::gaps(&table, known, language.as_str()) {
            if !(is_variant_of_english && gap.key.is_none()) {
                warnings.push(gap);
            }
        }
    }
    warnings
}
