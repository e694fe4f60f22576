use super::file_page::FilePage;
use super::request_page::RequestPage;
use crate::Pages;
use crate::web::{
    Alert, Entered, Failure, Frame, Refused, Reply, StaffMember, done, page_with, to,
};
use axum::response::Response;
use desktop_delivery::StaffView;
use desktop_delivery::views::StaffFile;
use desktop_delivery::{
    AttachmentNo, Audience, Error, Participant, Refusal, RequestHandle, Timestamp, Zone,
};
use http::StatusCode;

/// A request loaded for the lending library's staff.
pub(super) struct Supplied {
    pub(super) frame: Frame,
    pub(super) handle: RequestHandle,
    pub(super) view: StaffView,
    /// The borrowing library; `None` if the directory no longer has it.
    pub(super) requester: Option<Participant>,
    pub(super) now: Timestamp,
}

/// The page that a form is on.
#[derive(Clone, Copy)]
pub(super) enum Place {
    File(AttachmentNo),
    Request,
}

impl Supplied {
    /// Loads a request. Staff of the borrowing library are redirected to their own page of it.
    pub(super) async fn load(
        pages: &Pages,
        member: StaffMember,
        handle: RequestHandle,
    ) -> Result<Self, Response> {
        let StaffMember { mut frame, actor, .. } = member;
        let view = pages.desk.staff_view(handle, &actor).await;
        let view = view.map_err(|error| frame.failed(error))?;
        if view.audience != Audience::SupplierStaff {
            return Err(to(pages, &format!("/borrow/{handle}")));
        }
        let requester = pages.directory.participant(&view.facts.requester).await;
        let requester = requester.map_err(|error| frame.failed(error))?;
        frame.here = path(handle);
        Ok(Self { frame, handle, view, requester, now: pages.desk.now() })
    }

    /// Returns the name of the borrowing library, or its id if the directory does not have it.
    pub(super) fn requester_name(&self) -> String {
        self.requester.as_ref().map_or_else(
            || self.view.facts.requester.as_str().to_owned(),
            |library| library.name.clone(),
        )
    }

    /// Returns whether an email address of the patron is known.
    pub(super) async fn has_patron_address(&self, pages: &Pages) -> Result<bool, Response> {
        let contact = pages.directory.patron(&self.view.facts).await;
        let contact = contact.map_err(|error| self.frame.failed(error))?;
        Ok(contact.is_some_and(|contact| !contact.emails.is_empty()))
    }

    /// Returns the time zone for the days of terms.
    pub(super) const fn zone(&self) -> &Zone {
        &self.view.zone
    }

    pub(super) fn file(&self, no: AttachmentNo) -> Option<&StaffFile> {
        self.view.files.iter().find(|file| file.attachment.no == no)
    }

    /// Returns the files that have not been removed, in order.
    pub(super) fn live(&self) -> impl Iterator<Item = &StaffFile> + Clone {
        self.view.files.iter().filter(|file| file.attachment.is_live())
    }
}

/// Returns the path of a request's page.
pub(super) fn path(handle: RequestHandle) -> String {
    format!("/supply/{handle}")
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
            Failure { alert: Alert::Said(member.frame.t.refusal(refusal, &view.zone)), ..failure }
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
