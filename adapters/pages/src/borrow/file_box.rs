use super::problem_line::ProblemLine;
use crate::Pages;
use crate::requests::{Left, left_of, terms_end};
use crate::web::Frame;
use desktop_delivery::StaffView;
use desktop_delivery::delivery::BudgetName;
use desktop_delivery::desk::RequesterPage;
use desktop_delivery::views::{Availability, FileView, StaffFile};
use desktop_delivery::{Error, IssuedTicket, Policy, Refusal, RequestHandle, Timestamp};
use desktop_delivery_preview::Previews;
use serde::Serialize;

/// A file of a request, with its texts.
#[derive(Serialize)]
pub(super) struct FileBox {
    pub(super) no: u16,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) size: String,
    pub(super) ends: String,
    pub(super) left: Vec<Left>,
    /// When the file replaced another one; empty if it did not.
    pub(super) replaced: String,
    /// Whether an earlier version was the wrong document.
    pub(super) recalled: String,
    /// What the next download uses up; empty if none is possible.
    pub(super) cost: String,
    /// Why the file cannot be downloaded now; empty if it can.
    pub(super) refused: String,
    /// The number of the next download.
    pub(super) ordinal: u32,
    /// An open ticket, which does not count again.
    pub(super) open_download: Option<OpenDownload>,
    /// The address of the preview; empty if there is none, for the reason in `no_preview`.
    pub(super) preview: String,
    pub(super) no_preview: String,
    pub(super) problems: Vec<ProblemLine>,
    /// Whether the content is still stored, so that problems can be reported.
    pub(super) is_kept: bool,
}

#[derive(Serialize)]
pub(super) struct OpenDownload {
    pub(super) address: String,
    /// A description of when the ticket ends.
    pub(super) until: String,
}

impl FileBox {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self {
            no: 1,
            name: text(),
            description: text(),
            size: text(),
            ends: text(),
            left: vec![Left::sample(), Left::sample()],
            replaced: text(),
            recalled: text(),
            cost: text(),
            refused: String::new(),
            ordinal: 1,
            open_download: Some(OpenDownload { address: text(), until: text() }),
            preview: text(),
            no_preview: text(),
            problems: vec![ProblemLine::sample()],
            is_kept: true,
        }
    }

    /// Returns the files of a request as the staff member sees them.
    pub(super) fn all(
        pages: &Pages,
        frame: &Frame,
        handle: RequestHandle,
        shown: &RequesterPage,
    ) -> Result<Vec<Self>, Error> {
        let RequesterPage { view, offer, tickets, .. } = shown;
        if view.files.is_empty() {
            return Ok(Vec::new());
        }
        let offered = offer.as_ref().map_err(Clone::clone)?;
        let now = pages.desk.now();
        let shown = view.files.iter().map(|file| {
            let no = file.attachment.no;
            let offer = offered.files.iter().find(|offer| offer.no == no);
            let open = tickets.iter().find(|(of, _)| *of == no).map(|(_, ticket)| ticket);
            Self::of((file, offer), open, view, (handle, now), frame)
        });
        Ok(shown.collect())
    }

    fn of(
        (file, offer): (&StaffFile, Option<&FileView>),
        open: Option<&IssuedTicket>,
        view: &StaffView,
        (handle, now): (RequestHandle, Timestamp),
        frame: &Frame,
    ) -> Self {
        let (t, attachment) = (&frame.t, &file.attachment);
        let version = attachment.current();
        let no = attachment.no.get();
        let refused = match offer.map(|offer| &offer.availability) {
            Some(Availability::Open) => String::new(),
            Some(Availability::Refused(refusal)) => t.refusal(refusal, &view.zone),
            None => t.refusal(&Refusal::Stale, &view.zone),
        };
        let cost = match offer {
            Some(offer) if refused.is_empty() => cost(offer, &view.policy, frame),
            _ => String::new(),
        };
        let replaced = (version.no.get() > 1).then(|| {
            let day = t.day_of(version.attached_at, &frame.zone);
            t.message("borrow-replaced").set("day", day).to_string()
        });
        let open_download = open.map(|granted| {
            let address = format!("{}/t/{}", frame.mount, granted.ticket.expose());
            let until = t.moment(granted.ends_at, &frame.zone);
            let until = t.message("borrow-resume-text").set("moment", until).to_string();
            OpenDownload { address, until }
        });
        // A library with an account never uses the budget of partners.
        let left = left_of(file, frame).into_iter().zip(&file.budgets);
        let left = left.filter(|(_, spent)| spent.name != BudgetName::Partner);
        let left = left.map(|(left, _)| left).collect();
        let no_preview = no_preview(offer, &version.media_type, view, frame);
        let shown = format!("{}/borrow/{handle}/files/{no}/pages", frame.base);
        Self {
            no,
            name: version.file_name.as_str().to_owned(),
            description: attachment.description.clone(),
            size: t.size(version.size),
            ends: terms_end(file, now, frame),
            left,
            replaced: replaced.unwrap_or_default(),
            recalled: attachment.recalled_at().map_or_else(String::new, |at| {
                t.message("file-recalled").set("day", t.day_of(at, &frame.zone)).to_string()
            }),
            cost,
            refused,
            ordinal: offer.map_or(1, |offer| offer.next_ordinal),
            open_download,
            preview: if no_preview.is_empty() { shown } else { String::new() },
            no_preview,
            problems: view
                .problems
                .iter()
                .filter(|problem| problem.attachment == attachment.no)
                .map(|problem| ProblemLine::of(problem, frame))
                .collect(),
            is_kept: attachment.purged_at.is_none(),
        }
    }
}

/// Returns why there is no preview; empty if there is one.
fn no_preview(
    offer: Option<&FileView>,
    media_type: &str,
    view: &StaffView,
    frame: &Frame,
) -> String {
    let t = &frame.t;
    let refused = match offer.map(|offer| &offer.preview) {
        Some(Availability::Open) => None,
        Some(Availability::Refused(refusal)) => Some(refusal),
        None => Some(&Refusal::Stale),
    };
    let key = match refused {
        Some(Refusal::NoFreePreview) => "borrow-preview-not-free",
        _ if !Previews::ARE_BUILT => "borrow-preview-left-out",
        _ if !Previews::supports(media_type) => "borrow-preview-no-pages",
        Some(Refusal::NotYetValid { from }) => {
            let from = t.start(*from, &view.zone);
            return t.message("borrow-preview-not-yet").set("from", from).to_string();
        }
        Some(_) => "borrow-preview-over",
        None => return String::new(),
    };
    t.text(key)
}

/// Describes what one more download uses up.
fn cost(offer: &FileView, policy: &Policy, frame: &Frame) -> String {
    let key = match policy.budget_of(desktop_delivery::Audience::RequesterStaff) {
        Some(BudgetName::Staff) => "borrow-cost-own",
        Some(_) => "borrow-cost-shared",
        None => "borrow-cost-none",
    };
    frame.t.message(key).set("n", offer.left).set("limit", offer.limit).to_string()
}
