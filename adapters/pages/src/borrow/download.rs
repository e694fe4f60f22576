use super::actions::FILE;
use super::request_page::RequestPage;
use crate::Pages;
use crate::requests::{Handle, NUMBERS};
use crate::web::{Entered, Field, FieldFault, Form, Reader, Refused, Reply, StaffMember, to};
use axum::extract::State;
use desktop_delivery::{AttachmentNo, ClaimKey, ClaimRequest};

/// The check box that acknowledges the copyright notice.
const ACKNOWLEDGED: Field = Field::new("acknowledged", "borrow-acknowledge");
/// The version of the copyright notice shown on the page.
const COPYRIGHT_VERSION: Field = Field::hidden("copyright_version");
/// The number of this download of the file, so that sending the form twice counts once.
const ORDINAL: Field = Field::hidden("ordinal");

/// Claims one download, and redirects to the file.
pub(super) async fn download(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let claimed = async {
        let request = sent.read(claim)?;
        let granted = pages.desk.claim_as_staff(handle, &member.actor, &request).await?;
        Ok::<_, Refused>(granted)
    };
    match claimed.await {
        Ok(granted) => Ok(to(&pages, &format!("/t/{}", granted.ticket.expose()))),
        Err(refused) => {
            let entered = Entered::of("download", sent);
            RequestPage::refused(&pages, member, handle, &refused, entered).await
        }
    }
}

fn claim(form: &mut Reader<'_>) -> Result<ClaimRequest, FieldFault> {
    let most = u64::from(u32::MAX);
    let file = AttachmentNo::new(form.number(FILE, NUMBERS)?);
    let key = ClaimKey::Ordinal(form.number(ORDINAL, 1..=most)?);
    let acknowledged = form.ticked(ACKNOWLEDGED, "yes")?;
    let version: u32 = form.number(COPYRIGHT_VERSION, 0..=most)?;
    Ok(ClaimRequest::new(file, key).with_acknowledged(acknowledged).with_copyright_version(version))
}
