//! Page images of attachments, for staff who may look without taking the file.
//!
//! An attachment comes from outside, and its decoders are large; so every page is drawn by a process
//! of its own, which is this same program under a hidden command. It gets the file on its standard
//! input, binds itself before it reads any of it (processor time, memory, no files, no sockets), and
//! is killed at a deadline. A crash, an endless loop or a memory bomb costs one preview.
//!
//! ```text
//! Previews            process              child              pdf, picture
//! cache, so many  ->  feeds and kills  ->  binds itself,  ->  draw one page
//! at once             the process          reads, answers     as small as it reads well
//! ```
//!
//! What remains: the process runs as the server's own user, and while it draws it takes up to
//! [`PreviewLimits::memory_bytes`] and, at the lowest priority, a core. Page images stay in memory,
//! and nowhere else, until others push them out or the server ends; who may see one is asked anew
//! each time, by whoever calls.

mod answer;
mod child;
mod drawn;
mod error;
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
