use super::texts::link_pages;
use crate::Pages;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use desktop_delivery::ids::Digest;
use http::{StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// What pages load from us, and nothing from elsewhere: name, media type, content.
static ASSETS: LazyLock<[(&str, &str, String); 2]> = LazyLock::new(|| {
    let shared = link_pages().shared_style_sheet();
    let style = format!("{shared}{}", include_str!("../../assets/desk.css"));
    let script = include_str!("../../assets/desk.js").to_owned();
    [
        ("desk.css", "text/css; charset=utf-8", style),
        ("desk.js", "text/javascript; charset=utf-8", script),
    ]
});

/// Their paths, which name their content, so that browsers may keep them for good.
static PATHS: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let path = |name: &str, content: &str| {
        let digest = Digest::from_bytes(Sha256::digest(content).into()).to_string();
        format!("/assets/{}/{name}", &digest[..16])
    };
    ASSETS.iter().map(|(name, _, content)| (*name, path(name, content))).collect()
});

/// The path of an asset.
pub(super) fn path(name: &str) -> &'static str {
    PATHS.iter().find(|(other, _)| *other == name).map_or("/assets/unknown", |(_, path)| path)
}

pub(crate) fn routes() -> Router<Pages> {
    Router::new().route("/assets/{digest}/{name}", get(asset))
}

async fn asset(Path((_, name)): Path<(String, String)>) -> Response {
    let found = ASSETS.iter().find(|(other, ..)| *other == name);
    let Some((_, media_type, content)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, *media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, content.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_style_sheet_has_no_left_and_no_right() {
        for line in include_str!("../../assets/desk.css").lines() {
            for side in ["left:", "-left", " left;", "right:", "-right", " right;"] {
                assert!(!line.contains(side), "{line}");
            }
        }
    }
}
