use crate::fill::Values;
use crate::library_text::LibraryText;
use crate::placeholder::{Placeholder, carries_link};
use crate::variables::{self, Variables};
use crate::{builtin, text};
use desktop_delivery::delivery::ProblemKind;
use desktop_delivery::notices::{
    LinkUrl, NoticeFile, NoticeKind, NoticeProblem, OutgoingNotice, Recipient,
};
use desktop_delivery::participants::{EmailAddress, EmailAddresses};
use desktop_delivery::time::Date;
use desktop_delivery::{AgencyId, AttachmentNo, Contact, Language, Participant, RequestHandle};
use desktop_delivery_text::Catalog;
use desktop_delivery_text::templates::{TemplateError, environment, innermost, one_line_problem};
use minijinja::{Environment, Error, Value, context};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The number of steps after which a template is aborted: far more than a mail needs, and few
/// enough that an endless loop in a replaced template causes no delay.
const FUEL: u64 = 50_000;
/// The maximum length of a rendered part in bytes.
const MAX_PART_BYTES: usize = 256 * 1024;
/// The maximum length of a subject in characters.
const MAX_SUBJECT_CHARS: usize = 150;
const PARTS: [Part; 3] = [Part::Html, Part::Subject, Part::Text];

/// A part of a message, with a template of its own.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The HTML alternative.
    Html,
    /// The subject line.
    Subject,
    /// The plain text.
    Text,
}

impl Part {
    const fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Subject => "subject",
            Self::Text => "txt",
        }
    }
}

/// The texts of the notices: the standard texts in the languages of a [`Catalog`], the operator's
/// templates, which replace them for all libraries, and the texts of libraries.
///
/// One set of templates serves every language. Its sentences are messages of the catalog whose keys
/// begin with `mail-`. To reword them or to add a language, add messages.
///
/// Templates are programs and must come from the operator. Libraries write [`LibraryText`]s: plain
/// text with placeholders.
///
/// # Example
/// ```
/// use desktop_delivery::Language;
/// use desktop_delivery::notices::{NoticeKind, Recipient};
/// use desktop_delivery_mail::{Part, Templates};
///
/// let subject = "{{ library }}: your article is here";
/// let (kind, to) = (NoticeKind::Received, Recipient::Patron);
/// let templates = Templates::new().with(kind, to, Language::ENGLISH, Part::Subject, subject)?;
///
/// let mistyped = templates.with(kind, to, Language::ENGLISH, Part::Subject, "{{ libary }}");
/// assert_eq!(
///     mistyped.unwrap_err().to_string(),
///     "template en/received-patron.subject, line 1: unknown variable `libary`"
/// );
/// # Ok::<(), desktop_delivery_mail::TemplateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Templates {
    environment: Environment<'static>,
    catalog: Catalog,
    /// The texts of libraries, keyed by `of/{library}/` and the name of the file they replace.
    library_texts: BTreeMap<String, LibraryText>,
}

