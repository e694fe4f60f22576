use super::environment::{environment, innermost, one_line_problem};
use super::error::TemplateError;
use super::functions::functions;
use super::look::Look;
use super::palette::accent_rules;
use crate::{Catalog, STYLE_SHEET};
use desktop_delivery::{Language, Zone};
use minijinja::value::{Serde, merge_maps};
use minijinja::{Environment, Error, Value, context};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs};

/// The name under which the style sheet can be replaced.
pub const STYLE_SHEET_NAME: &str = "style.css";

/// The pages of a package: its templates, those that replace them, the style sheet and the texts.
///
/// A template is a program that this process runs: templates come from the host or the operator,
/// never from a library. Values are escaped in `.html`. In addition to the values of its page, each
/// template can use
///
/// | name | is |
/// |---|---|
/// | `t("key", name=value)` | the text of a message |
/// | `day(when)`, `moment(when)` | a day, and a day with its time, in words; `when` is a time in seconds or, for `day`, a day such as `"2027-02-21"` |
/// | `number(n)`, `size(bytes)`, `span(seconds)` | a number, a size and a time that is left, in words |
/// | `lang`, `dir` | the language's tag and direction |
/// | `languages` | every language: `tag`, `name`, `dir`, `is_current` |
/// | `style_sheet` | the style sheet |
/// | `site_logo` | the logo of the host's [`Look`] as a `data:` address; empty if it has none |
///
/// # Example
/// ```
/// use desktop_delivery::{Language, Zone};
/// use desktop_delivery_text::Catalog;
/// use desktop_delivery_text::templates::PageTemplates;
/// use std::collections::BTreeMap;
///
/// const FILES: &[(&str, &str)] = &[("hello.html", "<p>{{ t(\"link-request\", no=no) }}</p>")];
/// let pages = PageTemplates::builder(FILES, Catalog::builtin())
///     .with_template("hello.html", "<h1 lang={{ lang }}>{{ t('link-request', no=no) }}</h1>")
///     .build()?;
/// let values = BTreeMap::from([("no", "<417>")]);
/// let page = pages.render("hello.html", Language::FRENCH, &Zone::utc(), &values)?;
/// assert_eq!(page, "<h1 lang=fr>Demande &lt;417&gt;</h1>");
/// # Ok::<(), desktop_delivery_text::templates::TemplateError>(())
/// ```
#[derive(Clone)]
pub struct PageTemplates {
    /// The built-in templates with the replacements applied.
    replaced: Environment<'static>,
    is_replaced: bool,
    builtin: Environment<'static>,
    /// The style sheet shared by all pages.
    shared_style_sheet: String,
    /// The shared style sheet followed by the rules of this package.
    style_sheet: String,
    /// The same for templates, which share it.
    style_sheet_value: Value,
    site_logo: Value,
    catalog: Catalog,
}

impl PageTemplates {
    /// Begins with the templates of a package, by name. A file whose name ends in `.css` is
    /// appended to the shared style sheet.
    #[must_use]
    pub fn builder(
        files: &'static [(&'static str, &'static str)],
        catalog: Catalog,
    ) -> PageTemplatesBuilder {
        PageTemplatesBuilder {
            files,
            catalog,
            replacements: BTreeMap::new(),
            look: Look::default(),
        }
    }

    /// Returns the texts.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Returns the style sheet: the shared part, then the package's own.
    #[must_use]
    pub fn style_sheet(&self) -> &str {
        &self.style_sheet
    }

    /// Returns whether a template or style sheet replaces a built-in one.
    #[must_use]
    pub const fn is_replaced(&self) -> bool {
        self.is_replaced
    }

    /// Returns the part of the style sheet that is shared by all pages.
    #[must_use]
    pub fn shared_style_sheet(&self) -> &str {
        &self.shared_style_sheet
    }

    /// Renders a page with its values.
    ///
    /// If a replaced template fails, the page is rendered with the built-in one and the failure is
    /// logged.
    ///
    /// # Errors
    /// [`TemplateError`] if the built-in template fails because a value is missing.
    pub fn render(
        &self,
        name: &str,
        language: Language,
        zone: &Zone,
        values: &impl Serialize,
    ) -> Result<String, TemplateError> {
        let values = self.values(language, zone, Value::from(Serde(values)));
        rendered(&self.replaced, name, values.clone()).or_else(|error| {
            let page = rendered(&self.builtin, name, values)?;
            tracing::warn!(%error, "a replaced template failed; the built-in one was used");
            Ok(page)
        })
    }

    /// Renders the replaced templates of a page with these values, in every language.
    ///
    /// # Errors
    /// [`TemplateError`] with the template that failed and its line.
    pub fn check(&self, name: &str, values: &impl Serialize) -> Result<(), TemplateError> {
        let values = Value::from(Serde(values));
        self.catalog.languages().into_iter().try_for_each(|info| {
            let values = self.values(info.language, &Zone::utc(), values.clone());
            rendered(&self.replaced, name, values).map(|_| ())
        })
    }

