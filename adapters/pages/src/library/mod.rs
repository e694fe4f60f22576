//! A library's own record, which its administrators keep: its settings, the notices that its people get
//! and their texts, its copyright notice, and its accounts.

mod copyright;
mod logo;
mod notices;
mod policies;
mod record;
mod text;
mod text_preview;

use crate::LibraryParts;
use crate::web::{Frame, Samples};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// The largest form with a logo, bytes.
const MAX_LOGO_FORM: usize = 256 * 1024;

pub(crate) fn routes() -> Router<LibraryParts> {
    Router::new()
        .route("/library", get(record::show))
        .route("/library/record", post(record::save))
        .route("/library/logo", post(logo::put).layer(DefaultBodyLimit::max(MAX_LOGO_FORM)))
        .route("/library/logo/remove", post(logo::remove))
        .route("/library/notices", get(notices::show))
        .route("/library/notices/active", post(notices::save))
        .route("/library/notices/{notice}/{language}", get(text::show))
        .route("/library/notices/{notice}/{language}/save", post(text::save))
        .route("/library/notices/{notice}/{language}/reset", post(text::reset))
        .route(
            "/library/notices/{notice}/{language}/preview",
            get(text_preview::kept).post(text_preview::typed),
        )
        .route("/library/copyright", get(copyright::show))
        .route("/library/copyright/save", post(copyright::save))
        .route("/library/copyright/{version}", get(copyright::version))
}

/// Adds the pages of this part, to try templates with.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<copyright::CopyrightPage>(frame);
    samples.add::<copyright::VersionPage>(frame);
    samples.add::<notices::NoticesPage>(frame);
    samples.add::<record::RecordPage>(frame);
    samples.add::<text::TextPage>(frame);
    samples.add::<text_preview::PreviewPage>(frame);
}
