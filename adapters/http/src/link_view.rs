use crate::parts::Shared;
use crate::trouble::STYLE;
use crate::words::{self, Texts};
use askama::Template;
use desktop_delivery::decide::{Availability, DeliveryView, FileView};
use desktop_delivery::{Granted, LinkContext, Participant, Refusal, Zone};

/// The page of a link, as its template shows it.
#[derive(Template)]
#[template(path = "link.html")]
pub(crate) struct LinkPage<'a> {
    t: &'a Texts,
    style: &'a str,
    library: &'a str,
    logo: &'a str,
    contact: String,
    email: &'a str,
    here: &'a str,
    query: &'a str,
    title: &'a str,
    source: &'a str,
    request_no: String,
    supplier: String,
    alert: Option<&'a (String, String)>,
    notice: Vec<&'a str>,
    notice_version: u32,
    files: Vec<FileBox>,
}

/// One document on the page.
pub(crate) struct FileBox {
    no: u16,
    name: String,
    description: String,
    about: String,
    ordinal: u32,
    refused: Option<(String, String)>,
    /// Where the ticket is, and how long it is free.
    go_on: Option<(String, String)>,
    asked: Option<String>,
    may_ask: bool,
}

impl<'a> LinkPage<'a> {
    /// What the holder of a link sees, in words.
    pub(crate) fn new(
        t: &'a Texts,
        context: &'a LinkContext,
        view: &'a DeliveryView,
        here: &'a str,
        query: &'a str,
        alert: Option<&'a (String, String)>,
        files: Vec<FileBox>,
    ) -> Self {
        let name =
            |library: &'a Option<Participant>| library.as_ref().map_or("", |l| l.name.as_str());
        let library = name(&context.requester);
        let requester = context.requester.as_ref();
        let own_notice = requester.map_or("", |l| l.copyright_notice.as_str()).trim();
        let (notice, notice_version) = match requester {
            Some(library) if !own_notice.is_empty() => {
                (own_notice, library.copyright_notice_version)
            }
            _ => (t.usual_notice, 0),
        };
        let supplier = name(&context.supplier);
        Self {
            t,
            style: STYLE,
            library,
            logo: requester.map_or("", |l| l.logo.as_str()),
            contact: words::fill(t.contact, "library", library),
            email: requester.and_then(|l| l.email.as_deref()).unwrap_or_default(),
            here,
            query,
            title: &view.facts.title,
            source: &view.facts.source,
            request_no: words::fill(t.request_no, "no", &context.request_no),
            supplier: if supplier.is_empty() {
                String::new()
            } else {
                words::fill(t.supplied_by, "library", supplier)
            },
            alert,
            notice: notice.lines().filter(|line| !line.trim().is_empty()).collect(),
            notice_version,
            files,
        }
    }
}

impl FileBox {
    /// One document in words; `ticket` is the one that is open.
    pub(crate) fn of(
        shared: &Shared,
        t: &Texts,
        zone: &Zone,
        file: &FileView,
        ticket: Option<&Granted>,
    ) -> Self {
        let mut about = vec![format!(
            "{}, {}",
            type_word(&file.media_type),
            t.language.size_in_words(file.size)
        )];
        if file.limit > 0 {
            about.push(t.left(file.left, file.limit));
        }
        let refused = match &file.availability {
            Availability::Open => None,
            Availability::Refused(refusal) => Some(refusal),
        };
        if refused.is_none()
            && let Some(day) = file.last_day
        {
            about.push(words::fill(t.last_day, "day", &t.language.day_in_words(day)));
        }
        Self {
            no: file.no.get(),
            name: file.file_name.clone(),
            description: file.description.clone(),
            about: about.join(" · "),
            ordinal: file.next_ordinal,
            refused: refused.map(|refusal| t.refusal(refusal, zone)),
            go_on: ticket.map(|granted| {
                let address = format!("{}/t/{}", shared.prefix, granted.ticket.expose());
                let left = granted.ends_at.seconds_since(shared.desk.now());
                (address, words::fill(t.go_on_for, "span", &t.span(left)))
            }),
            asked: file
                .asked_at
                .map(|at| words::fill(t.asked, "day", &t.language.day_in_words(zone.date_at(at)))),
            may_ask: refused.is_some_and(Refusal::may_ask),
        }
    }
}

/// A word for a media type, such as "PDF".
fn type_word(media_type: &str) -> String {
    let subtype = media_type.rsplit('/').next().unwrap_or_default();
    subtype.trim_start_matches("x-").to_ascii_uppercase()
}
