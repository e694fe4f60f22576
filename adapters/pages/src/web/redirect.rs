use crate::Pages;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

/// Redirects to another page of this site (303).
pub(crate) fn to(pages: &Pages, path: &str) -> Response {
    redirect(&format!("{}{path}", pages.base()))
}

/// Redirects to an address (303).
pub(crate) fn redirect(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}
