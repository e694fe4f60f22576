use super::answer::{Place, answer};
use crate::Pages;
use crate::requests::{Handle, NUMBERS};
use crate::web::{Entered, Field, FieldFault, Form, Reader, Refused, Reply, StaffMember};
use axum::extract::State;
use desktop_delivery::{Actor, AttachmentNo, Error, Refusal, RequestHandle, Shipment};

const ANSWER: Field = Field::hidden("answer");
const DELIBERATE: Field = Field::new("deliberate", "supply-ship-deliberate");
const DOWN: Field = Field::hidden("down");
const UP: Field = Field::hidden("up");
pub(super) const WHY: Field = Field::new("why", "supply-why-optional");

/// Ships a request. Shipping without files requires the check box.
pub(super) async fn ship(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let shipped = async {
        let deliberate = sent.read(|form| form.ticked(DELIBERATE, "yes"))?;
        let shipment = if deliberate { Shipment::WithoutFiles } else { Shipment::WithFiles };
        pages.desk.ship(handle, &member.actor, shipment).await?;
        Ok::<_, Refused>("supply-shipped")
    };
    let outcome = shipped.await;
    answer(&pages, member, handle, outcome, Entered::of("ship", sent), Place::Request).await
}

/// Answers the borrowing library's cancellation request.
pub(super) async fn answer_cancel(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let answers = [("accept", true), ("decline", false)];
    let answered = async {
        let accept = sent.read(|form| form.choice(ANSWER, &answers))?;
        pages.desk.answer_cancel(handle, &member.actor, accept).await?;
        Ok::<_, Refused>(if accept { "supply-cancelled" } else { "supply-cancel-declined" })
    };
    let outcome = answered.await;
    answer(&pages, member, handle, outcome, Entered::none(), Place::Request).await
}

pub(super) async fn withdraw(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let withdrawn = async {
        let why = sent.read(|form| form.text(WHY))?;
        pages.desk.withdraw(handle, &member.actor, why.trim()).await?;
        Ok::<_, Refused>("supply-withdrawn")
    };
    let outcome = withdrawn.await;
    answer(&pages, member, handle, outcome, Entered::of("withdraw", sent), Place::Request).await
}

/// Moves a file up or down by one place.
pub(super) async fn reorder(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let moved = async {
        let (no, is_up) = sent.read(file_to_move)?;
        move_one(&pages, &member.actor, handle, no, is_up).await?;
        Ok::<_, Refused>("supply-moved")
    };
    let outcome = moved.await;
    answer(&pages, member, handle, outcome, Entered::none(), Place::Request).await
}

/// Reads which file to move, and whether to move it up.
fn file_to_move(form: &mut Reader<'_>) -> Result<(AttachmentNo, bool), FieldFault> {
    match form.number_if_sent(UP, NUMBERS)? {
        Some(no) => Ok((AttachmentNo::new(no), true)),
        None => Ok((AttachmentNo::new(form.number(DOWN, NUMBERS)?), false)),
    }
}

async fn move_one(
    pages: &Pages,
    actor: &Actor,
    handle: RequestHandle,
    no: AttachmentNo,
    is_up: bool,
) -> Result<(), Error> {
    let view = pages.desk.staff_view(handle, actor).await?;
    let live = view.files.iter().map(|file| &file.attachment).filter(|one| one.is_live());
    let mut order: Vec<AttachmentNo> = live.map(|attachment| attachment.no).collect();
    let at = order.iter().position(|other| *other == no).ok_or(Refusal::Stale)?;
    let other = if is_up { at.checked_sub(1) } else { Some(at + 1) };
    if let Some(other) = other.filter(|other| *other < order.len()) {
        order.swap(at, other);
    }
    pages.desk.reorder(handle, actor, &order).await
}
