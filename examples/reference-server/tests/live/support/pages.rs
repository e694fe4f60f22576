use std::path::Path;

/// Returns a page of the book.
pub(crate) fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    std::fs::read_to_string(path).expect("the page is there")
}

/// Returns the text below a heading of a page, up to the next heading.
pub(crate) fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = format!("\n{heading}\n");
    let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no heading {heading}"));
    rest.split("\n#").next().unwrap_or_default()
}

/// Returns the code blocks of a page in one language, in order.
pub(crate) fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("\n```{language}\n");
    let rests = page.split(&fence).skip(1);
    rests.map(|rest| rest.split_once("\n```").expect("every block ends").0.to_owned()).collect()
}
