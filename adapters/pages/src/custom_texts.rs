use crate::templates::Templates;
use crate::web::messages;
use desktop_delivery_http::LinkPages;
use desktop_delivery_text::Catalog;
use desktop_delivery_text::templates::{Look, PageTemplatesBuilder, STYLE_SHEET_NAME};
use std::error::Error;
use std::fmt;
use std::fs;
use std::path::Path;

/// The subfolders of the template folder, one for each part that has templates.
const LINK: &str = "link";
const MAIL: &str = "mail";
const PAGES: &str = "pages";

/// The texts of link pages, staff and patron pages, and emails, with an operator's messages and
/// templates.
#[derive(Debug)]
#[non_exhaustive]
pub struct CustomTexts {
    /// The templates and texts of link pages.
    pub link_pages: LinkPages,
    /// The templates and texts of emails.
    pub mail: desktop_delivery_mail::Templates,
    /// The templates and texts of staff and patron pages.
    pub pages: Templates,
}

impl CustomTexts {
    /// Reads and checks an operator's files.
    ///
    /// `messages` is a folder of messages with a subfolder for each language; see the README of
    /// `desktop-delivery-text`. `templates` is a folder of templates that replace the built-in ones
    /// by name: `link` contains those of link pages, `pages` those of staff and patron pages, and
    /// `mail` those of emails. `style.css` is the style sheet of all pages. Incomplete translations
    /// are logged as warnings. `look` is the color and the logo of pages whose library has none.
    ///
    /// # Errors
    /// [`CustomTextsError`] if a file cannot be read, is not valid, or is one that no part reads.
    pub fn open(
        messages: Option<&Path>,
        templates: Option<&Path>,
        look: Look,
    ) -> Result<Self, CustomTextsError> {
        let texts = catalog(messages)?;
        if let Some(folder) = templates {
            check_names(folder)?;
        }
        let link_pages = LinkPages::builder(texts.clone()).with_look(look.clone());
        let pages = Templates::builder(texts.clone()).with_look(look);
        let mut mail = desktop_delivery_mail::Templates::with_texts(texts);
        if let Some(folder) = templates.map(|folder| folder.join(MAIL)).filter(|it| it.is_dir()) {
            mail = mail.with_folder(&folder).map_err(of_templates(MAIL))?;
        }
        let link_pages =
            LinkPages::new(replaced(link_pages, templates, LINK)?).map_err(of_templates(LINK))?;
        let pages =
            Templates::new(replaced(pages, templates, PAGES)?).map_err(of_templates(PAGES))?;
        Ok(Self { link_pages, mail, pages })
    }
}

fn catalog(folder: Option<&Path>) -> Result<Catalog, CustomTextsError> {
    let mut texts = Catalog::builder().with_package(messages());
    if let Some(folder) = folder {
        texts = texts.with_folder(folder).map_err(of_messages)?;
    }
    let texts = texts.build().map_err(of_messages)?;
    for warning in texts.warnings() {
        tracing::warn!(%warning, "a translation is incomplete");
    }
    Ok(texts)
}

/// Adds the operator's templates for one part and the style sheet of all pages.
fn replaced(
    mut templates: PageTemplatesBuilder,
    folder: Option<&Path>,
    part: &'static str,
) -> Result<PageTemplatesBuilder, CustomTextsError> {
    let Some(folder) = folder else { return Ok(templates) };
    let style_sheet = folder.join(STYLE_SHEET_NAME);
    if style_sheet.exists() {
        let css = fs::read_to_string(&style_sheet).map_err(of_templates(STYLE_SHEET_NAME))?;
        templates = templates.with_template(STYLE_SHEET_NAME, css);
    }
    let own = folder.join(part);
    if !own.is_dir() {
        return Ok(templates);
    }
    templates.with_folder(&own).map_err(of_templates(part))
}

/// Rejects files that no part would read, such as a template outside the subfolders.
fn check_names(folder: &Path) -> Result<(), CustomTextsError> {
    let known = [LINK, MAIL, PAGES, STYLE_SHEET_NAME];
    for entry in fs::read_dir(folder).map_err(of_templates(""))? {
        let name = entry.map_err(of_templates(""))?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !known.contains(&&*name) {
            return Err(of_templates("")(format!("`{name}` is none of {}", known.join(", "))));
        }
    }
    Ok(())
}

