//! Pages drawn by real worker processes. The worker is this test program, whose `main` begins with
//! `draw_if_asked`; Rust's own test harness would take the worker's command for a filter.

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
        pages_are_cached,
        a_pdf_is_drawn_page_by_page,
        a_tiff_is_drawn_page_by_page,
        a_failure_to_start_the_worker_does_not_count_against_the_file,
        the_number_of_concurrent_pages_is_limited,
        the_worker_program_of_this_package_draws,
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}
