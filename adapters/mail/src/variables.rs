use crate::text;
use desktop_delivery::delivery::ProblemKind;
use desktop_delivery::notices::{NoticeFile, NoticeProblem, OutgoingNotice, Recipient};
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::{Participant, Zone};
use desktop_delivery_text::templates::functions;
use desktop_delivery_text::{Catalog, Texts, html_escaped};
use minijinja::{Value, context};

/// The maximum length of a title in a subject in characters.
const MAX_TITLE_CHARS: usize = 60;
/// The maximum length of a request number in a subject in characters.
const MAX_NUMBER_CHARS: usize = 40;

/// The names that a template may use; the README describes them.
pub(crate) const NAMES: [&str; 24] = [
    "answer_address",
    "answer_link",
    "day",
    "dir",
    "files",
    "for_library",
    "is_available",
    "lang",
    "language",
    "library",
    "link",
    "moment",
    "note",
    "number",
    "other_library",
    "problems",
    "reader",
    "request_no",
    "size",
    "span",
    "subject_request",
    "subject_title",
    "t",
    "title",
];

/// The variables of a template: an [`OutgoingNotice`] as text in the reader's language.
pub(crate) struct Variables {
    pub(crate) texts: Texts,
    pub(crate) link: Option<String>,
    pub(crate) subject: Subject,
    /// The requests to delete copies, one for each file whose wrong version was replaced: as in a
    /// list of documents, and as a sentence with the file's name.
    recalls: Vec<[String; 2]>,
    values: Value,
}

/// The values for a subject, shortened.
pub(crate) struct Subject {
    /// The number of the request; may be empty.
    pub(crate) number: String,
    /// The title with the number.
    pub(crate) request: String,
    /// The title, or the number if there is no title.
    pub(crate) title: String,
}

impl Subject {
    fn of(dispatch: &OutgoingNotice, texts: &Texts) -> Self {
        let number = text::short(&text::one_line(&dispatch.request_no), MAX_NUMBER_CHARS);
        let title = text::one_line(&dispatch.title);
        let title = text::short(if title.is_empty() { &number } else { &title }, MAX_TITLE_CHARS);
        let request = if number.is_empty() {
            title.clone()
        } else {
            let message = texts.message("mail-title-and-number").set("title", &title);
            message.set("number", &number).to_string()
        };
        Self { number, request, title }
    }
}

impl Variables {
    pub(crate) fn of(dispatch: &OutgoingNotice, catalog: &Catalog) -> Self {
        let texts = catalog.texts(dispatch.contact.language);
        let subject = Subject::of(dispatch, &texts);
        let zone = &requester(dispatch).zone;
        let link = dispatch.link.as_ref().map(|link| link.expose().to_owned());
        let files: Vec<Value> =
            dispatch.files.iter().map(|file| of_file(file, dispatch.to, zone, &texts)).collect();
        let is_available = dispatch.files.iter().all(|file| file.available_from.is_none());
        let problems: Vec<Value> =
            dispatch.problems.iter().map(|problem| of_problem(problem, &texts)).collect();
        let answers = dispatch.from.emails.first().map_or("", EmailAddress::as_str);
        let answers_link = dispatch.from.emails.first().map(EmailAddress::mailto);
        let values = context! {
            answer_address => answers,
            answer_link => answers_link.unwrap_or_default(),
            files => files,
            for_library => dispatch.to != Recipient::Patron,
            is_available => is_available,
            language => texts.code(),
            library => text::one_line(&dispatch.from.name),
            link => link.clone().unwrap_or_default(),
            note => text::lines(&dispatch.note),
            other_library => text::one_line(&dispatch.other.name),
            problems => problems,
            reader => text::one_line(&dispatch.contact.name),
            request_no => text::one_line(&dispatch.request_no),
            subject_request => subject.request.as_str(),
            subject_title => subject.title.as_str(),
            title => text::one_line(&dispatch.title),
            ..functions(&texts, &dispatch.from.zone)
        };
        let recalls = dispatch.files.iter().filter_map(|file| recall(file, &texts)).collect();
        Self { texts, link, subject, recalls, values }
    }

    /// Returns the variables for the template engine.
    pub(crate) fn values(&self) -> Value {
        self.values.clone()
    }

    /// Returns whether a rendered part asks the reader to delete the copies of every wrong document.
    pub(crate) fn recalls_are_in(&self, rendered: &str, is_html: bool) -> bool {
        let rendered = one_spaced(rendered);
        let has = |sentence: &String| {
            let sentence = if is_html { html_escaped(sentence) } else { sentence.clone() };
            rendered.contains(&one_spaced(&sentence))
        };
        self.recalls.iter().all(|recall| recall.iter().any(has))
    }

    /// Returns whether a rendered part contains the link, if the notice has one.
    pub(crate) fn link_is_in(&self, rendered: &str, is_html: bool) -> bool {
        self.link.as_ref().is_none_or(|link| {
            if is_html {
                rendered.contains(&html_escaped(link))
            } else {
                rendered.contains(link.as_str())
            }
        })
    }
}

fn recall(file: &NoticeFile, texts: &Texts) -> Option<[String; 2]> {
    let day = texts.day(file.recalled_on?);
    let named = texts.message("mail-recalled-file").set("name", text::one_line(&file.file_name));
    let listed = texts.message("mail-recalled").set("day", day.clone());
    Some([listed.to_string(), named.set("day", day).to_string()])
}

/// Joins the lines of a wrapped text.
fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn of_problem(problem: &NoticeProblem, texts: &Texts) -> Value {
    let key = match problem.kind {
        ProblemKind::MissingPage => "mail-problem-missing-page",
        ProblemKind::Unreadable => "mail-problem-unreadable",
        ProblemKind::WrongArticle => "mail-problem-wrong-article",
        _ => "mail-problem-other",
    };
    context! { note => text::lines(&problem.note), what => texts.text(key) }
}

/// Returns the library whose time zone the terms of the files are in.
const fn requester(dispatch: &OutgoingNotice) -> &Participant {
    match dispatch.to {
        Recipient::Partner | Recipient::RequesterStaff => &dispatch.other,
        _ => &dispatch.from,
    }
}

fn of_file(file: &NoticeFile, to: Recipient, zone: &Zone, texts: &Texts) -> Value {
    let downloads = texts.message("mail-downloads-left").set("n", file.downloads_left);
    let available_from = file.available_from.map(|at| texts.start(at, zone));
    let start = available_from.as_ref().map(|from| {
        // The start of the terms does not apply to the staff who set them.
        let key = match to {
            Recipient::SupplierStaff => "mail-available-from.supplier-staff",
            _ => "mail-available-from",
        };
        texts.message(key).set("from", from.as_str()).to_string()
    });
    context! {
        available_from => available_from.unwrap_or_default(),
        description => text::one_line(&file.description),
        downloads => downloads.to_string(),
        downloads_left => file.downloads_left,
        last_day => file.last_day.map(|day| texts.day(day)).unwrap_or_default(),
        name => text::one_line(&file.file_name),
        recalled_on => file.recalled_on.map(|day| texts.day(day)).unwrap_or_default(),
        size => texts.size(file.size),
        start => start.unwrap_or_default(),
    }
}
