//! Checking an operator's templates with sample notices.

use super::rendered_part::is_sound;
use crate::builtin;
use crate::part::Part;
use crate::placeholder::carries_link;
use crate::variables::{NAMES, Variables};
use desktop_delivery::delivery::ProblemKind;
use desktop_delivery::notices::{
    LinkUrl, NoticeFile, NoticeKind, NoticeProblem, OutgoingNotice, Recipient,
};
use desktop_delivery::participants::{EmailAddress, EmailAddresses};
use desktop_delivery::time::Date;
use desktop_delivery::{
    AgencyId, AttachmentNo, Contact, Language, Participant, RequestHandle, Timestamp,
};
use desktop_delivery_text::Catalog;
use desktop_delivery_text::templates::{TemplateError, innermost, one_line_problem};
use minijinja::{Environment, Error};

/// The templates to check, and the texts they use.
pub(super) struct Checker<'a> {
    pub(super) environment: &'a Environment<'static>,
    pub(super) catalog: &'a Catalog,
}

impl Checker<'_> {
    /// Checks the template `name`, whose source is `source`, for one notice. Errors refer to it as
    /// `file`.
    pub(super) fn check(
        &self,
        file: &str,
        name: &str,
        source: &str,
        (kind, to, language): (NoticeKind, Recipient, Language),
        part: Part,
    ) -> Result<(), TemplateError> {
        let problem = |line, text: &str| Err(TemplateError::new(file.into(), line, text.into()));
        let template =
            self.environment.get_template(name).map_err(|error| wrong(file, name, &error))?;
        let mut unknown: Vec<String> = template
            .undeclared_variables(false)
            .into_iter()
            .filter(|used| !NAMES.contains(&used.as_str()))
            .filter(|used| self.environment.globals().all(|(global, _)| global != used))
            .collect();
        unknown.sort();
        if let Some(used) = unknown.first() {
            return problem(line_of(source, used), &format!("unknown variable `{used}`"));
        }
        for notice in samples(kind, to, language) {
            let variables = Variables::of(&notice, self.catalog);
            let rendered =
                template.render(variables.values()).map_err(|error| wrong(file, name, &error))?;
            if !is_sound(&rendered, part, &variables) {
                let text = match part {
                    Part::Subject => "produces an empty subject",
                    _ => "omits the link, or is empty or too long",
                };
                return problem(None, text);
            }
            if part == Part::Html && rendered.contains(MARKUP) {
                return problem(None, "does not escape untrusted text");
            }
        }
        Ok(())
    }
}

/// Returns the source of a template, to find the line of an error.
pub(super) fn source_of(
    environment: &Environment<'_>,
    name: &str,
) -> Result<String, TemplateError> {
    let template = environment.get_template(name).map_err(|error| wrong(name, name, &error))?;
    Ok(template.source().to_owned())
}

/// Converts an error in the template `name`, reported to the operator as `file`.
pub(super) fn wrong(file: &str, name: &str, error: &Error) -> TemplateError {
    let (problem, error) = (one_line_problem(error), innermost(error));
    // The error may be in an included template.
    match error.name().filter(|of| *of != name) {
        Some(other) if builtin::FILES.iter().any(|(file, _)| *file == other) => {
            TemplateError::new(other.to_owned(), error.line(), problem)
        }
        Some(_) => TemplateError::new(file.to_owned(), None, problem),
        None => TemplateError::new(file.to_owned(), error.line(), problem),
    }
}

/// Returns the number of the first line that contains a name as a word.
fn line_of(source: &str, name: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str| line.split(|c| !is_part(c)).any(|word| word == name);
    source.lines().position(has).map(|index| index + 1)
}

/// Markup that a template must escape.
const MARKUP: &str = "<i>sample</i>";

/// Sample notices for checking a template, with and without optional values.
fn samples(kind: NoticeKind, to: Recipient, language: Language) -> [OutgoingNotice; 2] {
    let library = |id: &str| {
        let id = AgencyId::new(id).expect("the id is short and plain");
        Participant::new(id, MARKUP)
    };
    let file = |no| {
        let mut file = NoticeFile::new(AttachmentNo::new(no), MARKUP, 1_400_000);
        file.description = MARKUP.to_owned();
        file.downloads_left = 5;
        file.available_from = Some(Timestamp::from_seconds(1_797_000_000)).filter(|_| no == 1);
        file.last_day = Date::new(2027, 2, 22);
        file.recalled_on = Date::new(2026, 11, 24).filter(|_| no == 1);
        file
    };
    let carries = carries_link(to);
    let mut whole = OutgoingNotice::new(
        ("0000000000000000.1", RequestHandle::from_bytes([0; 8])),
        (kind, to),
        (
            Contact::new(MARKUP, "patron@example.org").with_language(language),
            EmailAddress::new("patron@example.org").expect("it is an address"),
        ),
        library("CA-BVAU").with_email("ill@example.org"),
        library("CA-OTU"),
    );
    whole.title = MARKUP.to_owned();
    whole.request_no = "2026-00417".to_owned();
    whole.files = vec![file(1), file(2)];
    whole.link = carries.then(|| LinkUrl::new("https://ill.example.org/d/sample".to_owned()));
    whole.problems = vec![NoticeProblem::new(ProblemKind::Other, MARKUP)];
    whole.note = MARKUP.to_owned();
    let mut bare = whole.clone();
    bare.contact = Contact::new("", "patron@example.org").with_language(language);
    (bare.from.emails, bare.link) = (EmailAddresses::new(), None);
    bare.files.clear();
    bare.problems.clear();
    (bare.title, bare.request_no, bare.note) = (String::new(), "1".to_owned(), String::new());
    [whole, bare]
}
