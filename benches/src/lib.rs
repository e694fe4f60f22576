//! Benches of desktop delivery.
