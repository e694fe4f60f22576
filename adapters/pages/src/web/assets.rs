use crate::Pages;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use desktop_delivery_http::Routes;
use http::{StatusCode, header};

/// Returns the route of the assets that pages load.
pub(crate) fn routes() -> Routes<Pages> {
    Routes::new().get("/assets/{digest}/{name}", asset)
}

async fn asset(State(pages): State<Pages>, Path((_, name)): Path<(String, String)>) -> Response {
    let Some(asset) = pages.templates.asset(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.content.clone()).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_style_sheet_uses_logical_directions() {
        for line in include_str!("../../assets/desk.css").lines() {
            for side in ["left:", "-left", " left;", "right:", "-right", " right;"] {
                assert!(!line.contains(side), "{line}");
            }
        }
    }
}
