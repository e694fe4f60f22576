//! The values that the page templates receive.

use crate::media_kind::media_kind;
use desktop_delivery::desk::LinkContext;
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::views::{Availability, FileView};
use desktop_delivery::{Audience, DeliveryView, IssuedTicket, Participant, Refusal, Timestamp};
use desktop_delivery_text::Texts;
use desktop_delivery_text::templates::accent_rules;
use serde::Serialize;

/// The library to contact, with its email addresses. All fields are empty if no library is known.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct LibraryValues {
    name: String,
    /// The logo as a `data:` URL.
    logo: String,
    /// The rules that set the library's accent color; empty without one.
    pub(crate) accent_rules: String,
    emails: Vec<EmailValues>,
}

#[derive(Clone, Debug, Serialize)]
struct EmailValues {
    address: String,
    /// The address as a `mailto:` URL.
    link: String,
}

/// The values of `error.html`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ErrorPage {
    pub(crate) library: LibraryValues,
    /// The stable code of the problem.
    pub(crate) code: String,
    pub(crate) heading: String,
    pub(crate) text: String,
    pub(crate) request_no: String,
    /// The address that the language links extend; `None` omits the links.
    pub(crate) here: Option<String>,
    /// The address of the start page; empty if there is none.
    pub(crate) home: String,
}

/// The values of `link.html`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LinkPage {
    library: LibraryValues,
    here: Option<String>,
    /// The query that forms append to their addresses, including the question mark.
    query: String,
    title: String,
    source: String,
    request_no: String,
    supplier: String,
    is_patron: bool,
    alert: Option<Explanation>,
    /// The paragraphs of the library's own copyright notice; empty for the built-in notice.
    notice: Vec<String>,
    copyright_version: u32,
    files: Vec<FileBox>,
}

/// The reason for a refusal, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Explanation {
    code: String,
    heading: String,
    text: String,
}

impl Explanation {
    /// Explains a refusal to the audience of the link.
    pub(crate) fn of(t: &Texts, context: &LinkContext, refusal: &Refusal) -> Self {
        let is_patron = context.audience == Audience::Patron;
        let (heading, text) = t.refusal_on_page(refusal, &context.zone, is_patron);
        Self { code: refusal.code().to_owned(), heading, text }
    }
}

/// One document on the page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FileBox {
    no: u16,
    name: String,
    description: String,
    kind: String,
    size: u64,
    /// The downloads left; `None` once they no longer matter.
    left: Option<u32>,
    /// The downloads allowed in total.
    limit: u32,
    /// The last day of availability, such as `2027-02-21`; `None` once it no longer matters.
    last_day: Option<String>,
    ordinal: u32,
    refused: Option<Explanation>,
    ticket: Option<TicketValues>,
    /// When the reader requested an extension, in Unix seconds.
    asked_at: Option<i64>,
    /// The day, such as `2026-11-24`, on which this document replaced a wrong one; `None` if it did
    /// not.
    recalled_on: Option<String>,
    may_ask: bool,
}

/// An open ticket.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TicketValues {
    address: String,
    seconds_left: i64,
}

impl TicketValues {
    /// Creates the values of a ticket at the time `now`. `prefix` is the path in front of `/t`.
    pub(crate) fn of(issued: &IssuedTicket, prefix: &str, now: Timestamp) -> Self {
        Self {
            address: format!("{prefix}/t/{}", issued.ticket.expose()),
            seconds_left: issued.ends_at.seconds_since(now),
        }
    }
}

impl LibraryValues {
    pub(crate) fn of(library: Option<&Participant>) -> Self {
        library.map_or_else(Self::default, |library| Self {
            name: library.name.clone(),
            logo: library.logo.as_str().to_owned(),
            accent_rules: accent_rules(&library.accent),
            emails: library.emails.iter().map(EmailValues::of).collect(),
        })
    }
}

impl EmailValues {
    fn of(email: &EmailAddress) -> Self {
        Self { address: email.as_str().to_owned(), link: email.mailto() }
    }
}

impl LinkPage {
    /// Creates the values of the page that the holder of a link sees.
    pub(crate) fn new(
        context: &LinkContext,
        view: &DeliveryView,
        here: &str,
        query: &str,
        alert: Option<Explanation>,
        files: Vec<FileBox>,
    ) -> Self {
        // A library's own copyright notice addresses its patrons only.
        let own_notice = context.requester.as_ref().filter(|library| {
            context.audience == Audience::Patron && !library.copyright_notice.trim().is_empty()
        });
        let notice = own_notice.map_or("", |library| library.copyright_notice.trim());
        Self {
            library: LibraryValues::of(context.contact()),
            here: Some(here.to_owned()),
            query: query.to_owned(),
            title: view.facts.title.clone(),
            source: view.facts.source_line().into_owned(),
            request_no: context.request_no.clone(),
            supplier: context.supplier.as_ref().map_or_else(String::new, |one| one.name.clone()),
            is_patron: context.audience == Audience::Patron,
            alert,
            notice: notice
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(ToOwned::to_owned)
                .collect(),
            copyright_version: own_notice.map_or(0, |library| library.copyright_notice_version),
            files,
        }
    }

