use crate::link_view::samples;
use crate::page_policy::page_policy;
use desktop_delivery::{Language, Zone};
use desktop_delivery_text::templates::{PageTemplates, PageTemplatesBuilder, TemplateError};
use desktop_delivery_text::{Catalog, Texts};
use http::HeaderValue;
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// The built-in templates, by name. A host replaces a template by its name.
const FILES: &[(&str, &str)] = &[
    ("base.html", include_str!("../templates/base.html")),
    ("error.html", include_str!("../templates/error.html")),
    ("link.css", include_str!("../templates/link.css")),
    ("link.html", include_str!("../templates/link.html")),
];

/// The templates and texts of this crate's pages.
///
/// The templates are `link.html` (the page of a link), `error.html` (the page that explains an
/// error), and `base.html` (the frame around both). The style sheet is `style.css`, which all pages
/// share, followed by `link.css`.
///
/// [`Default`] returns the built-in templates and texts. Cloning is cheap.
///
/// # Example
/// ```
/// use desktop_delivery_http::LinkPages;
/// use desktop_delivery_text::{Catalog, MessageFile};
///
/// let mine = MessageFile::new("en".parse()?, "en/mine.ftl", "link-title = Your article");
/// let texts = Catalog::builder().with_file(mine).build()?;
/// let pages = LinkPages::builder(texts).with_template("style.css", "body { color: navy }");
/// let pages = LinkPages::new(pages)?;
/// # let _ = pages;
///
/// let mistyped = LinkPages::builder(Catalog::builtin())
///     .with_template("error.html", "<h1>\n{{ headin }}</h1>");
/// let error = LinkPages::new(mistyped).unwrap_err();
/// assert!(error.to_string().starts_with("template error.html, line 2: undefined value"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LinkPages {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    templates: PageTemplates,
    policy: HeaderValue,
}

static BUILTIN: LazyLock<LinkPages> = LazyLock::new(|| LinkPages::with_texts(Catalog::builtin()));

impl LinkPages {
    /// Returns a builder with the built-in templates and the given texts.
    #[must_use]
    pub fn builder(texts: Catalog) -> PageTemplatesBuilder {
        PageTemplates::builder(FILES, texts)
    }

    /// Parses the templates and renders each with sample values in every language.
    ///
    /// # Errors
    /// [`TemplateError`], with the template and the line, if a template cannot be parsed or
    /// rendered.
    pub fn new(builder: PageTemplatesBuilder) -> Result<Self, TemplateError> {
        let templates = builder.build()?;
        for (name, values) in samples() {
            templates.check(name, &values)?;
        }
        let policy = page_policy(templates.style_sheet(), None);
        Ok(Self { inner: Arc::new(Inner { templates, policy }) })
    }

    /// Creates pages with the built-in templates and the given texts.
    ///
    /// # Panics
    /// Never: the tests of this crate parse and render the built-in templates.
    #[must_use]
    pub fn with_texts(texts: Catalog) -> Self {
        Self::new(Self::builder(texts)).expect("the built-in templates render in every language")
    }

    /// Returns the texts.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.inner.templates.catalog()
    }

    pub(crate) fn texts(&self, language: Language) -> Texts {
        self.catalog().texts(language)
    }

    /// Returns the part of the style sheet that all pages share, for use in a host's own pages.
    #[must_use]
    pub fn shared_style_sheet(&self) -> &str {
        self.inner.templates.shared_style_sheet()
    }

    pub(crate) fn style_sheet(&self) -> &str {
        self.inner.templates.style_sheet()
    }

    /// Returns the content security policy of a page whose forms stay on this origin.
    pub(crate) fn policy(&self) -> HeaderValue {
        self.inner.policy.clone()
    }

    pub(crate) fn render(
        &self,
        name: &str,
        language: Language,
        zone: &Zone,
        values: &impl Serialize,
    ) -> Result<String, TemplateError> {
        self.inner.templates.render(name, language, zone, values)
    }
}

impl Default for LinkPages {
    fn default() -> Self {
        BUILTIN.clone()
    }
}