/// The error of an operator's messages or templates. [`source`](Error::source) names the file and
/// the line.
#[derive(Debug)]
pub struct CustomTextsError {
    /// The part of the templates, which is empty for all; `None` for messages.
    part: Option<&'static str>,
    source: Box<dyn Error + Send + Sync>,
}

impl fmt::Display for CustomTextsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            None => f.write_str("could not use the messages"),
            Some("") => f.write_str("could not use the templates"),
            Some(part) => write!(f, "could not use the templates in `{part}`"),
        }
    }
}

impl Error for CustomTextsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

fn of_messages(source: impl Into<Box<dyn Error + Send + Sync>>) -> CustomTextsError {
    CustomTextsError { part: None, source: source.into() }
}

fn of_templates<E: Into<Box<dyn Error + Send + Sync>>>(
    part: &'static str,
) -> impl Fn(E) -> CustomTextsError {
    move |source| CustomTextsError { part: Some(part), source: source.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Language;
    use desktop_delivery::error::ErrorChain;

    fn refused(messages: Option<&Path>, templates: Option<&Path>) -> String {
        ErrorChain::of(&CustomTexts::open(messages, templates, Look::default()).unwrap_err())
            .to_string()
    }

    #[test]
    fn an_operator_can_add_a_language() {
        let folder = tempfile::tempdir().unwrap();
        let spanish = folder.path().join("es/ours.ftl");
        fs::create_dir(folder.path().join("es")).unwrap();
        let head = "language-name = Español\ndirection = ltr\n";
        fs::write(&spanish, format!("{head}link-title = Su documento\nnav-supply = Préstamo\n"))
            .unwrap();
        let texts = CustomTexts::open(Some(folder.path()), None, Look::default()).unwrap();
        for catalog in [texts.link_pages.catalog(), texts.pages.catalog(), texts.mail.catalog()] {
            let spanish = catalog.texts("es-AR".parse().unwrap());
            assert_eq!(spanish.text("link-title"), "Su documento");
            assert_eq!(spanish.text("nav-supply"), "Préstamo");
            assert_eq!(catalog.texts(Language::FRENCH).text("link-title"), "Votre document");
        }
        fs::write(&spanish, format!("{head}link-titel = Su documento\n")).unwrap();
        let error = refused(Some(folder.path()), None);
        assert!(error.contains("es/ours.ftl, line 3, `link-titel`"), "{error}");
    }

    #[test]
    fn an_operator_can_replace_templates_of_each_part() {
        let folder = tempfile::tempdir().unwrap();
        for part in ["link", "mail", "pages/supply"] {
            fs::create_dir_all(folder.path().join(part)).unwrap();
        }
        let write = |name: &str, source: &str| fs::write(folder.path().join(name), source).unwrap();
        write("style.css", "body { color: navy }");
        let texts = CustomTexts::open(None, Some(folder.path()), Look::default()).unwrap();
        assert_eq!(texts.link_pages.shared_style_sheet(), "body { color: navy }");

        for (name, source, problem) in [
            ("link/error.html", "{{ t('nothing') }}", "template error.html, line 1"),
            ("mail/foot.txt", "\n{{ libary }}", "template foot.txt, line 2"),
            ("mail/fot.txt", "", "template fot.txt: there is no template of this name"),
            ("pages/supply/request.html", "\n\n{{ titel }}", "supply/request.html, line 3"),
            ("pages/supply/requests.html", "", "template supply/requests.html: there is no"),
            ("base.html", "", "`base.html` is none of link, mail, pages, style.css"),
        ] {
            write(name, source);
            let error = refused(None, Some(folder.path()));
            assert!(error.contains(problem), "{error}");
            fs::remove_file(folder.path().join(name)).unwrap();
        }
        write("mail/received-patron.subject", "{{ library }}: your article is here");
        assert!(CustomTexts::open(None, Some(folder.path()), Look::default()).is_ok());
    }
}
