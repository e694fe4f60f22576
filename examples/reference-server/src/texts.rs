use crate::settings::TextSettings;
use crate::startup_error::StartupError;
use desktop_delivery_http::LinkPages;
use desktop_delivery_text::Catalog;

/// Reads the operator's messages and templates, and checks them.
pub(crate) fn open(settings: &TextSettings) -> Result<LinkPages, StartupError> {
    let wrong = |what: &str, error: &dyn std::fmt::Display| {
        let remedy = "correct the files in the folder, then start again";
        StartupError::usage(format!("{what}: {error}")).with_remedy(remedy)
    };
    let mut texts = Catalog::builder().with_package(desktop_delivery_pages::messages());
    if let Some(folder) = &settings.messages {
        texts = texts.with_folder(folder).map_err(|error| wrong("texts.messages", &error))?;
    }
    let texts = texts.build().map_err(|error| wrong("texts.messages", &error))?;
    for warning in texts.warnings() {
        tracing::warn!(%warning, "a translation is not complete");
    }
    let mut pages = LinkPages::builder(texts);
    if let Some(folder) = &settings.templates {
        pages = pages.with_folder(folder).map_err(|error| wrong("texts.templates", &error))?;
    }
    LinkPages::new(pages).map_err(|error| wrong("texts.templates", &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Language;
    use std::fs;

    #[test]
    fn an_operator_adds_a_language_and_replaces_a_template_by_files() {
        let folder = tempfile::tempdir().unwrap();
        let (messages, templates) = (folder.path().join("messages"), folder.path().join("pages"));
        fs::create_dir_all(messages.join("es")).unwrap();
        fs::create_dir_all(&templates).unwrap();
        let spanish = messages.join("es/ours.ftl");
        let head = "language-name = Español\ndirection = ltr\n";
        fs::write(&spanish, format!("{head}link-title = Su documento\nnav-supply = Préstamo\n"))
            .unwrap();
        fs::write(templates.join("style.css"), "body { color: navy }").unwrap();
        let settings =
            TextSettings { messages: Some(messages), templates: Some(templates.clone()) };
        let texts = open(&settings).unwrap();
        let spanish_texts = texts.catalog().texts("es-AR".parse().unwrap());
        assert_eq!(spanish_texts.text("link-title"), "Su documento");
        // A message of the staff pages, too.
        assert_eq!(spanish_texts.text("nav-supply"), "Préstamo");
        assert_eq!(texts.catalog().texts(Language::FRENCH).text("link-title"), "Votre document");

        fs::write(&spanish, format!("{head}link-titel = Su documento\n")).unwrap();
        let error = open(&settings).unwrap_err().to_string();
        assert!(error.contains("es/ours.ftl, line 3, `link-titel`"), "{error}");
        fs::write(&spanish, head).unwrap();
        fs::write(templates.join("error.html"), "{{ t('nothing') }}").unwrap();
        let error = open(&settings).unwrap_err().to_string();
        assert!(error.contains("template error.html, line 1"), "{error}");
    }
}
