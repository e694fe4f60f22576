//! Windows: single-use addresses that open one task of one person inside a host's own pages.

mod browser;
mod person_names;
mod stored;
mod window;
mod window_code;
mod windows_store;

pub use browser::BrowserCookie;
pub use stored::WindowRefusal;
pub use window::{StaffTask, Window, WindowKind, WindowTask};
pub use window_code::WindowId;
pub use windows_store::{OfferedWindow, Redeemed, Visited, Windows};
