use crate::builtin;
use crate::bundle_chain::Bundle;
use crate::check;
use crate::language_info::{Direction, LanguageInfo};
use crate::layer::{Layer, bundle, texts_of, warnings};
use crate::message_file::MessageFile;
use crate::negotiation;
use crate::problem::{CatalogError, MessageProblem};
use crate::pseudo;
use crate::texts::Texts;
use desktop_delivery::Language;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::{fmt, fs};

/// All text shown to people, in every language. Clones are cheap.
///
/// English and French are built in. A host or an operator adds a language or replaces single
/// messages with files: see [`CatalogBuilder::with_folder`].
///
/// # Example
/// ```
/// use desktop_delivery_text::{Catalog, MessageFile};
///
/// let spanish = MessageFile::new("es".parse()?, "es/mine.ftl", "
/// language-name = Español
/// direction = ltr
/// link-title = Su documento
/// ");
/// let catalog = Catalog::builder().with_file(spanish).build()?;
/// let texts = catalog.texts("es-MX".parse()?);
/// assert_eq!(texts.text("link-title"), "Su documento");
/// // Messages without a translation are in English.
/// assert_eq!(texts.text("link-documents"), "Documents");
///
/// let mistyped = MessageFile::new("es".parse()?, "es/mine.ftl", "link-tittle = Su documento");
/// let error = Catalog::builder().with_file(mistyped).build().unwrap_err();
/// assert_eq!(
///     error.problems()[0].to_string(),
///     "es/mine.ftl, line 1, `link-tittle`: there is no message of this name; is it `link-title`?"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Catalog {
    inner: Arc<Inner>,
}

struct Inner {
    texts: BTreeMap<Language, Texts>,
    default: Texts,
    warnings: Vec<MessageProblem>,
}

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::builder().build().unwrap_or_else(|error| {
        // The tests of this crate build the same files.
        debug_assert!(false, "{error}");
        let info = LanguageInfo {
            language: Language::ENGLISH,
            name: "English".to_owned(),
            direction: Direction::LeftToRight,
        };
        let default = Texts::new(info, Vec::new());
        let texts = BTreeMap::from([(Language::ENGLISH, default.clone())]);
        Catalog { inner: Arc::new(Inner { texts, default, warnings: Vec::new() }) }
    })
});

impl Catalog {
    /// Returns the built-in texts in English and French.
    #[must_use]
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// Begins a catalog with the built-in texts.
    #[must_use]
    pub fn builder() -> CatalogBuilder {
        CatalogBuilder { packaged: builtin::FILES.to_vec(), added: Vec::new() }
    }

    /// Returns the texts in a language, or in the nearest less specific one (`es` for `es-MX`), or
    /// in English.
    #[must_use]
    pub fn texts(&self, language: Language) -> Texts {
        self.available(language).unwrap_or_else(|| self.inner.default.clone())
    }

    fn available(&self, language: Language) -> Option<Texts> {
        language.fallbacks().find_map(|one| self.inner.texts.get(&one)).cloned()
    }

    /// Returns the language of the texts shown to readers of `language`, or `None` if there is only
    /// English to fall back to.
    #[must_use]
    pub fn best(&self, language: Language) -> Option<Language> {
        self.available(language).map(|texts| texts.language())
    }

    /// Returns the best language for an `Accept-Language` header (RFC 9110 §12.5.4), or `None` if
    /// none of its languages is available.
    #[must_use]
    pub fn negotiate(&self, accept_language: &str) -> Option<Language> {
        negotiation::preferred(accept_language).into_iter().find_map(|one| self.best(one))
    }

    /// Returns all available languages, sorted by tag.
    #[must_use]
    pub fn languages(&self) -> Vec<&LanguageInfo> {
        self.inner.texts.values().map(Texts::info).collect()
    }

    /// Returns gaps in translations: missing messages and unused values. Such texts are usable, but
    /// the operator should see the warnings.
    #[must_use]
    pub fn warnings(&self) -> &[MessageProblem] {
        &self.inner.warnings
    }
}

impl Default for Catalog {
    fn default() -> Self {
        Self::builtin()
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Catalog").field(&self.inner.texts.keys()).finish()
    }
}

/// Builds a [`Catalog`] from files.
#[derive(Clone, Debug)]
pub struct CatalogBuilder {
    /// Files of packages. Those in English define the set of messages.
    packaged: Vec<MessageFile>,
    /// Files of the host and the operator, which replace single messages.
    added: Vec<MessageFile>,
}

impl CatalogBuilder {
    /// Adds the messages of a package with pages of its own. Every key must exist in English.
    #[must_use]
    pub fn with_package(mut self, files: impl IntoIterator<Item = MessageFile>) -> Self {
        self.packaged.extend(files);
        self
    }

    /// Adds a file whose messages replace those with the same keys. The first file of a new
    /// language adds that language and must contain the messages `language-name` and `direction`.
    #[must_use]
    pub fn with_file(mut self, file: MessageFile) -> Self {
        self.added.push(file);
        self
    }