    fn values(&self, language: Language, zone: &Zone, values: Value) -> Value {
        let texts = self.catalog.texts(language);
        let languages = self.catalog.languages().into_iter().map(|info| {
            context! {
                tag => info.language.as_str(),
                name => info.name.as_str(),
                dir => info.direction.as_str(),
                is_current => info.language == texts.language(),
            }
        });
        let own = context! {
            languages => languages.collect::<Vec<_>>(),
            style_sheet => self.style_sheet_value.clone(),
            site_logo => self.site_logo.clone(),
        };
        merge_maps([values, own, functions(&texts, zone)])
    }
}

fn rendered(
    environment: &Environment<'_>,
    name: &str,
    values: Value,
) -> Result<String, TemplateError> {
    let template = environment.get_template(name);
    template.and_then(|template| template.render(values)).map_err(|error| of(name, &error))
}

fn of(name: &str, error: &Error) -> TemplateError {
    let error = innermost(error);
    let name = error.name().unwrap_or(name).to_owned();
    TemplateError::new(name, error.line(), one_line_problem(error))
}

impl fmt::Debug for PageTemplates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PageTemplates").field(&self.catalog).finish()
    }
}

/// Builds [`PageTemplates`] from a package's templates and their replacements.
#[derive(Clone, Debug)]
pub struct PageTemplatesBuilder {
    files: &'static [(&'static str, &'static str)],
    catalog: Catalog,
    replacements: BTreeMap<String, String>,
    look: Look,
}

impl PageTemplatesBuilder {
    /// Replaces a template or the style sheet ([`STYLE_SHEET_NAME`]). A name that begins with an
    /// underscore adds a template that others can include.
    #[must_use]
    pub fn with_template(mut self, name: impl Into<String>, source: impl Into<String>) -> Self {
        self.replacements.insert(name.into(), source.into());
        self
    }

