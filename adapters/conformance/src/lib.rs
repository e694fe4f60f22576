#![doc = include_str!("../README.md")]

mod backend;
mod blob_store;
mod direct;
mod fixture;
mod ledger;
mod ledger_snapshot;
mod mail_notifier;
mod notifier;
mod race;
mod registry;
mod suite;

pub use backend::Backend;
pub use fixture::{Fetched, Fixture};
pub use mail_notifier::{MailInbox, MailNotifierFixture, Mailbox, Received};
pub use notifier::{Delivered, Inbox, NotifierFixture};
pub use suite::Suite;
