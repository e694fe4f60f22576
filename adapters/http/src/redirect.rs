use crate::content_disposition::content_disposition;
use crate::parts::Shared;
use crate::status::log_error;
use axum::body::Body;
use axum::response::Response;
use desktop_delivery::Download;
use http::{HeaderValue, StatusCode, header};

/// Returns a redirect to the object store for the whole file, or `None` if this router must send
/// the bytes.
pub(crate) async fn redirect(shared: &Shared, opened: &Download) -> Option<Response> {
    let redirects = shared.redirects.as_ref()?;
    let disposition = content_disposition(&opened.file_name);
    let name = disposition.to_str().ok()?;
    let address = match shared.desk.direct(opened, name, redirects.valid_for()).await {
        Ok(address) => address?,
        Err(error) => {
            // Not fatal: the store may still return the bytes.
            log_error(&error);
            return None;
        }
    };
    if !address.origin().eq_ignore_ascii_case(redirects.origin()) {
        tracing::warn!(
            origin = address.origin(),
            "the store returned an address at an origin that redirects do not allow; check the origin of \
             redirects"
        );
        return None;
    }
    let mut location = HeaderValue::from_str(address.expose()).ok()?;
    location.set_sensitive(true);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::LOCATION, location);
    metrics::counter!("desktop_delivery_redirects_total").increment(1);
    Some(response)
}
