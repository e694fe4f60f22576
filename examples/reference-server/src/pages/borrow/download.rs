use super::request_page::RequestPage;
use crate::assemble::Server;
use crate::pages::requests::Handle;
use crate::web::{Form, Reply, StaffMember, to};
use axum::extract::State;
use desktop_delivery::{AttachmentNo, ClaimRequest, Repeat};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Download {
    file: u16,
    /// The number of this download for the file, so that pressing twice counts once.
    ordinal: u32,
    /// Sent where the box is ticked.
    #[serde(default)]
    acknowledged: String,
    /// The version of the copyright notice that the page showed.
    notice: u32,
}

/// Claims one download, and leads to the file.
pub(super) async fn download(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(form): Form<Download>,
) -> Reply {
    let request = ClaimRequest {
        attachment: AttachmentNo::new(form.file),
        repeat: Repeat::Ordinal(form.ordinal),
        acknowledged: form.acknowledged == "yes",
        notice: Some(form.notice),
    };
    match server.desk.claim_as_staff(handle, &member.actor, &request).await {
        Ok(granted) => Ok(to(&server, &format!("/t/{}", granted.ticket.expose()))),
        Err(error) => RequestPage::refused(&server, member, handle, &error).await,
    }
}
