use super::entered::{Entered, Fields, number, text};
use super::supplied::{Place, answer};
use crate::assemble::Server;
use crate::pages::requests::Handle;
use crate::web::{Form, Reply, StaffMember};
use axum::extract::State;
use desktop_delivery::{Actor, AttachmentNo, Error, Refusal, RequestHandle};
use std::sync::Arc;

/// Ships a request; one without files only if that is ticked.
pub(super) async fn ship(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(fields): Form<Fields>,
) -> Reply {
    let deliberate = !text(&fields, "deliberate").is_empty();
    let shipped = server.desk.ship(handle, &member.actor, deliberate).await;
    let outcome = shipped.map(|()| "supply-shipped");
    answer(&server, member, handle, outcome, Entered::of("ship", fields), Place::Request).await
}

/// Answers the borrowing library's wish to cancel.
pub(super) async fn answer_cancel(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(fields): Form<Fields>,
) -> Reply {
    let accept = text(&fields, "answer") == "accept";
    let answered = server.desk.answer_cancel(handle, &member.actor, accept).await;
    let word = if accept { "supply-cancelled" } else { "supply-cancel-declined" };
    let outcome = answered.map(|()| word);
    answer(&server, member, handle, outcome, Entered::nothing(), Place::Request).await
}

pub(super) async fn withdraw(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(fields): Form<Fields>,
) -> Reply {
    let withdrawn = server.desk.withdraw(handle, &member.actor, text(&fields, "why")).await;
    let outcome = withdrawn.map(|()| "supply-withdrawn");
    answer(&server, member, handle, outcome, Entered::of("withdraw", fields), Place::Request).await
}

/// Moves a file up or down by one place.
pub(super) async fn reorder(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(fields): Form<Fields>,
) -> Reply {
    let moved = move_one(&server, &member.actor, handle, &fields).await;
    let outcome = moved.map(|()| "supply-moved");
    answer(&server, member, handle, outcome, Entered::nothing(), Place::Request).await
}

async fn move_one(
    server: &Server,
    actor: &Actor,
    handle: RequestHandle,
    fields: &Fields,
) -> Result<(), Error> {
    let (up, down) = (number(fields, "up"), number(fields, "down"));
    let (no, is_up) = match (up, down) {
        (Ok(Some(no)), _) => (AttachmentNo::new(no), true),
        (_, Ok(Some(no))) => (AttachmentNo::new(no), false),
        _ => return Err(Refusal::Stale.into()),
    };
    let view = server.desk.staff_view(handle, actor).await?;
    let live = view.files.iter().map(|file| &file.attachment).filter(|one| one.is_live());
    let mut order: Vec<AttachmentNo> = live.map(|attachment| attachment.no).collect();
    let at = order.iter().position(|other| *other == no).ok_or(Refusal::Stale)?;
    let other = if is_up { at.checked_sub(1) } else { Some(at + 1) };
    if let Some(other) = other.filter(|other| *other < order.len()) {
        order.swap(at, other);
    }
    server.desk.reorder(handle, actor, &order).await
}
