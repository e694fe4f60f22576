use crate::Pages;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::participants::Accent;
use desktop_delivery_http::Routes;
use desktop_delivery_text::templates::accent_rules;
use http::{HeaderName, StatusCode, header};

/// Returns the route of the assets that pages load.
pub(crate) fn routes() -> Routes<Pages> {
    Routes::new().get("/assets/{digest}/{name}", asset).get("/assets/accent/{color}", accent)
}

/// Returns the path of the style sheet that sets an accent color.
pub(super) fn accent_path(accent: &Accent) -> String {
    format!("/assets/accent/{}.css", accent.as_str().trim_start_matches('#'))
}

/// The style sheet of an accent color, which is a function of its path.
async fn accent(Path(color): Path<String>) -> Response {
    let digits = color.strip_suffix(".css").unwrap_or_default();
    let Some(accent) = Accent::new(format!("#{digits}")).ok().filter(|it| !it.is_empty()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    (headers("text/css; charset=utf-8"), accent_rules(&accent)).into_response()
}

fn headers(media_type: &'static str) -> [(HeaderName, &'static str); 2] {
    [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ]
}

async fn asset(State(pages): State<Pages>, Path((_, name)): Path<(String, String)>) -> Response {
    let Some(asset) = pages.templates.asset(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    (headers(asset.media_type), asset.content.clone()).into_response()
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