    /// Sets the color and the logo for libraries that have none of their own.
    #[must_use]
    pub fn with_look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Replaces templates with the `.html` and `.css` files of a folder, by name. The name of a
    /// file in a subfolder includes it: `supply/request.html`.
    ///
    /// # Errors
    /// [`TemplateError`] if a folder or a file cannot be read.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, TemplateError> {
        self.read_folder(folder, "")?;
        Ok(self)
    }

    fn read_folder(&mut self, folder: &Path, before: &str) -> Result<(), TemplateError> {
        let unreadable = |path: &Path, error: std::io::Error| {
            let problem = format!("cannot be read ({error})");
            TemplateError::new(path.display().to_string(), None, problem)
        };
        for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
            let path = entry.map_err(|error| unreadable(folder, error))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let Some(name) = name.filter(|name| !name.starts_with('.')) else { continue };
            let name = format!("{before}{name}");
            if path.is_dir() {
                self.read_folder(&path, &format!("{name}/"))?;
            } else if path.extension().is_some_and(|end| end == "html" || end == "css") {
                let source = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
                self.replacements.insert(name, source);
            }
        }
        Ok(())
    }

    /// Parses all templates.
    ///
    /// # Errors
    /// [`TemplateError`] for a syntax error, or a name that matches no template.
    pub fn build(self) -> Result<PageTemplates, TemplateError> {
        let is_css = |name: &str| name.ends_with(".css");
        let mut builtin = environment();
        for (name, source) in self.files.iter().filter(|(name, _)| !is_css(name)) {
            builtin.add_template(name, source).map_err(|error| of(name, &error))?;
        }
        let mut replaced = builtin.clone();
        for (name, source) in &self.replacements {
            let is_known = self.files.iter().any(|(file, _)| file == name);
            if is_css(name) && (is_known || name == STYLE_SHEET_NAME) {
                // Would end the style element of the page.
                if source.to_ascii_lowercase().contains("</style") {
                    let problem = "contains `</style`".to_owned();
                    return Err(TemplateError::new(name.clone(), None, problem));
                }
            } else if is_known || name.starts_with('_') {
                let added = replaced.add_template_owned(name.clone(), source.clone());
                added.map_err(|error| of(name, &error))?;
            } else {
                let mut names: Vec<&str> = self.files.iter().map(|(file, _)| *file).collect();
                names.push(STYLE_SHEET_NAME);
                let problem =
                    format!("there is no template of this name; there are {}", names.join(", "));
                return Err(TemplateError::new(name.clone(), None, problem));
            }
        }
        let css = |name: &str, own: &str| {
            self.replacements.get(name).map_or_else(|| own.to_owned(), Clone::clone)
        };
        let mut shared_style_sheet = css(STYLE_SHEET_NAME, STYLE_SHEET);
        shared_style_sheet.push_str(&accent_rules(&self.look.accent));
        let mut style_sheet = shared_style_sheet.clone();
        for (name, own) in self.files.iter().filter(|(name, _)| is_css(name)) {
            style_sheet.push_str(&css(name, own));
        }
        let catalog = self.catalog.clone();
        let is_replaced = !self.replacements.is_empty();
        Ok(PageTemplates {
            replaced,
            is_replaced,
            builtin,
            shared_style_sheet,
            style_sheet_value: Value::from_safe_string(style_sheet.clone()),
            site_logo: Value::from(self.look.logo.as_str()),
            style_sheet,
            catalog,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Timestamp;

    const FILES: &[(&str, &str)] = &[
        ("base.html", "<html lang={{ lang }} dir={{ dir }}>{% block main %}{% endblock %}"),
        (
            "page.html",
            "{% extends 'base.html' %}{% block main %}{{ t('link-contact', library=name) }}{% endblock %}",
        ),
    ];

    fn pages(name: &str, source: &str) -> Result<PageTemplates, TemplateError> {
        PageTemplates::builder(FILES, Catalog::builtin()).with_template(name, source).build()
    }

    fn render(source: &str) -> Result<String, TemplateError> {
        let pages = pages("page.html", source)?;
        pages.check("page.html", &values())?;
        pages.render("page.html", Language::ENGLISH, &Zone::utc(), &values())
    }

    fn values() -> BTreeMap<&'static str, String> {
        let day = Timestamp::from_seconds(1_795_910_400).as_seconds().to_string();
        BTreeMap::from([("name", "<Rare & Old>".to_owned()), ("day_of", day)])
    }

    #[test]
    fn text_around_safe_markup_is_escaped() {
        assert_eq!(
            render("{% set link %}<a href='/'>{{ name }}</a>{% endset %}{{ t('link-contact', library=link) }}").unwrap(),
            "Questions? Write to <a href='/'>&lt;Rare &amp; Old&gt;</a>:"
        );
        assert_eq!(
            render("{{ t('link-contact', library=name) }}").unwrap(),
            "Questions? Write to &lt;Rare &amp; Old&gt;:"
        );
    }

    #[test]
    fn values_are_formatted_in_the_language() {
        for (source, text) in [
            ("{{ day('2027-02-21') }}", "February\u{a0}21,\u{a0}2027"),
            ("{{ day(day_of|int) }}", "November\u{a0}29,\u{a0}2026"),
            ("{{ moment(day_of|int) }}", "November\u{a0}29,\u{a0}2026, 00:00"),
            (
                "{{ size(1400000) }}, {{ number(1500) }}, {{ span(61) }}",
                "1.4\u{a0}MB, 1,500, 2\u{a0}min",
            ),
            (
                "{% for one in languages %}{{ one.tag }} {{ one.is_current }} {% endfor %}",
                "en True fr False ",
            ),
        ] {
            assert_eq!(render(source).unwrap(), text, "{source}");
        }
    }

    #[test]
    fn errors_contain_template_and_line() {
        for (source, problem) in [
            ("\n{{ nam }}", "template page.html, line 2: "),
            ("\n\n{% if %}", "template page.html, line 3: "),
            ("{{ t('nope') }}", "there is no message `nope`"),
            (
                "{{ t('link-contact') }}",
                "a value of the message `link-contact` is missing; it gets: none",
            ),
            ("{{ t('link-contact', library=[1]) }}", "the value library of the message"),
            ("{{ day('soon') }}", "day() takes"),
            ("{{ name|safe }}", "template page.html, line 1: "),
            ("{% include 'nothing.html' %}", "nothing.html"),
        ] {
            let error = render(source).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(problem), "{source}: {error}");
        }
        let error = pages("pgae.html", "").unwrap_err().to_string();
        assert!(error.contains("there are base.html, page.html, style.css"), "{error}");
        let error = pages(STYLE_SHEET_NAME, "</STYLE><script>").unwrap_err().to_string();
        assert!(error.contains("style.css"), "{error}");
    }

    #[test]
    fn a_failing_replacement_falls_back_to_the_builtin_template() {
        let pages = pages("page.html", "{{ nothing }}").unwrap();
        let page = pages.render("page.html", Language::FRENCH, &Zone::utc(), &values()).unwrap();
        assert!(page.starts_with("<html lang=fr dir=ltr>Des questions"), "{page}");
    }

    #[test]
    fn templates_and_the_style_sheet_are_read_from_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("base.html"), "{% include '_mine.html' %}{{ style_sheet }}")
            .unwrap();
        fs::write(folder.path().join("_mine.html"), "mine ").unwrap();
        fs::write(folder.path().join("style.css"), "a > b { content: \"c\" }").unwrap();
        fs::write(folder.path().join("readme.txt"), "{{").unwrap();
        fs::create_dir(folder.path().join("part")).unwrap();
        fs::write(folder.path().join("part/mine.html"), "").unwrap();
        let builder = PageTemplates::builder(FILES, Catalog::builtin());
        let error = builder.clone().with_folder(folder.path()).unwrap().build().unwrap_err();
        assert!(error.to_string().contains("part/mine.html"), "{error}");
        fs::remove_dir_all(folder.path().join("part")).unwrap();
        let pages = builder.clone().with_folder(folder.path()).unwrap().build().unwrap();
        let page = pages.render("page.html", Language::ENGLISH, &Zone::utc(), &values()).unwrap();
        assert_eq!(page, "mine a > b { content: \"c\" }");
        assert!(builder.with_folder(&folder.path().join("nowhere")).is_err());
    }
}
