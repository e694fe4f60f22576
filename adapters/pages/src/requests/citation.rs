use desktop_delivery::Facts;
use desktop_delivery_text::Texts;

/// Returns the parts of a citation and the statement about copyright with their labels, for the
/// pages of staff. Empty parts are omitted.
pub(crate) fn citation_rows(facts: &Facts, t: &Texts) -> Vec<(String, String)> {
    let citation = &facts.citation;
    let copyright = copyright_name(&facts.copyright_compliance, t);
    let authors = citation.authors.join("; ");
    let rows = [
        ("citation-authors", &authors),
        ("citation-container", &citation.container_title),
        ("citation-volume", &citation.volume),
        ("citation-issue", &citation.issue),
        ("citation-date", &citation.date),
        ("citation-pages", &citation.pages),
        ("citation-issn", &citation.issn),
        ("citation-isbn", &citation.isbn),
        ("citation-copyright", &copyright),
    ];
    let rows = rows.into_iter().filter(|(_, text)| !text.is_empty());
    rows.map(|(label, text)| (t.text(label), text.clone())).collect()
}

/// Returns the name of a code for ISO 18626 copyrightCompliance. An unknown code is returned
/// unchanged.
fn copyright_name(code: &str, t: &Texts) -> String {
    let key = format!("copyright-{}", code.to_ascii_lowercase());
    if !code.is_empty() && t.has(&key) { t.text(&key) } else { code.to_owned() }
}
