//! The suite that every adapter of desktop delivery passes.
//!
//! A trait's documentation states its promises, each with the name of the check that tests it; the
//! checks are here, one table a trait. An adapter's whole test is a file without a harness:
//!
//! ```toml
//! [[test]]
//! name = "conformance"
//! harness = false
//! ```
//! ```
//! use desktop_delivery::memory::MemoryLedger;
//! use desktop_delivery_conformance::{Fixture, Suite};
//! use std::sync::Arc;
//!
//! fn main() {
//!     let fresh = || Fixture::new(Arc::new(MemoryLedger::new()) as Arc<_>);
//!     Suite::ledger(fresh, futures_executor::block_on)
//!         .skip("a_committed_change_is_durable", "it is in memory")
//!         .main("memory");
//! }
//! ```
//! A fixture's guard, such as a temporary folder or a server, lives as long as one check. A check that
//! an adapter cannot pass is left out by [`Suite::skip`], with its reason, which the output shows.
//!
//! The suite is itself tested by adapters that break one promise each.

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
