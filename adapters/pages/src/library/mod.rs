//! The record of a library, which its administrators edit: settings, notices and their texts, the
//! copyright notice, and webhooks.

mod copyright;
mod logo;
mod notices;
mod policies;
mod record;
mod text;
mod text_preview;
mod webhook;
mod webhook_form;
mod webhooks;

use crate::LibraryParts;
use crate::web::{Frame, Samples};
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;
use desktop_delivery_http::Routes;

/// The largest form with a logo, in bytes.
const MAX_LOGO_FORM: usize = 256 * 1024;

pub(crate) fn routes() -> Routes<LibraryParts> {
    Routes::new()
        .get("/library", record::show)
        .post("/library/record", record::save)
        .post("/library/logo", logo::put.layer(DefaultBodyLimit::max(MAX_LOGO_FORM)))
        .post("/library/logo/remove", logo::remove)
        .get("/library/notices", notices::show)
        .post("/library/notices/active", notices::save)
        .get("/library/notices/{notice}/{language}", text::show)
        .post("/library/notices/{notice}/{language}/save", text::save)
        .post("/library/notices/{notice}/{language}/reset", text::reset)
        .get("/library/notices/{notice}/{language}/preview", text_preview::stored)
        .post("/library/notices/{notice}/{language}/preview", text_preview::entered)
        .get("/library/copyright", copyright::show)
        .post("/library/copyright/save", copyright::save)
        .get("/library/copyright/{version}", copyright::version)
        .get("/library/webhooks", webhooks::show)
        .post("/library/webhooks/make", webhooks::create)
        .get("/library/webhooks/{id}", webhook::show)
        .post("/library/webhooks/{id}/details", webhook::details)
        .post("/library/webhooks/{id}/secret", webhook::rotate)
        .post("/library/webhooks/{id}/test", webhook::test)
        .post("/library/webhooks/{id}/resume", webhook::resume)
        .post("/library/webhooks/{id}/remove", webhook::remove)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<copyright::CopyrightPage>(frame);
    samples.add::<copyright::VersionPage>(frame);
    samples.add::<notices::NoticesPage>(frame);
    samples.add::<record::RecordPage>(frame);
    samples.add::<text::TextPage>(frame);
    samples.add::<text_preview::PreviewPage>(frame);
    samples.add::<webhook::WebhookPage>(frame);
    samples.add::<webhooks::WebhooksPage>(frame);
}
