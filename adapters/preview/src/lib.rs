#![doc = include_str!("../README.md")]

#[cfg(not(unix))]
compile_error!("desktop-delivery-preview limits its worker with Unix resource limits");

mod answer;
mod child;
mod drawn;
mod error;
mod fitted;
mod jpeg2000;
mod limits;
mod page;
mod pdf;
mod picture;
mod previews;
mod process;
mod shrink;
mod tiff;

pub use child::draw_if_asked;
pub use error::PreviewError;
pub use limits::PreviewLimits;
pub use page::{ImageType, PreviewPage};
pub use previews::Previews;
