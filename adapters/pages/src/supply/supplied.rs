use crate::Pages;
use crate::web::{Frame, StaffMember, to};
use axum::response::Response;
use desktop_delivery::StaffView;
use desktop_delivery::views::StaffFile;
use desktop_delivery::{AttachmentNo, Audience, Participant, RequestHandle, Timestamp, Zone};

/// A request loaded for the lending library's staff.
pub(super) struct Supplied {
    pub(super) frame: Frame,
    pub(super) handle: RequestHandle,
    pub(super) view: StaffView,
    /// The borrowing library; `None` if the directory no longer has it.
    pub(super) requester: Option<Participant>,
    pub(super) now: Timestamp,
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
