#![doc = include_str!("../README.md")]

mod answer;
#[cfg_attr(all(feature = "draw", unix), path = "draw/mod.rs")]
#[cfg_attr(not(all(feature = "draw", unix)), path = "without_draw.rs")]
mod draw;
mod error;
mod limits;
mod page;
mod previews;
mod process;
mod worker_arguments;

pub use draw::draw_if_asked;
pub use error::PreviewError;
pub use limits::PreviewLimits;
pub use page::{ImageType, PreviewPage};
pub use previews::Previews;
