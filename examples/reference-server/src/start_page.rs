use axum::response::Html;

/// Says what this is to whoever opens the bare address.
pub(crate) async fn show() -> Html<&'static str> {
    Html(include_str!("start_page.html"))
}
