//! Webhooks with real receivers, on adapters in memory and on SQLite.

mod addresses;
mod api;
mod delivering;
mod receiver;
mod retrying;
mod secrets;
mod sharing;
mod stage;
