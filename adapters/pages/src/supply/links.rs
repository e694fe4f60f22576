use super::answer::{Place, answer};
use super::link_row::{ShownLink, audience_name};
use super::request_page::RequestPage;
use super::supplied::Supplied;
use super::waiting::audience_of;
use crate::Pages;
use crate::requests::{Handle, NUMBERS};
use crate::web::{Entered, Field, Form, Refused, Reply, StaffMember, page};
use axum::extract::State;
use desktop_delivery::ids::LinkNo;

const AUDIENCE: Field = Field::hidden("audience");
const NO: Field = Field::hidden("no");

/// Shows the address of an audience's link, and issues the link if there is none.
pub(super) async fn show(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let issued = async {
        let audience = sent.read(|form| audience_of(form, AUDIENCE))?;
        let link = pages.desk.issue_link(handle, &member.actor, audience).await?;
        let audience_name = audience_name(audience, &member.frame.t);
        Ok::<_, Refused>(ShownLink { audience_name, url: link.url.expose().to_owned() })
    };
    match issued.await {
        Ok(link) => {
            let supplied = Supplied::load(&pages, member, handle).await?;
            let shown = RequestPage::of(&pages, supplied, None, Entered::none()).await?;
            Ok(page(&shown.with_link(link)))
        }
        Err(refused) => {
            let (outcome, entered) = (Err(refused), Entered::none());
            answer(&pages, member, handle, outcome, entered, Place::Request).await
        }
    }
}

pub(super) async fn revoke(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let revoked = async {
        let no = sent.read(|form| form.number(NO, NUMBERS))?;
        pages.desk.revoke_link(handle, &member.actor, LinkNo::new(no)).await?;
        Ok::<_, Refused>("supply-revoked")
    };
    let outcome = revoked.await;
    answer(&pages, member, handle, outcome, Entered::none(), Place::Request).await
}
