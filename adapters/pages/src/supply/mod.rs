//! The pages of a request and its files for the lending library's staff.

mod actions;
mod answer;
mod file_actions;
mod file_page;
mod file_row;
mod link_row;
mod links;
mod receive;
mod request_page;
mod ship_plan;
mod supplied;
mod upload;
mod waiting;

use crate::Pages;
use crate::web::{Frame, Samples};
use desktop_delivery_http::Routes;

/// Returns the routes. The path of every form is below that of its page, since a refused form links
/// back to the parent path.
pub(crate) fn routes() -> Routes<Pages> {
    Routes::new()
        .get("/supply/{handle}", request_page::show)
        .post("/supply/{handle}/upload", upload::attach)
        .post("/supply/{handle}/move", actions::reorder)
        .post("/supply/{handle}/ship", actions::ship)
        .post("/supply/{handle}/cancel", actions::answer_cancel)
        .post("/supply/{handle}/withdraw", actions::withdraw)
        .post("/supply/{handle}/link", links::show)
        .post("/supply/{handle}/revoke", links::revoke)
        .get("/supply/{handle}/files/{no}", file_page::show)
        .get("/supply/{handle}/files/{no}/content", file_actions::content)
        .post("/supply/{handle}/files/{no}/edit", file_actions::edit)
        .post("/supply/{handle}/files/{no}/grant", file_actions::grant)
        .post("/supply/{handle}/files/{no}/answer", file_actions::answer_problem)
        .post("/supply/{handle}/files/{no}/replace", upload::replace)
        .post("/supply/{handle}/files/{no}/remove", file_actions::remove)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<file_page::FilePage>(frame);
    samples.add::<request_page::RequestPage>(frame);
}
