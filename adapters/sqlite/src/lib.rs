//! The embedded ledger and registry, on SQLite.
