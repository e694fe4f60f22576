//! Signed tokens: published test vectors, and forgeries.

mod forgeries;
mod vectors;
