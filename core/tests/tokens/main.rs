//! Signed tokens: what is published, and what is forged.

mod forgeries;
mod vectors;
