use crate::template_error::TemplateError;
use crate::variables::{self, Variables};
use crate::{builtin, text};
use desktop_delivery::{
    AgencyId, AttachmentNo, Contact, Dispatch, DispatchedFile, DispatchedProblem, Language,
    LinkUrl, NoticeKind, Participant, ProblemKind, Recipient, RequestHandle,
};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

/// Steps that one template may take before it is given up: far more than any letter needs, and few
/// enough that a loop in a replaced template delays nobody.
const FUEL: u64 = 50_000;
/// The longest part that a template may make, bytes.
const MAX_PART_BYTES: usize = 256 * 1024;
/// The longest subject, characters.
const MAX_SUBJECT_CHARS: usize = 150;

/// Names the parts of a message that have a template each.
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

/// Holds the texts of the notices: ours in English and French, and those that replace them, for all
/// libraries or for one.
///
/// # Example
/// ```
/// use desktop_delivery::{Language, NoticeKind, Recipient};
/// use desktop_delivery_mail::{Part, Templates};
///
/// let subject = "{{ library }}: your article is here";
/// let (kind, to) = (NoticeKind::Received, Recipient::Patron);
/// let templates = Templates::new().with(kind, to, Language::English, Part::Subject, subject)?;
///
/// let mistyped = templates.with(kind, to, Language::English, Part::Subject, "{{ libary }}");
/// assert_eq!(
///     mistyped.unwrap_err().to_string(),
///     "template en/received-patron.subject, line 1: unknown variable `libary`"
/// );
/// # Ok::<(), desktop_delivery_mail::TemplateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Templates(Environment<'static>);

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl Templates {
    /// Our own texts.
    #[must_use]
    pub fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_syntax(lines_of_tags_vanish());
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        });
        environment.set_formatter(|out, state, value| {
            let is_text = value.kind() == ValueKind::String && !value.is_safe();
            match (state.auto_escape(), value.as_str()) {
                (AutoEscape::Html, Some(text)) if is_text => {
                    out.write_str(&text::html_escaped(text)).map_err(Error::from)
                }
                _ => minijinja::escape_formatter(out, state, value),
            }
        });
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        // No template may say that text from outside is markup.
        environment.remove_filter("safe");
        environment.add_filter("short", |text: &str, max: usize| text::short(text, max));
        environment.add_filter("quoted", text::quoted);
        for (name, source) in builtin::FILES {
            let added = environment.add_template(name, source);
            debug_assert!(added.is_ok(), "{name}: {added:?}");
        }
        Self(environment)
    }

    /// Replaces one text for all libraries.
    ///
    /// It is checked at once: its syntax, the names that it uses, and that it says a link unbroken
    /// and what comes from outside as text. Should it fail nevertheless when a notice is sent, our
    /// own text is sent in its place.
    ///
    /// # Errors
    /// [`TemplateError`] says what is wrong and in which line.
    pub fn with(
        self,
        kind: NoticeKind,
        to: Recipient,
        language: Language,
        part: Part,
        source: impl Into<String>,
    ) -> Result<Self, TemplateError> {
        self.replace(None, (kind, to, language), part, source.into())
    }

    /// Replaces one text for the notices that are sent in this library's name; else as
    /// [`with`](Self::with).
    ///
    /// # Errors
    /// [`TemplateError`] says what is wrong and in which line.
    pub fn with_for(
        self,
        library: &AgencyId,
        kind: NoticeKind,
        to: Recipient,
        language: Language,
        part: Part,
        source: impl Into<String>,
    ) -> Result<Self, TemplateError> {
        self.replace(Some(library), (kind, to, language), part, source.into())
    }

    /// The names that a text may use; the README describes them.
    #[must_use]
    pub const fn names() -> &'static [&'static str] {
        &variables::NAMES
    }

    /// The source of our own text, for whoever wants to change it.
    #[must_use]
    pub fn builtin(
        kind: NoticeKind,
        to: Recipient,
        language: Language,
        part: Part,
    ) -> Option<&'static str> {
        let name = file_name(notice_name(kind, to), language, part);
        builtin::FILES.iter().find(|(file, _)| *file == name).map(|(_, source)| *source)
    }

    fn replace(
        mut self,
        library: Option<&AgencyId>,
        (kind, to, language): (NoticeKind, Recipient, Language),
        part: Part,
        source: String,
    ) -> Result<Self, TemplateError> {
        let file = file_name(notice_name(kind, to), language, part);
        let name = replaced_name(library, &file);
        self.0
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
        let template = self.0.get_template(name).map_err(|error| wrong(file, name, &error))?;
        let mut unknown: Vec<String> = template
            .undeclared_variables(false)
            .into_iter()
            .filter(|used| !variables::NAMES.contains(&used.as_str()))
            .filter(|used| self.0.globals().all(|(global, _)| global != used))
            .collect();
        unknown.sort();
        if let Some(used) = unknown.first() {
            return problem(line_of(source, used), &format!("unknown variable `{used}`"));
        }
        for dispatch in samples(kind, to, language) {
            let variables = Variables::of(&dispatch);
            let rendered =
                template.render(variables.values()).map_err(|error| wrong(file, name, &error))?;
            if !is_sound(&rendered, part, &variables) {
                let text = match part {
                    Part::Subject => "makes an empty subject",
                    _ => "leaves the link out, or is empty or too long",
                };
                return problem(None, text);
            }
            if part == Part::Html && rendered.contains(MARKUP) {
                return problem(None, "lets text from outside through as markup");
            }
        }
        Ok(())
    }

    /// Makes one part of a message: from the library's template, else the installation's, else
    /// ours. A template that fails is passed over.
    pub(crate) fn render(
        &self,
        dispatch: &Dispatch,
        variables: &Variables,
        part: Part,
    ) -> Option<String> {
        let notice = notice_name(dispatch.kind, dispatch.to);
        let file = file_name(notice, variables.language, part);
        let names = [
            replaced_name(Some(&dispatch.from.id), &file),
            replaced_name(None, &file),
            file,
            file_name(OTHER, variables.language, part),
            file_name(notice, Language::English, part),
            file_name(OTHER, Language::English, part),
        ];
        names.into_iter().find_map(|name| {
            let template = self.0.get_template(&name).ok()?;
            match template.render(variables.values()) {
                Ok(text) if is_sound(&text, part, variables) => Some(tidied(&text, part)),
                Ok(_) => {
                    tracing::warn!(template = name, "a template gave no usable text");
                    None
                }
                Err(error) => {
                    // Not the error's own text, which can quote what was being rendered.
                    let (kind, line) = (error.kind(), error.line());
                    tracing::warn!(template = name, ?kind, line, "a template failed");
                    None
                }
            }
        })
    }
}

