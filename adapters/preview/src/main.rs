//! The worker as a separate program: see the README of `desktop-delivery-preview`.

use desktop_delivery_preview::draw_if_asked;
use std::process::ExitCode;

fn main() -> ExitCode {
    draw_if_asked().unwrap_or_else(|| {
        eprintln!("desktop-delivery-preview: draws pages for another program; pass its path to `Previews::by_program`");
        ExitCode::from(2)
    })
}
