//! The suite that every adapter of desktop delivery passes.
