use crate::settings::TextSettings;
use crate::startup_error::StartupError;
use desktop_delivery_http::LinkPages;
use desktop_delivery_text::Catalog;
use desktop_delivery_text::templates::{PageTemplatesBuilder, STYLE_SHEET_NAME};
use std::fmt::Display;
use std::fs;
use std::path::Path;

/// The subfolders of the template folder, one for each part that has templates.
const LINK: &str = "link";
const MAIL: &str = "mail";
const PAGES: &str = "pages";

/// The texts of pages and emails, with the operator's messages and templates.
pub(crate) struct Texts {
    pub(crate) link_pages: LinkPages,
    pub(crate) mail: desktop_delivery_mail::Templates,
    pub(crate) pages: desktop_delivery_pages::Templates,
}

impl Texts {
    /// Reads and checks the operator's messages and templates.
    pub(crate) fn open(settings: &TextSettings) -> Result<Self, StartupError> {
        let texts = catalog(settings.messages.as_deref())?;
        let folder = settings.templates.as_deref();
        if let Some(folder) = folder {
            check_names(folder)?;
        }
        let link_pages = LinkPages::builder(texts.clone());
        let pages = desktop_delivery_pages::Templates::builder(texts.clone());
        let mut mail = desktop_delivery_mail::Templates::with_texts(texts);
        if let Some(folder) = folder.map(|folder| folder.join(MAIL)).filter(|it| it.is_dir()) {
            mail = mail.with_folder(&folder).map_err(|error| wrong_template(MAIL, &error))?;
        }
        let link_pages = LinkPages::new(replaced(link_pages, folder, LINK)?)
            .map_err(|error| wrong_template(LINK, &error))?;
        let pages = desktop_delivery_pages::Templates::new(replaced(pages, folder, PAGES)?)
            .map_err(|error| wrong_template(PAGES, &error))?;
        Ok(Self { link_pages, mail, pages })
    }
}

fn catalog(folder: Option<&Path>) -> Result<Catalog, StartupError> {
    let mut texts = Catalog::builder().with_package(desktop_delivery_pages::messages());
    if let Some(folder) = folder {
        texts = texts.with_folder(folder).map_err(|error| wrong("texts.messages", &error))?;
    }
    let texts = texts.build().map_err(|error| wrong("texts.messages", &error))?;
    for warning in texts.warnings() {
        tracing::warn!(%warning, "a translation is incomplete");
    }
    Ok(texts)
}

/// Adds the operator's templates for one part and the style sheet of all pages.
fn replaced(
    mut templates: PageTemplatesBuilder,
    folder: Option<&Path>,
    part: &str,
) -> Result<PageTemplatesBuilder, StartupError> {
    let Some(folder) = folder else { return Ok(templates) };
    let style_sheet = folder.join(STYLE_SHEET_NAME);
    if style_sheet.exists() {
        let css = fs::read_to_string(&style_sheet);
        let css = css.map_err(|error| wrong_template(STYLE_SHEET_NAME, &error))?;
        templates = templates.with_template(STYLE_SHEET_NAME, css);
    }
    let own = folder.join(part);
    if !own.is_dir() {
        return Ok(templates);
    }
    templates.with_folder(&own).map_err(|error| wrong_template(part, &error))
}

/// Rejects files that no part would read, such as a template outside the subfolders.
fn check_names(folder: &Path) -> Result<(), StartupError> {
    let known = [LINK, MAIL, PAGES, STYLE_SHEET_NAME];
    for entry in fs::read_dir(folder).map_err(|error| wrong("texts.templates", &error))? {
        let name = entry.map_err(|error| wrong("texts.templates", &error))?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !known.contains(&&*name) {
            let problem = format!("`{name}` is none of {}", known.join(", "));
            return Err(wrong("texts.templates", &problem));
        }
    }
    Ok(())
}

fn wrong_template(part: &str, error: &dyn Display) -> StartupError {
    wrong(&format!("texts.templates, {part}"), error)
}

fn wrong(what: &str, error: &dyn Display) -> StartupError {
    let remedy = "correct the files in the folder, then start again";
    StartupError::usage(format!("{what}: {error}")).with_remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Language;

    fn refused(settings: &TextSettings) -> String {
        Texts::open(settings).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn an_operator_can_add_a_language() {
        let folder = tempfile::tempdir().unwrap();
        let spanish = folder.path().join("es/ours.ftl");
        fs::create_dir(folder.path().join("es")).unwrap();
        let head = "language-name = Español\ndirection = ltr\n";
        fs::write(&spanish, format!("{head}link-title = Su documento\nnav-supply = Préstamo\n"))
            .unwrap();
        let messages = Some(folder.path().to_owned());
        let settings = TextSettings { messages, ..TextSettings::default() };
        let texts = Texts::open(&settings).unwrap();
        for catalog in [texts.link_pages.catalog(), texts.pages.catalog(), texts.mail.catalog()] {
            let spanish = catalog.texts("es-AR".parse().unwrap());
            assert_eq!(spanish.text("link-title"), "Su documento");
            assert_eq!(spanish.text("nav-supply"), "Préstamo");
            assert_eq!(catalog.texts(Language::FRENCH).text("link-title"), "Votre document");
        }
        fs::write(&spanish, format!("{head}link-titel = Su documento\n")).unwrap();
        let error = refused(&settings);
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
        let templates = Some(folder.path().to_owned());
        let settings = TextSettings { templates, ..TextSettings::default() };
        let texts = Texts::open(&settings).unwrap();
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
            let error = refused(&settings);
            assert!(error.contains(problem), "{error}");
            fs::remove_file(folder.path().join(name)).unwrap();
        }
        write("mail/received-patron.subject", "{{ library }}: your article is here");
        assert!(Texts::open(&settings).is_ok());
    }
}