/// A rendered part of a message.
pub(crate) struct Made {
    pub(crate) text: String,
    /// Whether the library's own text could not be used.
    pub(crate) fell_back: bool,
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl Templates {
    /// The built-in templates and texts.
    #[must_use]
    pub fn new() -> Self {
        Self::with_texts(Catalog::builtin())
    }

    /// The built-in templates with the texts of this catalog.
    #[must_use]
    pub fn with_texts(catalog: Catalog) -> Self {
        let environment = mail_environment();
        Self { environment, catalog, library_texts: BTreeMap::new() }
    }

    /// Returns the texts.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Replaces a built-in template by name for all libraries and languages: the template of a
    /// notice, such as `received-patron.txt`, or a shared one, such as `layout.html` or `foot.txt`.
    ///
    /// The template is checked in every language, like those passed to [`with`](Self::with).
    ///
    /// # Errors
    /// [`TemplateError`] with the problem and its line.
    pub fn with_template(
        mut self,
        name: &str,
        source: impl Into<String>,
    ) -> Result<Self, TemplateError> {
        self.add(name, source.into())?;
        self.check_all(Some(name))?;
        Ok(self)
    }

    /// Replaces built-in templates with the `.html`, `.subject` and `.txt` files of a folder that
    /// have their names. The files are checked together, so they may depend on each other.
    ///
    /// # Errors
    /// [`TemplateError`] if the folder or a file cannot be read, or if a template is invalid; it names the
    /// template and line.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, TemplateError> {
        let unreadable = |path: &Path, error: std::io::Error| {
            let problem = format!("could not be read ({error})");
            TemplateError::new(path.display().to_string(), None, problem)
        };
        for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
            let path = entry.map_err(|error| unreadable(folder, error))?.path();
            let is_ours =
                path.extension().is_some_and(|end| PARTS.iter().any(|p| end == p.extension()));
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.filter(|name| is_ours && !name.starts_with('.')) {
                let source = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
                self.add(name, source)?;
            }
        }
        self.check_all(None)?;
        Ok(self)
    }

    fn add(&mut self, name: &str, source: String) -> Result<(), TemplateError> {
        if !builtin::FILES.iter().any(|(file, _)| *file == name) {
            let problem = "there is no template of this name".to_owned();
            return Err(TemplateError::new(name.to_owned(), None, problem));
        }
        let added = self.environment.add_template_owned(name.to_owned(), source);
        added.map_err(|error| wrong(name, name, &error))
    }

    /// Checks the templates of all notices. Errors name the given template, if any.
    fn check_all(&self, name: Option<&str>) -> Result<(), TemplateError> {
        let languages: Vec<Language> =
            self.catalog.languages().into_iter().map(|info| info.language).collect();
        for (kind, to) in NOTICES {
            for part in PARTS {
                let file = file_name(notice_name(kind, to), part);
                let source = source_of(&self.environment, &file)?;
                for language in &languages {
                    let about = (kind, to, *language);
                    self.check(name.unwrap_or(&file), &file, &source, about, part)?;
                }
            }
        }
        Ok(())
    }

    /// Replaces a part of a notice in one language for all libraries with the operator's template.
    ///
    /// A template is a program that runs in this process: never accept one from a library. It is
    /// checked immediately for valid syntax, known names, an intact link, and escaping of untrusted
    /// text. If it fails when a notice is sent, the standard text is sent instead.
    ///
    /// # Errors
    /// [`TemplateError`] with the problem and its line.
    pub fn with(
        self,
        kind: NoticeKind,
        to: Recipient,
        language: Language,
        part: Part,
        source: impl Into<String>,
    ) -> Result<Self, TemplateError> {
        self.replace((kind, to, language), part, source.into())
    }

    /// Replaces the subject of notices sent in this library's name.
    #[must_use]
    pub fn with_library_subject(
        mut self,
        library: &AgencyId,
        (kind, to, language): (NoticeKind, Recipient, Language),
        subject: LibraryText,
    ) -> Self {
        let file = file_name(notice_name(kind, to), Part::Subject);
        self.library_texts.insert(replaced_name(Some(library), language, &file), subject);
        self
    }

    /// Replaces the text of notices sent in this library's name, and their HTML, which is generated
    /// from the same text.
    #[must_use]
    pub fn with_library_text(
        mut self,
        library: &AgencyId,
        (kind, to, language): (NoticeKind, Recipient, Language),
        text: LibraryText,
    ) -> Self {
        let file = file_name(notice_name(kind, to), Part::Text);
        self.library_texts.insert(replaced_name(Some(library), language, &file), text);
        self
    }

    /// Returns the names that a template may use; the README describes them.
    #[must_use]
    pub const fn names() -> &'static [&'static str] {
        &variables::NAMES
    }

    /// Returns the source of the standard template, as a starting point for the operator's own.
    #[must_use]
    pub fn builtin(kind: NoticeKind, to: Recipient, part: Part) -> Option<&'static str> {
        let name = file_name(notice_name(kind, to), part);
        builtin::FILES.iter().find(|(file, _)| *file == name).map(|(_, source)| *source)
    }

    fn replace(
        mut self,
        (kind, to, language): (NoticeKind, Recipient, Language),
        part: Part,
        source: String,
    ) -> Result<Self, TemplateError> {
        let file = file_name(notice_name(kind, to), part);
        let name = replaced_name(None, language, &file);
        let file = format!("{language}/{file}");
        self.environment
            .add_template_owned(name.clone(), source.clone())
            .map_err(|error| wrong(&file, &name, &error))?;
        self.check(&file, &name, &source, (kind, to, language), part)?;
        Ok(self)
    }

    fn check(
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
            .filter(|used| !variables::NAMES.contains(&used.as_str()))
            .filter(|used| self.environment.globals().all(|(global, _)| global != used))
            .collect();
        unknown.sort();
        if let Some(used) = unknown.first() {
            return problem(line_of(source, used), &format!("unknown variable `{used}`"));
        }
        for dispatch in samples(kind, to, language) {
            let variables = Variables::of(&dispatch, &self.catalog);
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

    /// Renders one part of a message from the library's text, or else the operator's template, or
    /// else the standard template. A source that fails is skipped.
    pub(crate) fn render(
        &self,
        dispatch: &OutgoingNotice,
        variables: &Variables,
        part: Part,
    ) -> Option<Made> {
        match self.of_library(dispatch, variables, part) {
            Some(Some(text)) => Some(Made { text, fell_back: false }),
            Some(None) => {
                let text = self.standard(dispatch, variables, part)?;
                Some(Made { text, fell_back: true })
            }
            None => {
                let text = self.standard(dispatch, variables, part)?;
                Some(Made { text, fell_back: false })
            }
        }
    }

    /// Renders one part from the library's text. Returns `None` if there is no text for this
    /// notice, and an empty result if the text cannot be sent.
    fn of_library(
        &self,
        dispatch: &OutgoingNotice,
        variables: &Variables,
        part: Part,
    ) -> Option<Option<String>> {
        let source = if part == Part::Html { Part::Text } else { part };
        let file = file_name(notice_name(dispatch.kind, dispatch.to), source);
        let written = |language| {
            self.library_texts.get(&replaced_name(Some(&dispatch.from.id), language, &file))
        };
        let text = variables.texts.language().fallbacks().find_map(written)?;
        // A link closed in the meantime is not a fault of the text.
        if part != Part::Subject && carries_link(dispatch.to) && dispatch.link.is_none() {
            return None;
        }
        let filled = match part {
            Part::Subject => Some(text.fill_subject(&subject_values(dispatch, variables))),
            Part::Text => {
                let values = self.text_values(dispatch, variables);
                let filled = text.fill_plain(&values, MAX_PART_BYTES);
                filled.map(|body| self.with_recalls(body, part, variables))
            }
            Part::Html => {
                let values = self.text_values(dispatch, variables);
                let filled = text.fill_html(&values, MAX_PART_BYTES);
                let filled = filled.map(|body| self.with_recalls(body, part, variables));
                filled.map(|body| self.piece("library.html", variables, Some(&body)))
            }
        };
        Some(
            filled
                .filter(|filled| is_sound(filled, part, variables))
                .map(|filled| tidied(&filled, part)),
        )
    }

    /// Returns the values of the placeholders. Values of several lines come from built-in
    /// templates.
    fn text_values(&self, dispatch: &OutgoingNotice, variables: &Variables) -> Values {
        let mut values = inline_values(dispatch);
        if dispatch.title.trim().is_empty() {
            values.set_inline(Placeholder::Title, variables.texts.text("mail-no-title"));
        }
        let piece = |name: &str, end| self.piece(&format!("{name}.{end}"), variables, None);
        values.set_inline(Placeholder::Greeting, piece("hello", "txt").trim().to_owned());
        let documents = if is_of_problem(dispatch.kind) { "documents" } else { "files" };
        for (placeholder, name) in [
            (Placeholder::Answer, "answer"),
            (Placeholder::Documents, documents),
            (Placeholder::Note, "note"),
            (Placeholder::Problems, "problems"),
            (Placeholder::Request, "asked"),
        ] {
            values.set_block(placeholder, &piece(name, "txt"), piece(name, "html"));
        }
        let link = variables.link.as_deref().unwrap_or_default();
        values.set_block(Placeholder::Link, link, piece("button", "html"));
        values
    }

    /// Adds the request to delete copies of a wrong document if one was replaced and the rendered
    /// text does not contain the request.
    fn with_recalls(&self, rendered: String, part: Part, variables: &Variables) -> String {
        let (is_html, piece) = match part {
            Part::Subject => return rendered,
            Part::Html => (true, "wrong-document.html"),
            Part::Text => (false, "wrong-document.txt"),
        };
        if variables.recalls_are_in(&rendered, is_html) {
            return rendered;
        }
        let mut rendered = rendered;
        let end = if is_html { rendered.rfind("</body>") } else { None };
        rendered.insert_str(end.unwrap_or(rendered.len()), &self.piece(piece, variables, None));
        rendered
    }

    /// Renders a built-in template, which cannot fail.
    fn piece(&self, name: &str, variables: &Variables, body: Option<&str>) -> String {
        let body = Value::from_safe_string(body.unwrap_or_default().to_owned());
        let values = context! { body, ..variables.values() };
        let made = self.environment.get_template(name).and_then(|piece| piece.render(values));
        debug_assert!(made.is_ok(), "{name}: {made:?}");
        made.unwrap_or_default()
    }

    fn standard(
        &self,
        dispatch: &OutgoingNotice,
        variables: &Variables,
        part: Part,
    ) -> Option<String> {
        let file = file_name(notice_name(dispatch.kind, dispatch.to), part);
        let languages = variables.texts.language().fallbacks();
        let names = languages
            .map(|language| replaced_name(None, language, &file))
            .chain([file.clone(), file_name(OTHER, part)]);
        names.into_iter().find_map(|name| {
            let template = self.environment.get_template(&name).ok()?;
            match template.render(variables.values()) {
                Ok(text) if is_sound(&text, part, variables) => {
                    Some(tidied(&self.with_recalls(text, part, variables), part))
                }
                Ok(_) => {
                    tracing::warn!(template = name, "a template produced no usable text");
                    None
                }
                Err(error) => {
                    // The error's own text is not logged, because it can quote the values being
                    // rendered.
                    let (kind, line) = (error.kind(), error.line());
                    tracing::warn!(template = name, ?kind, line, "a template failed");
                    None
                }
            }
        })
    }
}

/// Returns whether a notice concerns a problem report. Such notices list documents without the
/// remaining downloads.
const fn is_of_problem(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::ProblemAnswered | NoticeKind::ProblemReported)
}

