use crate::Pages;
use crate::web::{
    Field, Frame, LANGUAGE_COOKIE, PageQuery, Reply, Samples, View, Visitor, page, set, to,
};
use axum::extract::State;
use axum::response::Response;
use http::header;
use serde::Serialize;

/// How long a chosen language is stored, in seconds: one year.
const LANGUAGE_SECONDS: i64 = 365 * 86_400;

#[derive(Serialize)]
pub(super) struct HomePage {
    frame: Frame,
}

impl View for HomePage {
    const TEMPLATE: &'static str = "home.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        Self { frame }
    }
}

/// Shows the start page, with links for staff and patrons.
pub(super) async fn show(Visitor { frame }: Visitor) -> Response {
    page(&HomePage { frame })
}

/// The page to return to.
const BACK: Field = Field::in_address("back");
/// The chosen language.
const TO: Field = Field::in_address("to");

/// Stores the chosen language in a cookie.
pub(super) async fn choose_language(
    State(pages): State<Pages>,
    Visitor { frame }: Visitor,
    query: PageQuery,
) -> Reply {
    let languages = frame.catalog().languages().into_iter();
    let languages: Vec<_> = languages.map(|info| (info.language.as_str(), info.language)).collect();
    let choice = query.read(|query| Ok((query.choice(TO, &languages)?, query.optional(BACK)?)));
    let (language, back) = choice.map_err(|fault| fault.failure(&frame.t).show(&frame))?;
    let mut response = to(&pages, local_path(back.unwrap_or_default()));
    if let Some(cookie) =
        set(pages.desk.address(), LANGUAGE_COOKIE, language.as_str(), LANGUAGE_SECONDS)
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Returns a path from the query, or the start page if the path could lead to another site.
pub(super) fn local_path(path: &str) -> &str {
    let is_external = !path.starts_with('/') || path.starts_with("//") || path.contains('\\');
    let is_plain = path.chars().all(|c| c.is_ascii_graphic());
    if is_external || !is_plain { "/" } else { path }
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<HomePage>(frame);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_site_become_the_start_page() {
        assert_eq!(local_path("/supply/1f2e?page=2"), "/supply/1f2e?page=2");
        for path in ["", "https://example.org", "//example.org", "/\\example.org", "/a\r\nb: c"] {
            assert_eq!(local_path(path), "/", "{path}");
        }
    }
}
