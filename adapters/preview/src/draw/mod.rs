//! The worker: draws one page of untrusted bytes within the limits of its process.

use super::{answer, page, worker_arguments};

mod child;
mod drawn;
mod fitted;
mod jpeg2000;
mod pdf;
mod picture;
mod shrink;
mod tiff;

pub use child::draw_if_asked;
