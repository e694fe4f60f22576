use crate::web::messages;
use desktop_delivery::ids::Digest;
use desktop_delivery::{Language, Zone};
use desktop_delivery_text::templates::{PageTemplates, PageTemplatesBuilder, TemplateError};
use desktop_delivery_text::{Catalog, Texts};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, LazyLock};

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[
            ("desk.css", include_str!("../assets/desk.css")),
            $(($name, include_str!(concat!("../templates/", $name)))),+
        ]
    };
}

/// The built-in templates, by name. A host replaces a template by its name.
pub(crate) const FILES: &[(&str, &str)] = files![
    "account.html",
    "alert.html",
    "borrow/request.html",
    "failure.html",
    "form.html",
    "frame.html",
    "history.html",
    "home.html",
    "library/account.html",
    "library/accounts.html",
    "library/copyright-version.html",
    "library/copyright.html",
    "library/nav.html",
    "library/notices.html",
    "library/preview.html",
    "library/record.html",
    "library/text.html",
    "library/webhook-fields.html",
    "library/webhook.html",
    "library/webhooks.html",
    "preview/pager.html",
    "preview/viewer.html",
    "providers.html",
    "requests/list.html",
    "sign-in-failure.html",
    "sign-in.html",
    "sign-out.html",
    "source.html",
    "supply/file.html",
    "supply/request.html",
    "track/request.html",
    "track/requests.html",
    "track/sign-in.html",
    "windows/closed.html",
    "windows/link.html",
    "windows/open.html",
];

/// A message of this crate, which shows whether the texts include its messages.
const SAMPLE_KEY: &str = "home-title";

const SCRIPT: &str = include_str!("../assets/desk.js");

/// The templates, style sheet and texts of this crate's pages.
///
/// A host or operator can replace each template by its name, such as `frame.html`, which every page
/// extends, or `supply/request.html`. The style sheet is `style.css`, which all pages share,
/// followed by `desk.css`. Templates are programs: accept them only from the operator, never from a
/// library.
///
/// [`Default`] returns the built-in templates and texts. Cloning is cheap.
///
/// # Example
/// ```
/// use desktop_delivery_pages::{Templates, messages};
/// use desktop_delivery_text::Catalog;
///
/// let texts = || Catalog::builder().with_package(messages()).build();
/// let mine = "<h1>{{ t('home-title') }}</h1>";
/// let templates = Templates::new(Templates::builder(texts()?).with_template("home.html", mine))?;
/// # let _ = templates;
///
/// let mistyped = Templates::builder(texts()?).with_template("home.html", "\n{{ titel }}");
/// let error = Templates::new(mistyped).unwrap_err();
/// assert!(error.to_string().starts_with("template home.html, line 2: undefined value"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Templates {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    pages: PageTemplates,
    /// The files that pages load.
    assets: [Asset; 2],
}

/// A file that pages load. Its path contains a digest of the content, so that browsers can cache it
/// forever.
#[derive(Debug)]
pub(crate) struct Asset {
    pub(crate) name: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) content: String,
    path: String,
}

static BUILTIN: LazyLock<Templates> = LazyLock::new(|| {
    let texts = Catalog::builder().with_package(messages()).build();
    let texts = texts.expect("the messages of this package are right");
    Templates::parse(Templates::builder(texts)).expect("the templates of this package are right")
});

impl Templates {
    /// Returns a builder with the built-in templates and the given texts, which must include the
    /// [`messages`].
    #[must_use]
    pub fn builder(texts: Catalog) -> PageTemplatesBuilder {
        PageTemplates::builder(FILES, texts)
    }

    /// Parses the templates, without rendering them.
    ///
    /// # Errors
    /// [`TemplateError`] if a template cannot be parsed, or if the texts lack the [`messages`].
    pub(crate) fn parse(builder: PageTemplatesBuilder) -> Result<Self, TemplateError> {
        let pages = builder.build()?;
        if !pages.catalog().texts(Language::ENGLISH).has(SAMPLE_KEY) {
            let problem = "the texts lack the messages of these pages; build the catalog with \
                           `with_package(desktop_delivery_pages::messages())`";
            return Err(TemplateError::new("frame.html".to_owned(), None, problem.to_owned()));
        }
        let assets = [
            Asset::new("desk.css", "text/css; charset=utf-8", pages.style_sheet()),
            Asset::new("desk.js", "text/javascript; charset=utf-8", SCRIPT),
        ];
        Ok(Self { inner: Arc::new(Inner { pages, assets }) })
    }

    /// Returns the texts.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.inner.pages.catalog()
    }

    pub(crate) fn texts(&self, language: Language) -> Texts {
        self.catalog().texts(language)
    }

    pub(crate) fn pages(&self) -> &PageTemplates {
        &self.inner.pages
    }

    pub(crate) fn render(
        &self,
        name: &str,
        language: Language,
        zone: &Zone,
        values: &impl Serialize,
    ) -> Result<String, TemplateError> {
        self.inner.pages.render(name, language, zone, values)
    }

    pub(crate) fn asset(&self, name: &str) -> Option<&Asset> {
        self.inner.assets.iter().find(|asset| asset.name == name)
    }

    /// Returns the path of an asset.
    pub(crate) fn asset_path(&self, name: &str) -> &str {
        self.asset(name).map_or("/assets/unknown", |asset| &asset.path)
    }
}

impl Default for Templates {
    fn default() -> Self {
        BUILTIN.clone()
    }
}

impl Asset {
    fn new(name: &'static str, media_type: &'static str, content: &str) -> Self {
        let digest = Digest::from_bytes(Sha256::digest(content).into()).to_string();
        let path = format!("/assets/{}/{name}", &digest[..16]);
        Self { name, media_type, content: content.to_owned(), path }
    }
}
