//! How PostgreSQL carries out every statement that the traits' methods run.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

static SEEN: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// Notes a statement that a connection prepares.
pub(crate) fn note(sql: &'static str) {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(sql);
}
