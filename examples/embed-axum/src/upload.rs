use crate::delivery;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Redirect;
use desktop_delivery::{Error, FileName, NewFile};
use desktop_delivery_http::{FormPart, UploadForm};
use http::HeaderMap;

/// Lets the lending library's staff attach the files chosen in the form.
pub(crate) async fn upload(
    State(site): State<Site>,
    SignedIn(account): SignedIn,
    Path(id): Path<i64>,
    headers: HeaderMap,
    body: Body,
) -> Result<Redirect, Problem> {
    let request = site.app.request(id, &account)?.ok_or(Problem::Unknown)?;
    let actor = delivery::actor(account).ok_or(Problem::Unknown)?;
    let handle = delivery::sync(&site.desk, &request).await?;
    let unreadable =
        || Problem::Refused("The form could not be read. Please send it again.".to_owned());
    let mut form = UploadForm::of(&headers, body).map_err(|_| unreadable())?;
    while let Some(part) = form.next().await.map_err(|_| unreadable())? {
        let FormPart::File(sent) = part else { continue };
        let file =
            NewFile::new(FileName::new(&sent.file_name).map_err(|error| refusal(error.into()))?);
        site.desk.upload(handle, &actor, file, sent.bytes).await.map_err(refusal)?;
    }
    Ok(Redirect::to(&format!("/requests/{id}")))
}

/// Returns a refusal that is shown to staff, or the failure.
fn refusal(error: Error) -> Problem {
    match error {
        Error::InvalidInput(wrong) => Problem::Refused(wrong.to_string()),
        Error::Refused(refusal) => Problem::Refused(refusal.to_string()),
        failed => failed.into(),
    }
}