    /// Adds the pseudo-language `ar-XB` for testing right-to-left pages: English messages written
    /// in Hebrew letters. Text still in Latin letters is not a message.
    #[must_use]
    pub fn with_pseudo_language(mut self) -> Self {
        self.added.extend(pseudo::right_to_left(&self.packaged));
        self
    }

    /// Adds every `.ftl` file in the subfolders of a folder. Each subfolder is named after its
    /// language, for example `messages/es/pages.ftl`.
    ///
    /// # Errors
    /// [`CatalogError`] if a file or a folder cannot be read, or a subfolder is not named after a
    /// language.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, CatalogError> {
        let mut problems = Vec::new();
        let mut failed = |path: &Path, problem: String| {
            let (file, line, key) = (path.display().to_string(), None, None);
            problems.push(MessageProblem { file, line, key, problem });
        };
        let mut listed = |path: &Path| -> Vec<std::path::PathBuf> {
            let entries = fs::read_dir(path).and_then(|entries| {
                entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
            });
            let mut entries = entries.unwrap_or_else(|error| {
                failed(path, format!("cannot be read ({error})"));
                Vec::new()
            });
            entries.sort();
            entries
        };
        let mut files = Vec::new();
        for path in listed(folder).into_iter().filter(|path| path.is_dir()) {
            files.push((path.clone(), listed(&path)));
        }
        for (path, files) in files {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with('.') {
                continue;
            }
            let Ok(language) = name.parse::<Language>() else {
                failed(&path, "is not named after a language, such as es or pt-BR".to_owned());
                continue;
            };
            for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "ftl"))
            {
                match fs::read_to_string(file) {
                    Ok(source) => {
                        let source = source.trim_start_matches('\u{feff}');
                        self.added.push(MessageFile::new(
                            language,
                            file.display().to_string(),
                            source,
                        ));
                    }
                    Err(error) => failed(file, format!("cannot be read ({error})")),
                }
            }
        }
        if problems.is_empty() { Ok(self) } else { Err(CatalogError::new(problems)) }
    }

    /// Parses and checks all messages.
    ///
    /// # Errors
    /// [`CatalogError`] with every message that cannot be formatted: a syntax error, an unknown
    /// key, an unknown value, or a reference to a missing message.
    pub fn build(self) -> Result<Catalog, CatalogError> {
        let mut problems = Vec::new();
        let packaged = Layer::read(&self.packaged, &mut problems);
        let added = Layer::read(&self.added, &mut problems);
        let known = packaged.tables.get(&Language::ENGLISH).cloned().unwrap_or_default();
        for table in packaged.tables.values().chain(added.tables.values()) {
            check::check_keys(table, &known, &mut problems);
        }
        let languages: BTreeSet<Language> =
            packaged.tables.keys().chain(added.tables.keys()).copied().collect();
        let mut merged = BTreeMap::new();
        for language in &languages {
            let mut table = packaged.tables.get(language).cloned().unwrap_or_default();
            table.extend(added.tables.get(language).cloned().unwrap_or_default());
            check::check_itself(&table, &mut problems);
            merged.insert(*language, table);
        }
        if !problems.is_empty() {
            return Err(CatalogError::new(problems));
        }
        let bundles: BTreeMap<Language, Arc<Bundle>> = languages
            .iter()
            .map(|language| (*language, Arc::new(bundle(*language, &packaged, &added))))
            .collect();
        let mut texts = BTreeMap::new();
        for language in languages {
            match texts_of(language, &bundles) {
                Ok(of) => _ = texts.insert(language, of),
                Err(problem) => problems.push(problem),
            }
        }
        let default = texts.get(&Language::ENGLISH).cloned();
        let Some(default) = default.filter(|_| problems.is_empty()) else {
            return Err(CatalogError::new(problems));
        };
        let warnings = warnings(&merged, &known);
        Ok(Catalog { inner: Arc::new(Inner { texts, default, warnings }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(tag: &str, source: &str) -> MessageFile {
        MessageFile::new(tag.parse().unwrap(), format!("{tag}/test.ftl"), source)
    }

    fn problems(tag: &str, source: &str) -> Vec<String> {
        let built = Catalog::builder().with_file(file(tag, source)).build();
        let error = built.map(|_| ()).unwrap_err();
        error.problems().iter().map(ToString::to_string).collect()
    }

    const HEAD: &str = "language-name = Español\ndirection = ltr\n";

    #[test]
    fn the_builtin_texts_are_complete_in_each_language() {
        let catalog = Catalog::builder().build().unwrap();
        assert_eq!(catalog.warnings(), []);
        let languages = catalog.languages();
        let shown: Vec<_> =
            languages.iter().map(|one| (one.language.as_str(), &*one.name)).collect();
        assert_eq!(shown, [("en", "English"), ("fr", "Français")]);
    }

    #[test]
    fn a_message_that_is_missing_in_one_language_is_reported() {
        let catalog = Catalog::builder()
            .with_package([MessageFile::builtin(
                Language::ENGLISH,
                "en/mine.ftl",
                "only-here = Hi",
            )])
            .build()
            .unwrap();
        let [warning] = catalog.warnings() else { panic!("{:?}", catalog.warnings()) };
        assert_eq!(
            warning.to_string(),
            "fr: untranslated messages: 1, such as `only-here`; the English text is shown instead"
        );
    }

    #[test]
    fn errors_are_reported_with_file_line_and_key() {
        for (source, problem) in [
            ("link-title", "es/test.ftl, line 3: this is not a message"),
            ("link-title = { $x", "es/test.ftl, line 4: this is not a message"),
            (
                "lnk-title = x",
                "line 3, `lnk-title`: there is no message of this name; is it `link-title`?",
            ),
            ("nonsense = x", "line 3, `nonsense`: there is no message of this name"),
            ("problem-busy.headline = x", "line 3: this is not a message"),
            ("problem-busy = x\n    .headline = y", "`problem-busy.headline`: there is no message"),
            (
                "link-last-day = { $date }",
                "`link-last-day`: there is no value $date here; available values: $day",
            ),
            (
                "link-title = { $day }",
                "`link-title`: there is no value $day here; available values: none",
            ),
            (
                "link-title = { link-nothing }",
                "`link-title`: refers to `link-nothing`, which does not exist",
            ),
            ("link-title = { -brand }", "`link-title`: refers to `-brand`, which does not exist"),
            ("link-title = { link-title }", "`link-title`: refers to itself"),
            ("link-title = a\nlink-title = b", "`link-title`: is defined twice"),
            ("link-title = { NUMBER(5) }", "`link-title`: uses NUMBER()"),
        ] {
            let found = problems("es", &format!("{HEAD}{source}\n"));
            assert!(found.iter().any(|found| found.contains(problem)), "{source}: {found:?}");
        }
    }

    #[test]
    fn a_language_needs_its_name_and_direction() {
        assert_eq!(
            problems("es", "direction = ltr"),
            ["es, `language-name`: is missing; write the language's name in itself"]
        );
        for source in ["language-name = Español", "language-name = Español\ndirection = up"] {
            assert_eq!(problems("es", source), ["es, `direction`: must be ltr or rtl"]);
        }
        // A regional variant inherits both from its language.
        let catalog = Catalog::builder().with_file(file("fr-CA", "link-title = Votre copie"));
        let texts = catalog.build().unwrap().texts("fr-CA".parse().unwrap());
        assert_eq!((&*texts.info().name, texts.direction()), ("Français", Direction::LeftToRight));
    }

    #[test]
    fn a_message_falls_back_to_the_nearest_language() {
        let catalog = Catalog::builder()
            .with_file(file("es", &format!("{HEAD}link-title = Su documento\nlink-home = Inicio")))
            .with_file(file("es-MX", "link-title = Tu documento"))
            .build()
            .unwrap();
        let texts = catalog.texts("es-MX".parse().unwrap());
        assert_eq!(texts.code(), "es-MX");
        assert_eq!(texts.text("link-title"), "Tu documento");
        assert_eq!(texts.text("link-home"), "Inicio");
        assert_eq!(texts.text("link-documents"), "Documents");
        assert_eq!(catalog.texts("es-AR".parse().unwrap()).text("link-title"), "Su documento");
        assert_eq!(catalog.texts("de".parse().unwrap()).code(), "en");
        assert_eq!(catalog.negotiate("de, es-AR;q=0.9, fr;q=0.8"), "es".parse().ok());
        assert_eq!(catalog.negotiate("de"), None);
    }

    #[test]
    fn single_messages_can_be_replaced_and_may_omit_values() {
        let mine = file(
            "en",
            "link-supplied-by = From our partners\n-us = the Library\nlink-home = { -us }",
        );
        let catalog = Catalog::builder().with_file(mine).build().unwrap();
        let texts = catalog.texts(Language::ENGLISH);
        assert_eq!(
            texts.message("link-supplied-by").set("library", "X").to_string(),
            "From our partners"
        );
        assert_eq!(texts.text("link-home"), "the Library");
        let warnings: Vec<_> = catalog.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            ["en/test.ftl, line 1, `link-supplied-by`: does not use the value $library"]
        );
    }

    #[test]
    fn files_are_read_from_a_folder_for_each_language() {
        let folder = tempfile::tempdir().unwrap();
        let (spanish, mistake) = (folder.path().join("es"), folder.path().join("not a language"));
        fs::create_dir(&spanish).unwrap();
        fs::write(spanish.join("a.ftl"), format!("\u{feff}{HEAD}")).unwrap();
        fs::write(spanish.join("b.ftl"), "link-title = Su documento\r\n").unwrap();
        fs::write(spanish.join("notes.txt"), "not messages").unwrap();
        let built = Catalog::builder().with_folder(folder.path()).unwrap().build().unwrap();
        assert_eq!(built.texts("es".parse().unwrap()).text("link-title"), "Su documento");

        fs::create_dir(&mistake).unwrap();
        let error = Catalog::builder().with_folder(folder.path()).unwrap_err();
        assert!(error.to_string().contains("not named after a language"), "{error}");
        let error = Catalog::builder().with_folder(&folder.path().join("nowhere")).unwrap_err();
        assert!(error.to_string().contains("cannot be read"), "{error}");
    }
}
