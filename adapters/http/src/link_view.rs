use crate::parts::Shared;
use crate::trouble::STYLE;
use crate::words::{self, Texts};
use askama::Template;
use desktop_delivery::DeliveryView;
use desktop_delivery::desk::LinkContext;
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::views::{Availability, FileView};
use desktop_delivery::{Audience, IssuedTicket, Refusal};

/// The page of a link, as its template shows it.
#[derive(Template)]
#[template(path = "link.html")]
pub(crate) struct LinkPage<'a> {
    t: &'a Texts,
    style: &'a str,
    library: &'a str,
    logo: &'a str,
    contact: String,
    emails: &'a [EmailAddress],
    here: &'a str,
    query: &'a str,
    title: &'a str,
    source: &'a str,
    request_no: String,
    supplier: String,
    alert: Option<&'a (String, String)>,
    notice: Vec<&'a str>,
    notice_version: u32,
    acknowledge: &'a str,
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
    /// That the earlier document was the wrong one; empty where it was not.
    recalled: &'static str,
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
        let contact = context.contact();
        let library = contact.map_or("", |library| library.name.as_str());
        // A library's own notice is for its patrons.
        let own_notice = context.requester.as_ref().filter(|library| {
            context.audience == Audience::Patron && !library.copyright_notice.trim().is_empty()
        });
        let (notice, notice_version) = match (own_notice, context.audience) {
            (Some(library), _) => {
                (library.copyright_notice.trim(), library.copyright_notice_version)
            }
            (None, Audience::Patron) => (t.usual_notice, 0),
            (None, _) => (t.library_notice, 0),
        };
        let acknowledge = match context.audience {
            Audience::Patron => t.acknowledge,
            _ => t.acknowledge_library,
        };
        let supplier = context.supplier.as_ref().map_or("", |library| library.name.as_str());
        Self {
            t,
            style: STYLE,
            library,
            logo: contact.map_or("", |library| library.logo.as_str()),
            contact: words::fill(t.contact, "library", library),
            emails: contact.map_or(&[][..], |library| library.emails.as_slice()),
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
            acknowledge,
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
        context: &LinkContext,
        file: &FileView,
        ticket: Option<&IssuedTicket>,
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
            refused: refused.map(|refusal| t.refusal_to(context.audience, refusal, &context.zone)),
            go_on: ticket.map(|granted| {
                let address = format!("{}/t/{}", shared.prefix, granted.ticket.expose());
                let left = granted.ends_at.seconds_since(shared.desk.now());
                (address, words::fill(t.go_on_for, "span", &t.span(left)))
            }),
            asked: file
                .asked_at
                .map(|at| words::fill(t.asked, "day", &t.day_of(at, &context.zone))),
            recalled: file.recalled_at.map_or("", |_| t.recalled),
            may_ask: refused.is_some_and(Refusal::may_ask),
        }
    }
}
