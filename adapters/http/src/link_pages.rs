use crate::link_view::samples;
use crate::router::page_policy;
use desktop_delivery::{Language, Zone};
use desktop_delivery_text::templates::{PageTemplates, PageTemplatesBuilder, TemplateError};
use desktop_delivery_text::{Catalog, Texts};
use http::HeaderValue;
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// The templates of the pages, by the names by which they are replaced.
const FILES: &[(&str, &str)] = &[
    ("base.html", include_str!("../templates/base.html")),
    ("error.html", include_str!("../templates/error.html")),
    ("link.css", include_str!("../templates/link.css")),
    ("link.html", include_str!("../templates/link.html")),
];

/// The pages of this package, and the texts in them: the page of a link (`link.html`), the page
/// that explains an error (`error.html`), and what both have around them (`base.html`). `link.css`
/// follows the style sheet that every page shares (`style.css`).
///
/// Clones are cheap. [`Default`] is our own templates and texts.
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
    /// Begins with our own templates and these texts.
    #[must_use]
    pub fn builder(texts: Catalog) -> PageTemplatesBuilder {
        PageTemplates::builder(FILES, texts)
    }

    /// Reads the templates and tries them on samples, in every language.
    ///
    /// # Errors
    /// [`TemplateError`] says which template is wrong, and in which line.
    pub fn new(builder: PageTemplatesBuilder) -> Result<Self, TemplateError> {
        let templates = builder.build()?;
        for (name, values) in samples() {
            templates.check(name, &values)?;
        }
        let policy = page_policy(templates.style_sheet(), None);
        Ok(Self { inner: Arc::new(Inner { templates, policy }) })
    }

    /// Our own templates, with these texts.
    ///
    /// # Panics
    /// Never: the tests of this package read the templates.
    #[must_use]
    pub fn with_texts(texts: Catalog) -> Self {
        Self::new(Self::builder(texts)).expect("our own templates are right in every language")
    }

    /// The texts.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.inner.templates.catalog()
    }

    pub(crate) fn texts(&self, language: Language) -> Texts {
        self.catalog().texts(language)
    }

    /// The part of the style sheet that every page shares, for a host's own pages.
    #[must_use]
    pub fn shared_style_sheet(&self) -> &str {
        self.inner.templates.shared_style_sheet()
    }

    pub(crate) fn style_sheet(&self) -> &str {
        self.inner.templates.style_sheet()
    }

    /// The content security policy of a page that leads nowhere else.
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