/// Returns the values that are also available in subjects.
fn inline_values(dispatch: &OutgoingNotice) -> Values {
    let mut values = Values::default();
    let answers = dispatch.from.emails.first().map_or("", EmailAddress::as_str);
    for (placeholder, value) in [
        (Placeholder::ContactEmail, answers),
        (Placeholder::Library, dispatch.from.name.as_str()),
        (Placeholder::OtherLibrary, &dispatch.other.name),
        (Placeholder::PatronName, &dispatch.contact.name),
        (Placeholder::RecipientName, &dispatch.contact.name),
        (Placeholder::RequestNumber, &dispatch.request_no),
        (Placeholder::Title, &dispatch.title),
    ] {
        values.set_inline(placeholder, text::one_line(value));
    }
    values
}

/// Returns the values of a subject, which are shortened.
fn subject_values(dispatch: &OutgoingNotice, variables: &Variables) -> Values {
    let mut values = inline_values(dispatch);
    let subject = &variables.subject;
    values.set_inline(Placeholder::RequestNumber, subject.number.clone());
    values.set_inline(Placeholder::Request, subject.request.clone());
    values.set_inline(Placeholder::Title, subject.title.clone());
    values
}

/// Creates an environment with the built-in templates and their filters.
pub(crate) fn mail_environment() -> Environment<'static> {
    let mut environment = environment();
    environment.set_fuel(Some(FUEL));
    environment.add_filter("short", |text: &str, max: usize| text::short(text, max));
    environment.add_filter("quoted", text::quoted);
    environment.add_filter("wrap", text::wrapped);
    for (name, source) in builtin::FILES {
        let added = environment.add_template(name, source);
        debug_assert!(added.is_ok(), "{name}: {added:?}");
    }
    environment
}

