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
    /// Type and size.
    facts: Vec<String>,
    /// What is left of it, and until when.
    terms: Vec<String>,
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
    /// Whether it says by itself why it cannot be downloaded.
    pub(crate) fn says(&self, refused: &(String, String)) -> bool {
        self.refused.as_ref() == Some(refused)
    }

    /// One document in words; `ticket` is the one that is open.
    pub(crate) fn of(
        shared: &Shared,
        t: &Texts,
        zone: &Zone,
        file: &FileView,
        ticket: Option<&Granted>,
    ) -> Self {
        let refused = match &file.availability {
            Availability::Open => None,
            Availability::Refused(refusal) => Some(refusal),
        };
        let mut terms = Vec::new();
        // Of what is over, nobody needs to know how much is left.
        if file.limit > 0 && matches!(refused, None | Some(Refusal::NotYetValid { .. })) {
            terms.push(t.left(file.left, file.limit));
        }
        if refused.is_none()
            && let Some(day) = file.last_day
        {
            terms.push(words::fill(t.last_day, "day", &t.day(day)));
        }
        Self {
            no: file.no.get(),
            name: file.file_name.clone(),
            description: file.description.clone(),
            facts: vec![t.kind(&file.media_type), t.language.size_in_words(file.size)],
            terms,
            ordinal: file.next_ordinal,
            refused: refused.map(|refusal| t.refusal(refusal, zone)),
            go_on: ticket.map(|granted| {
                let address = format!("{}/t/{}", shared.prefix, granted.ticket.expose());
                let left = granted.ends_at.seconds_since(shared.desk.now());
                (address, words::fill(t.go_on_for, "span", &t.span(left)))
            }),
            asked: file.asked_at.map(|at| words::fill(t.asked, "day", &t.day_of(at, zone))),
            may_ask: refused.is_some_and(Refusal::may_ask),
        }
    }
}
