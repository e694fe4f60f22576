//! What the benches share: desks with many requests to claim from, and what a hand would write
//! instead.

pub mod by_hand;
pub mod load;
pub mod scene;
pub mod tokens;
pub mod well;