/// Returns the source of a template, to find the line of an error.
fn source_of(environment: &Environment<'_>, name: &str) -> Result<String, TemplateError> {
    let template = environment.get_template(name).map_err(|error| wrong(name, name, &error))?;
    Ok(template.source().to_owned())
}

/// The template of notices that have none of their own.
const OTHER: &str = "notice";

/// The notices that have their own templates.
const NOTICES: [(NoticeKind, Recipient); 13] = [
    (NoticeKind::CancelRequested, Recipient::SupplierStaff),
    (NoticeKind::MoreGranted, Recipient::Partner),
    (NoticeKind::MoreGranted, Recipient::Patron),
    (NoticeKind::MoreGranted, Recipient::RequesterStaff),
    (NoticeKind::MoreRequested, Recipient::SupplierStaff),
    (NoticeKind::ProblemAnswered, Recipient::RequesterStaff),
    (NoticeKind::ProblemReported, Recipient::SupplierStaff),
    (NoticeKind::Received, Recipient::Patron),
    (NoticeKind::Replaced, Recipient::Partner),
    (NoticeKind::Replaced, Recipient::Patron),
    (NoticeKind::Replaced, Recipient::RequesterStaff),
    (NoticeKind::Shipped, Recipient::Partner),
    (NoticeKind::Shipped, Recipient::Patron),
];

