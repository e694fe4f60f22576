mod check;
pub(crate) mod environment;
pub(crate) mod names;
mod render;
mod rendered_part;

use self::check::{Checker, source_of, wrong};
use self::environment::mail_environment;
use self::names::{file_name, notice_name, notices, replaced_name};
use crate::library_text::LibraryText;
use crate::part::Part;
use crate::{builtin, variables};
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{AgencyId, Language};
use desktop_delivery_text::Catalog;
use desktop_delivery_text::templates::TemplateError;
use minijinja::Environment;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The texts of the notices: the standard texts in the languages of a [`Catalog`], the operator's
/// templates, which replace them for all libraries, and the texts of libraries.
///
/// One set of templates serves every language. Its sentences are messages of the catalog whose keys
/// begin with `mail-`. To reword them or to add a language, add messages.
///
/// Templates are programs and must come from the operator. Libraries write [`LibraryText`]s: plain
/// text with placeholders.
///
/// # Example
/// ```
/// use desktop_delivery::Language;
/// use desktop_delivery::notices::{NoticeKind, Recipient};
/// use desktop_delivery_mail::{Part, Templates};
///
/// let subject = "{{ library }}: your article is here";
/// let (kind, to) = (NoticeKind::Received, Recipient::Patron);
/// let templates = Templates::new().with(kind, to, Language::ENGLISH, Part::Subject, subject)?;
///
/// let mistyped = templates.with(kind, to, Language::ENGLISH, Part::Subject, "{{ libary }}");
/// assert_eq!(
///     mistyped.unwrap_err().to_string(),
///     "template en/received-patron.subject, line 1: unknown variable `libary`"
/// );
/// # Ok::<(), desktop_delivery_mail::TemplateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Templates {
    environment: Environment<'static>,
    catalog: Catalog,
    /// The texts of libraries, keyed by `of/{library}/` and the name of the file they replace.
    library_texts: BTreeMap<String, LibraryText>,
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl Templates {
    /// The built-in templates and texts.
    #[must_use]
    pub fn new() -> Self {
        Self::with_texts(Catalog::builtin())
    }

    /// The built-in templates with the texts of this catalog.
    #[must_use]
    pub fn with_texts(catalog: Catalog) -> Self {
        let environment = mail_environment();
        Self { environment, catalog, library_texts: BTreeMap::new() }
    }

    /// Returns the texts.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Replaces a built-in template by name for all libraries and languages: the template of a
    /// notice, such as `received-patron.txt`, or a shared one, such as `layout.html` or `foot.txt`.
    ///
    /// The template is checked in every language, like those passed to [`with`](Self::with).
    ///
    /// # Errors
    /// [`TemplateError`] with the problem and its line.
    pub fn with_template(
        mut self,
        name: &str,
        source: impl Into<String>,
    ) -> Result<Self, TemplateError> {
        self.add(name, source.into())?;
        self.check_all(Some(name))?;
        Ok(self)
    }

    /// Replaces built-in templates with the `.html`, `.subject` and `.txt` files of a folder that
    /// have their names. The files are checked together, so they may depend on each other.
    ///
    /// # Errors
    /// [`TemplateError`] if the folder or a file cannot be read, or if a template is invalid; it names the
    /// template and line.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, TemplateError> {
        let unreadable = |path: &Path, error: std::io::Error| {
            let problem = format!("could not be read ({error})");
            TemplateError::new(path.display().to_string(), None, problem)
        };
        for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
            let path = entry.map_err(|error| unreadable(folder, error))?.path();
            let is_ours =
                path.extension().is_some_and(|end| Part::ALL.iter().any(|p| end == p.extension()));
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.filter(|name| is_ours && !name.starts_with('.')) {
                let source = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
                self.add(name, source)?;
            }
        }
        self.check_all(None)?;
        Ok(self)
    }

    fn add(&mut self, name: &str, source: String) -> Result<(), TemplateError> {
        if !builtin::FILES.iter().any(|(file, _)| *file == name) {
            let problem = "there is no template of this name".to_owned();
            return Err(TemplateError::new(name.to_owned(), None, problem));
        }
        let added = self.environment.add_template_owned(name.to_owned(), source);
        added.map_err(|error| wrong(name, name, &error))
    }

    /// Checks the templates of all notices. Errors name the given template, if any.
    fn check_all(&self, name: Option<&str>) -> Result<(), TemplateError> {
        let checker = self.checker();
        let languages: Vec<Language> =
            self.catalog.languages().into_iter().map(|info| info.language).collect();
        for (kind, to) in notices() {
            for part in Part::ALL {
                let file = file_name(&notice_name(kind, to), part);
                let source = source_of(&self.environment, &file)?;
                for language in &languages {
                    let about = (kind, to, *language);
                    checker.check(name.unwrap_or(&file), &file, &source, about, part)?;
                }
            }
        }
        Ok(())
    }

    /// Replaces a part of a notice in one language for all libraries with the operator's template.
    ///
    /// A template is a program that runs in this process: never accept one from a library. It is
    /// checked immediately for valid syntax, known names, an intact link, and escaping of untrusted
    /// text. If it fails when a notice is sent, the standard text is sent instead.
    ///
    /// # Errors
    /// [`TemplateError`] with the problem and its line.
    pub fn with(
        self,
        kind: NoticeKind,
        to: Recipient,
        language: Language,
        part: Part,
        source: impl Into<String>,
    ) -> Result<Self, TemplateError> {
        self.replace((kind, to, language), part, source.into())
    }

    /// Replaces the subject of notices sent in this library's name.
    #[must_use]
    pub fn with_library_subject(
        mut self,
        library: &AgencyId,
        (kind, to, language): (NoticeKind, Recipient, Language),
        subject: LibraryText,
    ) -> Self {
        let file = file_name(&notice_name(kind, to), Part::Subject);
        self.library_texts.insert(replaced_name(Some(library), language, &file), subject);
        self
    }

    /// Replaces the text of notices sent in this library's name, and their HTML, which is generated
    /// from the same text.
    #[must_use]
    pub fn with_library_text(
        mut self,
        library: &AgencyId,
        (kind, to, language): (NoticeKind, Recipient, Language),
        text: LibraryText,
    ) -> Self {
        let file = file_name(&notice_name(kind, to), Part::Text);
        self.library_texts.insert(replaced_name(Some(library), language, &file), text);
        self
    }

    /// Returns the names that a template may use; the README describes them.
    #[must_use]
    pub const fn names() -> &'static [&'static str] {
        &variables::NAMES
    }

    /// Returns the source of the standard template, as a starting point for the operator's own.
    #[must_use]
    pub fn builtin(kind: NoticeKind, to: Recipient, part: Part) -> Option<&'static str> {
        let name = file_name(&notice_name(kind, to), part);
        builtin::FILES.iter().find(|(file, _)| *file == name).map(|(_, source)| *source)
    }

    fn replace(
        mut self,
        (kind, to, language): (NoticeKind, Recipient, Language),
        part: Part,
        source: String,
    ) -> Result<Self, TemplateError> {
        let file = file_name(&notice_name(kind, to), part);
        let name = replaced_name(None, language, &file);
        let file = format!("{language}/{file}");
        self.environment
            .add_template_owned(name.clone(), source.clone())
            .map_err(|error| wrong(&file, &name, &error))?;
        self.checker().check(&file, &name, &source, (kind, to, language), part)?;
        Ok(self)
    }

    const fn checker(&self) -> Checker<'_> {
        Checker { environment: &self.environment, catalog: &self.catalog }
    }
}
