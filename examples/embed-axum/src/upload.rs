use crate::delivery;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Redirect;
use desktop_delivery::{Error, FileName, NewFile};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, header};
use multer::Multipart;
use std::io;

/// The lending library's staff attach what they chose in the form.
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
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = stated.and_then(|text| multer::parse_boundary(text).ok());
    let boundary = boundary.ok_or(Problem::Refused("Send the form.".to_owned()))?;
    let mut form = Multipart::new(body.into_data_stream(), boundary);
    while let Some(field) = form.next_field().await? {
        // A field in which nothing was chosen has an empty name.
        let Some(name) = field.file_name().filter(|name| !name.is_empty()) else { continue };
        let file = NewFile::new(FileName::new(name).map_err(|error| told(error.into()))?);
        let bytes = Box::pin(field.map_err(io::Error::other));
        site.desk.upload(handle, &actor, file, bytes).await.map_err(told)?;
    }
    Ok(Redirect::to(&format!("/requests/{id}")))
}

/// What the rules refuse, staff may read.
fn told(error: Error) -> Problem {
    match error {
        Error::InvalidInput(wrong) => Problem::Refused(wrong.to_string()),
        Error::Refused(refusal) => Problem::Refused(refusal.to_string()),
        failed => failed.into(),
    }
}