/// Returns the file name of a notice's templates, without language and part.
pub(crate) const fn notice_name(kind: NoticeKind, to: Recipient) -> &'static str {
    match (kind, to) {
        (NoticeKind::CancelRequested, Recipient::SupplierStaff) => {
            "cancel-requested-supplier-staff"
        }
        (NoticeKind::MoreGranted, Recipient::Partner) => "more-granted-partner",
        (NoticeKind::MoreGranted, Recipient::Patron) => "more-granted-patron",
        (NoticeKind::MoreGranted, Recipient::RequesterStaff) => "more-granted-requester-staff",
        (NoticeKind::MoreRequested, Recipient::SupplierStaff) => "more-requested-supplier-staff",
        (NoticeKind::ProblemAnswered, Recipient::RequesterStaff) => {
            "problem-answered-requester-staff"
        }
        (NoticeKind::ProblemReported, Recipient::SupplierStaff) => {
            "problem-reported-supplier-staff"
        }
        (NoticeKind::Received, Recipient::Patron) => "received-patron",
        (NoticeKind::Replaced, Recipient::Partner) => "replaced-partner",
        (NoticeKind::Replaced, Recipient::Patron) => "replaced-patron",
        (NoticeKind::Replaced, Recipient::RequesterStaff) => "replaced-requester-staff",
        (NoticeKind::Shipped, Recipient::Partner) => "shipped-partner",
        _ => OTHER,
    }
}

pub(crate) fn file_name(notice: &str, part: Part) -> String {
    format!("{notice}.{}", part.extension())
}

fn replaced_name(library: Option<&AgencyId>, language: Language, file: &str) -> String {
    match library {
        Some(library) => format!("of/{library}/{language}/{file}"),
        None => format!("all/{language}/{file}"),
    }
}

/// Returns whether a rendered part can be sent.
fn is_sound(rendered: &str, part: Part, variables: &Variables) -> bool {
    let has_link = match part {
        Part::Subject => true,
        Part::Html => variables.link_is_in(rendered, true),
        Part::Text => variables.link_is_in(rendered, false),
    };
    has_link && !rendered.trim().is_empty() && rendered.len() <= MAX_PART_BYTES
}

fn tidied(rendered: &str, part: Part) -> String {
    match part {
        Part::Html => rendered.to_owned(),
        Part::Subject => text::short(&text::one_line(rendered), MAX_SUBJECT_CHARS),
        Part::Text => text::paragraphs(rendered),
    }
}

fn wrong(file: &str, name: &str, error: &Error) -> TemplateError {
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
    let file = |no| NoticeFile {
        no: AttachmentNo::new(no),
        file_name: MARKUP.to_owned(),
        description: MARKUP.to_owned(),
        size: 1_400_000,
        downloads_left: 5,
        expires_at: None,
        last_day: Date::new(2027, 2, 22),
        recalled_on: Date::new(2026, 11, 24).filter(|_| no == 1),
    };
    let carries = carries_link(to);
    let whole = OutgoingNotice {
        id: "0000000000000000.1".to_owned(),
        handle: RequestHandle::from_bytes([0; 8]),
        kind,
        to,
        address: EmailAddress::new("patron@example.org").expect("it is an address"),
        contact: Contact::new(MARKUP, "patron@example.org").with_language(language),
        from: library("CA-BVAU").with_email("ill@example.org"),
        other: library("CA-OTU"),
        title: MARKUP.to_owned(),
        request_no: "2026-00417".to_owned(),
        files: vec![file(1), file(2)],
        link: carries.then(|| LinkUrl::new("https://ill.example.org/d/sample".to_owned())),
        problems: vec![NoticeProblem { kind: ProblemKind::Other, note: MARKUP.to_owned() }],
        note: MARKUP.to_owned(),
    };
    let mut bare = whole.clone();
    bare.contact = Contact::new("", "patron@example.org").with_language(language);
    (bare.from.emails, bare.link) = (EmailAddresses::new(), None);
    bare.files.clear();
    bare.problems.clear();
    (bare.title, bare.request_no, bare.note) = (String::new(), "1".to_owned(), String::new());
    [whole, bare]
}
