//! Pages drawn by real worker processes. The worker is this test program, so that `main` begins with
//! `draw_if_asked`; the harness of Rust's own tests would take the worker's command for a filter.

mod documents;
mod hostile;
mod pages;

use desktop_delivery_preview::draw_if_asked;
use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;

macro_rules! tests {
    ($($test:ident),* $(,)?) => {
        vec![$(Trial::test(stringify!($test), || {
            tokio::runtime::Runtime::new().expect("Tokio starts").block_on(pages::$test());
            Ok(())
        })),*]
    };
}

fn main() -> ExitCode {
    if let Some(code) = draw_if_asked() {
        return code;
    }
    let tests = tests![
        a_hostile_file_costs_only_its_own_preview,
        a_page_is_drawn_once_and_then_kept,
        a_pdf_is_drawn_page_by_page,
        a_tiff_is_drawn_page_by_page,
        a_worker_that_cannot_be_started_is_not_blamed_on_the_file,
        so_many_pages_are_drawn_at_once_and_others_wait_for_a_while,
        the_worker_program_of_this_package_draws,
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}
