use super::problem_line::KINDS;
use super::request_page::RequestPage;
use crate::Pages;
use crate::requests::{Handle, NUMBERS};
use crate::web::{Button, Entered, Field, Form, Refused, Reply, StaffMember, done};
use axum::extract::State;
use desktop_delivery::desk::Resent;
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{AttachmentNo, Audience, Error, RequestHandle};

/// The file that a form is about.
pub(super) const FILE: Field = Field::hidden("file");
const KIND: Field = Field::new("kind", "borrow-problem-kind");
const NOTE: Field = Field::new("note", "borrow-problem-note");

/// Marks the request as received.
pub(super) async fn receive(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    _: Button,
) -> Reply {
    let received = pages.desk.receive(handle, &member.actor).await;
    let message = match received {
        Ok(()) => received_message(&pages, &member, handle).await,
        Err(_) => "received",
    };
    answer(&pages, member, handle, received, message).await
}

/// Returns the success message, which depends on whether the patron can be emailed. If the
/// directory fails, returns the general message.
async fn received_message(
    pages: &Pages,
    member: &StaffMember,
    handle: RequestHandle,
) -> &'static str {
    let Ok(view) = pages.desk.staff_view(handle, &member.actor).await else { return "received" };
    let is_notified =
        view.facts.patron.is_some() && member.library.is_notified_of(NoticeKind::Received);
    match pages.directory.patron(&view.facts).await {
        Ok(contact) if is_notified && contact.as_ref().is_none_or(|it| it.emails.is_empty()) => {
            "received-no-address"
        }
        _ => "received",
    }
}

/// Requests cancellation from the lending library.
pub(super) async fn cancel(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    _: Button,
) -> Reply {
    let requested = pages.desk.request_cancel(handle, &member.actor).await;
    answer(&pages, member, handle, requested, "cancel-requested").await
}

/// Issues the patron's link, whose address the page then shows.
pub(super) async fn create_link(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    _: Button,
) -> Reply {
    let issued = pages.desk.issue_link(handle, &member.actor, Audience::Patron).await;
    answer(&pages, member, handle, issued.map(|_| ()), "link").await
}

/// Emails the link to the patron, or emails it again.
pub(super) async fn notify(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    _: Button,
) -> Reply {
    let resent = pages.desk.resend(handle, &member.actor, Recipient::Patron).await;
    let message = match resent {
        Ok(Resent::Waiting(_)) => "notified-already",
        _ => "notified",
    };
    answer(&pages, member, handle, resent.map(|_| ()), message).await
}

/// Reports a problem with a file to the lending library.
pub(super) async fn report_problem(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let reported = async {
        let kinds = KINDS.map(|kind| (kind.as_str(), kind));
        let (file, kind, note) = sent.read(|form| {
            let file = AttachmentNo::new(form.number(FILE, NUMBERS)?);
            Ok((file, form.choice(KIND, &kinds)?, form.optional(NOTE)?.unwrap_or_default()))
        })?;
        pages.desk.report_problem(handle, &member.actor, file, kind, note.trim()).await?;
        Ok::<_, Refused>(())
    };
    match reported.await {
        Ok(()) => Ok(done(&pages, &format!("/borrow/{handle}"), "problem")),
        Err(refused) => {
            let entered = Entered::of("problem", sent);
            RequestPage::refused(&pages, member, handle, &refused, entered).await
        }
    }
}

/// Redirects to the request with a success message, or shows it with the error.
async fn answer(
    pages: &Pages,
    member: StaffMember,
    handle: RequestHandle,
    outcome: Result<(), Error>,
    message: &str,
) -> Reply {
    match outcome {
        Ok(()) => Ok(done(pages, &format!("/borrow/{handle}"), message)),
        Err(error) => {
            let (refused, entered) = (Refused::Desk(error), Entered::none());
            RequestPage::refused(pages, member, handle, &refused, entered).await
        }
    }
}
