#![doc = include_str!("../README.md")]

mod backend;
mod blob_stage;
mod blob_store;
mod check;
mod direct;
mod fixture;
mod ledger;
mod ledger_snapshot;
mod mail_notifier;
mod notifier;
mod projections;
mod race;
mod registry;
mod suite;

pub use fixture::{Backend, Fetched, Fixture};
pub use mail_notifier::{MailInbox, MailNotifierFixture, Mailbox, Received};
pub use notifier::{Delivered, Inbox, NotifierFixture};
pub use suite::Suite;
