#![doc = include_str!("../README.md")]

mod borrow;
mod custom_texts;
mod history;
mod home;
mod identity;
mod library;
mod library_parts;
mod message_texts;
mod pages;
mod preview;
mod requests;
mod routers;
mod sample_notice;
mod sign_in;
mod supply;
mod template_samples;
mod templates;
mod track;
mod web;
mod windows;

pub use custom_texts::{CustomTexts, CustomTextsError};
pub use identity::{AccountParts, IdentitySignIn};
pub use library_parts::LibraryParts;
pub use message_texts::MessageTexts;
pub use pages::Pages;
pub use routers::{
    accounts, borrowing, lending, library_record, routes, shared, site, tracking, windows,
};
pub use sign_in::{FormKey, SignIn, SignedInPatron, SignedInStaff};
pub use templates::Templates;
pub use web::messages;
pub use windows::{
    WindowAddress, WindowOffer, WindowParts, WindowPerson, WindowPlace, window_api,
    window_api_routes, window_openapi,
};