/// Tags alone on a line leave none behind.
fn lines_of_tags_vanish() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the usual delimiters are not ambiguous")
}

/// The notice for whatever has none of its own.
const OTHER: &str = "notice";

/// The file name of a notice's templates, without language and part.
const fn notice_name(kind: NoticeKind, to: Recipient) -> &'static str {
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

fn file_name(notice: &str, language: Language, part: Part) -> String {
    format!("{}/{notice}.{}", language.code(), part.extension())
}

fn replaced_name(library: Option<&AgencyId>, file: &str) -> String {
    match library {
        Some(library) => format!("of/{library}/{file}"),
        None => format!("all/{file}"),
    }
}

/// Whether a part can be sent.
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
    let problem = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "does not come to an end".to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    // A line in a file that the template includes says nothing about the template.
    let line = error.line().filter(|_| error.name().is_none_or(|of| of == name));
    TemplateError::new(file.to_owned(), line, problem)
}

/// The first line in which a name stands as a word.
fn line_of(source: &str, name: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str| line.split(|c| !is_part(c)).any(|word| word == name);
    source.lines().position(has).map(|index| index + 1)
}

/// What a template must not let through.
const MARKUP: &str = "<i>sample</i>";

/// Notices to try a template on: with and without what may be absent.
fn samples(kind: NoticeKind, to: Recipient, language: Language) -> [Dispatch; 2] {
    let library = |id: &str| {
        let id = AgencyId::new(id).expect("the id is short and plain");
        Participant::new(id, MARKUP)
    };
    let file = |no| DispatchedFile {
        no: AttachmentNo::new(no),
        file_name: MARKUP.to_owned(),
        description: MARKUP.to_owned(),
        size: 1_400_000,
        downloads_left: 5,
        expires_at: None,
        last_day: Some((2027, 2, 22)),
    };
    // Staff who sign in get no link.
    let carries = matches!(to, Recipient::Partner | Recipient::Patron);
    let whole = Dispatch {
        id: "0000000000000000.1".to_owned(),
        handle: RequestHandle::from_bytes([0; 8]),
        kind,
        to,
        contact: Contact::new(MARKUP, "patron@example.org").with_language(language),
        from: library("CA-BVAU").with_email("ill@example.org"),
        other: library("CA-OTU"),
        title: MARKUP.to_owned(),
        request_no: "2026-00417".to_owned(),
        files: vec![file(1), file(2)],
        link: carries.then(|| LinkUrl::new("https://ill.example.org/d/sample".to_owned())),
        problems: vec![DispatchedProblem { kind: ProblemKind::Other, note: MARKUP.to_owned() }],
        note: MARKUP.to_owned(),
    };
    let mut bare = whole.clone();
    bare.contact = Contact::new("", "patron@example.org").with_language(language);
    (bare.from.email, bare.link) = (None, None);
    bare.files.clear();
    bare.problems.clear();
    (bare.title, bare.request_no, bare.note) = (String::new(), "1".to_owned(), String::new());
    [whole, bare]
}
