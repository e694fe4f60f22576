//! Responses to the forms of a request and its files.

use super::file_page::FilePage;
use super::request_page::RequestPage;
use super::supplied::{Supplied, path};
use crate::Pages;
use crate::web::{Alert, Entered, Failure, Refused, Reply, StaffMember, done, page_with};
use desktop_delivery::{AttachmentNo, Error, Refusal, RequestHandle};
use http::StatusCode;

/// The page that a form is on.
#[derive(Clone, Copy)]
pub(super) enum Place {
    File(AttachmentNo),
    Request,
}

/// Responds to a form: redirects to the request's page with a success message, or shows the form's
/// page again with the entered values and the error.
pub(super) async fn answer(
    pages: &Pages,
    member: StaffMember,
    handle: RequestHandle,
    outcome: Result<&'static str, Refused>,
    entered: Entered,
    place: Place,
) -> Reply {
    match outcome {
        Ok(word) => Ok(done(pages, &path(handle), word)),
        Err(refused) => {
            let failure = failure_of(pages, &member, handle, &refused).await;
            let entered = entered.wrong(refused.field());
            refuse(pages, member, handle, failure, entered, place).await
        }
    }
}

/// Returns the failure of a form, with the days of terms in the borrowing library's time zone.
async fn failure_of(
    pages: &Pages,
    member: &StaffMember,
    handle: RequestHandle,
    refused: &Refused,
) -> Failure {
    let failure = refused.failure(&member.frame);
    let Refused::Desk(Error::Refused(
        refusal @ (Refusal::Expired { .. } | Refusal::NotYetValid { .. } | Refusal::PastEnd { .. }),
    )) = refused
    else {
        return failure;
    };
    match pages.desk.staff_view(handle, &member.actor).await {
        Ok(view) => {
            Failure { alert: Alert::Text(member.frame.t.refusal(refusal, &view.zone)), ..failure }
        }
        Err(_) => failure,
    }
}

/// Shows the form's page again with the entered values and the error.
pub(super) async fn refuse(
    pages: &Pages,
    member: StaffMember,
    handle: RequestHandle,
    failure: Failure,
    entered: Entered,
    place: Place,
) -> Reply {
    if failure.status == StatusCode::NOT_FOUND {
        return Err(failure.show(&member.frame));
    }
    let supplied = Supplied::load(pages, member, handle).await?;
    if let Place::File(no) = place
        && supplied.file(no).is_some()
    {
        let page = FilePage::of(supplied, no, Some(failure.alert), entered)?;
        return Ok(page_with(failure.status, &page));
    }
    let page = RequestPage::of(pages, supplied, Some(failure.alert), entered).await?;
    Ok(page_with(failure.status, &page))
}