    /// Returns the rules that set the library's accent color; empty without one.
    pub(crate) fn accent_rules(&self) -> &str {
        &self.library.accent_rules
    }
}

impl FileBox {
    /// Returns whether the box itself shows this explanation.
    pub(crate) fn shows(&self, refused: &Explanation) -> bool {
        self.refused.as_ref() == Some(refused)
    }

    /// Creates the values of one document. `ticket` is its open ticket, if any.
    pub(crate) fn of(
        t: &Texts,
        context: &LinkContext,
        file: &FileView,
        ticket: Option<TicketValues>,
    ) -> Self {
        let refused = match &file.availability {
            Availability::Open => None,
            Availability::Refused(refusal) => Some(refusal),
        };
        // Once a document is no longer available, the remaining downloads are irrelevant. Before it
        // is available, its start alone would promise a download even if none is left.
        let starts_later = matches!(refused, Some(Refusal::NotYetValid { .. }));
        let shows_left = file.limit > 0 && (file.has_downloads_left || starts_later);
        let last_day = file.last_day.filter(|_| file.has_downloads_left);
        Self {
            no: file.no.get(),
            name: file.file_name.clone(),
            description: file.description.clone(),
            kind: media_kind(t, &file.media_type),
            size: file.size,
            left: shows_left.then_some(file.left),
            limit: file.limit,
            last_day: last_day.map(|day| day.to_string()),
            ordinal: file.next_ordinal,
            refused: refused.map(|refusal| Explanation::of(t, context, refusal)),
            ticket,
            asked_at: file.asked_at.map(Timestamp::as_seconds),
            recalled_on: file.recalled_on.map(|day| day.to_string()),
            may_ask: file.may_ask(),
        }
    }
}

/// Returns sample values for checking templates, with and without each optional value.
pub(crate) fn samples() -> Vec<(&'static str, serde_json::Value)> {
    let sample = || "sample".to_owned();
    let library = LibraryValues {
        name: sample(),
        logo: "data:,".to_owned(),
        accent_rules: ":root{}".to_owned(),
        emails: vec![EmailValues { address: sample(), link: sample() }],
    };
    let explanation = || Explanation { code: sample(), heading: sample(), text: sample() };
    let open = FileBox {
        no: 1,
        name: sample(),
        description: sample(),
        kind: sample(),
        size: 1_400_000,
        left: Some(1),
        limit: 5,
        last_day: Some("2027-02-21".to_owned()),
        ordinal: 1,
        refused: None,
        ticket: Some(TicketValues { address: sample(), seconds_left: 60 }),
        asked_at: Some(0),
        recalled_on: Some("2026-11-24".to_owned()),
        may_ask: false,
    };
    let closed = FileBox {
        description: String::new(),
        left: None,
        last_day: None,
        refused: Some(explanation()),
        ticket: None,
        asked_at: None,
        may_ask: true,
        ..open.clone()
    };
    let link = LinkPage {
        library: library.clone(),
        here: Some(sample()),
        query: sample(),
        title: sample(),
        source: sample(),
        request_no: sample(),
        supplier: sample(),
        is_patron: true,
        alert: Some(explanation()),
        notice: vec![sample()],
        copyright_version: 1,
        files: vec![open, closed],
    };
    let bare = LinkPage {
        library: LibraryValues::default(),
        source: String::new(),
        supplier: String::new(),
        is_patron: false,
        alert: None,
        notice: Vec::new(),
        files: Vec::new(),
        ..link.clone()
    };
    let error = ErrorPage {
        library,
        code: sample(),
        heading: sample(),
        text: sample(),
        request_no: sample(),
        here: Some(sample()),
        home: sample(),
    };
    let bare_error = ErrorPage {
        library: LibraryValues::default(),
        request_no: String::new(),
        here: None,
        home: String::new(),
        ..error.clone()
    };
    let pages = [
        ("link.html", serde_json::to_value(link)),
        ("link.html", serde_json::to_value(bare)),
        ("error.html", serde_json::to_value(error)),
        ("error.html", serde_json::to_value(bare_error)),
    ];
    pages.into_iter().filter_map(|(name, values)| Some((name, values.ok()?))).collect()
}
