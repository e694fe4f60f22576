use crate::{text, words};
use desktop_delivery::Language;
use desktop_delivery::notices::{NoticeFile, NoticeProblem, OutgoingNotice, Recipient};
use desktop_delivery::participants::EmailAddress;
use minijinja::{Value, context};

/// The names that a template may use; the README describes them.
pub(crate) const NAMES: [&str; 13] = [
    "answer_address",
    "answer_link",
    "files",
    "for_library",
    "language",
    "library",
    "link",
    "note",
    "other_library",
    "problems",
    "reader",
    "request_no",
    "title",
];

/// What a template may say: a [`OutgoingNotice`] as text, in the reader's language.
pub(crate) struct Variables {
    pub(crate) language: Language,
    pub(crate) link: Option<String>,
    values: Value,
}

impl Variables {
    pub(crate) fn of(dispatch: &OutgoingNotice) -> Self {
        let language = dispatch.contact.language;
        let link = dispatch.link.as_ref().map(|link| link.expose().to_owned());
        let files: Vec<Value> = dispatch.files.iter().map(|file| of_file(file, language)).collect();
        let problems: Vec<Value> =
            dispatch.problems.iter().map(|problem| of_problem(problem, language)).collect();
        let answers = dispatch.from.emails.first().map_or("", EmailAddress::as_str);
        let answers_link = dispatch.from.emails.first().map(EmailAddress::mailto);
        let values = context! {
            answer_address => answers,
            answer_link => answers_link.unwrap_or_default(),
            files => files,
            for_library => dispatch.to != Recipient::Patron,
            language => language.code(),
            library => text::one_line(&dispatch.from.name),
            link => link.clone().unwrap_or_default(),
            note => text::lines(&dispatch.note),
            other_library => text::one_line(&dispatch.other.name),
            problems => problems,
            reader => text::one_line(&dispatch.contact.name),
            request_no => text::one_line(&dispatch.request_no),
            title => text::one_line(&dispatch.title),
        };
        Self { language, link, values }
    }

    /// The values, as the template engine takes them.
    pub(crate) fn values(&self) -> Value {
        self.values.clone()
    }

    /// Whether a rendered part has the link, where there is one.
    pub(crate) fn link_is_in(&self, rendered: &str, is_html: bool) -> bool {
        self.link.as_ref().is_none_or(|link| {
            if is_html {
                rendered.contains(&text::html_escaped(link))
            } else {
                rendered.contains(link.as_str())
            }
        })
    }
}

fn of_problem(problem: &NoticeProblem, language: Language) -> Value {
    context! {
        note => text::lines(&problem.note),
        what => words::problem(problem.kind, language),
    }
}

fn of_file(file: &NoticeFile, language: Language) -> Value {
    context! {
        corrects_wrong_document => file.corrects_wrong_document,
        description => text::one_line(&file.description),
        downloads => words::downloads_left(file.downloads_left, language),
        downloads_left => file.downloads_left,
        last_day => file.last_day.map(|day| language.day_in_words(day)).unwrap_or_default(),
        name => text::one_line(&file.file_name),
        size => language.size_in_words(file.size),
    }
}
